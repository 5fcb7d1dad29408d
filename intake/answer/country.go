package answer

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

//go:embed countries.txt
var countryList string

// countryCodes holds the 249 codes of ISO 3166-1. The Unicode tables name more regions, such as
// the Canary Islands, which are no country of their own to any law we know.
var countryCodes = sync.OnceValue(func() map[string]language.Region {
	codes := make(map[string]language.Region)
	for _, code := range strings.Fields(countryList) {
		codes[code] = language.MustParseRegion(code)
	}
	return codes
})

// readCountry understands a name in the person's language or in any other, a code of two or three
// letters, and a flag. A near miss is read as what it nearly is and said back; where it is near
// to several, they are returned to choose from.
func readCountry(line string, s Situation) (Reading, *Unfit) {
	if code := flagCode(line); code != "" {
		return said(code), nil
	}
	if code := isoCode(line); code != "" {
		return said(code), nil
	}
	name := fold(line)
	names := append([]string{name}, withoutLeadIn(name, s.Language)...)
	for _, in := range []func(name, tag string) []string{ownNames, foreignNames} {
		for _, n := range names {
			if codes := in(n, s.Language); len(codes) > 0 {
				return oneOf(codes), nil
			}
		}
	}
	codes := countriesNear(names[len(names)-1], s.Language)
	if len(codes) == 0 || len(codes) > mostNear {
		return Reading{}, refuse(ReasonCountryUnknown)
	}
	reading := oneOf(codes)
	reading.Echo = true
	return reading, nil
}

// mostNear is how many countries a slip is asked back about; nearer to more it is a guess.
const mostNear = 4

// oneOf is a reading of a single code, or the choice between several.
func oneOf(codes []string) Reading {
	if len(codes) == 1 {
		return said(codes[0])
	}
	return Reading{Options: codes}
}

// isoCode reads NL and NLD, in either case.
func isoCode(line string) string {
	upper := strings.ToUpper(line)
	if _, ok := countryCodes()[upper]; ok {
		return upper
	}
	if len(upper) != 3 {
		return ""
	}
	for code, region := range countryCodes() {
		if region.ISO3() == upper {
			return code
		}
	}
	return ""
}

// flagCode reads a flag: two regional letters, or the black flag with the tags of a part of a
// country, as for Scotland.
func flagCode(line string) string {
	const indicatorA, tagA, blackFlag = 0x1F1E6, 0xE0061, '🏴'
	var letters []rune
	for i, r := range []rune(line) {
		switch {
		case r >= indicatorA && r < indicatorA+26:
			letters = append(letters, 'A'+r-indicatorA)
		case r >= tagA && r < tagA+26 && len(letters) < 2:
			letters = append(letters, 'A'+r-tagA)
		case i == 0 && r == blackFlag, r >= 0xE0000 && r <= 0xE007F, unicode.IsSpace(r):
		default:
			return ""
		}
	}
	if _, ok := countryCodes()[string(letters)]; !ok {
		return ""
	}
	return string(letters)
}

// showCountry names a country in the language, in English where the Unicode tables do not have it.
func showCountry(code, tag string) string {
	region, ok := countryCodes()[code]
	if !ok {
		return code
	}
	base, _ := language.Make(tag).Base()
	if words, ours := speeches()[base.String()]; ours && words.Countries.Shown[code] != "" {
		return words.Countries.Shown[code]
	}
	for _, in := range []language.Tag{language.Make(tag), language.English} {
		if namer := display.Regions(in); namer != nil && namer.Name(region) != "" {
			return namer.Name(region)
		}
	}
	return code
}
