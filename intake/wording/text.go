// Package wording holds the texts that people read.
//
// All of them come from language files, one a language. A text has structure (bold, links, lists)
// and no markup: each platform renders the structure with its own means, so that nothing a person
// typed can become a mention, a link or formatting. Placeholders such as {foundation} are filled
// with plain text after the structure was read. Plural forms follow the CLDR.
package wording

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// Span is a run of text in one style.
type Span struct {
	Text string `json:"t"`
	Bold bool   `json:"b,omitempty"`
	Link string `json:"l,omitempty"` // https address that the text leads to
}

// Text is what a person reads: spans in order. Line breaks and list bullets are characters of the spans.
type Text []Span

// Plain returns the words without structure.
func (t Text) Plain() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Say makes a text of words without structure.
func Say(words string) Text { return Text{{Text: words}} }

// Lines joins texts with a line break between them, leaving out empty ones.
func Lines(texts ...Text) Text {
	var out Text
	for _, t := range texts {
		if t.Plain() == "" {
			continue
		}
		if len(out) > 0 {
			out = append(out, Span{Text: "\n"})
		}
		out = append(out, t...)
	}
	return out
}

// Len16 is the length in UTF-16 code units, as Telegram counts a message.
func (t Text) Len16() int {
	n := 0
	for _, s := range t {
		for _, r := range s.Text {
			n += utf16.RuneLen(r)
		}
	}
	return n
}

// Cut divides a text after so many bytes of its words.
func (t Text) Cut(n int) (head, tail Text) {
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

// Trim takes white space from both ends, and with it spans that have nothing else.
func (t Text) Trim() Text {
	for len(t) > 0 {
		s := t[0]
		s.Text = strings.TrimLeftFunc(s.Text, unicode.IsSpace)
		t = t[1:]
		if s.Text != "" {
			t = append(Text{s}, t...)
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
