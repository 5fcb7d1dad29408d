package wording

import (
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// forms are the CLDR's names of plural forms, as language files write them.
var forms = map[string]plural.Form{
	"zero": plural.Zero, "one": plural.One, "two": plural.Two, "few": plural.Few, "many": plural.Many, "other": plural.Other,
}

// form is the plural form that a whole number takes in a language.
func form(tag language.Tag, n int) plural.Form {
	n = max(n, -n)
	return plural.Cardinal.MatchPlural(tag, n%10_000_000, 0, 0, 0, 0)
}

// needed lists the forms that whole numbers up to a thousand take in a language; a text about a
// number must have all of them.
func needed(tag language.Tag) map[plural.Form]bool {
	out := map[plural.Form]bool{plural.Other: true}
	for n := range 1000 {
		out[form(tag, n)] = true
	}
	return out
}
