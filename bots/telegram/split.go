package telegram

import (
	"unicode"
	"unicode/utf16"

	"claimline/intake/wording"
)

// split cuts a text into parts of at most so many UTF-16 code units: at the last line break that
// fits, else at the last space, else between two characters. A part neither begins nor ends with
// white space, because Telegram takes that away and would move every entity behind it. A text of
// white space has no parts.
func split(t wording.Text, most int) []wording.Text {
	var parts []wording.Text
	rest := sound(t).Trim()
	for len(rest) > 0 {
		head, tail := rest.Cut(fitting(rest.Plain(), most))
		parts = append(parts, head.Trim())
		rest = tail.Trim()
	}
	return parts
}

// sound makes a text one that can be sent: UTF-8 without NUL.
func sound(t wording.Text) wording.Text {
	out := make(wording.Text, len(t))
	for i, s := range t {
		s.Text = clean(s.Text)
		out[i] = s
	}
	return out
}

// fitting is the number of bytes of the first part. The text does not begin with white space.
func fitting(s string, most int) int {
	units, line, space := 0, 0, 0
	for i, r := range s {
		units += utf16.RuneLen(r)
		switch {
		case units > most && line > 0:
			return line
		case units > most && space > 0:
			return space
		case units > most:
			return i
		case r == '\n':
			line = i
		case unicode.IsSpace(r):
			space = i
		}
	}
	return len(s)
}

// shorten cuts words to at most so many UTF-16 code units.
func shorten(s string, most int) string {
	return s[:fitting(s, most)]
}
