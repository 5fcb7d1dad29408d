package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCountryByNameCodeOrFlag(t *testing.T) {
	t.Parallel()
	readsAs(t, Country, Limits{}, []typed{
		{who: dutch, words: "Nederland", value: "NL"},
		{who: dutch, words: "nederland.", value: "NL"},
		{who: dutch, words: "NL", value: "NL"},
		{who: dutch, words: "nld", value: "NL"},
		{who: dutch, words: "Holland", value: "NL"},
		{who: dutch, words: "🇳🇱", value: "NL"},
		{who: dutch, words: "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", value: "GB"}, // Scotland
		{who: dutch, words: "wij wonen in België", value: "BE"},
		{who: dutch, words: "belgie", value: "BE"},
		{who: dutch, words: "Duitsland", value: "DE"},
		{who: dutch, words: "Germany", value: "DE"},
		{who: dutch, words: "Deutschland", value: "DE"},
		{who: dutch, words: "Україна", value: "UA"},
		{who: dutch, words: "المغرب", value: "MA"},
		{who: dutch, words: "中国", value: "CN"},
		{who: dutch, words: "Curacao", value: "CW"},
		{who: dutch, words: "Caribisch Nederland", value: "BQ"},
		{who: dutch, words: "VS", value: "US"},
		{who: unknown, words: "the Netherlands", value: "NL"},
		{who: unknown, words: "We live in the UK", value: "GB"},
		{who: unknown, words: "U.S.A.", value: "US"},
		{who: unknown, words: "England", value: "GB"},
		{who: unknown, words: "Cote d’Ivoire", value: "CI"},
		{who: unknown, words: "Ivory Coast", value: "CI"},
		{who: unknown, words: "North Macedonia", value: "MK"},
		{who: unknown, words: "Turkey", value: "TR"},
		{who: unknown, words: "Trinidad and Tobago", value: "TT"},
		// slips are said back, or asked back where they are near to several
		{who: dutch, words: "Nederlnad", value: "NL"},
		{who: dutch, words: "Duitslant", value: "DE"},
		{who: unknown, words: "Germny", value: "DE"},
		{who: unknown, words: "Nigera", options: "NE|NG"},
		{who: dutch, words: "Korea", options: "KR|KP"},
		{who: unknown, words: "Congo", options: "CD|CG"},
		{who: unknown, words: "Kosovo", reason: ReasonCountryUnknown},
		{who: dutch, words: "Canarische Eilanden", reason: ReasonCountryUnknown},
		{who: dutch, words: "Europa", reason: ReasonCountryUnknown},
		{who: dutch, words: "XK", reason: ReasonCountryUnknown},
		{who: dutch, words: "🇽🇰", reason: ReasonCountryUnknown},
		{who: dutch, words: "Amsterdam", reason: ReasonCountryUnknown},
		{who: dutch, words: "", reason: ReasonCountryUnknown},
		{who: dutch, words: "weet ik niet", reason: ReasonDontKnow},
	})
	for words, echo := range map[string]bool{"Nederland": false, "Nederlnad": true} {
		if reading, _ := Read(Country, words, Limits{}, dutch); reading.Echo != echo {
			t.Errorf("%s: said back is %v", words, reading.Echo)
		}
	}
}

