package telegram

import (
	"strings"
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
	rest := trim(sound(t))
	for len(rest) > 0 {
		head, tail := cutAt(rest, fitting(rest.Plain(), most))
		parts = append(parts, trim(head))
		rest = trim(tail)
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

// cutAt divides a text after so many bytes.
func cutAt(t wording.Text, n int) (head, tail wording.Text) {
	for i, s := range t {
		if n >= len(s.Text) {
			n -= len(s.Text)
			continue
		}
		before, after := s, s
		before.Text, after.Text = s.Text[:n], s.Text[n:]
		return append(append(head, t[:i]...), before), append(append(tail, after), t[i+1:]...)
	}
	return t, nil
}

// trim takes white space from both ends, and with it spans that have nothing else.
func trim(t wording.Text) wording.Text {
	for len(t) > 0 {
		s := t[0]
		s.Text = strings.TrimLeftFunc(s.Text, unicode.IsSpace)
		t = t[1:]
		if s.Text != "" {
			t = append(wording.Text{s}, t...)
			break
		}
	}
	for len(t) > 0 {
		last := len(t) - 1
		s := t[last]
		s.Text = strings.TrimRightFunc(s.Text, unicode.IsSpace)
		t = t[:last:last]
		if s.Text != "" {
			return append(t, s)
		}
	}
	return t
}

// shorten cuts words to at most so many UTF-16 code units.
func shorten(s string, most int) string {
	return s[:fitting(s, most)]
}
