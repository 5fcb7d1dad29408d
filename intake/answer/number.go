package answer

import (
	"slices"
	"strconv"
	"strings"
)

// largestNumber is taken when the question does not say.
const largestNumber = 999_999_999

// readNumber reads a whole number in digits or in words, with a unit that people add ("12 jaar").
func readNumber(line string, lim Limits, s Situation) (Reading, *Unfit) {
	line = asciiDigits(line)
	n, reason := wholeNumber(line, s)
	if reason != "" {
		return Reading{}, refuse(reason)
	}
	if strings.HasPrefix(line, "-") || strings.HasPrefix(line, "−") {
		n = -n
	}
	most := lim.Max
	if most == 0 {
		most = largestNumber
	}
	switch {
	case n < lim.Min:
		return Reading{}, refuse(ReasonNumberSmall, "min", strconv.Itoa(lim.Min))
	case n > most:
		return Reading{}, refuse(ReasonNumberLarge, "max", strconv.Itoa(most))
	}
	return said(strconv.Itoa(n)), nil
}

// wholeNumber returns the one number that a line holds, or the reason why it has none.
func wholeNumber(line string, s Situation) (int, string) {
	runs := amountRun.FindAllStringIndex(line, 2)
	if len(runs) > 1 {
		return 0, ReasonNumberUnreadable
	}
	if len(runs) == 0 {
		return numberInWords(fold(line), s)
	}
	around := line[:runs[0][0]] + " " + line[runs[0][1]:]
	if !emptyWords(around, s) {
		return 0, ReasonNumberUnreadable
	}
	whole, decimals, ok := quantity(line[runs[0][0]:runs[0][1]], 2)
	switch {
	case !ok && len(whole) > mostDigits:
		return largestNumber + 1, ""
	case !ok:
		return 0, ReasonNumberUnreadable
	case strings.Trim(decimals, "0") != "":
		return 0, ReasonNumberWhole
	}
	n, err := strconv.Atoi(whole)
	if err != nil {
		return 0, ReasonNumberUnreadable
	}
	return n, ""
}

// numberInWords adds up "twenty one" and "two hundred", leaving units aside.
func numberInWords(line string, s Situation) (int, string) {
	total, found := 0, false
	for _, word := range strings.Fields(line) {
		n, known := numberWord(word, s.Language)
		switch {
		case !known && emptyWords(word, s):
			continue
		case !known || total > largestNumber/1000:
			return 0, ReasonNumberUnreadable
		case n >= 100 && total > 0:
			total *= n
		default:
			total += n
		}
		found = true
	}
	if !found {
		return 0, ReasonNumberUnreadable
	}
	return total, ""
}

func numberWord(word, language string) (int, bool) {
	for _, words := range spoken(language) {
		if n, ok := words.Numbers[word]; ok {
			return n, true
		}
	}
	return 0, false
}

// emptyWords reports whether nothing in a line changes the number beside it: units, "about", and
// the words that carry nothing.
func emptyWords(line string, s Situation) bool {
	words := speechOf(s.Language)
	for _, word := range strings.Fields(fold(line)) {
		m, known := words.calendar[word]
		unit := slices.ContainsFunc(spoken(s.Language), func(in *speech) bool { return slices.Contains(in.Units, word) })
		if !unit && (!known || m.what != aFiller && m.what != anAbout) && !strings.ContainsAny(word, "~±+") {
			return false
		}
	}
	return true
}

// showNumber writes thousands apart from five digits on, so that a year stays a year.
func (s *speech) showNumber(value string) string {
	if len(value) < 5 || strings.Trim(value, "0123456789") != "" {
		return value
	}
	return grouped(value, s.Formats.Group)
}
