package campaign

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said is what somebody has answered, by question and member.
type said map[int]map[string][]string

func (s said) Values(question string, item int) []string { return s[item][question] }
func (s said) Items() []int {
	var items []int
	for item := range s {
		if item != 0 {
			items = append(items, item)
		}
	}
	slices.Sort(items)
	return items
}

const november = "2026-11-23"

// household is a member of a library with two readers: one in the claim, one too early for it.
var household = said{
	0: {"lm.who": {"member"}, "lm.country": {"NL"}, "lm.other": {"yes"}, "lm.deposit": {"120.50 EUR"}, "lm.name": {"Anna Voorbeeld"}, "k.firm": {"yes"}},
	3: {"b.name": {"Bram Voorbeeld"}, "b.dob": {"2014-05-06"}, "b.first": {"2021"}, "b.last": {"still"}, "b.item": {"aloud", "bedtime"}, "b.lamps": {"20"}, "b.may": {"alone"}},
	7: {"b.name": {"Cato Voorbeeld"}, "b.dob": {"2012"}, "b.first": {"2017"}, "b.last": {"2020-01-01/2020-06-30"}, "b.item": {"aloud"}, "b.lamps": {"11"}, "b.may": {"unsure"}},
}

// try compiles an expression as a rule of the made-up campaign and runs it on the household.
func try(t *testing.T, c *Campaign, e Expression, item int) any {
	t.Helper()
	k := newCompiler(c)
	for _, f := range c.Facts {
		k.typeFact(f, c.programs[f.Is].result)
	}
	p, reasons := k.compile(e, item != 0)
	if len(reasons) > 0 {
		t.Fatalf("%s: %v", e, reasons)
	}
	c.programs[e] = p
	return c.run(e, c.Env(household, item, november).view)
}

func TestExpressionsOverAHousehold(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	for _, test := range []struct {
		is   Expression
		item int
		want any
	}{
		{`lm.who`, 0, "member"},
		{`lm.who == "self" ? "self" : "other"`, 0, "other"},
		{`lm.phone`, 0, ""},
		{`lm.deposit > 100`, 0, true},
		{`b.lamps + 1`, 3, 21},
		{`"aloud" in b.item && len(b.item) == 1`, 7, true},
		{`any(readers, "bedtime" in .b.item)`, 0, true},
		{`all(readers, "bedtime" in .b.item)`, 0, false},
		{`count(readers, .b.may == "unsure")`, 0, 1},
		{`sum(map(readers, .b.lamps))`, 0, 31},
		{`f.lamps`, 0, 31},
		{`f.household`, 0, "one"},
		{`any(readers, .f.listened)`, 0, true},
		{`f.listened`, 3, true},
		{`f.listened`, 7, false},
		{`any(readers, .outcome == "reader")`, 0, true},
		{`count(filter(readers, .outcome == "friend"), true)`, 0, 1},
		{`first(lm.name)`, 0, "Anna"},
		{`age_min(b.dob, today)`, 3, 12},
		{`age_max(b.dob, today)`, 3, 12},
		{`age_min(b.dob, b.first)`, 3, 6},
		{`age_max(b.dob, b.first)`, 3, 7},
		{`age_min(b.dob, b.first)`, 7, 4},
		{`age_max(b.dob, b.first)`, 7, 5},
		{`age_min(b.due, today)`, 3, 0},
		{`age_max(b.due, today)`, 3, 150},
		{`known(b.due)`, 3, false},
		{`known(b.dob)`, 7, true},
		{`year(b.first)`, 3, 2021},
		{`year(b.due)`, 3, 0},
		{`surely_before(b.last, day("2020-07-01"))`, 7, true},
		{`surely_before(b.last, day("2020-06-30"))`, 7, false},
		{`maybe_before(b.last, day("2020-06-30"))`, 7, true},
		{`surely_before(b.due, today)`, 3, false},
		{`maybe_before(b.due, today)`, 3, true},
		{`surely_before(b.first, b.last)`, 3, true},
		{`country_in(lm.country)`, 0, true},
		{`country_opt_in(lm.country)`, 0, false},
		{`eea(lm.country) && eea("NO") && eea("CH") && !eea("GB") && !eea("")`, 0, true},
		{`lm.country in ["NL", "BE"]`, 0, true},
		{`lm.name startsWith "Anna" && lm.name matches "^[A-Z]"`, 0, true},
		{`min(3, 2) + max(1, 2)`, 0, 4},
	} {
		if got := try(t, c, test.is, test.item); got != test.want {
			t.Errorf("%s of member %d is %v, want %v", test.is, test.item, got, test.want)
		}
	}
}

