package answer

import (
	_ "embed"
	"slices"
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

// countryNames leads from folded names in all languages of the Unicode tables, and from other
// names of our own files, to codes. It is built once, when somebody first types a country.
var countryNames = sync.OnceValue(func() map[string][]string {
	names := make(map[string][]string)
	add := func(name, code string) {
		if key := fold(name); key != "" && !slices.Contains(names[key], code) {
			names[key] = append(names[key], code)
		}
	}
	for _, tag := range display.Supported.Tags() {
		namer := display.Regions(tag)
		if namer == nil {
			continue
		}
		for code, region := range countryCodes() {
			add(namer.Name(region), code)
		}
	}
	return names
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
	codes := countriesNamed(name, s.Language)
	for _, shorter := range withoutLeadIn(name, s.Language) {
		if len(codes) == 0 {
			codes = countriesNamed(shorter, s.Language)
		}
	}
	switch {
	case len(codes) == 1:
		return said(codes[0]), nil
	case len(codes) > 1:
		return Reading{Options: codes}, nil
	}
	codes = countriesNear(name, s.Language)
	switch {
	case len(codes) == 0 || len(codes) > 4:
		return Reading{}, refuse(ReasonCountryUnknown)
	case len(codes) == 1:
		return echoed(codes[0]), nil
	}
	return Reading{Options: codes}, nil
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

// countriesNamed finds a folded name. Where languages use one name for different countries the
// person's own language decides, then English.
func countriesNamed(name, tag string) []string {
	for _, words := range spoken(tag) {
		if codes := words.Countries.Also[name]; len(codes) > 0 {
			return codes
		}
	}
	codes := countryNames()[name]
	if len(codes) < 2 {
		return codes
	}
	for _, in := range []language.Tag{language.Make(tag), language.English} {
		namer := display.Regions(in)
		for _, code := range codes {
			if namer != nil && fold(namer.Name(countryCodes()[code])) == name {
				return []string{code}
			}
		}
	}
	return slices.Sorted(slices.Values(codes))
}

// withoutLeadIn returns the name without "we live in the", shorter and shorter.
func withoutLeadIn(name, tag string) []string {
	var shorter []string
	for range 3 {
		longest := ""
		for _, words := range spoken(tag) {
			for _, lead := range words.Countries.LeadIns {
				if strings.HasPrefix(name, lead+" ") && len(lead) > len(longest) {
					longest = lead
				}
			}
		}
		if longest == "" {
			break
		}
		name = strings.TrimPrefix(name, longest+" ")
		shorter = append(shorter, name)
	}
	return shorter
}

// countriesNear finds the countries whose name, in one of our own languages or the person's, is
// one slip away, two for a long name; only the nearest are returned.
func countriesNear(name, tag string) []string {
	limit := 1
	switch length := len([]rune(name)); {
	case length < 4 || length > 60:
		return nil
	case length > 7:
		limit = 2
	}
	near := make(map[string]int)
	consider := func(known, code string) {
		if d := distance(name, fold(known), limit); d <= limit {
			limit = d
			near[code] = d
		}
	}
	for _, tag := range append([]language.Tag{language.Make(tag)}, ourTags(tag)...) {
		namer := display.Regions(tag)
		for code, region := range countryCodes() {
			if namer != nil {
				consider(namer.Name(region), code)
			}
		}
	}
	for _, words := range spoken(tag) {
		for known, codes := range words.Countries.Also {
			for _, code := range codes {
				consider(known, code)
			}
		}
	}
	var codes []string
	for code, d := range near {
		if d <= limit {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

func ourTags(first string) []language.Tag {
	var tags []language.Tag
	for _, words := range spoken(first) {
		tags = append(tags, words.tag)
	}
	return tags
}

// showCountry names a country in the language.
func (s *speech) showCountry(code string) string {
	if name, ok := s.Countries.Shown[code]; ok {
		return name
	}
	region, ok := countryCodes()[code]
	if !ok {
		return code
	}
	if name := display.Regions(s.tag).Name(region); name != "" {
		return name
	}
	return code
}
