package review

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"claimline/intake"
	"claimline/intake/wording"
)

// holdFor is how long a case is somebody's own after their last press.
const holdFor = 30 * time.Minute

// kinds are the cases that a member decides about.
func (s *sitting) kinds() []intake.CaseKind {
	return slices.DeleteFunc(intake.CaseKinds(), func(k intake.CaseKind) bool { return !s.m.Has(k.Role()) })
}

func (s *sitting) queue() intake.Queue {
	return intake.Queue{Member: s.m.ID, Kinds: s.kinds(), Now: s.now, Skip: s.m.Sitting.Skipped}
}

// next shows the first case of the queue; when all were passed over it begins again.
func (s *sitting) next() error {
	if len(s.kinds()) == 0 {
		return s.answer(s.say("team.no-role", nil))
	}
	id, place, of, err := s.tx.NextCase(s.queue())
	if errors.Is(err, intake.ErrNoFile) && len(s.m.Sitting.Skipped) > 0 {
		s.m.Sitting.Skipped = nil
		id, place, of, err = s.tx.NextCase(s.queue())
	}
	if errors.Is(err, intake.ErrNoFile) {
		return s.answer(s.say("queue.empty", nil))
	}
	if err != nil {
		return err
	}
	s.place = s.say("card.place", wording.Args{"place": strconv.Itoa(place), "of": counted(of)}).Plain()
	s.m.Sitting.Case, s.m.Sitting.View = id, viewCard
	if err := s.load(); err != nil {
		return err
	}
	if s.c == nil { // it concerns their own family, and is none of theirs from now on
		return s.next()
	}
	if err := s.tx.CameUp(s.c, s.m.ID, s.now); err != nil {
		return err
	}
	return s.show()
}

func counted(n int) string {
	if n >= intake.QueueCounted {
		return strconv.Itoa(intake.QueueCounted-1) + "+"
	}
	return strconv.Itoa(n)
}

// open shows a case by its reference. One that is not the member's to see and one that does not
// exist are told the same.
func (s *sitting) open(reference string) error {
	reference = strings.ToUpper(strings.TrimSpace(reference))
	id, err := s.tx.CaseOf(reference, s.kinds()...)
	if err != nil && !errors.Is(err, intake.ErrNoFile) {
		return err
	}
	if err == nil {
		s.m.Sitting.Case, s.m.Sitting.View = id, viewCard
		if err = s.load(); err != nil {
			return err
		}
	}
	if s.c == nil {
		return s.answer(s.say("queue.no-such-case", nil))
	}
	return s.show()
}

// load locks the case on the desk and its file. s.c stays nil where it is gone or not the member's
// to see: of a kind that is not theirs, about their own family, or one they do not decide about.
func (s *sitting) load() error {
	if s.c != nil || s.m.Sitting.Case == "" {
		return nil
	}
	q := s.queue()
	q.Only, q.Skip = s.m.Sitting.Case, nil
	c, f, err := s.tx.CaseFor(q)
	if errors.Is(err, intake.ErrNoFile) {
		return nil
	}
	if err != nil {
		return err
	}
	s.c, s.f = c, f
	if own, err := s.ownBeside(); err != nil || own {
		s.c, s.f = nil, nil
		return errors.Join(err, s.tx.Recuse(c, s.m.ID))
	}
	return s.lapse()
}

// ownBeside reports whether the member's own family is what this one is compared with: they may be
// the other parent.
func (s *sitting) ownBeside() (bool, error) {
	var others []string
	for _, f := range s.f.Submission.Flags {
		for _, with := range f.With {
			others = append(others, with.Submission)
		}
	}
	if others == nil {
		return false, nil
	}
	own, err := s.tx.OwnFamilies(s.m.ID)
	return slices.ContainsFunc(own, func(id string) bool { return slices.Contains(others, id) }), err
}

