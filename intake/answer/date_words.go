package answer

import (
	"strconv"
	"strings"
	"unicode"
)

// wordOf is what a word in a date stands for.
type wordOf int

const (
	aFiller wordOf = iota // carries nothing: "of", "maandag", the "th" of 12th
	aMonth                // n is 1 to 12
	aSeason               // n is 21 to 24
	aThird                // n is 0 to 2: early, middle, late
	anAbout               // the date is not exact
)

// meaning is what a word means in a date.
type meaning struct {
	what wordOf
	n    int
}

// dateParts is what a typed date holds, in the order it was typed.
type dateParts struct {
	numbers []numeral
	month   int // 1 to 12, 21 to 24 for a season, 0 for none
	before  int // how many numbers stand before the month
	third   int // -1 for none
	approx  bool
}

// numeral is a number as typed: "03" has two digits.
type numeral struct {
	value, digits int
}

// yearLike reports a number that can only be a year.
func (n numeral) yearLike() bool { return n.digits == 4 }

// short reports a number that may be a day, a month or the end of a year.
func (n numeral) short() bool { return n.digits <= 2 }

// splitDate finds the numbers and the words of a date. It reports false when there is anything
// that no date has.
func splitDate(line string, words *speech) (dateParts, bool) {
	parts := dateParts{third: -1}
	for _, token := range dateTokens(line) {
		if token[0] >= '0' && token[0] <= '9' {
			if len(token) > 8 || len(parts.numbers) == 3 {
				return parts, false
			}
			n, err := strconv.Atoi(token)
			if err != nil {
				return parts, false
			}
			parts.numbers = append(parts.numbers, numeral{n, len(token)})
			continue
		}
		m, known := words.dateWord(token)
		if !known || !parts.add(m) {
			return parts, false
		}
	}
	return parts, true
}

// add takes a word in; false when it contradicts an earlier one, as a second month does.
func (p *dateParts) add(m meaning) bool {
	switch m.what {
	case aMonth, aSeason:
		if p.month != 0 && p.month != m.n {
			return false
		}
		p.month, p.before = m.n, len(p.numbers)
	case aThird:
		p.third = m.n
	case anAbout:
		p.approx = true
	}
	return true
}

// dateTokens splits into runs of digits and runs of letters, so that "12th" and "3月" are two.
func dateTokens(line string) []string {
	var tokens []string
	class := ' '
	for _, r := range fold(asciiDigits(line)) + aboutSign(line) {
		is := ' '
		switch {
		case r >= '0' && r <= '9':
			is = '0'
		case unicode.IsLetter(r) || unicode.IsMark(r):
			is = 'a'
		case unicode.IsSymbol(r) && !strings.ContainsRune("~±≈|<>+=", r), unicode.IsNumber(r):
			is = 'x' // an emoji, a fraction: a token of its own, which nothing knows
		}
		if is != ' ' && is == class && is != 'x' {
			tokens[len(tokens)-1] += string(r)
		} else if is != ' ' {
			tokens = append(tokens, string(r))
		}
		class = is
	}
	return tokens
}

// aboutSign turns the signs for "about", which are no words, into one: "±2018", "2018?".
func aboutSign(line string) string {
	if strings.ContainsAny(line, "~±≈?") {
		return " ~about"
	}
	return ""
}

// dateWord looks a word up, allowing one slip in a long one: the date is said back anyway.
func (s *speech) dateWord(word string) (meaning, bool) {
	if m, ok := s.calendar[word]; ok {
		return m, true
	}
	const long = 5
	found := meaning{}
	if len([]rune(word)) < long {
		return found, false
	}
	hits := 0
	for known, m := range s.calendar {
		if m.what == aFiller || m.what == anAbout || len([]rune(known)) < long || distance(word, known, 1) > 1 {
			continue
		}
		if hits == 0 || found != m {
			hits++
		}
		found = m
	}
	return found, hits == 1
}
