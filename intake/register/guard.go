package register

import (
	"strings"
	"unicode"
)

// separators are where a spreadsheet program may begin a new cell, whatever we quoted: where the
// comma writes decimals, as in most of Europe, it splits a CSV file at semicolons, and a quote
// inside such a cell does not hold the line together.
const separators = ";\t\r\n"

// guard makes sure that no spreadsheet program takes a text for a formula: an apostrophe goes
// before everything that could begin a cell with one of = + - @ (OWASP, "CSV Injection"). Taking
// one apostrophe away again wherever guard would put one gives the text back.
func guard(text string) string {
	var out strings.Builder
	for len(text) > 0 {
		end := strings.IndexAny(text, separators) + 1
		if end == 0 {
			end = len(text)
		}
		if risky(text[:end]) {
			out.WriteByte('\'')
		}
		out.WriteString(text[:end])
		text = text[end:]
	}
	return out.String()
}

// risky reports whether a cell that begins with text might be run. Programs are known to pass over
// blanks and quotes before the sign, and some take its full-width twin for it.
func risky(text string) bool {
	sign := strings.TrimLeftFunc(text, func(r rune) bool {
		return r == '\'' || r == '"' || unicode.IsSpace(r) || !unicode.IsGraphic(r)
	})
	before := text[:len(text)-len(sign)]
	return strings.ContainsAny(before, "\t\r") || strings.IndexAny(sign, "=+-@＝＋－＠") == 0
}
