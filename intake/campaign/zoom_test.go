package campaign

import (
	"maps"
	"slices"
	"testing"
)

// A mother who claims for herself and for a child.
var motherAndChild = said{
	0: {"zm.who": {"both"}, "zm.country": {"NL"}, "zm.name": {"Fatima Voorbeeld"}, "zm.postcode": {"1234 AB"}, "zm.settled": {"no"}, "zm.joined": {"no"}, "k.lawyers": {"yes"}},
	1: {"zm.c.self": {"yes"}, "zm.account": {"free"}, "zm.first_use": {"2020"}, "zm.last_use": {"still"}, "zm.grievances": {"z2"}},
	2: {"zm.c.self": {"no"}, "zm.c.name": {"Anna Voorbeeld"}, "zm.c.dob": {"2012-03-12"}, "zm.c.authority": {"together"},
		"zm.c.school_use": {"lessons"}, "zm.c.first_use": {"2020"}, "zm.c.last_use": {"2021"}, "zm.c.grievances": {"z7"}},
}

func zoom(t *testing.T) *Campaign {
	t.Helper()
	c, faults := Load(Embedded(), "zoom")
	if faults != nil {
		t.Fatal(faults)
	}
	return c
}

// with is what somebody answered, but for what they say differently about one member.
func (s said) with(item int, answers map[string][]string) said {
	changed := maps.Clone(s)
	changed[item] = maps.Clone(s[item])
	maps.Copy(changed[item], answers)
	return changed
}

var zoomRaises = []raises{
	{"SAFEGUARDING_URGENT", 1, map[string][]string{"z3.safe": {"no"}}},
	{"SAFEGUARDING", 2, map[string][]string{"z3.safe": {"unknown"}}},
	{"SAFEGUARDING", 2, map[string][]string{"z3.safe": {"yes"}, "z3.kind": {"noise", "abuse"}}},
	{"SAFEGUARDING", 1, map[string][]string{"z3.safe": {"yes"}, "z3.kind": {"threats"}, "z3.child": {"yes"}}},
	{"GUARDIAN_DISPUTE", 2, map[string][]string{"zm.c.authority": {"objects"}}},
	{"AUTHORITY_UNCLEAR", 2, map[string][]string{"zm.c.authority": {"unsure"}}},
	{"CHILD_OBJECTS", 2, map[string][]string{"zm.c.child_ok": {"no"}}},
	{"ENTERPRISE_ONLY", 1, map[string][]string{"zm.account": {"employer", "government"}}},
	{"OTHER_REPRESENTATION", 0, map[string][]string{"zm.joined": {"yes"}}},
	{"PRIOR_SETTLEMENT", 0, map[string][]string{"zm.settled": {"yes"}}},
	{"NOT_ELIGIBLE_PERIOD", 1, map[string][]string{"zm.last_use": {"2018-01-01/2018-05-24"}}},
	{"NOT_ELIGIBLE_PERIOD", 2, map[string][]string{"zm.c.last_use": {"2017"}}},
	{"OUT_OF_SCOPE_COUNTRY", 0, map[string][]string{"zm.country": {"US"}}},
	{"DATE_CONFLICT", 2, map[string][]string{"zm.c.first_use": {"2011"}}},
	{"COUNTRY_MISMATCH", 0, map[string][]string{"zm.country": {"BE"}}},
	{"NAME_IMPLAUSIBLE", 0, map[string][]string{"zm.name": {"asdf"}}},
	{"NAME_IMPLAUSIBLE", 2, map[string][]string{"zm.c.name": {"test test"}}},
	{"SPECIAL_DATA", 1, map[string][]string{"z2.topic": {"business", "health"}}},
	{"SPECIAL_DATA", 2, map[string][]string{"zm.c.care": {"therapy"}}},
	{"POLITICAL_SPEECH", 1, map[string][]string{"z5.topic": {"protest"}}},
	{"PUBLICATION", 2, map[string][]string{"z6.who": {"online"}}},
	{"HIGH_VALUE", 1, map[string][]string{"zm.paid": {"5001.00 EUR"}}},
	{"NO_LAWYER_CONSENT", 0, map[string][]string{"k.lawyers": {"no"}}},
}

// Of the claim against Zoom, too, every flag that answers can raise is raised by them, and an
// ordinary family raises none.
func TestWhatRaisesTheFlagsOfZoom(t *testing.T) {
	t.Parallel()
	c := zoom(t)
	if got := raised(c, motherAndChild); got != nil {
		t.Errorf("an ordinary family raises %v", got)
	}
	tried := []string{"ADULT_NOW", "MANY_CHILDREN"} // the first by no answer, the second below
	for _, r := range zoomRaises {
		if got := raised(c, motherAndChild.with(r.item, r.answer)); !slices.Contains(got, r.code) {
			t.Errorf("%v raises %v, want %s", r.answer, got, r.code)
		}
		tried = append(tried, r.code)
	}
	crowd := maps.Clone(motherAndChild)
	for item := 3; item <= 8; item++ {
		crowd[item] = motherAndChild[2]
	}
	if got := raised(c, crowd); !slices.Equal(got, []string{"MANY_CHILDREN"}) {
		t.Errorf("seven children raise %v", got)
	}
	for _, f := range c.Flags {
		if !slices.Contains(tried, f.Code) {
			t.Errorf("nothing here raises %s", f.Code)
		}
	}
}

