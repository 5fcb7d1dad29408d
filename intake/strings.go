package intake

import (
	"strconv"

	"github.com/rivo/uniseg"
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

func itoa(n int) string { return strconv.Itoa(n) }

// atoi reads a number out of an action we signed ourselves; anything else is member 0, who does not exist.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
