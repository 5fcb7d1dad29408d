package intake

import (
	"maps"
	"slices"
	"time"

	"claimline/intake/wording"
)

// What the team decides reaches a family here: the same pure step, with the family's file, in its
// language. Package review brings these; nothing that a person can send makes one.

// The verdicts of the team.
const (
	Accept       = "accept"
	Reject       = "reject"
	Hold         = "hold"
	KeepBoth     = "keep-both"     // the other parent: both files stay
	NotDuplicate = "not-duplicate" // somebody else: both files stay
	Merge        = "merge"         // the same person: this file is merged into the other
	ToLawyer     = "to-lawyer"
	NotRaid      = "not-raid" // one of a burst: what else is doubtful about it stays
	CloseSafety  = "close-safety"
)

// How long a decision can be undone. The family is told after the first, so that what is undone at
// once is never said.
const (
	UndoFor      = 10 * time.Minute
	UndoMergeFor = 7 * 24 * time.Hour
)

// Decided is a decision about the file. For a rejection Reason is one of the campaign's.
type Decided struct {
	Case string
	Decision
}

// Proposed notes a decision that needs a second pair of eyes; nil takes it back.
type Proposed struct {
	Case     string
	Decision *Decision
}

// Reopened takes the last decision back: the one about a case of a kind.
type Reopened struct {
	Case string
	Kind CaseKind
}

// Noted puts something that somebody of the team wrote on file.
type Noted struct {
	Case string
	Note Note
}

// Carried goes out with a file because it is about it: what somebody of the team has to hear or looks
// at. It is sealed with the family's key and gone with it.
type Carried struct {
	Out   []Outgoing
	Audit []Entry
}

func (Decided) did()    {}
func (Proposed) did()   {}
func (Reopened) did()   {}
func (AskedAgain) did() {}
func (Noted) did()      {}
func (Carried) did()    {}

// Bring does something to a file that no person did: what the team decided about it. The file has
// been found in tx, and is saved.
func (d *Desk) Bring(tx Tx, f *File, did Did) error {
	if on := f.Conversation.State.Prompt.On; on != "" {
		f.Account = on // where the family talks
	}
	next, _, err := d.step(tx, *f, Event{Account: f.Account, At: d.Now(), Did: did})
	if err == nil {
		*f = next
	}
	return err
}

// decided applies a decision. What the rules found stays; which flags are settled decides about
// status and count.
func (t *talk) decided(did Decided) {
	s := t.Submission
	if s == nil {
		return
	}
	kind := s.kindOfCase(did.Case)
	if kind == "" { // the family settled it a moment before
		return
	}
	acts := string(kind.Role())
	undo := &Undo{Case: did.Case, Status: s.Status, Held: s.Review.Held, Flags: slices.Clone(s.Flags), Until: t.Now.Add(UndoFor)}
	decision := did.Decision
	decision.At = t.Now
	if kind != SafetyCase { // which says nothing about the claim
		s.Review.Held = did.Verdict == Hold
	}
	switch did.Verdict {
	case Accept, KeepBoth, NotDuplicate, CloseSafety:
		decision.Codes = s.settle(acts)
	case NotRaid:
		decision.Codes = s.release()
	case Merge:
		decision.Codes = s.settle(acts)
		s.Status, undo.Until = Merged, t.Now.Add(UndoMergeFor)
	case Reject:
		decision.Codes = s.settle(acts)
		s.Status = Rejected
	case ToLawyer:
		s.pass(string(Moderator), string(Lawyer))
	}
	t.weigh()
	undo.Letter, undo.Told = t.tellLater(decision), t.Now.Add(UndoFor)
	s.Review.Undo = undo
	s.propose(did.Case, nil)
	t.unask(did.Case)
	s.Review.Decisions = append(slices.Clone(s.Review.Decisions), decision)
	refs := map[string]string{"submission": s.ID, "case": did.Case, "verdict": did.Verdict, "by": did.By}
	for key, value := range map[string]string{"second": did.Second, "reason": did.Reason, "into": did.Into} {
		if value != "" {
			refs[key] = value
		}
	}
	t.audit("decision", refs)
	if did.Verdict != Hold {
		t.closeCase(did.Case)
	}
}

// closeCase forgets the case that was decided: it is settled by whoever decided it.
func (t *talk) closeCase(id string) {
	s := t.Submission
	for kind, open := range s.Review.Cases {
		if open == id {
			s.Review.Cases = without(s.Review.Cases, kind)
		}
	}
}

