package answer

import (
	"iter"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// everyName leads from folded names in all languages of the Unicode tables to codes, sorted. It is
// built when somebody first types a name that is in none of our own languages.
var everyName = sync.OnceValue(buildEveryName)

func buildEveryName() map[string][]string {
	names := make(map[string][]string)
	seen := make(map[[2]string]bool)
	for _, tag := range display.Supported.Tags() {
		for code, name := range namesIn(tag) {
			if seen[[2]string{name, code}] {
				continue
			}
			seen[[2]string{name, code}] = true
			if key := fold(name); key != "" && !slices.Contains(names[key], code) {
				names[key] = append(names[key], code)
			}
		}
	}
	for _, codes := range names {
		slices.Sort(codes)
	}
	return names
}

// namesIn yields the codes and names of all countries in a language, none where the tables do not
// have it.
func namesIn(tag language.Tag) iter.Seq2[string, string] {
	return func(yield func(code, name string) bool) {
		namer := display.Regions(tag)
		if namer == nil {
			return
		}
		for code, region := range countryCodes() {
			if name := namer.Name(region); name != "" && !yield(code, name) {
				return
			}
		}
	}
}

// foldedNames leads from the folded names of one language to codes.
func foldedNames(tag language.Tag) map[string]string {
	names := make(map[string]string)
	for code, name := range namesIn(tag) {
		names[fold(name)] = code
	}
	return names
}

// ownNames finds a folded name in one of our languages, the person's first.
func ownNames(name, tag string) []string {
	for _, words := range spoken(tag) {
		if codes := words.Countries.Also[name]; len(codes) > 0 {
			return codes
		}
		if code := words.countries()[name]; code != "" {
			return []string{code}
		}
	}
	return nil
}

// foreignNames finds a folded name in any language; of several countries the person's language
// decides. What is a name somewhere may be a slip here ("Nigera"), so the countries that it is
// nearly the name of are returned with it.
func foreignNames(name, tag string) []string {
	codes := slices.Clone(everyName()[name])
	if len(codes) == 0 {
		return nil
	}
	if own := foldedNames(language.Make(tag))[name]; own != "" {
		return []string{own}
	}
	for _, near := range countriesNear(name, tag) {
		if !slices.Contains(codes, near) {
			codes = append(codes, near)
		}
	}
	return codes
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

// countriesNear finds the countries whose name in one of our languages is one slip away, two for a
// long name; only the nearest are returned.
func countriesNear(name, tag string) []string {
	limit := 1
	switch length := len([]rune(name)); {
	case length < 4 || length > 60:
		return nil
	case length > 7:
		limit = 2
	}
	var near []string
	consider := func(known, code string) {
		d := distance(name, known, limit)
		if d < limit {
			limit, near = d, nil
		}
		if d == limit && !slices.Contains(near, code) {
			near = append(near, code)
		}
	}
	for _, words := range spoken(tag) {
		for known, code := range words.countries() {
			consider(known, code)
		}
		for known, codes := range words.Countries.Also {
			for _, code := range codes {
				consider(known, code)
			}
		}
	}
	slices.Sort(near)
	return near
}
