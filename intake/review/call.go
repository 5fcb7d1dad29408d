package review

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"claimline/intake"
	"claimline/intake/wording"
)

// EscalateAfter is how long a call waits for somebody to take the case, before everybody on call and
// every admin is told again.
const EscalateAfter = 15 * time.Minute

// Call tells those on call about urgent cases that a turn opened: the number and the country, and
// that it is urgent. It travels with the family's file and is sealed with its key.
func (d *Desk) Call(tx intake.Tx, f *intake.File, opened []intake.Case) ([]intake.Outgoing, error) {
	opened = slices.DeleteFunc(slices.Clone(opened), func(c intake.Case) bool { return !c.Urgent })
	if len(opened) == 0 {
		return nil, nil
	}
	team, err := tx.Team()
	if err != nil {
		return nil, err
	}
	var out []intake.Outgoing
	for _, c := range opened {
		out = append(out, d.callsTo(team, f, c, false)...)
	}
	return out, nil
}

// callsTo words a call for everybody who may take the case; for admins too when nobody did.
func (d *Desk) callsTo(team []*intake.Member, f *intake.File, c intake.Case, again bool) []intake.Outgoing {
	var out []intake.Outgoing
	for _, m := range team {
		may := m.Has(c.Kind.Role())
		if !may && !(again && m.Has(intake.Admin)) {
			continue
		}
		say := d.texts.in(m.Sitting.Language)
		args := wording.Args{"reference": f.Submission.Reference, "country": f.Submission.Country, "since": d.clock(c.Campaign, c.Opened)}
		message := intake.Message{Text: say.Text("call."+string(c.Kind), args)}
		if may {
			message.Buttons = [][]intake.Button{{{Label: say.Text("safety.have", nil).Plain(), Action: "have:" + c.ID}}}
		}
		if again {
			message.Text = wording.Lines(say.Text("call.again", nil), message.Text)
		}
		out = append(out, d.tell(m, message).Outgoing...)
	}
	return out
}

// have takes the case of a call: whoever presses first has it, and the others are told who.
func (s *sitting) have(id string) error {
	if id != "" {
		s.m.Sitting.Case = id
	}
	s.m.Sitting.View = viewCard
	if err := s.load(); err != nil || s.c == nil {
		if err != nil {
			return err
		}
		return s.show()
	}
	if s.take() {
		if err := s.tx.SaveCase(s.c); err != nil {
			return err
		}
		if err := s.Bring(s.tx, s.f, intake.Carried{Audit: []intake.Entry{s.entry("taken")}}); err != nil {
			return err
		}
	}
	return s.show()
}

// Unheard finds urgent cases that nobody took. Package storage implements it.
type Unheard interface {
	Unheard(ctx context.Context, since time.Time, n int) ([]string, error)
}

// Escalate tells everybody again about urgent cases that nobody has taken for EscalateAfter.
func (d *Desk) Escalate(ctx context.Context, store Unheard) error {
	const most = 20
	ids, err := store.Unheard(ctx, d.Now().Add(-EscalateAfter), most)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.Store.InTx(ctx, func(tx intake.Tx) error { return d.callAgain(tx, id) }); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) callAgain(tx intake.Tx, id string) error {
	c, f, err := tx.Case(id)
	if errors.Is(err, intake.ErrNoFile) {
		return nil
	}
	if err != nil || c.Holder != "" || c.State != intake.Waiting {
		return err
	}
	team, err := tx.Team()
	if err != nil {
		return err
	}
	c.Called = d.Now()
	if err := tx.SaveCase(c); err != nil {
		return err
	}
	called := intake.Entry{Kind: "called-again", Refs: map[string]string{"submission": c.Submission, "case": c.ID}}
	return d.Bring(tx, f, intake.Carried{Out: d.callsTo(team, f, *c, true), Audit: []intake.Entry{called}})
}

// Line is what the team's room shows: how much waits, and how much was done. It names nobody.
func (d *Desk) Line(q intake.Queued, room intake.Room) intake.Message {
	say := d.texts.in(room.Language)
	args := wording.Args{"waiting": strconv.Itoa(q.Waiting), "urgent": strconv.Itoa(q.Urgent), "done": strconv.Itoa(q.Done), "by": strconv.Itoa(q.By), "oldest": "–", "mark": ""}
	if q.Urgent > 0 {
		args["mark"] = "🔴 "
	}
	if !q.Oldest.IsZero() {
		s := &sitting{Desk: d, now: d.Now(), m: &intake.Member{Sitting: intake.Sitting{Language: room.Language}}}
		args["oldest"] = s.since(q.Oldest)
	}
	m := intake.Message{Text: say.Text("room.line", args), Buttons: [][]intake.Button{{{Label: say.Text("room.help", nil).Plain(), Action: "help"}}}}
	d.sign(&m, room.Account, always)
	return m
}
