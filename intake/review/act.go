package review

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"claimline/intake"
)

// move is one thing that a button of a card can stand for.
type move struct {
	do func(s *sitting, arg string) error
	// asked and second say whether it may be done while the family is asked, or while a decision waits
	// for a second pair of eyes. Everything else waits for those.
	asked, second bool
}

// free are the moves that need no case, and bring one of their own at most.
var free = map[string]func(s *sitting, arg string) error{
	"next":  func(s *sitting, _ string) error { return s.again() },
	"skip":  func(s *sitting, _ string) error { return s.skip() },
	"have":  (*sitting).have,
	"undo":  func(s *sitting, _ string) error { return s.undoLast() },
	"roles": (*sitting).decideRoles,
}

// turns are the moves that only turn the case on the desk over, whoever has it.
var turns = map[string]func(s *sitting) error{
	"reopen": (*sitting).undo,
	"back":   (*sitting).back,
}

// moves are those that take the case: they are the member's only while it is.
var moves = map[string]move{
	"act":      {do: (*sitting).verdict},
	"burst":    {do: (*sitting).settleBurst},
	"agree":    {do: (*sitting).agree, second: true},
	"disagree": {do: func(s *sitting, _ string) error { return s.disagree() }, second: true},
	"reasons":  {do: turnTo(viewReasons)},
	"reason":   {do: (*sitting).chooseReason},
	"reject":   {do: func(s *sitting, _ string) error { return s.verdict(intake.Reject) }},
	"more":     {do: turnTo(viewMore), asked: true, second: true},
	"look":     {do: func(s *sitting, _ string) error { return s.look() }, asked: true, second: true},
	"ask":      {do: turnTo(viewAsk)},
	"on":       {do: func(s *sitting, arg string) error { return s.tick(arg, true) }},
	"off":      {do: func(s *sitting, arg string) error { return s.tick(arg, false) }},
	"template": {do: (*sitting).template},
	"message":  {do: turnTo(viewMessage)},
	"send":     {do: func(s *sitting, _ string) error { return s.send() }},
	"note":     {do: turnTo(viewNote), asked: true, second: true},
	"keep":     {do: func(s *sitting, _ string) error { return s.keepNote() }, asked: true, second: true},
	"hand":     {do: turnTo(viewHand)},
	"to":       {do: (*sitting).handTo},
	"know":     {do: func(s *sitting, _ string) error { return s.know() }, asked: true, second: true},
}

// act does what a button stands for. Whoever presses must be allowed to at this moment, whatever
// they were when the button was made.
func (s *sitting) act(action string) error {
	verb, arg, _ := strings.Cut(action, ":")
	if do, ok := free[verb]; ok {
		return do(s, arg)
	}
	if err := s.load(); err != nil {
		return err
	}
	if s.c == nil {
		return s.show() // it is gone, or no longer theirs
	}
	s.c.Taps++
	if do, ok := turns[verb]; ok {
		return do(s)
	}
	m, ok := moves[verb]
	if !ok || !s.mayMove(m) {
		s.m.Sitting.View = viewCard
		return s.show()
	}
	c := s.c
	if err := m.do(s, arg); err != nil || s.c != c { // it left the desk, saved
		return err
	}
	return s.tx.SaveCase(c)
}

// mayMove takes the case for a move, where its state lets it be made.
func (s *sitting) mayMove(m move) bool {
	switch s.c.State {
	case intake.Asked:
		return m.asked // nobody has to have it
	case intake.Second:
		return m.second && s.take()
	}
	return s.take()
}

func (s *sitting) again() error {
	s.m.Sitting.Skipped = nil
	return s.next()
}

func (s *sitting) back() error {
	s.m.Sitting.View, s.m.Sitting.Awaits, s.m.Sitting.Text = viewCard, "", ""
	return s.show()
}

func (s *sitting) chooseReason(id string) error {
	s.m.Sitting.View, s.m.Sitting.Reason = viewReject, id
	return s.show()
}

