package answer

import (
	"regexp"
	"strings"
)

var (
	// amountRun is digits with whatever may separate thousands or decimals.
	amountRun = regexp.MustCompile(`\d(?:[\d.,'’ ]*\d)?`)
	// roundMark is how the Dutch end a round amount: "12,-".
	roundMark = regexp.MustCompile(`(\d)[.,] ?[-–—=]+`)
)

// mostDigits bounds a quantity: no answer needs a thousand millions.
const mostDigits = 9

// quantity reads digits with separators into a whole part and decimals. What follows the last
// point or comma are decimals when there are at most scale of them, thousands when there are
// three: this needs no language, and 1.250 and 1,250 are what they are in both.
func quantity(run string, scale int) (whole, decimals string, ok bool) {
	groups := strings.FieldsFunc(run, func(r rune) bool { return r < '0' || r > '9' })
	seps := strings.FieldsFunc(run, func(r rune) bool { return r >= '0' && r <= '9' })
	if len(seps) != len(groups)-1 {
		return "", "", false
	}
	if n := len(seps); n > 0 && (seps[n-1] == "." || seps[n-1] == ",") && len(groups[n]) <= scale {
		if n > 1 && seps[n-2] == seps[n-1] {
			return "", "", false
		}
		decimals, groups, seps = groups[n], groups[:n], seps[:n-1]
	}
	for i, sep := range seps {
		if sep != seps[0] || len(groups[i+1]) != 3 || len(groups[0]) > 3 || groups[0][0] == '0' {
			return "", "", false
		}
	}
	whole = strings.TrimLeft(strings.Join(groups, ""), "0")
	if whole == "" {
		whole = "0"
	}
	return whole, decimals, len(whole) <= mostDigits
}

// grouped writes thousands apart: 1.250.000.
func grouped(whole, separator string) string {
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + separator + whole[i:]
	}
	return whole
}
