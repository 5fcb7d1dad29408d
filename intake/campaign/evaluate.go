package campaign

import (
	"slices"
	"strconv"

	"claimline/intake/answer"
)

// Holds reports whether a condition of this campaign holds. An empty one always does.
func (c *Campaign) Holds(e Expression, env Env) bool {
	if e == "" {
		return true
	}
	held, _ := c.run(e, env.view).(bool)
	return held
}

// Evaluate returns the value of an expression as an answer in canonical form; "" for none.
func (c *Campaign) Evaluate(e Expression, env Env) string {
	switch value := c.run(e, env.view).(type) {
	case string:
		return value
	case int:
		return strconv.Itoa(value)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case When:
		return value.value
	case bool:
		if value {
			return answer.Yes
		}
		return answer.No
	}
	return ""
}

// Mentions lists the questions that an expression reads, itself or through facts and outcomes,
// sorted: the answers behind a flag.
func (c *Campaign) Mentions(e Expression) []string {
	seen, ids := map[Expression]bool{}, []string{}
	var follow func(Expression)
	follow = func(e Expression) {
		p, ok := c.programs[e]
		if !ok || seen[e] {
			return
		}
		seen[e] = true
		ids = append(append(ids, p.reads.questions...), p.reads.ofMembers...)
		for _, id := range append(slices.Clone(p.reads.facts), p.reads.memberFacts...) {
			follow(c.fact(id).Is)
		}
		if p.reads.outcomes {
			for _, o := range c.Outcomes {
				follow(o.When)
			}
		}
	}
	follow(e)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Outcome is the first outcome whose rule holds for the member that env is about, or for a person
// without members.
func (c *Campaign) Outcome(env Env) Outcome {
	for _, o := range c.Outcomes {
		if c.Holds(o.When, env) {
			return o
		}
	}
	return Outcome{}
}

// FactsOf works out all facts about the member that env is about, or about the person: each is a
// bool, an int or a string.
func (c *Campaign) FactsOf(env Env) map[string]any {
	out := map[string]any{}
	for _, f := range c.Facts {
		if f.Member == (env.view.item != 0) {
			env.view.work(f.ID)
			out[f.ID] = env.view.vars[factsName].(map[string]any)[f.ID]
		}
	}
	return out
}