func TestWhatRaisesNoFlagOfZoom(t *testing.T) {
	t.Parallel()
	c := zoom(t)
	for label, family := range map[string]said{
		"work and private use":          motherAndChild.with(1, map[string][]string{"zm.account": {"employer", "guest"}}),
		"threats among adults":          motherAndChild.with(1, map[string][]string{"z3.kind": {"threats"}, "z3.child": {"no"}}),
		"noise in a lesson":             motherAndChild.with(2, map[string][]string{"z3.kind": {"noise"}}),
		"the law came within the year":  motherAndChild.with(1, map[string][]string{"zm.first_use": {"2017"}, "zm.last_use": {"2018"}}),
		"confidential, but not special": motherAndChild.with(1, map[string][]string{"z2.topic": {"business", "family"}}),
		"no therapy after all":          motherAndChild.with(2, map[string][]string{"zm.c.care": {"other"}}),
		"just five thousand":            motherAndChild.with(1, map[string][]string{"zm.paid": {"5000.00 EUR"}}),
	} {
		if got := raised(c, family); got != nil {
			t.Errorf("%s raises %v", label, got)
		}
	}
}

// Each has a claim of their own: what excludes a parent does not exclude the child.
func TestOutcomesOfZoom(t *testing.T) {
	t.Parallel()
	c := zoom(t)
	abroad := func(school string) said {
		return motherAndChild.with(0, map[string][]string{"zm.country": {"US"}}).with(2, map[string][]string{"zm.c.school_country": {school}})
	}
	for label, test := range map[string]struct {
		family   said
		mother   string
		child    string
		tellsWhy string // the reason that the mother reads
	}{
		"both count":              {motherAndChild, "claimant", "claimant", ""},
		"work only":               {motherAndChild.with(1, map[string][]string{"zm.account": {"employer"}}), "supporter", "claimant", "ENTERPRISE_ONLY"},
		"before the law":          {motherAndChild.with(1, map[string][]string{"zm.last_use": {"2017"}}), "supporter", "claimant", "NOT_ELIGIBLE_PERIOD"},
		"Belgium":                 {motherAndChild.with(0, map[string][]string{"zm.country": {"BE"}}), "claimant_optin", "claimant_optin", ""},
		"America, a Dutch school": {abroad("NL"), "supporter", "claimant", "OUT_OF_SCOPE_COUNTRY"},
		"America, school as well": {abroad("US"), "supporter", "supporter", "OUT_OF_SCOPE_COUNTRY"},
		"the father objects":      {motherAndChild.with(2, map[string][]string{"zm.c.authority": {"objects"}}), "claimant", "supporter", ""},
	} {
		mother, child := c.Outcome(c.Env(test.family, 1, november)), c.Outcome(c.Env(test.family, 2, november))
		if string(mother.Tier) != test.mother || string(child.Tier) != test.child || mother.Reason != test.tellsWhy {
			t.Errorf("%s: the mother is %s (%s), the child %s", label, mother.Tier, mother.Reason, child.Tier)
		}
	}
}

func TestFactsOfZoom(t *testing.T) {
	t.Parallel()
	c := zoom(t)
	for label, test := range map[string]struct {
		item    int
		answers map[string][]string
		fact    string
		want    any
	}{
		"no choice at school":     {2, map[string][]string{"zm.c.school_choice": {"no"}, "zm.c.grievances": {"z1"}}, "school_imposed", true},
		"a point of the family's": {2, nil, "school_imposed", true},
		"could say no":            {2, map[string][]string{"zm.c.school_choice": {"yes"}, "zm.c.grievances": {"z1"}}, "school_imposed", false},
		"an iPhone early in 2020": {1, map[string][]string{"zm.device": {"ios", "mac"}, "zm.first_use": {"2020"}}, "facebook_sdk", true},
		"a child's iPad in 2019":  {2, map[string][]string{"zm.device": {"ios"}, "zm.c.first_use": {"2019"}}, "facebook_sdk", true},
		"an iPhone in 2021":       {1, map[string][]string{"zm.device": {"ios"}, "zm.first_use": {"2021"}}, "facebook_sdk", false},
		"an Android telephone":    {1, map[string][]string{"zm.device": {"android"}}, "facebook_sdk", false},
		"a child of eight":        {2, nil, "age_first", "under-13"},
		"an adult has no age":     {1, nil, "age_first", ""},
	} {
		env := c.Env(motherAndChild.with(test.item, test.answers), test.item, november)
		if got := c.FactsOf(env)[test.fact]; got != test.want {
			t.Errorf("%s: %s is %v", label, test.fact, got)
		}
	}
}

// Who writes for others as well tells about themselves first. Which member that is follows from the
// answers, whatever is removed or added later.
func TestWhichMemberIsThePersonWhoWrites(t *testing.T) {
	t.Parallel()
	c := zoom(t)
	self := c.Question("zm.c.self").Default
	none := map[string][]string{}
	adult, child := map[string][]string{"zm.account": {"free"}}, map[string][]string{"zm.c.name": {"Anna Voorbeeld"}}
	for label, test := range map[string]struct {
		who    string
		people said
		want   map[int]string
	}{
		"alone":                          {"me", said{1: none}, map[int]string{1: "yes"}},
		"a parent":                       {"child", said{1: none, 2: none}, map[int]string{1: "no", 2: "no"}},
		"both, at the first question":    {"both", said{1: none}, map[int]string{1: "yes"}},
		"both, a child is added":         {"both", said{1: adult, 2: none}, map[int]string{1: "yes", 2: "no"}},
		"both, the adult is removed":     {"both", said{2: child}, map[int]string{2: "no"}},
		"both, and another child comes":  {"both", said{2: child, 3: none}, map[int]string{2: "no", 3: "no"}},
		"both, the children are removed": {"both", said{1: adult}, map[int]string{1: "yes"}},
	} {
		test.people[0] = map[string][]string{"zm.who": {test.who}}
		for item, want := range test.want {
			if got := c.Evaluate(self, c.Env(test.people, item, november)); got != want {
				t.Errorf("%s: of member %d it says %q", label, item, got)
			}
		}
	}
}
