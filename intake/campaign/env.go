package campaign

import (
	"strconv"
	"strings"

	"github.com/expr-lang/expr"

	"claimline/intake/answer"
)

// Answers is what expressions read: what was said, or stands by default, in canonical form.
type Answers interface {
	// Values returns the answer to a question about a member, or about the person when item is 0;
	// nothing when it was not answered or was skipped.
	Values(question string, item int) []string
	// Items lists the members of the group, in order.
	Items() []int
}

// Env is the answers as expressions see them at one moment. It reads an answer when an expression
// first needs it and works a fact out once; so it must not outlive a change of the answers. It is
// for one goroutine.
type Env struct {
	view *view
}

// Env makes the view that expressions have: of the person when item is 0, else of that member and
// the person. Today is written 2026-11-23.
func (c *Campaign) Env(a Answers, item int, today string) Env {
	f := &family{campaign: c, answers: a, today: today, views: map[int]*view{}}
	return Env{f.view(item)}
}

// family is one person and the members of the group.
type family struct {
	campaign *Campaign
	answers  Answers
	today    string
	views    map[int]*view
}

// view is the variables of an expression about one member, filled in as they are needed.
type view struct {
	family *family
	item   int
	vars   map[string]any
	filled map[string]bool
}

func (f *family) view(item int) *view {
	v, ok := f.views[item]
	if !ok {
		facts := map[string]any{}
		v = &view{f, item, map[string]any{todayName: readWhen(f.today, f.today, true), factsName: facts}, map[string]bool{}}
		f.views[item] = v
	}
	return v
}

// need fills in what a program reads.
func (v *view) need(r reads) {
	for _, id := range r.questions {
		v.fill(id)
	}
	for _, id := range r.facts {
		v.work(id)
	}
	if r.list {
		v.members(r)
	}
}

func (v *view) fill(id string) {
	if v.filled[id] {
		return
	}
	v.filled[id] = true
	q := v.family.campaign.Question(id)
	item := 0
	if q.Member {
		item = v.item
	}
	parts, into := segments(id), v.vars
	for _, part := range parts[:len(parts)-1] {
		inner, ok := into[part].(map[string]any)
		if !ok {
			inner = map[string]any{}
			into[part] = inner
		}
		into = inner
	}
	var values []string
	if !q.Member || item != 0 {
		values = v.family.answers.Values(id, item)
	}
	into[parts[len(parts)-1]] = valueOf(q, values, v.family.today)
}

// work works a fact out.
func (v *view) work(id string) {
	name := factsName + "." + id
	if v.filled[name] {
		return
	}
	v.filled[name] = true
	fact := v.family.campaign.fact(id)
	v.vars[factsName].(map[string]any)[id] = v.family.campaign.run(fact.Is, v)
}

// members fills in the group's list, as far as the program looks at it.
func (v *view) members(r reads) {
	f := v.family
	items := f.answers.Items()
	list := make([]any, 0, len(items))
	for _, item := range items {
		m := f.view(item)
		m.need(reads{questions: r.ofMembers, facts: r.memberFacts})
		if r.outcomes {
			m.vars[outcomeName] = string(f.campaign.Outcome(Env{m}).Tier)
		}
		list = append(list, m.vars)
	}
	v.vars[f.campaign.Group.ID] = list
}

// run runs a loaded expression. An expression that fails on these answers gives nothing; loading
// has tried it on no answers at all.
func (c *Campaign) run(e Expression, v *view) any {
	p, ok := c.programs[e]
	if !ok {
		return nil
	}
	v.need(p.reads)
	out, err := expr.Run(p.vm, v.vars)
	if err != nil {
		return nil
	}
	return out
}

// valueOf makes of an answer what typeOf promised.
func valueOf(q *Question, values []string, today string) any {
	first := ""
	if len(values) > 0 {
		first = values[0]
	}
	switch q.Kind {
	case answer.Several, answer.Handle, answer.File:
		return values
	case answer.Date, answer.Month, answer.Year:
		return readWhen(first, today, q.Future)
	case answer.Number:
		n, _ := strconv.Atoi(first)
		return n
	case answer.Money:
		return amount(first)
	}
	return first
}

// amount is the number in a canonical amount, such as 17.50 of "17.50 EUR".
func amount(value string) float64 {
	for _, part := range strings.Fields(value) {
		if n, err := strconv.ParseFloat(part, 64); err == nil {
			return n
		}
	}
	return 0
}
