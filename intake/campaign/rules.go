package campaign

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/expr-lang/expr"

	"claimline/intake/answer"
)

// rule is one expression of the campaign with its place and what it must be.
type rule struct {
	where  string
	is     Expression
	member bool      // sees the answers about a member
	value  *Question // the question whose answer it gives; nil for a condition
	text   bool      // gives a text
}

// rules lists every expression of the campaign but the facts.
func (c *Campaign) rules() []rule {
	out := []rule{{where: "voice", is: c.Voice, text: true}}
	if g := c.Group; g != nil {
		out = append(out, rule{where: "group.when", is: g.When}, rule{where: "group.one", is: g.One})
		for i, leave := range g.Leave {
			out = append(out, rule{where: numbered("group.leave", i) + ".when", is: leave.When, member: true})
		}
	}
	for _, q := range c.Questions {
		out = append(out, c.rulesOf(q)...)
	}
	for _, p := range c.Packs {
		out = append(out, rule{where: "packs." + p.ID + ".when", is: p.When, member: true})
	}
	for i, o := range c.Outcomes {
		out = append(out, rule{where: numbered("outcomes", i) + ".when", is: o.When, member: true})
	}
	for _, f := range c.Flags {
		out = append(out, rule{where: "flags." + f.Code + ".when", is: f.When, member: f.Member})
	}
	return slices.DeleteFunc(out, func(r rule) bool { return r.is == "" })
}

func (c *Campaign) rulesOf(q *Question) []rule {
	at := "questions." + q.ID
	out := []rule{
		{where: at + ".when", is: q.When, member: q.Member},
		{where: at + ".default", is: q.Default, member: q.Member, value: q},
		{where: at + ".offer", is: q.Offer, member: q.Member, value: q},
	}
	for i, o := range q.Refuse {
		out = append(out, rule{where: numbered(at+".refuse", i) + ".when", is: o.When, member: q.Member})
	}
	for i, o := range q.Doubt {
		out = append(out, rule{where: numbered(at+".doubt", i) + ".when", is: o.When, member: q.Member})
	}
	for _, choice := range q.Choices {
		in := at + ".choices." + choice.ID
		out = append(out, rule{where: in + ".when", is: choice.When, member: q.Member})
		for id, e := range choice.Sets {
			if target := c.Question(id); target != nil {
				out = append(out, rule{where: in + ".sets." + id, is: e, member: q.Member, value: target})
			}
		}
	}
	return out
}

// prepare compiles every expression: the facts first, each after those it reads, then the rules.
func (l *loader) prepare(c *Campaign) {
	k := newCompiler(c)
	c.programs = map[Expression]*program{}
	before := len(l.faults)
	l.facts(c, k)
	for _, r := range c.rules() {
		p, reasons := k.compile(r.is, r.member)
		for _, reason := range reasons {
			l.at(r.where, "%s", reason)
		}
		if p == nil {
			continue
		}
		if reason := r.fits(p); reason != "" {
			l.at(r.where, "%s", reason)
			continue
		}
		c.programs[r.is] = p
		l.results(c, r, p.results)
	}
	if len(l.faults) == before {
		l.tryOut(c)
	}
}

// results checks what an expression gives, as far as it is written out.
func (l *loader) results(c *Campaign, r rule, results []string) {
	if r.text {
		c.voices = slices.DeleteFunc(results, func(voice string) bool { return voice == "" })
		return
	}
	if r.value == nil {
		return
	}
	for _, value := range results {
		if reason := r.value.refuses(value); reason != "" {
			l.at(r.where, "this gives %s", reason)
		}
	}
}

// tryOut runs every expression on no answers at all, where an expression that can fail does.
func (l *loader) tryOut(c *Campaign) {
	for _, r := range c.rules() {
		view := c.Env(nothing{}, 0, "2026-01-01").view
		view.need(c.programs[r.is].reads)
		if _, err := expr.Run(c.programs[r.is].vm, view.vars); err != nil {
			l.at(r.where, "the expression fails where nothing has been answered: %s", explain(err))
		}
	}
}

// nothing is what somebody has answered who has just arrived.
type nothing struct{}

func (nothing) Values(string, int) []string { return nil }
func (nothing) Items() []int                { return nil }

func numbered(where string, i int) string { return where + "." + strconv.Itoa(i+1) }

// facts compiles the facts in rounds: each round takes those whose own facts are known already.
func (l *loader) facts(c *Campaign, k *compiler) {
	waiting := slices.Clone(c.Facts)
	for len(waiting) > 0 {
		var next []Fact
		for _, f := range waiting {
			waits := func(id string) bool {
				return slices.ContainsFunc(waiting, func(w Fact) bool { return w.ID == id })
			}
			if slices.ContainsFunc(k.factsBehind(f.Is, f.Member), waits) {
				next = append(next, f)
			} else {
				l.fact(c, k, f)
			}
		}
		if len(next) == len(waiting) {
			for _, f := range next {
				l.at("facts."+f.ID+".is", "the fact depends on itself")
				k.typeFact(f, reflect.TypeFor[bool]())
			}
			return
		}
		waiting = next
	}
}

func (l *loader) fact(c *Campaign, k *compiler, f Fact) {
	where := "facts." + f.ID + ".is"
	p, reasons := k.compile(f.Is, f.Member)
	for _, reason := range reasons {
		l.at(where, "%s", reason)
	}
	if f.Sensitivity != "" && !slices.Contains(sensitivities, f.Sensitivity) {
		l.at("facts."+f.ID+".sensitivity", "there is no sensitivity %q; known are %s", f.Sensitivity, listed(sensitivities))
	}
	result := reflect.TypeFor[bool]()
	if p != nil {
		if !slices.Contains([]reflect.Kind{reflect.Bool, reflect.Int, reflect.String}, p.result.Kind()) {
			l.at(where, "a fact is yes or no, a whole number or a text; this gives %s", nameType(p.result))
		} else {
			c.programs[f.Is], result = p, p.result
		}
	}
	k.typeFact(f, result)
}

// fits reports, in a sentence, why an expression gives the wrong kind of result; "" when it is right.
func (r rule) fits(p *program) string {
	kind := p.result.Kind()
	switch {
	case r.value == nil && !r.text && kind != reflect.Bool:
		return "a condition must be yes or no; this gives " + nameType(p.result)
	case r.text && kind != reflect.String:
		return "this must give a text; it gives " + nameType(p.result)
	case r.value == nil:
		return ""
	}
	wanted := reflect.TypeFor[string]()
	switch r.value.Kind {
	case answer.Date, answer.Month, answer.Year:
		wanted = reflect.TypeFor[When]()
	case answer.Number:
		wanted = reflect.TypeFor[int]()
	case answer.Several, answer.Handle, answer.File, answer.Money:
		return "an answer of the kind " + string(r.value.Kind) + " cannot be given by an expression"
	}
	if p.result != wanted {
		return "the answer to " + r.value.ID + " must be " + nameType(wanted) + "; this gives " + nameType(p.result)
	}
	return ""
}

func nameType(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[When]():
		return "a date"
	case reflect.TypeFor[[]string]():
		return "a list of answers"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "yes or no"
	case reflect.Int, reflect.Float64:
		return "a number"
	case reflect.String:
		return "a text"
	case reflect.Slice:
		return "a list"
	}
	return "something else"
}
