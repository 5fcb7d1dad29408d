package register

import (
	"slices"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// factPrefix sets facts apart from questions, as in the campaign's expressions.
const factPrefix = "f."

// column is one question or fact of the register.
type column struct {
	id      string // of the question, or "f." and that of the fact
	q       *campaign.Question
	fact    string // "" for a question
	special bool   // Art. 9 GDPR or a child's safety: a sheet of its own
	coarse  bool   // only the year of a date that was narrowed down by a birthday
}

// layout is the columns of a register, in the order of the campaign file: questions, then facts.
type layout struct {
	person  []column
	member  []column
	members int // most members of a group; 0 where the campaign has none
}

func layoutOf(c *campaign.Campaign, names bool) layout {
	l := layout{}
	if c.Group != nil {
		l.members = c.Group.Max
	}
	add := func(col column, s campaign.Sensitivity, member bool) {
		if !names && !pseudonymous(s) {
			return
		}
		col.special = s == campaign.Special || s == campaign.Safety
		if member {
			l.member = append(l.member, col)
		} else {
			l.person = append(l.person, col)
		}
	}
	for _, q := range c.Questions {
		if q.Kind != answer.Group { // "another one?" is answered by the children themselves
			add(column{id: q.ID, q: q, coarse: !names && tellsBirthday(c, q)}, c.SensitivityOf(q.ID), q.Member)
		}
	}
	for _, f := range c.Facts {
		add(column{id: factPrefix + f.ID, fact: f.ID}, sensitivityOf(c, f), f.Member)
	}
	return l
}

// pseudonymous reports whether answers of a sensitivity may stand in a register without names.
func pseudonymous(s campaign.Sensitivity) bool {
	return s == campaign.Ordinary || s == campaign.ChildFact
}

// tellsBirthday reports whether an answer can give away a birth date that is itself left out: "in
// 2021, before the 6th of May" was asked because somebody's birthday is on that day.
func tellsBirthday(c *campaign.Campaign, q *campaign.Question) bool {
	return q.Narrow != nil && q.Narrow.Birth != "" && !pseudonymous(c.SensitivityOf(q.Narrow.Birth))
}

// fromMostDelicate orders what a fact inherits.
var fromMostDelicate = []campaign.Sensitivity{campaign.Safety, campaign.Special, campaign.ChildIdentity, campaign.Personal, campaign.ChildFact}

// sensitivityOf is what the campaign says of a fact, else that of the most delicate answer behind
// it: a birth date made coarser may be harmless, but only its author can know.
func sensitivityOf(c *campaign.Campaign, f campaign.Fact) campaign.Sensitivity {
	if f.Sensitivity != "" {
		return f.Sensitivity
	}
	behind := c.Mentions(f.Is)
	for _, s := range fromMostDelicate {
		if slices.ContainsFunc(behind, func(id string) bool { return c.SensitivityOf(id) == s }) {
			return s
		}
	}
	return campaign.Ordinary
}