// TestExpressionsThatAreNotUsedHere keeps out what could not be followed, or would not be the same tomorrow.
func TestExpressionsThatAreNotUsedHere(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	k := newCompiler(c)
	for _, e := range []Expression{
		`now().Year()`, `date("2020-01-01")`, `let x = lm.who; x == "self"`, `readers[0].b.may`, `{"a": 1}`, `1..100000000`,
		`lm?.who`, `lm.who ?? "self"`, `$env.lm.who`, `$env["lm"]`, `lm`, `readers.b`, `env("HOME")`, `#`, `#index`, `lm.who.x`, `len(lm)`,
		`toJSON(readers)`, `filter(readers, .b.may == "alone")[0]`, `groupBy(readers, .b.may)`, `sortBy(readers, .b.may)`, `find(readers, .b.may == "alone")`, `day(lm.name)`, `nil`, `b.item[0]`, `lm.who[0:1]`,
		`1; 2`, `first`, `today.from`, `f`, `reduce(readers, 1)`, Expression(`lm.who == "self"` + longOr(300)),
	} {
		if p, reasons := k.compile(e, true); len(reasons) == 0 {
			t.Errorf("%s is let through, as %s", e, p.result)
		}
	}
}

func longOr(n int) string {
	out := ""
	for range n {
		out += ` || lm.who == "self"`
	}
	return out
}

func TestEvaluateGivesAnAnswer(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	env := c.Env(household, 3, november)
	for _, test := range []struct {
		question, want string
		of             func(*Question) Expression
	}{
		{"b.country", "NL", func(q *Question) Expression { return q.Default }},
		{"b.model", "classic", func(q *Question) Expression { return q.Default }},
		{"k.act", "Anna", func(q *Question) Expression { return q.Choices[1].Sets["lm.first_name"] }},
		{"lm.who", "", func(q *Question) Expression { return q.Default }},
	} {
		if got := c.Evaluate(test.of(c.Question(test.question)), env); got != test.want {
			t.Errorf("%s: got %q, want %q", test.question, got, test.want)
		}
	}
	if c.Holds("no.such(rule", env) || c.Evaluate("no.such(rule", env) != "" {
		t.Error("an expression that is not the campaign's has a value")
	}
	if !c.Holds("", env) {
		t.Error("an empty condition does not hold")
	}
}

func TestOutcomesAndFacts(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	if got := c.Outcome(c.Env(household, 3, november)); got.Tier != "reader" || !got.Counts {
		t.Errorf("member 3: %+v", got)
	}
	if got := c.Outcome(c.Env(household, 7, november)); got.Tier != "friend" || got.Reason != "TOO_EARLY" {
		t.Errorf("member 7: %+v", got)
	}
	if got := c.Outcome(c.Env(said{}, 0, november)); got.Tier == "" {
		t.Error("somebody who said nothing has no outcome")
	}
	want := map[string]any{"under_12": true, "listened": true, "minor": true, "lives_in": true, "lives_near": false}
	if diff := cmp.Diff(want, c.FactsOf(c.Env(household, 3, november))); diff != "" {
		t.Errorf("facts of member 3 (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"lamps": 31, "household": "one"}, c.FactsOf(c.Env(household, 0, november))); diff != "" {
		t.Errorf("facts of the person (-want +got):\n%s", diff)
	}
}

func TestMentionsNamesTheAnswersBehindARule(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	for _, test := range []struct {
		code string
		want []string
	}{
		{"OTHER_CLAIM", []string{"lm.other"}},
		{"TOO_EARLY", []string{"b.last"}},
		{"MANY_LAMPS", []string{"b.lamps"}},
		{"SAME_NAME", []string{"b.name"}},
		{"NOBODY_COUNTS", []string{"b.country", "b.dob", "b.first", "b.last", "b.may", "lm.country", "lm.who"}},
	} {
		i := slices.IndexFunc(c.Flags, func(f FlagRule) bool { return f.Code == test.code })
		if diff := cmp.Diff(test.want, c.Mentions(c.Flags[i].When)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.code, diff)
		}
	}
}

// FuzzAnswers evaluates every rule on whatever somebody may have answered: nothing panics, and
// everybody has an outcome.
func FuzzAnswers(f *testing.F) {
	c := lanterns(f)
	f.Add("2012-03-12", "still", "20", "member", november)
	f.Add("unknown", "2019-21~", "-1", "self", "")
	f.Add("9999-12-31/0001", "2018-13", "1e9 EUR", "\xff", "0000-00-00")
	f.Fuzz(func(t *testing.T, a, b, number, word, today string) {
		answers := said{0: {}, 1: {}, 2: {}}
		for i, q := range c.Questions {
			answers[i%3][q.ID] = []string{[]string{a, b, number, word}[i%4], word}
		}
		for item := range answers {
			env := c.Env(answers, item, today)
			for _, r := range c.rules() {
				c.Holds(r.is, env)
				c.Evaluate(r.is, env)
			}
			c.FactsOf(env)
			if c.Outcome(env).Tier == "" {
				t.Fatal("no outcome")
			}
		}
	})
}

func BenchmarkEnvAndOneCondition(b *testing.B) {
	c := lanterns(b)
	when := c.Question("b.safe").When
	for b.Loop() {
		c.Holds(when, c.Env(household, 3, november))
	}
}

func BenchmarkEveryRule(b *testing.B) {
	c := lanterns(b)
	rules := c.rules()
	for b.Loop() {
		for _, item := range []int{0, 3, 7} {
			env := c.Env(household, item, november)
			for _, r := range rules {
				c.Holds(r.is, env)
			}
		}
	}
}
