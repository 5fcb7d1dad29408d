package campaign

import (
	"slices"
	"strings"

	"golang.org/x/text/language"

	"claimline/intake/answer"
)

// Question finds a question by its id; nil when there is none.
func (c *Campaign) Question(id string) *Question { return c.question[id] }

// Asking finds the question whose answer is the same thing in any campaign; nil when there is none.
func (c *Campaign) Asking(same string) *Question {
	i := slices.IndexFunc(c.Questions, func(q *Question) bool { return same != "" && q.Same == same })
	if i < 0 {
		return nil
	}
	return c.Questions[i]
}

// SensitivityOf says how delicate the answer to a question is.
func (c *Campaign) SensitivityOf(id string) Sensitivity {
	if q := c.Question(id); q != nil && q.Sensitivity != "" {
		return q.Sensitivity
	}
	return Ordinary
}

// Tiers lists the outcomes a submission can have, best first.
func (c *Campaign) Tiers() []Tier {
	var tiers []Tier
	for _, o := range c.Outcomes {
		if !slices.Contains(tiers, o.Tier) {
			tiers = append(tiers, o.Tier)
		}
	}
	return tiers
}

func (c *Campaign) fact(id string) *Fact {
	for i := range c.Facts {
		if c.Facts[i].ID == id {
			return &c.Facts[i]
		}
	}
	return nil
}

// answers lists the answers that a question can have; nil when they cannot be listed.
func (q *Question) answers() []string {
	if len(q.Choices) > 0 {
		ids := make([]string, len(q.Choices))
		for i, choice := range q.Choices {
			ids[i] = choice.ID
		}
		return ids
	}
	switch q.Kind {
	case answer.YesNo, answer.Agree, answer.Group:
		return []string{answer.Yes, answer.No}
	case answer.Maybe:
		return []string{answer.Yes, answer.No, answer.Unknown}
	case answer.Notice:
		return []string{Read}
	}
	return nil
}

// Read is the answer to a notice that offers no choices of its own.
const Read = "read"

func (g *Group) name() string {
	if g == nil {
		return "of a group, which this campaign does not have"
	}
	return g.ID
}

func segments(id string) []string { return strings.Split(id, ".") }

// isCountry reports whether code is a country of ISO 3166-1, in capitals.
func isCountry(code string) bool {
	region, err := language.ParseRegion(code)
	return err == nil && len(code) == 2 && region.IsCountry() && region.String() == code
}
