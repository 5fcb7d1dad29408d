package campaign

import (
	"maps"
	"slices"
	"testing"
)

// raises is one thing that somebody answers differently, and the flag that it raises.
type raises struct {
	code   string
	item   int // 0 for an answer about the person
	answer map[string][]string
}

var tiktokRaises = []raises{
	{"SAFEGUARDING_URGENT", 1, map[string][]string{"g4.safe": {"no"}}},
	{"SAFEGUARDING", 1, map[string][]string{"g4.safe": {"unknown"}}},
	{"SERIOUS_HARM", 1, map[string][]string{"g8.harm": {"doctor"}}},
	{"GUARDIAN_DISPUTE", 1, map[string][]string{"c.authority": {"objects"}}},
	{"AUTHORITY_UNCLEAR", 1, map[string][]string{"c.authority": {"unsure"}}},
	{"CHILD_OBJECTS", 1, map[string][]string{"c.child_ok": {"no"}}},
	{"OTHER_REPRESENTATION", 0, map[string][]string{"tt.already": {"joined"}}},
	{"PRIOR_SETTLEMENT", 0, map[string][]string{"tt.already": {"received"}}},
	{"NOT_ELIGIBLE_PERIOD", 1, map[string][]string{"c.first_use": {"2017"}, "c.last_use": {"2018-01-01/2018-05-24"}}},
	{"NOT_ELIGIBLE_AGE", 1, map[string][]string{"c.dob": {"1999-03-12"}}},
	{"OUT_OF_SCOPE_COUNTRY", 0, map[string][]string{"tt.country": {"US"}}},
	{"DATE_CONFLICT", 1, map[string][]string{"c.ban_date": {"2019-01-01"}}},
	{"COUNTRY_MISMATCH", 0, map[string][]string{"tt.country": {"BE"}}},
	{"NAME_IMPLAUSIBLE", 0, map[string][]string{"tt.name": {"asdf"}}},
	{"NAME_IMPLAUSIBLE", 1, map[string][]string{"c.name": {"test test"}}},
	{"WEAK_LINK", 1, map[string][]string{"c.account": {"other"}}},
	{"ACCOUNT_BREACH", 1, map[string][]string{"g3.what": {"made_public"}}},
	{"SPECIAL_DATA", 1, map[string][]string{"g6.reason": {"looks"}}},
	{"POLITICAL_SPEECH", 1, map[string][]string{"g7.topic": {"protest"}}},
	{"EVIDENCE_DEADLINE", 1, map[string][]string{"c.ban_date": {"2026-06-10"}}},
	{"HIGH_VALUE", 1, map[string][]string{"g9.amount": {"5001.00 EUR"}}},
	{"NO_LAWYER_CONSENT", 0, map[string][]string{"k.lawyers": {"no"}}},
}

// Of the shipped campaign every flag that answers can raise is raised by them, and an ordinary
// family raises none.
func TestWhatRaisesTheFlagsOfTikTok(t *testing.T) {
	t.Parallel()
	c, faults := Load(Embedded(), "tiktok")
	if faults != nil {
		t.Fatal(faults)
	}
	family := said{
		0: {"tt.role": {"parent"}, "tt.country": {"NL"}, "tt.name": {"Fatima Voorbeeld"}, "tt.postcode": {"1234 AB"}, "tt.already": {"none"}, "k.lawyers": {"yes"}},
		1: {"c.name": {"Anna Voorbeeld"}, "c.dob": {"2012-03-12"}, "c.authority": {"together"}, "c.account": {"own"}, "c.first_use": {"2020"}, "c.last_use": {"still"}},
	}
	if got := raised(c, family); got != nil {
		t.Errorf("an ordinary family raises %v", got)
	}
	var tried []string
	for _, r := range tiktokRaises {
		changed := said{0: maps.Clone(family[0]), 1: maps.Clone(family[1])}
		maps.Copy(changed[r.item], r.answer)
		if got := raised(c, changed); !slices.Contains(got, r.code) {
			t.Errorf("%v raises %v, want %s", r.answer, got, r.code)
		}
		tried = append(tried, r.code)
	}
	crowd := maps.Clone(family)
	for item := 2; item <= 7; item++ {
		crowd[item] = family[1]
	}
	if got := raised(c, crowd); !slices.Equal(got, []string{"MANY_CHILDREN"}) {
		t.Errorf("seven children raise %v", got)
	}
	for _, f := range c.Flags {
		if f.When != "false" && f.Code != "MANY_CHILDREN" && !slices.Contains(tried, f.Code) {
			t.Errorf("nothing here raises %s", f.Code)
		}
	}
}

// raised lists the codes that answers raise, about the person and about each member.
func raised(c *Campaign, answers said) []string {
	var codes []string
	for _, item := range append([]int{0}, answers.Items()...) {
		for _, f := range c.Raised(c.Env(answers, item, november)) {
			codes = append(codes, f.Code)
		}
	}
	return codes
}
