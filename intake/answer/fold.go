package answer

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plainLetters are letters that people type another letter for and that do not decompose.
var plainLetters = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "æ", "ae", "œ", "oe", "ı", "i", "þ", "th", "ð", "d", "ß", "ss", "ς", "σ")

// fold makes words comparable: compatibility forms, case and diacritics are set aside, apostrophes
// vanish, other punctuation separates, and spaces are single. Marks that
// belong to a script of their own, such as vowel signs, stay: there they make another word.
// Symbols stay too, for 👍 is an answer.
func fold(s string) string {
	s = norm.NFKD.String(strings.ToLower(norm.NFKD.String(s)))
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Inherited, r), unicode.Is(unicode.Sk, r) && r > unicode.MaxLatin1,
			strings.ContainsRune("'’‘ʼ´`", r):
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsNumber(r), unicode.IsSymbol(r), r == '?':
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r)
		default:
			space = true
		}
	}
	return plainLetters.Replace(b.String())
}

// asciiDigits writes the digits of every script as 0 to 9.
func asciiDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 || !unicode.IsDigit(r) {
			return r
		}
		return '0' + digitValue(r)
	}, s)
}

// digitValue relies on Unicode keeping the decimal digits of a script together, zero first, so
// that the length of every range of category Nd is a multiple of ten.
func digitValue(r rune) rune {
	for _, in := range unicode.Nd.R16 {
		if rune(in.Lo) <= r && r <= rune(in.Hi) {
			return (r - rune(in.Lo)) % 10
		}
	}
	for _, in := range unicode.Nd.R32 {
		if rune(in.Lo) <= r && r <= rune(in.Hi) {
			return (r - rune(in.Lo)) % 10
		}
	}
	return 0
}

// distance counts the letters added, left out, changed or swapped with a neighbour between a and
// b (optimal string alignment). It gives up above limit and then returns limit+1.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(y)], limit+1)
}