// turnTo shows another side of the case.
func (s *sitting) turnTo(view string) error {
	s.m.Sitting.View, s.m.Sitting.Text = view, ""
	switch view {
	case viewAsk:
		s.m.Sitting.Ticked = s.suspects()
	case viewMessage, viewNote:
		s.m.Sitting.Awaits = view
	}
	return s.show()
}

func turnTo(view string) func(s *sitting, arg string) error {
	return func(s *sitting, _ string) error { return s.turnTo(view) }
}

func (s *sitting) skip() error {
	if id := s.m.Sitting.Case; id != "" && !slices.Contains(s.m.Sitting.Skipped, id) {
		s.m.Sitting.Skipped = append(s.m.Sitting.Skipped, id)
	}
	if len(s.m.Sitting.Skipped) > mostSkipped {
		s.m.Sitting.Skipped = nil
	}
	return s.next()
}

// mostSkipped bounds what is remembered of a round.
const mostSkipped = 50

// verdict decides, or proposes where a family loses something that cannot be undone.
func (s *sitting) verdict(verdict string) error {
	if !s.offered(verdict) || s.outdated() {
		return s.show()
	}
	d := intake.Decision{Verdict: verdict, By: s.m.ID, At: s.now}
	switch verdict {
	case intake.Reject:
		d.Reason = s.m.Sitting.Reason
	case intake.Merge:
		d.Into = s.otherReference()
	}
	if s.needsSecond(verdict) {
		return s.propose(d)
	}
	return s.decide(d)
}

// offered reports whether a verdict is one that this case can have, and of a reason that there is.
func (s *sitting) offered(verdict string) bool {
	switch {
	case s.c.Burst != "":
		return false // it is settled as a whole
	case s.c.Kind == intake.SafetyCase:
		return verdict == intake.CloseSafety
	case verdict == intake.Reject:
		c, _, ok := s.Campaign(s.c.Campaign)
		return ok && slices.Contains(c.Review.Reasons, s.m.Sitting.Reason)
	case verdict == intake.Merge && s.otherReference() == "":
		return false // there is nothing to merge it into
	case verdict == intake.ToLawyer:
		return s.c.Kind == intake.ClaimCase
	}
	return verdict == intake.Hold || verdict == intake.Accept || slices.Contains(fitting(*s.c), verdict)
}

// otherReference is the number of the file that stays when this one is merged.
func (s *sitting) otherReference() string {
	for _, f := range s.flags() {
		if len(f.With) == 0 {
			continue
		}
		if other, err := s.tx.Submission(f.With[0].Submission); err == nil {
			return other.Submission.Reference
		}
	}
	return ""
}

// needsSecond: rejecting somebody who gave a mandate, and closing a worry about a child.
func (s *sitting) needsSecond(verdict string) bool {
	if verdict == intake.CloseSafety {
		return true
	}
	c, _, ok := s.Campaign(s.c.Campaign)
	if verdict != intake.Reject || !ok {
		return false
	}
	for _, o := range c.Outcomes {
		if string(o.Tier) == s.f.Submission.Outcome && o.Counts {
			return true
		}
	}
	return false
}

func (s *sitting) propose(d intake.Decision) error {
	s.c.State, s.c.Proposer, s.c.Holder, s.c.Until, s.c.Due = intake.Second, s.m.ID, "", time.Time{}, s.now
	if err := s.Bring(s.tx, s.f, intake.Proposed{Case: s.c.ID, Decision: &d}); err != nil {
		return err
	}
	s.above = append(s.above, s.say("second.wanted", nil))
	return s.after()
}

// agree is the second pair of eyes: another human than the one who proposed.
// The button says what it agrees to: another proposal has taken that one's place, perhaps.
func (s *sitting) agree(to string) error {
	d, ok := s.f.Submission.Review.Proposed[s.c.ID]
	if s.c.State != intake.Second || !ok || d.By == s.m.ID || to != stamp(d.At) || s.outdated() {
		return s.show()
	}
	d.Second = s.m.ID
	return s.decide(d)
}

