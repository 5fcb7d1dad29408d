package intake

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strconv"
	"time"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// The statuses of a submission.
const (
	InReview  = "in_review"
	Accepted  = "accepted"
	Held      = "held"
	Rejected  = "rejected"
	Merged    = "merged"
	Withdrawn = "withdrawn"
	Frozen    = "frozen"
)

// submit sends a finished interview: what does not apply is erased, the rules are applied, a
// reference is given and the receipt handed out. It stays open for its packs.
func (t *talk) submit() {
	t.prune()
	s := &Submission{
		ID: t.NewID(), Campaign: t.Campaign.ID, At: t.Now, Status: Accepted,
		Language: t.Conversation.Language, Country: t.Conversation.Country,
		Test: t.state().Test || t.Practice || t.Status != campaign.Open,
	}
	s.Reference = reference(t.Campaign.Code, s.ID, s.Test)
	t.Submission = s
	t.judge()
	t.audit("submission", map[string]string{"submission": s.ID, "campaign": s.Campaign, "version": strconv.Itoa(t.Campaign.Version)})
	t.turn.Lookups = t.lookups()
	receipt := t.receipt()
	t.Conversation.Stage = StageSent
	t.changed()
	t.Conversation.Expires = time.Time{}
	t.state().Focus = nil
	t.handOut(Message{Text: t.sentText(), File: &receipt})
}

// sentText tells the number and what happens next, as the outcome has it.
func (t *talk) sentText() wording.Text {
	key := "notes.sent"
	if len(t.Submission.Members) == 0 || t.Submission.Outcome == "supporter" {
		key = "notes.sent_supporter"
	}
	return wording.Lines(t.textOf(key, 0), t.testMark())
}

func (t *talk) testMark() wording.Text {
	if t.Submission.Test {
		return t.say("test-sent", nil)
	}
	return nil
}

// prune erases answers that do not belong to the path that was walked.
func (t *talk) prune() {
	group := t.Campaign.Group
	if group != nil && !t.holds(group.When, 0) {
		for _, item := range slices.Clone(t.state().Members) {
			t.letGo(item)
		}
	}
	for key := range t.state().Answers {
		q := t.Campaign.Question(key.Question)
		if q == nil || !t.counted(q, key.Item) {
			t.forgetAnswer(key)
		}
	}
	t.changed()
}

// judge applies the rules to the file: outcomes, flags, whether it counts. It runs at submission
// and again after every answer that comes later.
func (t *talk) judge() {
	s := t.Submission
	s.Members = t.outcomes()
	s.Outcome = t.best(s.Members)
	s.Consents = mergeConsents(s.Consents, t.consents())
	s.Flags = t.mergeFlags(s.Flags, t.flags())
	t.weigh()
}

// weigh settles status and count once more.
func (t *talk) weigh() {
	t.Submission.eligible = t.countsTier(t.Submission.Outcome)
	t.Submission.weigh()
}

// weigh settles status and count by the flags that are open: one that a moderator acts on makes it
// a case, a severe one that a lawyer or the family has to settle holds it and keeps it out of the count.
func (s *Submission) weigh() {
	open := func(match func(Flag) bool) bool {
		return slices.ContainsFunc(s.Flags, func(f Flag) bool { return f.State == "open" && match(f) })
	}
	if s.Status == InReview || s.Status == Held {
		s.Status = Accepted
	}
	severe := func(f Flag) bool { // a worry about safety never decides about the claim
		return (f.Severity == "critical" || f.Severity == "high") && f.Acts != "safeguarding"
	}
	switch {
	case s.Status != Accepted:
	case open(func(f Flag) bool { return f.Acts == "moderator" }):
		s.Status = InReview
	case open(func(f Flag) bool { return severe(f) && (f.Acts == "lawyer" || f.Acts == "parent") }):
		s.Status = Held
	}
	if s.Review.Held && (s.Status == Accepted || s.Status == InReview) {
		s.Status = Held
	}
	s.Counts = s.eligible && !s.Test && s.Status == Accepted && !open(severe) && !open(outOfReach)
}

// outcomes gives every member its tier; a file without members gets one for the person.
func (t *talk) outcomes() []MemberOutcome {
	items := t.state().Members
	if len(items) == 0 {
		items = []int{0}
	}
	var out []MemberOutcome
	for _, item := range items {
		o := t.Campaign.Outcome(t.env(item))
		m := MemberOutcome{Item: item, Outcome: string(o.Tier), Reasons: []string{}}
		if o.Reason != "" {
			m.Reasons = append(m.Reasons, o.Reason)
		}
		out = append(out, m)
	}
	return out
}

// best is the tier of the whole submission: the first of the campaign's tiers that a member has.
func (t *talk) best(members []MemberOutcome) string {
	rank := func(tier string) int {
		return slices.IndexFunc(t.Campaign.Outcomes, func(o campaign.Outcome) bool { return string(o.Tier) == tier && o.Counts })
	}
	best := ""
	for _, m := range members {
		if best == "" || rank(best) < 0 && rank(m.Outcome) >= 0 {
			best = m.Outcome
		}
	}
	return best
}

func (t *talk) countsTier(tier string) bool {
	return slices.ContainsFunc(t.Campaign.Outcomes, func(o campaign.Outcome) bool { return string(o.Tier) == tier && o.Counts })
}

// consents gathers every agreement that was decided, with the exact text it was about.
func (t *talk) consents() []Consent {
	var out []Consent
	for _, q := range t.Campaign.Questions {
		if q.Kind != answer.Agree {
			continue
		}
		for _, item := range t.about(q) {
			if a, ok := t.state().Answers[Key{q.ID, item}]; ok {
				out = append(out, Consent{Purpose: q.ID, Item: item, Given: t.affirmed(q, item), Version: a.Version,
					TextSHA256: a.TextSHA256, Language: a.Language, GivenAt: a.At})
			}
		}
	}
	return out
}

// mergeConsents takes in what was decided since, and keeps when something was taken back.
func mergeConsents(old, now []Consent) []Consent {
	for i, c := range now {
		for _, before := range old {
			if before.Purpose == c.Purpose && before.Item == c.Item && before.GivenAt.Equal(c.GivenAt) {
				now[i].Withdrawn = before.Withdrawn
			}
		}
	}
	return now
}

// reference is what a person can say over the telephone: eight letters and digits that cannot be
// mistaken for each other, made of the submission's random id.
func reference(code, id string, test bool) string {
	if test {
		code = "TEST"
	}
	sum := sha256.Sum256([]byte("reference:" + id))
	letters := crockford.EncodeToString(sum[:5])
	return code + "-" + letters[:4] + "-" + letters[4:8]
}

var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
