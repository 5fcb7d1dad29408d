package answer

import (
	"strings"
	"testing"
)

func TestYesNoInOnesOwnWords(t *testing.T) {
	t.Parallel()
	rows := []typed{
		{who: dutch, words: "Ja!", value: Yes},
		{who: dutch, words: "jazeker", value: Yes},
		{who: dutch, words: "yes", value: Yes},
		{who: dutch, words: "👍🏽", value: Yes},
		{who: dutch, words: "nee.", value: No},
		{who: dutch, words: "NEEN", value: No},
		{who: unknown, words: "nope", value: No},
		{who: unknown, words: "Yeah", value: Yes},
		{who: unknown, words: "nee", value: No},
	}
	readsAs(t, Maybe, Limits{}, append(rows,
		typed{who: dutch, words: "Weet ik niet", value: Unknown},
		typed{who: dutch, words: "geen idee...", value: Unknown},
		typed{who: unknown, words: "I don’t know", value: Unknown},
		typed{who: unknown, words: "?", value: Unknown},
		typed{who: dutch, words: "hangt ervan af", reason: ReasonMaybe},
		typed{who: dutch, words: "", reason: ReasonMaybe},
	))
	readsAs(t, YesNo, Limits{}, append(rows,
		typed{who: dutch, words: "weet ik niet", reason: ReasonYesNo},
		typed{who: dutch, words: "ja en nee", reason: ReasonYesNo},
	))
	readsAs(t, Group, Limits{}, rows)
}

func TestAConsentIsADeed(t *testing.T) {
	t.Parallel()
	for _, k := range []Kind{Notice, Agree, Choice, Several} {
		readsAs(t, k, Limits{}, []typed{{who: dutch, words: "ja", reason: ReasonButton}})
	}
	readsAs(t, File, Limits{}, []typed{{who: dutch, words: "ja", reason: ReasonFile}})
}

func TestNameInAnyScript(t *testing.T) {
	t.Parallel()
	for _, k := range []Kind{Name, Signature} {
		readsAs(t, k, Limits{}, []typed{
			{who: dutch, words: "Anna Voorbeeld", value: "Anna Voorbeeld"},
			{who: dutch, words: "  Anna   Voorbeeld ", value: "Anna Voorbeeld"},
			{who: dutch, words: "anna VAN DER voorbeeld", value: "anna VAN DER voorbeeld"},
			{who: dutch, words: "Jan-Willem v.d. Voorbeeld", value: "Jan-Willem v.d. Voorbeeld"},
			{who: dutch, words: "J.de Voorbeeld", value: "J.de Voorbeeld"},
			{who: dutch, words: "O’Voorbeeld", value: "O’Voorbeeld"},
			{who: dutch, words: "O´Voorbeeld", value: "O´Voorbeeld"},
			{who: dutch, words: "Zoe\u0308", value: "Zo\u00eb"},
			{who: dutch, words: "Ng", value: "Ng"},
			{who: dutch, words: "نور مثال", value: "نور مثال"},
			{who: dutch, words: "علی\u200cرضا", value: "علی\u200cرضا"},
			{who: dutch, words: "अनुष्का", value: "अनुष्का"},
			{who: dutch, words: "王小明", value: "王小明"},
			{who: dutch, words: "Nguyễn Thị Ví Dụ", value: "Nguyễn Thị Ví Dụ"},
			{who: dutch, words: "Anna2", reason: ReasonNameDigits},
			{who: dutch, words: "Anna ٢", reason: ReasonNameDigits},
			{who: dutch, words: "anna@example.org", reason: ReasonNameLink},
			{who: dutch, words: "https://example.org", reason: ReasonNameLink},
			{who: dutch, words: "example.nl", reason: ReasonNameLink},
			{who: dutch, words: "Anna 😀", reason: ReasonNameSymbol},
			{who: dutch, words: "Anna (Anneke)", reason: ReasonNameSymbol},
			{who: dutch, words: "Anna\u200bVoorbeeld", reason: ReasonNameSymbol},
			{who: dutch, words: "a" + strings.Repeat("\u0323", 100), reason: ReasonNameSymbol},
			{who: dutch, words: "Anna\u202eadroV", reason: ReasonCharacters},
			{who: dutch, words: "Anna\x00", reason: ReasonCharacters},
			{who: dutch, words: "- .", reason: ReasonNameEmpty},
			{who: dutch, words: "", reason: ReasonNameEmpty},
			{who: dutch, words: strings.Repeat("é", 60), value: strings.Repeat("é", 60)},
			{who: dutch, words: strings.Repeat("é", 61), reason: ReasonNameLong},
			{who: dutch, words: strings.Repeat("ᄀ", 2000), reason: ReasonNameLong}, // one grapheme without end
			{who: dutch, words: "Anna NL91ABNA0417164300", reason: ReasonIDNumber},
			{who: dutch, words: "weet ik niet", reason: ReasonDontKnow},
		})
	}
}