// stamp is a moment as a button carries it.
func stamp(at time.Time) string { return strconv.FormatInt(at.UnixMicro(), 36) }

func (s *sitting) disagree() error {
	if s.c.State != intake.Second {
		return s.show()
	}
	s.c.State, s.c.Proposer = intake.Waiting, ""
	if err := s.Bring(s.tx, s.f, intake.Proposed{Case: s.c.ID}); err != nil {
		return err
	}
	s.m.Sitting.View = viewCard
	return s.show()
}

// decide applies a decision, and shows the next case under what was done.
func (s *sitting) decide(d intake.Decision) error {
	c := s.c
	c.State, c.Verdict, c.Decider, c.Decided, c.Proposer = intake.Settled, d.Verdict, s.m.ID, s.now, ""
	c.Holder, c.Until = "", time.Time{}
	if d.Verdict == intake.Hold {
		c.State, c.Due = intake.OnHold, s.now.AddDate(0, 0, s.holdDays())
	}
	if err := s.tx.SaveCase(c); err != nil { // first: what the file makes of it comes on top
		return err
	}
	if err := s.Bring(s.tx, s.f, intake.Decided{Case: c.ID, Decision: d}); err != nil {
		return err
	}
	s.m.Sitting.View = viewCard
	if c.State == intake.OnHold {
		s.above = append(s.above, s.say("settled.hold", nil))
		s.c, s.f = nil, nil
		return s.next()
	}
	return s.goOn()
}

func (s *sitting) holdDays() int {
	if c, _, ok := s.Campaign(s.c.Campaign); ok && c.Review.HoldDays > 0 {
		return c.Review.HoldDays
	}
	return 14
}

// goOn shows what was done, with its undo, above the next case: deciding and going on is one press.
func (s *sitting) goOn() error {
	done := s.settledCard()
	s.m.Sitting.Last, s.m.Sitting.LastAt = s.c.ID, s.now
	s.above = append(s.above, done.Text)
	s.c, s.f = nil, nil
	return s.next()
}

// undoLast puts the case that was decided last back on the desk, and opens it again.
func (s *sitting) undoLast() error {
	if s.m.Sitting.Last == "" {
		return s.show()
	}
	s.m.Sitting.Case, s.m.Sitting.View, s.m.Sitting.Last = s.m.Sitting.Last, viewCard, ""
	if err := s.load(); err != nil {
		return err
	}
	if s.c == nil {
		return s.show()
	}
	return s.undo()
}

// after saves the case and goes on to the next, for what leaves the desk without a decision.
func (s *sitting) after() error {
	if err := s.tx.SaveCase(s.c); err != nil {
		return err
	}
	s.c, s.f = nil, nil
	return s.next()
}

// undo takes the last decision back. The case is on the desk again.
func (s *sitting) undo() error {
	undo := s.f.Submission.Review.Undo
	if s.c.State != intake.Settled || undo == nil || undo.Case != s.c.ID || !s.now.Before(undo.Until) || !s.mayUndo(undo) || s.f.Submission.Status == intake.Withdrawn {
		return s.show()
	}
	c := s.c
	c.State, c.Verdict, c.Decider, c.Decided, c.Due = intake.Waiting, "", "", time.Time{}, s.now
	c.Holder, c.Until = s.m.ID, s.now.Add(holdFor)
	if err := s.tx.SaveCase(c); err != nil { // first: the reason may be gone by now
		return err
	}
	if err := s.Bring(s.tx, s.f, intake.Reopened{Case: c.ID, Kind: c.Kind}); err != nil {
		return err
	}
	s.m.Sitting.View, s.m.Sitting.Last = viewCard, ""
	s.c, s.f = nil, nil
	return s.show()
}
