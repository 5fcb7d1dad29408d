package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	// webLink is left out of the search: numbers of videos pass for card numbers one time in ten.
	webLink = regexp.MustCompile(`(?i)https?://\S+|www\.\S+`)
	// digitRun is digits in groups of one separator, with the characters on either side.
	digitRun = regexp.MustCompile(`(^|[^0-9])(\d+(?:[ .-]{1,3}\d+)*)($|[^0-9])`)
	// passportRun is how most countries number their passports.
	passportRun = regexp.MustCompile(`\b[A-Z]{1,2}\d{7}\b`)
	// documentRun is any code that stands beside a word for a document.
	documentRun = regexp.MustCompile(`(?i)\b(?:[a-z0-9]*[a-z][a-z0-9]*\d|\d{9}|\d[a-z0-9]*[a-z])[a-z0-9]*\b`)
)

// IDNumberIn reports whether a text holds a number that must never be stored: a Dutch citizen
// number (BSN), a bank account (IBAN), a payment card, or what looks like the number of a passport
// or another identity document.
func IDNumberIn(text string) bool { return accountNumberIn(text) || documentNumberIn(text) }

// accountNumberIn finds the numbers that prove themselves by their check digits.
func accountNumberIn(text string) bool {
	text = webLink.ReplaceAllString(asciiDigits(text), " ")
	for rest := text; ; {
		at := digitRun.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		before, run, after := rest[at[2]:at[3]], rest[at[4]:at[5]], rest[at[6]:at[7]]
		if !gluing(before) && !gluing(after) && secretDigits(run) {
			return true
		}
		rest = rest[at[5]:]
	}
	return ibanIn(text)
}

// documentNumberIn finds codes in the form of a passport number, and any code in a text that
// speaks of a document. A user name may have the same form, so handles are not searched.
func documentNumberIn(text string) bool {
	text = webLink.ReplaceAllString(asciiDigits(text), " ")
	if passportRun.MatchString(text) {
		return true
	}
	words := " " + fold(text) + " "
	named := slices.ContainsFunc(spoken(fallback), func(in *speech) bool {
		return slices.ContainsFunc(in.Documents, func(word string) bool { return strings.Contains(words, " "+word+" ") })
	})
	if !named {
		return false
	}
	return slices.ContainsFunc(documentRun.FindAllString(text, -1), func(code string) bool {
		return countDigits(code) >= 3 && len(code) >= 7 && len(code) <= 10
	})
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if isDigit(s[i]) {
			n++
		}
	}
	return n
}

// gluing reports a neighbour that makes digits a part of something else: a word, a path, a phone
// number with its +.
func gluing(neighbour string) bool {
	return strings.ContainsFunc(neighbour, func(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune("_/=@+", r) })
}

// secretDigits reports a citizen or card number among the groups of a run. A group stays whole,
// so that a date beside a number does not make another number of it.
func secretDigits(run string) bool {
	groups := strings.FieldsFunc(run, func(r rune) bool { return r < '0' || r > '9' })
	for i := range groups {
		number := ""
		for j := i; j < len(groups) && len(number) < 20; j++ {
			number += groups[j]
			if isBSN(number, groups[i:j+1]) || isCard(number, groups[i:j+1]) {
				return true
			}
		}
	}
	return false
}

// isBSN applies the elfproef: nine digits whose sum, weighted 9 down to 2 and then -1, is a
// multiple of eleven. They are written together, in threes, or as 1234 56 789.
func isBSN(number string, groups []string) bool {
	if len(number) != 9 || strings.Trim(number, "0") == "" {
		return false
	}
	sizes := make([]int, len(groups))
	for i, g := range groups {
		sizes[i] = len(g)
	}
	if !slices.Equal(sizes, []int{9}) && !slices.Equal(sizes, []int{3, 3, 3}) && !slices.Equal(sizes, []int{4, 2, 3}) {
		return false
	}
	sum := -int(number[8] - '0')
	for i := range 8 {
		sum += (9 - i) * int(number[i]-'0')
	}
	return sum%11 == 0
}

// isCard applies the Luhn test to 13 to 19 digits in groups of at least three that begin like a
// payment card's (ISO/IEC 7812: 2 to 6).
func isCard(number string, groups []string) bool {
	if len(number) < 13 || len(number) > 19 || number[0] < '2' || number[0] > '6' {
		return false
	}
	if slices.ContainsFunc(groups, func(g string) bool { return len(g) < 3 }) {
		return false
	}
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}