// propose keeps a decision about a case until somebody else agrees to it; nil lets it go.
func (s *Submission) propose(id string, d *Decision) {
	proposed := maps.Clone(s.Review.Proposed)
	delete(proposed, id)
	if d != nil {
		if proposed == nil {
			proposed = map[string]Decision{}
		}
		proposed[id] = *d
	}
	s.Review.Proposed = proposed
}

// reopen opens again what a decision settled or passed on, as it was before. What the family changed
// since stays changed.
func (s *Submission) reopen(before []Flag) {
	for i, f := range s.Flags {
		for _, b := range before {
			if b.Code == f.Code && b.Item == f.Item && b.State == "open" {
				s.Flags[i].State, s.Flags[i].Acts = b.State, b.Acts
			}
		}
	}
}

// settle closes the open flags that somebody acts on, and returns their codes.
func (s *Submission) settle(acts string) []string {
	var codes []string
	for i, f := range s.Flags {
		if f.Acts == acts && f.State == "open" {
			s.Flags[i].State = "settled"
			codes = append(codes, f.Code)
		}
	}
	return codes
}

// release takes a submission out of its burst.
func (s *Submission) release() []string {
	for i, f := range s.Flags {
		if f.Code == raid {
			s.Flags[i].State = "settled"
		}
	}
	s.Burst = ""
	return []string{raid}
}

// pass hands the open flags of one to another.
func (s *Submission) pass(from, to string) {
	for i, f := range s.Flags {
		if f.Acts == from && f.State == "open" {
			s.Flags[i].Acts = to
		}
	}
}

// tellLater words what the family is told about a decision, after the time in which it can be undone.
func (t *talk) tellLater(d Decision) string {
	key := "decided." + d.Verdict
	if d.Verdict == KeepBoth || d.Verdict == NotDuplicate {
		key = "decided.accept"
	}
	if !t.words().Has(key) {
		return ""
	}
	text := t.say(key, wording.Args{"reference": t.Submission.Reference, "into": d.Into})
	if d.Reason != "" {
		text = wording.Lines(text, t.campaignText("review.reasons."+d.Reason+".tell", nil), t.say("decided.can-do", nil))
	}
	return t.queue(Outgoing{Do: Say, Body: Message{Text: text, Buttons: t.backToQuestion()}, After: UndoFor})
}

// reopened takes back the last decision: what it settled is open again, and a family that was told
// of it is told this too.
func (t *talk) reopened(did Reopened) {
	s := t.Submission
	if s == nil || s.Review.Undo == nil || s.Status == Withdrawn {
		return
	}
	undo := s.Review.Undo
	s.reopen(undo.Flags)
	s.Status, s.Review.Held, s.Review.Undo = undo.Status, undo.Held, nil
	t.weigh()
	last := len(s.Review.Decisions) - 1
	s.Review.Decisions = slices.Clone(s.Review.Decisions)
	s.Review.Decisions[last].Undone = true
	if undo.Letter != "" && t.Now.Before(undo.Told) {
		t.turn.Unsay = append(t.turn.Unsay, undo.Letter)
	} else if undo.Letter != "" {
		t.tell(Message{Text: t.say("decided.undone", wording.Args{"reference": s.Reference}), Buttons: t.backToQuestion()})
	}
	s.Review.Cases = without(s.Review.Cases, did.Kind)
	s.Review.Cases[did.Kind] = did.Case
	t.audit("decision-undone", map[string]string{"submission": s.ID, "case": undo.Case})
}

// proposed keeps a decision until somebody else agrees to it.
func (t *talk) proposed(did Proposed) {
	if t.Submission == nil {
		return
	}
	t.Submission.propose(did.Case, did.Decision)
	if did.Decision != nil {
		t.audit("proposed", map[string]string{"submission": t.Submission.ID, "case": did.Case, "verdict": did.Decision.Verdict, "by": did.Decision.By})
	}
}

// keepNote keeps what the team writes for itself.
func (t *talk) keepNote(did Noted) {
	if t.Submission == nil {
		return
	}
	t.Submission.Review.Notes = append(slices.Clone(t.Submission.Review.Notes), did.Note)
	t.audit("note", map[string]string{"submission": t.Submission.ID, "case": did.Case, "by": did.Note.By})
}

// carried sends out what is about this file.
func (t *talk) carried(did Carried) {
	for _, o := range did.Out {
		o.Conversation = t.Conversation.ID
		if o.After > 0 && t.Submission != nil {
			t.Submission.Review.Later = true
		}
		t.turn.Outgoing = append(t.turn.Outgoing, o)
	}
	t.turn.Audit = append(t.turn.Audit, did.Audit...)
}
