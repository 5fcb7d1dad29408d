package intake

import (
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"claimline/intake/wording"
)

// shorten cuts a label to a number of visible characters, as the width of a button demands.
func shorten(label string, most int) string {
	if uniseg.GraphemeClusterCount(label) <= most {
		return label
	}
	cut := ""
	for g := uniseg.NewGraphemes(label); most > 1 && g.Next(); most-- {
		cut += g.Str()
	}
	return cut + "…"
}

// capital begins a sentence with a capital letter where what was filled in stands first: "child 1".
func capital(t wording.Text) wording.Text {
	if len(t) == 0 {
		return t
	}
	first, size := utf8.DecodeRuneInString(t[0].Text)
	out := slices.Clone(t)
	out[0].Text = string(unicode.ToUpper(first)) + t[0].Text[size:]
	return out
}

func itoa(n int) string { return strconv.Itoa(n) }

// atoi reads a number out of an action we signed ourselves; anything else is member 0, who does not exist.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
