package campaign

import (
	"slices"
	"strings"
)

var (
	severities = []string{"info", "low", "medium", "high", "critical"}
	actors     = []string{"nobody", "parent", "moderator", "lawyer", "safeguarding"}
)

// outcomes checks that everybody gets one, with a reason that can be told.
func (l *loader) outcomes(c *Campaign) {
	if len(c.Outcomes) == 0 {
		l.at("outcomes", "the campaign does not say what counts")
		return
	}
	for i, o := range c.Outcomes {
		where := numbered("outcomes", i)
		isLast := i == len(c.Outcomes)-1
		switch {
		case o.When == "" && !isLast:
			l.at(where, "this rule always holds, so the rules after it never do")
		case o.When != "" && isLast:
			l.at(where+".when", "the last outcome has no condition, so that everybody gets one")
		}
		if !plainID.MatchString(string(o.Tier)) {
			l.at(where+".tier", "%q is not the name of an outcome: small letters, digits and underscores", o.Tier)
		}
		if o.Reason != "" && !slices.ContainsFunc(c.Flags, func(f FlagRule) bool { return f.Code == o.Reason }) {
			l.at(where+".reason", "there is no flag %s", o.Reason)
		}
		if p := c.programs[o.When]; p != nil && p.reads.outcomes {
			l.at(where+".when", "an outcome cannot depend on outcomes")
		}
	}
}

func (l *loader) flags(c *Campaign) {
	for _, f := range c.Flags {
		at := "flags." + f.Code
		if !slices.Contains(severities, f.Severity) {
			l.at(at+".severity", "a flag's severity is one of %s, not %q", strings.Join(severities, ", "), f.Severity)
		}
		if !slices.Contains(actors, f.Acts) {
			l.at(at+".acts", "who acts on a flag is one of %s, not %q", strings.Join(actors, ", "), f.Acts)
		}
		if f.Member && c.Group == nil {
			l.at(at+".member", "this campaign has no group")
		}
		for i, id := range f.Answers {
			if c.Question(id) == nil {
				l.at(numbered(at+".answers", i), "there is no question %s", id)
			}
		}
	}
}

// review checks how the team works. A campaign may leave it out, and then nobody is rejected.
func (l *loader) review(c *Campaign) {
	r := c.Review
	for i, reason := range r.Reasons {
		if !plainID.MatchString(reason) {
			l.at(numbered("review.reasons", i), "%q is not the name of a reason: small letters, digits and underscores", reason)
		}
	}
	for i, id := range r.Show {
		if q := c.Question(id); q == nil || len(q.Choices) == 0 {
			l.at(numbered("review.show", i), "there is no question %s with choices", id)
		}
	}
	if len(r.Reasons) > 0 && (r.SecondHours < 1 || r.SecondHours > maxReviewHours) {
		l.at("review.second_hours", "a decision waits 1 to %d hours for a second pair of eyes", maxReviewHours)
	}
	if len(r.Reasons) > 0 && (r.HoldDays < 1 || r.HoldDays > maxReviewHours/24) {
		l.at("review.hold_days", "a case on hold comes up again after 1 to %d days", maxReviewHours/24)
	}
}

const maxReviewHours = 24 * 60

// The bounds of a burst: a class that signs up together is no raid, and what took hours is no burst.
const (
	fewestInBurst = 5
	longestBurst  = 120 // minutes
)

func (l *loader) raid(c *Campaign) {
	if r := c.Raid; r.Many != 0 && r.Many < fewestInBurst {
		l.at("raid.many", "a burst is at least %d submissions", fewestInBurst)
	}
	if r := c.Raid; r.Minutes < 0 || r.Minutes > longestBurst {
		l.at("raid.minutes", "a burst lasts at most %d minutes", longestBurst)
	}
}

func (l *loader) paths(c *Campaign) {
	for _, p := range c.Paths {
		at := "paths." + p.ID
		for id, values := range p.Answers {
			l.pathAnswer(c, at+".answers."+id, id, values)
		}
		switch {
		case p.Members < 0 || p.Members > 0 && (c.Group == nil || p.Members > c.Group.Max):
			l.at(at+".members", "the group cannot have %d members", p.Members)
		case p.MaxScreens < 1:
			l.at(at, "the path does not say how many screens it has at most, as max_screens")
		}
	}
}

func (l *loader) pathAnswer(c *Campaign, where, id string, values []string) {
	q := c.Question(id)
	if q == nil {
		l.at(where, "there is no question %s", id)
		return
	}
	for _, value := range values {
		if reason := q.refuses(value); reason != "" {
			l.at(where, "this walker says %s", reason)
		}
	}
}
