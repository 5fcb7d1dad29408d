package answer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// people are the situations in which fuzzed words are read.
var people = []Situation{dutch, unknown, american, {Language: "nl"}, {Language: "uk", Country: "UA", Today: "2026-11-23"}}

// fuzzKind holds what must be true of any words typed for a kind: reading does not panic, what is
// taken reads as itself, and can be shown and exported.
func fuzzKind(f *testing.F, k Kind, lim Limits, seeds ...string) {
	seeds = append(seeds, "", "\x00", "\xed\xa0\x80", "😀😀😀", "\u202eabc", "مثال ١٢", "a"+strings.Repeat("\u0301", 50), "weet ik niet", "ja")
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		for _, who := range people {
			reading, unfit := Read(k, words, lim, who)
			if unfit != nil {
				if reading.Values != nil || reading.Options != nil || !knownReason(unfit) {
					t.Fatalf("refused with %v and read as %v", unfit, reading)
				}
				continue
			}
			if len(reading.Values) > 0 == (len(reading.Options) > 0) || len(reading.Options) == 1 {
				t.Fatalf("%q reads as %v", words, reading)
			}
			if len(reading.Values) > 0 {
				again, unfit := Read(k, retyped(k, reading.Values), lim, who)
				if unfit != nil || !slices.Equal(again.Values, reading.Values) {
					t.Fatalf("%q reads as %q, which reads as %q %v", words, reading.Values, again.Values, unfit)
				}
			}
			for _, value := range append(slices.Clone(reading.Values), reading.Options...) {
				if shown := Show(k, value, who.Language); shown == "" || !utf8.ValidString(shown) {
					t.Fatalf("%q is shown as %q", value, shown)
				}
			}
			if _, err := json.Marshal(ExportJSON(k, reading.Values)); err != nil {
				t.Fatalf("%q cannot be exported: %v", reading.Values, err)
			}
		}
	})
}

// retyped is how somebody types what was read: who is called "and" has to say so.
func retyped(k Kind, values []string) string {
	if k == Handle {
		return "@" + strings.Join(values, " @")
	}
	return strings.Join(values, " ")
}

// knownReason reports a reason that is listed, with the arguments that it is listed with.
func knownReason(unfit *Unfit) bool {
	return slices.ContainsFunc(Reasons(), func(r ReasonArgs) bool {
		if r.Reason != unfit.Reason || len(r.Args) != len(unfit.Args) {
			return false
		}
		return !slices.ContainsFunc(r.Args, func(arg string) bool { _, given := unfit.Args[arg]; return !given })
	})
}

func FuzzDate(f *testing.F) {
	fuzzKind(f, Date, Limits{Earliest: "1990"}, "3 maart 2012", "12/3/2012", "March 12th, 2012", "12032012", "29-2-12", "5 mei '12")
}

func FuzzMonth(f *testing.F) {
	fuzzKind(f, Month, Limits{Still: true}, "mei 2018", "zomer 2019", "±2018", "2017 of 2018", "winter 2018/2019", "eind 2018", "2019-22~", "tot nu")
}

func FuzzYear(f *testing.F) { fuzzKind(f, Year, Limits{Future: true}, "2018", "around 2018") }

func FuzzCountry(f *testing.F) {
	fuzzKind(f, Country, Limits{}, "Nederland", "nl", "🇳🇱", "Nigera", "we live in the uk")
}

func FuzzPhone(f *testing.F) {
	fuzzKind(f, Phone, Limits{}, "06 12345678", "+31 (0)6 12345678", "0031612345678", "+39 06 12345678")
}

func FuzzEmail(f *testing.F) {
	fuzzKind(f, Email, Limits{}, "anna@example.org", "a@gmial.com", "é@bücher.example", "A <a@example.org>", "mailto:a@example.org")
}

func FuzzHandle(f *testing.F) {
	fuzzKind(f, Handle, Limits{}, "@anna", "https://www.tiktok.com/@anna?x=1", "anna en ben", "vm.tiktok.com/ZM/", "x.org/@idk", "anna @en ben @en")
}

func FuzzName(f *testing.F) {
	fuzzKind(f, Name, Limits{}, "Anna Voorbeeld", "O’Voorbeeld", "علی\u200cرضا", "अनुष्का")
}

func FuzzSignature(f *testing.F) { fuzzKind(f, Signature, Limits{}, "Anna Voorbeeld") }

func FuzzText(f *testing.F) {
	fuzzKind(f, Text, Limits{Max: 40, Pattern: map[string]string{"NL": `^[1-9][0-9]{3} ?[A-Z]{2}$`, "US": `^[0-9A-Za-z -]{2,12}$`}}, "1234ab", "111222333", "een\ntwee")
}

func FuzzLongText(f *testing.F) {
	fuzzKind(f, LongText, Limits{}, "eerste\r\n\r\ntweede", "NL91 ABNA 0417 1643 00", "4111 1111 1111 1111")
}

func FuzzNumber(f *testing.F) {
	fuzzKind(f, Number, Limits{}, "12", "1.250", "twenty-one", "12 jaar", "-3")
}

func FuzzMoney(f *testing.F) {
	fuzzKind(f, Money, Limits{}, "€ 12,50", "1.250,00 euro", "12 euro 50", "12.500 KWD", "1250 JPY", "$30")
}

func FuzzMaybe(f *testing.F) { fuzzKind(f, Maybe, Limits{}, "ja", "👍🏽", "I don’t know") }

// FuzzShow shows and measures what was never read: a stored value may be anything.
func FuzzShow(f *testing.F) {
	for _, seed := range []string{"2012-03-12", "2018-01/2018-04~", "12.50 EUR", "+31612345678", "a@b.example", "still", "2018/", "-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, k := range kinds {
			for _, language := range []string{"nl", "en", "de", "", value} {
				Show(k, value, language)
			}
			if _, err := json.Marshal(ExportJSON(k, []string{value})); err != nil {
				t.Fatalf("%s %q cannot be exported: %v", k, value, err)
			}
		}
		if from, to, ok := Interval(value, value); ok && to.Before(from) {
			t.Fatalf("%q ends before it begins", value)
		}
		FirstName(value)
		if SameName(value, "Anna Voorbeeld") != SameName("Anna Voorbeeld", value) {
			t.Fatalf("%q is the same name in one direction only", value)
		}
	})
}
