package register

import (
	"slices"

	"claimline/intake"
	"claimline/intake/campaign"
)

// Reason is why a file is not in a register.
type Reason string

// A frozen submission is one whose processing its people had restricted (Art. 18 GDPR).
const (
	Unsent    Reason = "unsent"
	Test      Reason = "test"
	NoConsent Reason = "no_consent"
	Withdrawn Reason = "withdrawn"
	Frozen    Reason = "frozen"
)

// leavesOut says why a file is not in the register; "" when it is.
func (o Options) leavesOut(f intake.File) Reason {
	s := f.Submission
	switch {
	case s == nil:
		return Unsent
	case s.Test && !o.Tests:
		return Test
	case o.All:
		return ""
	case s.Status == intake.Withdrawn:
		return Withdrawn
	case s.Status == intake.Frozen:
		return Frozen
	case !forLawyers(o.Campaign, s.Consents):
		return NoConsent
	}
	return ""
}

func hasLawyers(c *campaign.Campaign) bool {
	return slices.ContainsFunc(c.Questions, func(q *campaign.Question) bool { return q.Lawyers })
}

// forLawyers reports whether lawyers may receive a submission: the agreement was given and stands.
// Where it is asked for each member, it takes all of them.
func forLawyers(c *campaign.Campaign, consents []intake.Consent) bool {
	given := false
	for _, k := range consents {
		q := c.Question(k.Purpose)
		if q == nil || !q.Lawyers {
			continue
		}
		if !k.Given || k.Withdrawn != nil {
			return false
		}
		given = true
	}
	return given
}
