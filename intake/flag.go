package intake

import (
	"slices"

	"claimline/intake/campaign"
)

// flags raises every flag of the campaign that the answers give reason to, and those of the way the
// interview was filled in.
func (t *talk) flags() []Flag {
	var out []Flag
	for _, item := range append([]int{0}, t.state().Members...) {
		for _, rule := range t.Campaign.Raised(t.env(item)) {
			out = append(out, flagOf(t.Campaign, rule.Code, item))
		}
	}
	for _, m := range t.outcomes() {
		for _, reason := range m.Reasons {
			out = raise(out, flagOf(t.Campaign, reason, m.Item))
		}
	}
	for _, code := range t.state().Notes {
		out = raise(out, t.noted(code))
	}
	if fast(t.state().Pace) {
		f := flagOf(t.Campaign, "FAST_FILL", 0)
		if q := t.own(); q != nil { // no answer raises it; whether anybody is behind the file shows here first
			f.Answers = []string{q.ID}
		}
		out = raise(out, f)
	}
	return append(out, t.contactFlags()...)
}

// noted is a flag noted on the way, with the questions that it was noted at.
func (t *talk) noted(code string) Flag {
	f := flagOf(t.Campaign, code, 0)
	if at := t.state().NotedAt[code]; at != nil {
		f.Answers = at
	}
	return f
}

// raise adds a flag unless it is raised already, about the same member or the whole file.
func raise(flags []Flag, f Flag) []Flag {
	if slices.ContainsFunc(flags, func(g Flag) bool { return g.Code == f.Code && (g.Item == f.Item || g.Item == 0) }) {
		return flags
	}
	return append(flags, f)
}

// flagOf is a flag as the campaign declares it, else as the program does, with the answers that the
// campaign says are behind it.
func flagOf(c *campaign.Campaign, code string, item int) Flag {
	f := builtIn(code)
	if rule, ok := c.Flag(code); ok {
		f.Severity, f.Acts, f.Answers = rule.Severity, rule.Acts, slices.Clone(rule.Answers)
		if len(f.Answers) == 0 {
			f.Answers = c.Mentions(rule.When)
		}
	}
	f.Item = item
	return f
}

// builtIn is a flag that the program raises by itself, in any campaign.
func builtIn(code string) Flag {
	f := Flag{Code: code, Severity: "medium", Acts: "moderator", State: "open"}
	switch code {
	case sharedContact, unreachable, disposableEmail:
		f.Severity, f.Acts = "low", "nobody"
	case contactUnverified:
		f.Severity, f.Acts = "low", "parent"
	case "GUARDIAN_DISPUTE", "SERIOUS_HARM":
		f.Severity, f.Acts = "high", "lawyer"
	case "ID_NUMBER_IN_TEXT":
		f.Acts = "parent"
	case "QUARANTINE", "SAFEGUARDING_URGENT":
		f.Severity, f.Acts = "critical", "safeguarding"
	case "THREAT_OR_SELF_HARM_WORDS":
		f.Severity, f.Acts = "high", "safeguarding"
	}
	return f
}

// fast reports a median under two seconds a screen: nobody reads that fast.
func fast(pace []int) bool {
	if len(pace) < 5 {
		return false
	}
	sorted := slices.Sorted(slices.Values(pace))
	return sorted[len(sorted)/2] < 2
}

// mergeFlags keeps the state of flags that were settled and drops those whose reason is gone.
func (t *talk) mergeFlags(old, raised []Flag) []Flag {
	for i, f := range raised {
		for _, before := range old {
			if before.Code == f.Code && before.Item == f.Item {
				raised[i].State = before.State
			}
		}
	}
	for _, before := range old {
		found := slices.ContainsFunc(raised, func(f Flag) bool { return f.Code == before.Code && f.Item == before.Item })
		if !found && (matched(before.Code) || before.Code == raid) {
			raised = append(raised, before)
		}
	}
	return raised
}
