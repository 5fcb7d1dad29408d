package answer

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// How long a text may be when the question does not say. Lengths of texts are UTF-16 code units,
// as Telegram counts them.
const (
	longestText     = 200
	longestLongText = 2000
)

// readText takes words as they are. Where the question has a pattern for the country of
// residence, such as that of a postcode, the words are brought into its form first.
func readText(k Kind, line string, lim Limits, s Situation) (Reading, *Unfit) {
	most := lim.Max
	switch {
	case most == 0 && k == LongText:
		most = longestLongText
	case most == 0:
		most = longestText
	}
	length := len(utf16.Encode([]rune(line)))
	switch {
	case !strings.ContainsFunc(line, visible):
		return Reading{}, refuse(ReasonTextEmpty)
	case length > most:
		return Reading{}, refuse(ReasonTextLong, "max", strconv.Itoa(most))
	case length < lim.Min:
		return Reading{}, refuse(ReasonTextShort, "min", strconv.Itoa(lim.Min))
	}
	pattern, ok := lim.Pattern[strings.ToUpper(s.Country)]
	if !ok {
		pattern = lim.Pattern[""]
	}
	if pattern == "" {
		return said(line), nil
	}
	formed, ok := inForm(line, pattern)
	if !ok {
		return Reading{}, refuse(ReasonTextPattern, "country", Show(Country, s.Country, s.Language))
	}
	return said(formed), nil
}

func visible(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.S, unicode.P)
}

// inForm finds the way to write the words that fits the pattern: as typed or in capitals, with
// the one space that the pattern allows, as it is, or without any. A pattern that is no regular
// expression fits nothing; it is found when the campaign is loaded.
func inForm(line, pattern string) (string, bool) {
	form, err := regexp.Compile(pattern)
	if err != nil {
		return "", false
	}
	line = asciiDigits(line)
	for _, cased := range []string{line, strings.ToUpper(line)} {
		tight := strings.ReplaceAll(cased, " ", "")
		for _, candidate := range []string{oneSpace(tight, form), cased, tight} {
			if candidate != "" && form.MatchString(candidate) {
				return candidate, true
			}
		}
	}
	return "", false
}

// oneSpace puts a space where the pattern has a place for exactly one, as in 1234 AB; "" when
// there is no such place or there are several.
func oneSpace(tight string, form *regexp.Regexp) string {
	const longest = 16 // of codes and numbers; a sentence is left as it is
	if len(tight) > longest {
		return ""
	}
	spaced := ""
	for i := range tight {
		candidate := tight[:i] + " " + tight[i:]
		if i == 0 || !form.MatchString(candidate) {
			continue
		}
		if spaced != "" {
			return ""
		}
		spaced = candidate
	}
	return spaced
}
