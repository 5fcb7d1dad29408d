package people

import (
	"regexp"
	"strings"
)

// What Discord's client makes of markup: links show their words, bold and small words none of their
// signs, and what is escaped stands for itself.
var (
	markedLink  = regexp.MustCompile(`\[((?:[^\]\\]|\\.)+)\]\(<[^>]*>\)`)
	bareLink    = regexp.MustCompile(`<(https://[^>]*)>`)
	smallPrint  = regexp.MustCompile(`(?m)^-# `)
	escapedSign = regexp.MustCompile(`\\([^\pL\pN\s])`)
)

// Unmarked is a message of Discord as it is read.
func Unmarked(text string) string {
	text = markedLink.ReplaceAllString(text, "$1")
	text = bareLink.ReplaceAllString(text, "$1")
	text = smallPrint.ReplaceAllString(text, "")
	var out strings.Builder
	for i, part := range strings.Split(text, `\*`) { // a sign that stands for itself
		if i > 0 {
			out.WriteString("*")
		}
		out.WriteString(strings.ReplaceAll(part, "**", ""))
	}
	return escapedSign.ReplaceAllString(out.String(), "$1")
}