// lapse gives a case back whose family did not answer in time, whose second pair of eyes did not
// come in time, or whose proposer does not decide about such cases any more.
func (s *sitting) lapse() error {
	if s.c.State == intake.Asked && !s.now.Before(s.c.Due) {
		s.c.State = intake.Waiting // its next move is saved with it
		return nil
	}
	campaign, _, ok := s.Campaign(s.c.Campaign)
	if s.c.State != intake.Second || !ok {
		return nil
	}
	by, err := s.tx.MemberByID(s.c.Proposer)
	if err != nil && !errors.Is(err, intake.ErrNoFile) {
		return err
	}
	proposed, ok := s.f.Submission.Review.Proposed[s.c.ID]
	if ok && err == nil && by.Has(s.c.Kind.Role()) && s.now.Before(proposed.At.Add(time.Duration(campaign.Review.SecondHours)*time.Hour)) {
		return nil
	}
	s.c.State, s.c.Proposer = intake.Waiting, ""
	if err := s.tx.SaveCase(s.c); err != nil {
		return err
	}
	return s.Bring(s.tx, s.f, intake.Proposed{Case: s.c.ID})
}

// take makes the case the member's own for a while. It is false, with the reason above what shows
// next, where somebody else has it or has decided.
func (s *sitting) take() bool {
	c := s.c
	switch {
	case c == nil:
		return false
	case c.State == intake.Settled || c.State == intake.Asked:
		return false // the card says so
	case c.Holder != "" && c.Holder != s.m.ID && s.now.Before(c.Until):
		s.above = append(s.above, s.say("case.held-by", wording.Args{"who": s.name(c.Holder)}))
		return false
	case c.State == intake.Second && c.Proposer == s.m.ID:
		s.above = append(s.above, s.say("second.not-you", nil))
		return false
	}
	c.Holder, c.Until = s.m.ID, s.now.Add(holdFor)
	return true
}

// list says what waits, or what the member holds, by number and reason.
func (s *sitting) list(mine bool) error {
	q := s.queue()
	q.Mine, q.Skip = mine, nil
	if len(q.Kinds) == 0 {
		return s.answer(s.say("team.no-role", nil))
	}
	cases, err := s.tx.Cases(q, mostListed)
	if err != nil {
		return err
	}
	if len(cases) == 0 {
		return s.answer(s.say("queue.empty", nil))
	}
	title := "queue.waiting"
	if mine {
		title = "queue.mine"
	}
	lines := []wording.Text{s.say(title, nil)}
	for _, c := range cases {
		lines = append(lines, s.say("queue.line", wording.Args{"mark": mark(c), "reference": c.Reference, "why": s.title(c).Plain(), "since": s.since(c.Opened)}))
	}
	return s.answer(wording.Lines(lines...), []intake.Button{s.button("next", "next")})
}

const mostListed = 10

// mark is the sign in front of a case.
func mark(c intake.Case) string {
	if c.Urgent {
		return "🔴"
	}
	return "🟠"
}

// title says in a few words what a case is about. Of safety it says no more than that.
func (s *sitting) title(c intake.Case) wording.Text {
	if c.Kind == intake.SafetyCase {
		return s.say("flags.SAFEGUARDING.title", nil)
	}
	if key := "flags." + c.Code + ".title"; s.texts.in(s.m.Sitting.Language).Has(key) {
		return s.say(key, nil)
	}
	return s.say("flags.other.title", wording.Args{"code": c.Code})
}

// since is how long ago something was, in the largest unit that fits.
func (s *sitting) since(at time.Time) string {
	minutes := int(s.now.Sub(at).Minutes())
	switch {
	case minutes < 120:
		return s.count("since.minutes", max(minutes, 0), nil).Plain()
	case minutes < 48*60:
		return s.count("since.hours", minutes/60, nil).Plain()
	}
	return s.count("since.days", minutes/60/24, nil).Plain()
}

// name is what the team calls a member.
func (s *sitting) name(id string) string {
	switch id {
	case "":
		return ""
	case s.m.ID:
		return s.say("you", nil).Plain()
	}
	team, err := s.everybody()
	if err != nil {
		return "…"
	}
	for _, m := range team {
		if m.ID == id {
			return m.Sitting.Name
		}
	}
	return s.say("somebody", nil).Plain() // who is not of the team any more
}

// everybody is the team, read once a turn.
func (s *sitting) everybody() ([]*intake.Member, error) {
	if s.others != nil {
		return s.others, nil
	}
	var err error
	s.others, err = s.tx.Team()
	return s.others, err
}
