package discord

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf16"

	"claimline/intake/wording"
)

// mostText is how long a message may be. Discord does not say what it counts; UTF-16 code units are
// the most that it can be.
const mostText = 2000

// markdown renders a text. Structure becomes Discord's markup; every character of the words that
// Discord would read as markup is escaped, so that nothing a person typed becomes a mention, a link
// or formatting.
func markdown(t wording.Text) string {
	var b strings.Builder
	lineStart := true
	for _, s := range joined(t) {
		shown := escape(s.Text, lineStart)
		line := strings.LastIndexByte(s.Text, '\n') + 1
		lineStart = strings.Trim(s.Text[line:], blanks) == "" && (line > 0 || lineStart)
		if address, ok := linkable(s.Link); ok && strings.TrimSpace(s.Text) != "" {
			shown = linked(s.Text, shown, address)
		}
		if s.Bold && strings.TrimSpace(s.Text) != "" {
			shown = "**" + shown + "**"
		}
		b.WriteString(shown)
	}
	return b.String()
}

// blanks may stand before what has a meaning at the beginning of a line.
const blanks = " \t\f\v"

// joined puts neighbours of one style together: "**a****b**" would show its asterisks.
func joined(t wording.Text) wording.Text {
	var out wording.Text
	for _, s := range t {
		s.Text = strings.ReplaceAll(clean(s.Text), "\r\n", "\n")
		s.Text = strings.ReplaceAll(s.Text, "\r", "\n")
		if s.Text == "" {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].Bold == s.Bold && out[last].Link == s.Link {
			out[last].Text += s.Text
			continue
		}
		out = append(out, s)
	}
	return out
}

// linkable makes an address safe to stand between < and >. Only https leads anywhere.
func linkable(link string) (string, bool) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return "", false
	}
	address := u.String()
	return address, !strings.ContainsAny(address, "<>()\\ \n\t|`")
}

// linked shows an address without a preview. Words that look like an address themselves are shown
// beside it, because Discord does not hide one address behind another.
func linked(words, shown, address string) string {
	switch {
	case words == address:
		return "<" + address + ">"
	case strings.Contains(words, "://"), strings.Contains(words, "\n"):
		return shown + " <" + address + ">"
	}
	return "[" + shown + "](<" + address + ">)"
}

// escape takes their meaning from characters that have one: anywhere, or at the beginning of a line.
// A backslash before anything that is neither letter, digit nor space shows that alone.
func escape(s string, lineStart bool) string {
	var b strings.Builder
	digits := false // the line has had nothing but a number so far
	for i := 0; i < len(s); i++ {
		c := s[i]
		opening := lineStart
		switch {
		case c == '\n':
			lineStart, digits = true, false
		case lineStart && c >= '0' && c <= '9':
			lineStart, digits = false, true
		case !strings.ContainsRune(blanks, rune(c)):
			lineStart = false
		}
		if special(s, i, opening, digits) {
			b.WriteByte('\\')
		}
		digits = digits && c >= '0' && c <= '9'
		b.WriteByte(c)
	}
	return b.String()
}

func special(s string, i int, lineStart, digits bool) bool {
	switch c := s[i]; c {
	case '\\', '*', '_', '~', '`', '|', '<', '>', '[', ']', '@':
		return true
	case '#', '-', '+':
		return lineStart
	case ':': // an emoji by name, or an address
		return i+1 < len(s) && s[i+1] != ' ' && s[i+1] != '\n'
	case '.': // a numbered list, or an invitation, which needs no https to be one
		return digits || invites(s[:i])
	case ')':
		return digits
	}
	return false
}

// invites reports whether words end as the addresses of invitations begin: discord.gg, discord.com.
func invites(before string) bool {
	for _, host := range []string{"discord", "discordapp"} {
		if len(before) >= len(host) && strings.EqualFold(before[len(before)-len(host):], host) {
			return true
		}
	}
	return false
}

// split renders a text in parts that each fit a message: cut at the last line break that fits, else
// at the last space, else between two characters. A text of white space has no parts.
func split(t wording.Text, most int) []string {
	var parts []string
	rest := joined(t).Trim()
	for len(rest) > 0 {
		head, tail := rest.Cut(fitting(rest, most))
		if part := strings.TrimSpace(markdown(head.Trim())); part != "" {
			parts = append(parts, part)
		}
		rest = tail.Trim()
	}
	return parts
}

// fitting is how many bytes of a text's words are its first part.
func fitting(t wording.Text, most int) int {
	words := t.Plain()
	if length(markdown(t)) <= most {
		return len(words)
	}
	var lines, spaces, letters []int // where the text can be cut, ascending
	for i, r := range words {
		switch {
		case i == 0:
			continue
		case r == '\n':
			lines = append(lines, i)
		case unicode.IsSpace(r):
			spaces = append(spaces, i)
		}
		letters = append(letters, i)
	}
	for _, places := range [][]int{lines, spaces, letters} {
		if n := lastThatFits(t, places, most); n > 0 {
			return n
		}
	}
	return len(words) // one character that is longer than a message: there is none
}

// lastThatFits finds the last place at which what stands before it fits; 0 when there is none.
func lastThatFits(t wording.Text, places []int, most int) int {
	low, high := 0, len(places)
	for low < high {
		middle := (low + high) / 2
		head, _ := t.Cut(places[middle])
		if length(markdown(head.Trim())) <= most {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == 0 {
		return 0
	}
	return places[low-1]
}

// length counts UTF-16 code units.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// shorten cuts words to at most so many UTF-16 code units.
func shorten(s string, most int) string {
	n := 0
	for i, r := range s {
		n += max(utf16.RuneLen(r), 1)
		if n > most {
			return s[:i]
		}
	}
	return s
}

// clean makes text storable and sendable: UTF-8 without NUL.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}
