package answer

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

const (
	// longestName is how many characters a name may have when the question does not say.
	longestName = 60
	// mostMarks is how many combining marks may stand on one letter; scripts that stack most use five.
	mostMarks = 6
	// runesPerCharacter bounds what one character that a person sees may be made of.
	runesPerCharacter = 8
)

// linkInName finds addresses; one letter before a dot is an initial, as in "J.de Voorbeeld".
var linkInName = regexp.MustCompile(`(?i)https?:|www\.|://|@|[a-z0-9-]{3,}\.(?:com|net|org|info|nl|be|eu|uk)(?:[/ ]|$)`)

// readName takes a name as it is written, in any script, one word or many; it is never split or
// re-cased, for no rule about capitals is right for everybody.
func readName(line string, lim Limits) (Reading, *Unfit) {
	most := lim.Max
	if most == 0 {
		most = longestName
	}
	if linkInName.MatchString(line) {
		return Reading{}, refuse(ReasonNameLink)
	}
	if reason := nameFault(line); reason != "" {
		return Reading{}, refuse(reason)
	}
	if uniseg.GraphemeClusterCount(line) > most || len([]rune(line)) > most*runesPerCharacter {
		return Reading{}, refuse(ReasonNameLong, "max", strconv.Itoa(most))
	}
	return said(line), nil
}

// nameFault returns the reason why the characters make no name, "" when they do.
func nameFault(line string) string {
	letters, marks, digit, symbol := 0, 0, false, false
	var last rune
	for _, r := range line {
		switch {
		case unicode.IsLetter(r):
			letters++
			marks = 0
		case unicode.IsMark(r) && letters > 0 && marks < mostMarks:
			marks++
		case unicode.IsDigit(r):
			digit = true
		case strings.ContainsRune(" '’‘ʼ´`-‐‑–.·", r):
			marks = 0
		case (r == '\u200c' || r == '\u200d') && (unicode.IsLetter(last) || unicode.IsMark(last)):
			// joins or parts the letters of Persian and Indian names
		default:
			symbol = true
		}
		last = r
	}
	switch {
	case digit:
		return ReasonNameDigits
	case symbol:
		return ReasonNameSymbol
	case letters == 0:
		return ReasonNameEmpty
	}
	return ""
}

// FirstName returns the first word of a name, for use in later questions.
func FirstName(name string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return first
}

// SameName reports whether two typed names are one person's: case, diacritics, apostrophes,
// hyphens and spaces are set aside.
func SameName(a, b string) bool {
	return fold(a) == fold(b) && fold(a) != ""
}
