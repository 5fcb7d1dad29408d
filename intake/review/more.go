package review

import (
	"errors"
	"slices"
	"time"

	"claimline/intake"
	"claimline/intake/wording"
)

// moreSide lists what is rare.
func (s *sitting) moreSide() intake.Message {
	text := wording.Lines(s.headline(), s.notes())
	if s.c.State == intake.Asked || s.c.State == intake.Second {
		return intake.Message{Text: text, Buttons: [][]intake.Button{{s.button("note", "note")}, {s.button("know", "know")}, {s.button("back", "back")}}}
	}
	var rows [][]intake.Button
	if c, _, ok := s.Campaign(s.c.Campaign); ok && len(c.Review.Reasons) > 0 {
		rows = append(rows, []intake.Button{s.button("act.reject", "reasons"), s.button("act.hold", "act:hold")})
	}
	rows = append(rows, []intake.Button{s.button("note", "note"), s.button("hand", "hand")})
	if s.c.Kind == intake.ClaimCase {
		rows = append(rows, []intake.Button{s.button("act.accept", "act:accept"), s.button("act.to-lawyer", "act:to-lawyer")})
	}
	rows = append(rows, []intake.Button{s.button("know", "know")}, []intake.Button{s.button("back", "back")})
	return intake.Message{Text: text, Buttons: rows}
}

// notes are what the team wrote; nobody of a family reads them here.
func (s *sitting) notes() wording.Text {
	var lines []wording.Text
	for _, n := range s.f.Submission.Review.Notes {
		lines = append(lines, s.say("note-line", wording.Args{"who": s.name(n.By), "since": s.since(n.At), "words": n.Text}))
	}
	return wording.Lines(lines...)
}

// reasonsSide lists why a submission may be rejected.
func (s *sitting) reasonsSide() intake.Message {
	var rows [][]intake.Button
	if c, _, ok := s.Campaign(s.c.Campaign); ok {
		for _, id := range c.Review.Reasons {
			rows = append(rows, []intake.Button{{Label: s.reason(id).Plain(), Action: "reason:" + id}})
		}
	}
	return intake.Message{Text: wording.Lines(s.headline(), s.say("reject-why", nil)), Buttons: append(rows, []intake.Button{s.button("back", "back")})}
}

// rejectSide shows what the family will read, in its own language, before anything is decided.
func (s *sitting) rejectSide() intake.Message {
	c, _, ok := s.Campaign(s.c.Campaign)
	if !ok {
		return s.reasonsSide()
	}
	lang := s.f.Submission.Language
	told := wording.Lines(s.Words.In(lang).Text("decided.reject", wording.Args{"reference": s.c.Reference}),
		c.Text(lang, "review.reasons."+s.m.Sitting.Reason+".tell", "", nil), s.Words.In(lang).Text("decided.can-do", nil))
	text := wording.Lines(s.headline(), s.say("reject-told", nil), wording.Say(""), told)
	if s.needsSecond(intake.Reject) {
		text = wording.Lines(text, wording.Say(""), s.say("second.needed", nil))
	}
	return intake.Message{Text: text, Buttons: [][]intake.Button{{s.button("reject-yes", "reject")}, {s.button("back", "back")}}}
}

// handSide lists to whom the case can be handed.
func (s *sitting) handSide(team []*intake.Member) intake.Message {
	var rows [][]intake.Button
	for _, m := range team {
		if m.ID != s.m.ID && m.Has(s.c.Kind.Role()) {
			rows = append(rows, []intake.Button{{Label: m.Sitting.Name, Action: "to:" + m.ID}})
		}
	}
	return intake.Message{Text: wording.Lines(s.headline(), s.say("hand-whom", nil)), Buttons: append(rows, []intake.Button{s.button("back", "back")})}
}

// handTo gives the case to somebody else, who is told so.
func (s *sitting) handTo(id string) error {
	to, err := s.tx.MemberByID(id)
	if errors.Is(err, intake.ErrNoFile) {
		return s.show()
	}
	if err != nil {
		return err
	}
	may, err := s.mayHave(to)
	if err != nil || !may {
		return errors.Join(err, s.show())
	}
	s.c.Holder, s.c.Until = to.ID, s.now.Add(handedFor)
	say := s.texts.in(to.Sitting.Language)
	told := intake.Message{Text: say.Text("handed", wording.Args{"who": s.m.Sitting.Name, "reference": s.c.Reference})}
	if err := s.tx.SaveMember(to, s.tell(to, told)); err != nil {
		return err
	}
	if err := s.Bring(s.tx, s.f, intake.Carried{Audit: []intake.Entry{s.entry("handed-over", "to", to.ID)}}); err != nil {
		return err
	}
	s.above = append(s.above, s.say("handed-over", wording.Args{"who": to.Sitting.Name}))
	s.m.Sitting.View = viewCard
	return s.after()
}

// mayHave reports whether a case can be handed to somebody: to nobody who knows the family or is it.
func (s *sitting) mayHave(m *intake.Member) (bool, error) {
	if m.ID == s.m.ID || !m.Has(s.c.Kind.Role()) {
		return false, nil
	}
	visible, err := s.tx.Cases(intake.Queue{Member: m.ID, Kinds: []intake.CaseKind{s.c.Kind}, Now: s.now, Only: s.c.ID}, 1)
	return len(visible) > 0, err
}

// handedFor is how long a case that was handed over waits for the one it was handed to.
const handedFor = 12 * time.Hour

// tell says something to a member, at all their accounts.
func (d *Desk) tell(m *intake.Member, message intake.Message) intake.Turn {
	turn := intake.Turn{At: d.Now()}
	for _, a := range m.Accounts {
		copied := message
		copied.Buttons = nil
		for _, row := range message.Buttons {
			copied.Buttons = append(copied.Buttons, slices.Clone(row))
		}
		d.sign(&copied, a, always)
		turn.Outgoing = append(turn.Outgoing, intake.Outgoing{ID: d.NewID(), Account: a, Do: intake.Say, Body: copied})
	}
	return turn
}

// entry is what goes on record in the family's chain about a case.
func (s *sitting) entry(kind string, more ...string) intake.Entry {
	refs := map[string]string{"submission": s.c.Submission, "case": s.c.ID, "by": s.m.ID}
	for i := 0; i+1 < len(more); i += 2 {
		refs[more[i]] = more[i+1]
	}
	return intake.Entry{Kind: kind, Refs: refs}
}

// know takes the member out of a case for good: they know the family.
func (s *sitting) know() error {
	if err := s.tx.Recuse(s.c, s.m.ID); err != nil {
		return err
	}
	s.c.Holder, s.c.Until = "", time.Time{}
	if err := s.Bring(s.tx, s.f, intake.Carried{Audit: []intake.Entry{s.entry("recused")}}); err != nil {
		return err
	}
	s.m.Sitting.View = viewCard
	return s.after()
}
