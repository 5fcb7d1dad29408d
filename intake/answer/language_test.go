package answer

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/currency"
)

func TestLanguageFilesAreComplete(t *testing.T) {
	t.Parallel()
	all, err := loadSpeeches()
	if err != nil {
		t.Fatal(err)
	}
	for code, s := range all {
		if len(s.Months) != 12 || len(s.Seasons) != 4 || len(s.Thirds) != 3 {
			t.Errorf("%s: %d months, %d seasons, %d thirds of a year", code, len(s.Months), len(s.Seasons), len(s.Thirds))
		}
		for i := range reflect.TypeFor[formats]().NumField() {
			if reflect.ValueOf(s.Formats).Field(i).String() == "" {
				t.Errorf("%s: no format %s", code, reflect.TypeFor[formats]().Field(i).Name)
			}
		}
		for name, words := range map[string][]string{"yes": s.Yes, "no": s.No, "unknown": s.Unknown, "still": s.Still} {
			if len(words) == 0 {
				t.Errorf("%s: no words for %s", code, name)
			}
		}
		if !slices.Contains([]string{"day", "month", "ask"}, s.Order["*"]) {
			t.Errorf("%s: the order of day and month elsewhere is %q", code, s.Order["*"])
		}
	}
}

func TestNoWordMeansTwoThings(t *testing.T) {
	t.Parallel()
	all, err := loadSpeeches()
	if err != nil {
		t.Fatal(err)
	}
	for code, s := range all {
		alone := &speech{}
		alone.learn(s)
		for i, month := range s.Months {
			for _, word := range month {
				if got := alone.calendar[fold(word)]; got != (meaning{aMonth, i + 1}) {
					t.Errorf("%s: %s is not month %d but %v", code, word, i+1, got)
				}
			}
		}
		answers := slices.Concat(s.Yes, s.No, s.Unknown, s.Still)
		folded := make(map[string]bool)
		for _, words := range answers {
			if folded[fold(words)] {
				t.Errorf("%s: %q is there twice", code, words)
			}
			folded[fold(words)] = true
		}
	}
}

// Names are looked up folded, so a file that holds another form would never be found.
func TestWordsThatAreLookedUpAreFolded(t *testing.T) {
	t.Parallel()
	for code, s := range speeches() {
		words := slices.Concat(s.Countries.LeadIns, s.Units, s.Documents, slices.Collect(maps.Keys(s.Numbers)), slices.Collect(maps.Keys(s.Countries.Also)))
		for _, word := range words {
			if fold(word) != word {
				t.Errorf("%s: %q must be written %q", code, word, fold(word))
			}
		}
		for name, codes := range s.Countries.Also {
			for _, country := range codes {
				if _, ok := countryCodes()[country]; !ok {
					t.Errorf("%s: %s leads to %s, which is no country", code, name, country)
				}
			}
		}
		for _, c := range s.Currencies {
			if _, err := currency.ParseISO(c.Code); err != nil || len(c.Words) == 0 {
				t.Errorf("%s: currency %s: %v, words %v", code, c.Code, err, c.Words)
			}
		}
	}
}

func TestDigitsOfEveryScript(t *testing.T) {
	t.Parallel()
	for _, digits := range []string{"٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９", "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡"} {
		if got := asciiDigits(digits); got != "0123456789" {
			t.Errorf("%s became %s", digits, got)
		}
	}
}

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"maart", "maart", 0}, {"maaart", "maart", 1}, {"mart", "maart", 1}, {"mraat", "maart", 2}, {"gmial", "gmail", 1}, {"a", "abcd", 3}, {"été", "ete", 2},
	} {
		if got := distance(c.a, c.b, 2); got != min(c.want, 3) {
			t.Errorf("%s to %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// Every reason is given for some answer, with the arguments that Reasons lists; a language file
// that words them all is complete.
func TestEveryReasonIsGivenForSomething(t *testing.T) {
	t.Parallel()
	given := make(map[string]bool)
	short := Limits{Min: 3, Max: 5, Pattern: map[string]string{"": "^x+$"}}
	for _, k := range kinds {
		for _, who := range []Situation{dutch, unknown} {
			for _, lim := range []Limits{{}, short, {Min: 1, Max: 1}} {
				for _, words := range []string{"", "a", "abcd", "abcdefg", "1", "7", "12,5", "-3", "12.50", "Anna1", "a@b", "a@b.example", "a b@c.example", "a..b@c.example",
					"😀", "\x00", strings.Repeat("a", maxTyped+1), "weet ik niet", "111222333", "30-2-2012", "1-13-2012", "2012", "3 maart", "1-1-1800", "1-1-3000",
					"0612", "aa,bb,cc,dd", "x.org/y", "x.org/t/y", "éé", strings.Repeat("é", 61)} {
					if _, unfit := Read(k, words, lim, who); unfit != nil {
						given[unfit.Reason] = true
						if !knownReason(unfit) {
							t.Errorf("%s %q: %v is not as listed", k, words, unfit)
						}
					}
				}
			}
		}
	}
	for _, r := range Reasons() {
		if !given[r.Reason] {
			t.Errorf("nothing was refused with %s", r.Reason)
		}
	}
}
