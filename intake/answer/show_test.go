package answer

import (
	"encoding/json"
	"testing"
)

func TestValuesInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind   Kind
		value  string
		nl, en string
	}{
		{Date, "2012-03-03", "3 maart 2012", "3 March 2012"},
		{Month, "2018-05", "mei 2018", "May 2018"},
		{Month, "2018-05~", "rond mei 2018", "around May 2018"},
		{Month, "2019-22", "zomer 2019", "summer 2019"},
		{Year, "2018", "2018", "2018"},
		{Year, "2018-01-01/2018-05-24", "1 januari – 24 mei 2018", "1 January – 24 May 2018"},
		{Year, "2018-12-01/2019-03-20", "1 december 2018 – 20 maart 2019", "1 December 2018 – 20 March 2019"},
		{Year, "2018-01/2018-04", "januari – april 2018", "January – April 2018"},
		{Year, "2018-01~/2018-04~", "rond januari 2018 – april 2018", "around January 2018 – April 2018"},
		{Year, "2017/2018", "2017 – 2018", "2017 – 2018"},
		{Year, Still, "tot nu", "until now"},
		{Date, Unknown, "weet ik niet", "don't know"},
		{Maybe, Unknown, "weet ik niet", "don't know"},
		{YesNo, Yes, "ja", "yes"},
		{Country, "NL", "Nederland", "Netherlands"},
		{Country, "MK", "Noord-Macedonië", "North Macedonia"},
		{Country, "XX", "XX", "XX"},
		{Phone, "+31612345678", "+31 6 12345678", "+31 6 12345678"},
		{Money, "12.50 EUR", "€ 12,50", "€12.50"},
		{Money, "1250.00 EUR", "€ 1.250,00", "€1,250.00"},
		{Money, "1250 JPY", "¥ 1.250", "¥1,250"},
		{Money, "5.00 CHF", "CHF 5,00", "CHF 5.00"},
		{Number, "2018", "2018", "2018"},
		{Number, "12500", "12.500", "12,500"},
		{Handle, "anna", "@anna", "@anna"},
		{Handle, "yes", "@yes", "@yes"},
		{Email, "anna@xn--bcher-kva.example", "anna@bücher.example", "anna@bücher.example"},
		{Text, "unknown", "unknown", "unknown"},
		{Name, "Anna Voorbeeld", "Anna Voorbeeld", "Anna Voorbeeld"},
		{Date, "nonsense", "nonsense", "nonsense"},
		{Date, "2018/x", "2018/x", "2018/x"},
		{Money, "x", "x", "x"},
		{Phone, "x", "x", "x"},
		{Date, "", "", ""},
	} {
		if got := Show(c.kind, c.value, "nl-BE"); got != c.nl {
			t.Errorf("%s %q in Dutch: %q, want %q", c.kind, c.value, got, c.nl)
		}
		if got := Show(c.kind, c.value, "en"); got != c.en {
			t.Errorf("%s %q in English: %q, want %q", c.kind, c.value, got, c.en)
		}
	}
	if got := Show(Country, "NL", "de"); got != "Niederlande" {
		t.Errorf("a country has a name in a language without a file of ours too, not %q", got)
	}
	if got := Show(Date, "2012-03-03", "xx"); got != "3 March 2012" {
		t.Errorf("a language without a file is shown in English, not %q", got)
	}
}

func TestExportedForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind   Kind
		values []string
		want   string
	}{
		{Date, []string{"2012-03-12"}, `"2012-03-12"`},
		{Month, []string{"2019-21~"}, `"2019-21~"`},
		{Maybe, []string{Unknown}, `"unknown"`},
		{Number, []string{"12"}, `12`},
		{Number, []string{Unknown}, `"unknown"`},
		{Money, []string{"12.50 EUR"}, `{"amount":12.50,"currency":"EUR"}`},
		{Money, []string{Unknown}, `"unknown"`},
		{Several, []string{"a", "b"}, `["a","b"]`},
		{Several, nil, `[]`},
		{Handle, []string{"anna"}, `["anna"]`},
		{Text, []string{"12"}, `"12"`},
		{Date, nil, `null`},
	} {
		got, err := json.Marshal(ExportJSON(c.kind, c.values))
		if err != nil || string(got) != c.want {
			t.Errorf("%s %v: %s, %v; want %s", c.kind, c.values, got, err, c.want)
		}
	}
}