func TestEveryCountryReadsAsShown(t *testing.T) {
	t.Parallel()
	if n := len(countryCodes()); n != 249 {
		t.Errorf("ISO 3166-1 has 249 codes, the list %d", n)
	}
	for _, language := range []string{"en", "nl", "de", "uk", "ar"} {
		for code := range countryCodes() {
			shown := Show(Country, code, language)
			reading, unfit := Read(Country, shown, Limits{}, Situation{Language: language})
			if unfit != nil || strings.Join(reading.Values, "") != code {
				t.Errorf("%s is shown in %s as %s, which reads as %v %v", code, language, shown, reading, unfit)
			}
		}
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	readsAs(t, Phone, Limits{}, []typed{
		{who: dutch, words: "06 12345678", value: "+31612345678"},
		{who: dutch, words: "06-12 34 56 78", value: "+31612345678"},
		{who: dutch, words: "+31 (0)6 12345678", value: "+31612345678"},
		{who: dutch, words: "0031612345678", value: "+31612345678"},
		{who: dutch, words: "\u202a+31 6 12345678\u202c", value: "+31612345678"}, // copied from an address book
		{who: dutch, words: "٠٦١٢٣٤٥٦٧٨", value: "+31612345678"},
		{who: dutch, words: "020 123 4567", value: "+31201234567"},
		{who: dutch, words: "mijn nummer is 0612345678", value: "+31612345678"},
		{who: british, words: "07911 123456", value: "+447911123456"},
		{who: american, words: "(202) 555-0143", value: "+12025550143"},
		{who: unknown, words: "+31612345678", value: "+31612345678"},
		{who: unknown, words: "0031 6 12345678", value: "+31612345678"},
		{who: unknown, words: "0612345678", reason: ReasonPhoneNeedsCountry},
		{who: dutch, words: "061234567", reason: ReasonPhoneInvalid},
		{who: dutch, words: "06123456789", reason: ReasonPhoneInvalid},
		{who: dutch, words: "112", reason: ReasonPhoneInvalid},
		{who: dutch, words: "0612345678 of 0687654321", reason: ReasonPhoneInvalid},
		{who: dutch, words: "020 123 4567 tst. 12 ext 3", reason: ReasonPhoneInvalid},
		{who: dutch, words: "nee", reason: ReasonPhoneInvalid},
	})
}

func TestEmail(t *testing.T) {
	t.Parallel()
	readsAs(t, Email, Limits{}, []typed{
		{who: dutch, words: "anna@example.org", value: "anna@example.org"},
		{who: dutch, words: " Anna.Voorbeeld+claim@Example.ORG ", value: "Anna.Voorbeeld+claim@example.org"},
		{who: dutch, words: "mailto:anna@example.org", value: "anna@example.org"},
		{who: dutch, words: "Anna Voorbeeld <anna@example.org>", value: "anna@example.org"},
		{who: dutch, words: "anna@example.org.", value: "anna@example.org"},
		{who: dutch, words: "anna@bücher.example", value: "anna@xn--bcher-kva.example"},
		{who: dutch, words: "anna@gmail.com", value: "anna@gmail.com"},
		{who: dutch, words: "anna@gmial.com", options: "anna@gmail.com|anna@gmial.com"},
		{who: dutch, words: "anna@gmail.con", options: "anna@gmail.com|anna@gmail.con"},
		{who: dutch, words: "anna@gmail.nl", options: "anna@gmail.com|anna@gmail.nl"},
		{who: dutch, words: "anna@hotmial.com", options: "anna@hotmail.com|anna@hotmial.com"},
		{who: dutch, words: "anna@hotmail.nl", value: "anna@hotmail.nl"},
		{who: dutch, words: "anna@zigo.nl", options: "anna@ziggo.nl|anna@zigo.nl"},
		{who: dutch, words: "anna@bol.com", value: "anna@bol.com"}, // not aol.com
		{who: dutch, words: "anna@mail.com", value: "anna@mail.com"},
		{who: dutch, words: "anna", reason: ReasonEmailNoAt},
		{who: dutch, words: "anna at example.org", reason: ReasonEmailNoAt},
		{who: dutch, words: "anna@example.org, ben@example.org", reason: ReasonEmailNoAt},
		{who: dutch, words: "anna @example.org", reason: ReasonEmailSpace},
		{who: dutch, words: "anna@localhost", reason: ReasonEmailDomain},
		{who: dutch, words: "anna@[127.0.0.1]", reason: ReasonEmailDomain},
		{who: dutch, words: "anna@127.0.0.1", reason: ReasonEmailDomain},
		{who: dutch, words: "anna@example..org", reason: ReasonEmailDomain},
		{who: dutch, words: "anna@example_one.org", reason: ReasonEmailDomain},
		{who: dutch, words: "anna..v@example.org", reason: ReasonEmailUnreadable},
		{who: dutch, words: "@example.org", reason: ReasonEmailUnreadable},
		{who: dutch, words: strings.Repeat("a", 65) + "@example.org", reason: ReasonEmailUnreadable},
		{who: dutch, words: "heb ik niet", reason: ReasonEmailNoAt},
	})
}

func TestHandle(t *testing.T) {
	t.Parallel()
	readsAs(t, Handle, Limits{}, []typed{
		{who: dutch, words: "@anna.voorbeeld", value: "anna.voorbeeld"},
		{who: dutch, words: "Anna_Voorbeeld", value: "anna_voorbeeld"},
		{who: dutch, words: "tiktok.com/@anna", value: "anna"},
		{who: dutch, words: "https://www.tiktok.com/@Anna.V?_t=8abc&_r=1", value: "anna.v"},
		{who: dutch, words: "https://m.tiktok.com/@anna/video/7012345678901234567", value: "anna"},
		{who: dutch, words: "anna, ben", value: "anna|ben"},
		{who: dutch, words: "@anna en @anna2", value: "anna|anna2"},
		{who: dutch, words: "@anna @ANNA", value: "anna"},
		{who: dutch, words: "anna\nben\ncarla", value: "anna|ben|carla"},
		{who: dutch, words: "a b c d", reason: ReasonHandleForm},
		{who: dutch, words: "aa bb cc dd", reason: ReasonHandleMany},
		{who: dutch, words: "https://vm.tiktok.com/ZMabc123/", reason: ReasonHandleShortLink},
		{who: dutch, words: "https://www.tiktok.com/t/ZTabc123/", reason: ReasonHandleShortLink},
		{who: dutch, words: "https://example.org/anna", reason: ReasonHandleLink},
		{who: dutch, words: "anna😀", reason: ReasonHandleForm},
		{who: dutch, words: "ännä", reason: ReasonHandleForm},
		{who: dutch, words: "@", reason: ReasonHandleForm},
		{who: dutch, words: strings.Repeat("a", 25), reason: ReasonHandleForm},
		{who: dutch, words: "ab1234567", value: "ab1234567"},
		{who: dutch, words: "user7012345678901", value: "user7012345678901"},
		{who: dutch, words: "123456782", reason: ReasonIDNumber},
		{who: dutch, words: "weet ik niet", reason: ReasonDontKnow},
		{who: dutch, words: "@unknown", reason: ReasonDontKnow},
	})
	reading, _ := Read(Handle, "Anna Voorbeeld", Limits{}, dutch)
	if diff := cmp.Diff(Reading{Values: []string{"anna", "voorbeeld"}, Echo: true}, reading); diff != "" {
		t.Errorf("a name with a space looks like two handles and must be said back (-want +got):\n%s", diff)
	}
}
