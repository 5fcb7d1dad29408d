package intake

import (
	"slices"
	"time"
)

// CaseKind says who a case is for.
type CaseKind string

// A claim is a moderator's, safety is named people's, law is the lawyer's.
const (
	ClaimCase  CaseKind = "claim"
	SafetyCase CaseKind = "safety"
	LawCase    CaseKind = "law"
)

// CaseKinds lists all kinds.
func CaseKinds() []CaseKind { return []CaseKind{ClaimCase, SafetyCase, LawCase} }

// Role is who decides about such cases. Flags name who acts on them by the same word.
func (k CaseKind) Role() Role {
	switch k {
	case SafetyCase:
		return Safeguarding
	case LawCase:
		return Lawyer
	}
	return Moderator
}

// KindOf is the kind of case that a flag belongs to; "" where nobody of the team acts on it.
func KindOf(f Flag) CaseKind {
	for _, k := range CaseKinds() {
		if f.Acts == string(k.Role()) {
			return k
		}
	}
	return ""
}

// CaseState is where a case stands.
type CaseState string

// A case waits, waits for a second pair of eyes, for the family's answer, for a day that was set, or
// is settled.
const (
	Waiting CaseState = "waiting"
	Second  CaseState = "second"
	Asked   CaseState = "asked"
	OnHold  CaseState = "held"
	Settled CaseState = "settled"
)

// Case is a submission that waits for somebody of the team, or a burst of them. What is decided and
// why lies in the submission, sealed; these are the columns by which a queue is kept.
type Case struct {
	ID         string
	Kind       CaseKind
	Submission string
	Reference  string // of the submission; read only
	Campaign   string
	Burst      string // "" for a single submission
	Code       string // of the flag that leads
	Urgent     bool
	State      CaseState
	Opened     time.Time
	Due        time.Time // it comes up then
	Holder     string    // member; until Until
	Until      time.Time
	Called     time.Time // when those on call were last told; zero when nobody has to be
	Proposer   string    // member who decided and needs a second pair of eyes
	Decider    string
	Verdict    string
	Decided    time.Time
	Taps       int // presses spent on it
	Looks      int
}

// HeldBy reports whether a case is somebody's own at the moment.
func (c *Case) HeldBy(member string, now time.Time) bool {
	return c.Holder == member && now.Before(c.Until)
}

// Review is what the team did about a submission.
type Review struct {
	Cases     map[CaseKind]string `json:"cases,omitempty"` // the open ones
	Decisions []Decision          `json:"decisions,omitempty"`
	Notes     []Note              `json:"notes,omitempty"`
	Letters   []Note              `json:"letters,omitempty"` // what was asked in the team's own words, and the answers
	Undo      *Undo               `json:"undo,omitempty"`
	Proposed  map[string]Decision `json:"proposed,omitempty"` // by case: those that need a second pair of eyes
	Later     bool                `json:"later,omitempty"`    // something about the file was put off, such as the end of a look
	Held      bool                `json:"held,omitempty"`     // by a decision, not by a flag
}

// Decision is what was decided about a submission, and by whom.
type Decision struct {
	Verdict string    `json:"verdict"`
	Reason  string    `json:"reason,omitempty"` // of the campaign's list
	Into    string    `json:"into,omitempty"`   // Merge: the reference of the file that stays
	Codes   []string  `json:"codes,omitempty"`  // of the flags that it settled
	By      string    `json:"by"`
	Second  string    `json:"second,omitempty"` // the second pair of eyes
	At      time.Time `json:"at"`
	Undone  bool      `json:"undone,omitempty"`
}

// Note is something that the team or the family wrote about a submission.
type Note struct {
	By   string    `json:"by"` // member, or "" for the family
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// Undo is how a submission was before the last decision.
type Undo struct {
	Case   string    `json:"case"`
	Status string    `json:"status"`
	Held   bool      `json:"held"`
	Flags  []Flag    `json:"flags"`
	Letter string    `json:"letter,omitempty"` // what the family will be told
	Told   time.Time `json:"told"`             // and when
	Until  time.Time `json:"until"`
}

// Ruling changes a case from the family's side: it answered, corrected or withdrew.
type Ruling struct {
	Case    string
	State   CaseState
	Verdict string
}

// keepCases opens a case for each kind of open flag that has none, and settles those whose flags
// are gone: by an answer of the family, or because it withdrew.
func (s *Submission) keepCases(turn *Turn, newID func() string) {
	leads := s.leads()
	for _, kind := range CaseKinds() {
		lead, needed := leads[kind]
		id, open := s.Review.Cases[kind]
		if open && lead.Code == raid && s.Burst != "" && id != s.Burst { // its own case goes into that of the burst
			turn.Rulings = append(turn.Rulings, Ruling{Case: id, State: Settled, Verdict: "burst"})
			open = false
		}
		switch {
		case needed && !open:
			c := Case{ID: newID(), Kind: kind, Submission: s.ID, Reference: s.Reference, Campaign: s.Campaign, Code: lead.Code,
				Urgent: kind == SafetyCase || urgent[lead.Code], State: Waiting, Opened: turn.At, Due: turn.At}
			if c.Urgent {
				c.Called = turn.At
			}
			if lead.Code == raid && s.Burst != "" { // one case for all of it
				c.ID, c.Burst = s.Burst, s.Burst
			}
			s.Review.Cases = without(s.Review.Cases, "")
			s.Review.Cases[kind] = c.ID
			turn.Cases = append(turn.Cases, c)
		case !needed && open:
			if id != s.Burst { // the others of a burst still need theirs
				turn.Rulings = append(turn.Rulings, Ruling{Case: id, State: Settled, Verdict: "by-rule"})
			}
			s.propose(id, nil)
			s.Review.Cases = without(s.Review.Cases, kind)
		}
	}
}

// kindOfCase is the kind of a case that is open; "" for any other.
func (s *Submission) kindOfCase(id string) CaseKind {
	for kind, open := range s.Review.Cases {
		if open == id {
			return kind
		}
	}
	return ""
}

// leads finds the heaviest open flag of each kind. Where a family is out of the claim, only a worry
// about safety still needs somebody.
func (s *Submission) leads() map[CaseKind]Flag {
	leads := map[CaseKind]Flag{}
	over := s.Status == Withdrawn || s.Status == Merged || s.Status == Rejected
	for _, f := range s.Flags {
		kind := KindOf(f)
		if kind == "" || f.State != "open" || over && kind != SafetyCase {
			continue
		}
		if lead, had := leads[kind]; !had || f.Code == raid || lead.Code != raid && tellsMore(f, lead) {
			leads[kind] = f
		}
	}
	return leads
}

// urgent are the codes that a lawyer is told about at once; safety always is.
var urgent = map[string]bool{"SERIOUS_HARM": true}

// without is a copy that leaves out one kind.
func without(cases map[CaseKind]string, kind CaseKind) map[CaseKind]string {
	left := map[CaseKind]string{}
	for k, id := range cases {
		if k != kind {
			left[k] = id
		}
	}
	return left
}

var severities = []string{"info", "low", "medium", "high", "critical"}

// telling are the codes that say most about how a case ends, where several are as severe.
var telling = []string{"SAME_HANDLE", "SAME_CHILD", "DUPLICATE_CLAIMANT"}

// tellsMore reports whether one flag names a case better than another.
func tellsMore(a, b Flag) bool {
	if a.Severity != b.Severity {
		return slices.Index(severities, a.Severity) > slices.Index(severities, b.Severity)
	}
	return slices.Index(telling, a.Code) > slices.Index(telling, b.Code)
}