func TestFirstName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Anna Voorbeeld": "Anna", "Anna": "Anna", "Anna-Maria van Voorbeeld": "Anna-Maria", "": ""} {
		if got := FirstName(name); got != want {
			t.Errorf("%q is called %q, want %q", name, got, want)
		}
	}
}

func TestSameName(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{
		{"Anna Voorbeeld", "anna  voorbeeld"}, {"Zoë Voorbeeld", "Zoe Voorbeeld"}, {"O’Brien", "O'Brien"}, {"Łukasz", "lukasz"},
		{"Jan-Willem", "Jan Willem"}, {"Weiß", "WEISS"}, {"Ａｎｎａ", "Anna"}, {"مُحَمَّد", "محمد"},
	} {
		if !SameName(same[0], same[1]) {
			t.Errorf("%s and %s are one name", same[0], same[1])
		}
	}
	for _, other := range [][2]string{{"Anna", "Anne"}, {"Anna", "Anna Voorbeeld"}, {"राम", "रामु"}, {"", ""}} {
		if SameName(other[0], other[1]) {
			t.Errorf("%q and %q are two names", other[0], other[1])
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	readsAs(t, Text, Limits{Min: 2, Max: 8}, []typed{
		{who: dutch, words: " twee\n regels ", reason: ReasonTextLong},
		{who: dutch, words: "een\ntwee", value: "een twee"},
		{who: dutch, words: "a", reason: ReasonTextShort},
		{who: dutch, words: "😀😀😀😀", value: "😀😀😀😀"}, // eight UTF-16 units
		{who: dutch, words: "😀😀😀😀a", reason: ReasonTextLong},
		{who: dutch, words: "שלום", value: "שלום"},
		{who: dutch, words: "\u200b", reason: ReasonTextEmpty},
		{who: dutch, words: "", reason: ReasonTextEmpty},
	})
	readsAs(t, LongText, Limits{}, []typed{
		{who: dutch, words: "eerste\r\n\r\n  tweede ", value: "eerste\n\n  tweede"},
		{who: dutch, words: "weet ik niet", value: "weet ik niet"},
		{who: dutch, words: strings.Repeat("😀", 1000), value: strings.Repeat("😀", 1000)},
		{who: dutch, words: strings.Repeat("😀", 1001), reason: ReasonTextLong},
		{who: dutch, words: strings.Repeat("😀", 4096), reason: ReasonTextLong},
		{who: dutch, words: strings.Repeat("a", 1<<20), reason: ReasonTooLong},
		{who: dutch, words: "a\x00b", reason: ReasonCharacters},
		{who: dutch, words: "a\x1bb", reason: ReasonCharacters},
		{who: dutch, words: "a\ufffdb", reason: ReasonCharacters},
		{who: dutch, words: "a\xed\xa0\x80b", reason: ReasonCharacters}, // a lone surrogate
		{who: dutch, words: "a\u202eb", reason: ReasonCharacters},
	})
}

func TestPostcode(t *testing.T) {
	t.Parallel()
	postcode := Limits{Max: 12, Pattern: map[string]string{
		"NL": `^[1-9][0-9]{3} ?[A-Z]{2}$`, "BE": `^[1-9][0-9]{3}$`, "GB": `^[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}$`, "": `^[0-9A-Za-z -]{2,12}$`, "FR": `(`,
	}}
	readsAs(t, Text, postcode, []typed{
		{who: dutch, words: "1234 AB", value: "1234 AB"},
		{who: dutch, words: "1234ab", value: "1234 AB"},
		{who: dutch, words: "12 34 ab", value: "1234 AB"},
		{who: dutch, words: "١٢٣٤ ab", value: "1234 AB"},
		{who: dutch, words: "0123 AB", reason: ReasonTextPattern},
		{who: dutch, words: "1234", reason: ReasonTextPattern},
		{who: Situation{Language: "nl", Country: "BE"}, words: "10 00", value: "1000"},
		{who: british, words: "sw1a1aa", value: "SW1A 1AA"},
		{who: american, words: "12 345-6", value: "12 345-6"},
		{who: Situation{Language: "en", Country: "FR"}, words: "75001", reason: ReasonTextPattern},
	})
}

func TestNumbersThatAreNeverStored(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"mijn BSN is 111222333", "bsn:123456782.", "123.456.782", "1234 56 782", "١٢٣٤٥٦٧٨٢",
		"NL91ABNA0417164300", "storten op nl91 abna 0417 1643 00 graag", "DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432",
		"4111 1111 1111 1111", "kaart 4111111111111111 tot 12/28", "3782 822463 10005",
		"AB1234567", "paspoort SPECI2014", "my passport number is 123456789", "id-kaart ix12b34c5",
	} {
		if !IDNumberIn(text) {
			t.Errorf("%q was let through", text)
		}
	}
	for _, text := range []string{
		"", "123456789", "op 12-03-2012 was het 123 456 keer", "+31612345678", "0031612345678", "06 12345678", "1234 AB",
		"https://www.tiktok.com/@anna/video/7012345678901234567", "4111111111111112", "NL92ABNA0417164300",
		"user123456782", "order 2012031212345", "in 2018 en 2019 kostte het 1.250.000", "TT-7K4Q-9M2F", "covid2019", "paspoort gezien in 2018",
	} {
		if IDNumberIn(text) {
			t.Errorf("%q was refused", text)
		}
	}
	readsAs(t, LongText, Limits{}, []typed{{who: dutch, words: "mijn bsn is 111222333", reason: ReasonIDNumber}})
}

func TestNumber(t *testing.T) {
	t.Parallel()
	readsAs(t, Number, Limits{Max: 100_000}, []typed{
		{who: dutch, words: "12", value: "12"},
		{who: dutch, words: "١٢", value: "12"},
		{who: dutch, words: "1.250", value: "1250"},
		{who: unknown, words: "1,250", value: "1250"},
		{who: dutch, words: "1 250", value: "1250"},
		{who: dutch, words: "12,0", value: "12"},
		{who: dutch, words: "ongeveer 12 keer", value: "12"},
		{who: dutch, words: "twaalf", value: "12"},
		{who: unknown, words: "Twenty-one", value: "21"},
		{who: unknown, words: "two hundred", value: "200"},
		{who: dutch, words: "geen", value: "0"},
		{who: dutch, words: "12,5", reason: ReasonNumberWhole},
		{who: dutch, words: "-3", reason: ReasonNumberSmall},
		{who: dutch, words: "100.001", reason: ReasonNumberLarge},
		{who: dutch, words: "99999999999999999999", reason: ReasonNumberLarge},
		{who: dutch, words: "12 of 13", reason: ReasonNumberUnreadable},
		{who: dutch, words: "veel", reason: ReasonNumberUnreadable},
		{who: dutch, words: "12 euro", reason: ReasonNumberUnreadable},
		{who: dutch, words: "weet niet", reason: ReasonDontKnow},
	})
}

func TestMoney(t *testing.T) {
	t.Parallel()
	readsAs(t, Money, Limits{Min: 1, Max: 100_000}, []typed{
		{who: dutch, words: "12,50", value: "12.50 EUR"},
		{who: dutch, words: "€ 12.50", value: "12.50 EUR"},
		{who: dutch, words: "12,5 euro", value: "12.50 EUR"},
		{who: dutch, words: "1.250,00 euro", value: "1250.00 EUR"},
		{who: dutch, words: "1.250", value: "1250.00 EUR"},
		{who: dutch, words: "€12,-", value: "12.00 EUR"},
		{who: dutch, words: "12 euro 50", value: "12.50 EUR"},
		{who: dutch, words: "ongeveer 30 dollar", value: "30.00 USD"},
		{who: dutch, words: "1250 JPY", value: "1250 JPY"},
		{who: dutch, words: "£5", value: "5.00 GBP"},
		{who: dutch, words: "50 kronen", value: "50.00 SEK"},
		{who: Situation{Language: "en", Country: "DK"}, words: "50 kroner", value: "50.00 DKK"},
		{who: unknown, words: "$30", value: "30.00 USD"},
		{who: canadian, words: "$30", value: "30.00 CAD"},
		{who: american, words: "1,250.99", value: "1250.99 USD"},
		{who: unknown, words: "12.50", reason: ReasonMoneyCurrency},
		{who: dutch, words: "0,50", reason: ReasonMoneySmall},
		{who: dutch, words: "100.000,01", reason: ReasonMoneyLarge},
		{who: dutch, words: "-5", reason: ReasonMoneyUnreadable},
		{who: dutch, words: "12,345,6", reason: ReasonMoneyUnreadable},
		{who: dutch, words: "5 of 10 euro", reason: ReasonMoneyUnreadable},
		{who: dutch, words: "5 appels", reason: ReasonMoneyUnreadable},
		{who: dutch, words: "veel", reason: ReasonMoneyUnreadable},
	})
}
