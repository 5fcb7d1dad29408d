package campaign

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"

	"claimline/intake/answer"
)

// A Function is what an expression may call, besides any, all, none, count, filter, map, len, sum,
// min and max.
type Function struct {
	Name  string
	Usage string // how it is written, and what comes back
	Says  string // a sentence for the authors of campaigns
}

// Functions lists everything that expressions may call. Dates are imprecise: a year is all its
// days, an unanswered date any day at all. That is why there are two ages and two orders.
var Functions = []Function{
	{"age_min", "age_min(birth, at) number", "The youngest age in whole years that somebody born then can have had; 0 when a date is missing. `age_min(c.dob, c.first_use) < 13` reads: may have been under 13."},
	{"age_max", "age_max(birth, at) number", "The oldest age; 150 when a date is missing. `age_max(c.dob, today) < 18` reads: is certainly a minor now."},
	{"surely_before", "surely_before(a, b) yes/no", "Every day that a can be lies before every day that b can be; false when either is missing."},
	{"maybe_before", "maybe_before(a, b) yes/no", "Some day that a can be lies before some day that b can be; true when either is missing."},
	{"days", "days(from, to) number", "The fewest whole days from one date to the other; 0 when a date is missing or the second may come first."},
	{"day", `day("2018-05-25") date`, "A fixed day, written year-month-day."},
	{"known", "known(date) yes/no", "A date was answered, however roughly."},
	{"year", "year(date) number", "The first year the date can lie in; 0 when it is missing."},
	{"first", "first(name) text", "The first name in a whole name."},
	{"implausible", "implausible(name) yes/no", "Nobody can be called this: keys side by side, one letter over and over, or the word test. Says nothing about whether a name is common, or real."},
	{"country_in", "country_in(country) yes/no", "The country is in the campaign's list countries.in."},
	{"country_opt_in", "country_opt_in(country) yes/no", "The country is in the campaign's list countries.opt_in."},
	{"eea", "eea(country) yes/no", "The country is in the EU, in the EEA, or is Switzerland."},
}

// eea is the European Union, Iceland, Liechtenstein, Norway and Switzerland, as of 2026.
var eea = strings.Fields("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO CH")

var builtins = []string{"any", "all", "none", "count", "filter", "map", "len", "sum", "min", "max"}

// functions gives expressions what they may call, and takes away the rest of the language's own.
func (c *Campaign) functions() []expr.Option {
	out := []expr.Option{expr.DisableAllBuiltins(), expr.MaxNodes(maxNodes)}
	for _, name := range builtins {
		out = append(out, expr.EnableBuiltin(name))
	}
	return append(out,
		expr.Function("age_min", func(p ...any) (any, error) { return ageMin(p[0].(When), p[1].(When)), nil }, new(func(When, When) int)),
		expr.Function("age_max", func(p ...any) (any, error) { return ageMax(p[0].(When), p[1].(When)), nil }, new(func(When, When) int)),
		expr.Function("surely_before", func(p ...any) (any, error) { return p[0].(When).to < p[1].(When).from, nil }, new(func(When, When) bool)),
		expr.Function("maybe_before", func(p ...any) (any, error) { return p[0].(When).from < p[1].(When).to, nil }, new(func(When, When) bool)),
		expr.Function("days", func(p ...any) (any, error) { return days(p[0].(When), p[1].(When)), nil }, new(func(When, When) int)),
		expr.Function("known", func(p ...any) (any, error) { return p[0].(When).known(), nil }, new(func(When) bool)),
		expr.Function("year", func(p ...any) (any, error) { return p[0].(When).from / 10000, nil }, new(func(When) int)),
		expr.Function("day", day, new(func(string) When)),
		expr.Function("first", func(p ...any) (any, error) { return answer.FirstName(p[0].(string)), nil }, new(func(string) string)),
		expr.Function("implausible", func(p ...any) (any, error) { return answer.Implausible(p[0].(string)), nil }, new(func(string) bool)),
		expr.Function("country_in", member(c.Countries.In), new(func(string) bool)),
		expr.Function("country_opt_in", member(c.Countries.OptIn), new(func(string) bool)),
		expr.Function("eea", member(eea), new(func(string) bool)),
	)
}

func member(of []string) func(...any) (any, error) {
	return func(p ...any) (any, error) { return slices.Contains(of, p[0].(string)), nil }
}

func day(p ...any) (any, error) {
	t, err := time.Parse(time.DateOnly, p[0].(string))
	if err != nil {
		return nil, fmt.Errorf("%q is not a day written year-month-day", p[0])
	}
	return When{number(t), number(t), p[0].(string)}, nil
}

// days is the fewest whole days from one date to the other.
func days(from, to When) int {
	if !from.known() || !to.known() {
		return 0
	}
	return max(int(civil(to.from).Sub(civil(from.to)).Hours()/24), 0)
}

func civil(n int) time.Time {
	return time.Date(n/10000, time.Month(n/100%100), n%100, 0, 0, 0, 0, time.UTC)
}
