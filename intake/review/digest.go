package review

import (
	"context"
	"regexp"
	"strconv"
	"time"

	"claimline/intake"
	"claimline/intake/wording"
)

var clockTime = regexp.MustCompile(`^([01]?[0-9]|2[0-3]):([0-5][0-9])$`)

// digest sets when the numbers of the day are sent; "off" for never.
func (s *sitting) digest(at string) error {
	switch {
	case at == "off":
		s.m.Sitting.Digest = ""
		return s.answer(s.say("digest.off", nil))
	case !clockTime.MatchString(at):
		return s.answer(s.say("digest.how", nil))
	}
	s.m.Sitting.Digest, s.m.Sitting.Digested = at, s.now
	return s.answer(s.say("digest.on", wording.Args{"at": at}))
}

// listEvery is how often a lawyer gets the list of what waits for them.
const listEvery = 7 * 24 * time.Hour

// mostInList bounds that list; a message has no room for more.
const mostInList = 50

// Count tells what waits for the team. Package storage implements it.
type Count interface {
	Queued(ctx context.Context, now time.Time, kinds ...intake.CaseKind) (intake.Queued, error)
}

// Digest sends everybody who asked for it the numbers of the day, at their time in the campaign's zone,
// and every lawyer once a week the list of what waits for them. It can be called as often as one likes.
func (d *Desk) Digest(ctx context.Context, store Count) error {
	var queued intake.Queued
	var err error
	if queued, err = store.Queued(ctx, d.Now(), intake.ClaimCase); err != nil {
		return err
	}
	return d.Store.InTx(ctx, func(tx intake.Tx) error {
		team, err := tx.Team()
		if err != nil {
			return err
		}
		for _, m := range team {
			if err := d.digestFor(tx, m, queued); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *Desk) digestFor(tx intake.Tx, m *intake.Member, queued intake.Queued) error {
	now := d.Now()
	daily := m.Sitting.Digest != "" && m.Sitting.Digested.Before(d.lastAt(m.Sitting.Digest, now))
	weekly := m.Has(intake.Lawyer) && now.Sub(m.Sitting.Listed) >= listEvery
	if !daily && !weekly {
		return nil
	}
	m, err := tx.MemberByID(m.ID) // locked now
	if err != nil {
		return err
	}
	s := &sitting{Desk: d, tx: tx, m: m, now: now}
	var turn intake.Turn
	if daily {
		m.Sitting.Digested = now
		turn.Outgoing = append(turn.Outgoing, d.tell(m, intake.Message{Text: s.numbers(queued)}).Outgoing...)
	}
	if weekly {
		m.Sitting.Listed = now
		cases, err := tx.Cases(intake.Queue{Member: m.ID, Kinds: []intake.CaseKind{intake.LawCase}, Now: now}, mostInList)
		if err != nil {
			return err
		}
		if len(cases) > 0 {
			turn.Outgoing = append(turn.Outgoing, d.tell(m, intake.Message{Text: s.lawList(cases)}).Outgoing...)
		}
	}
	turn.At = now
	return tx.SaveMember(m, turn)
}

// lastAt is the last moment at which the clock of the first campaign showed a time.
func (d *Desk) lastAt(clock string, now time.Time) time.Time {
	zone := time.UTC
	if c, _, ok := d.Campaign(""); ok {
		zone = c.Location()
	}
	local := now.In(zone)
	at, err := time.Parse("15:04", clock)
	if err != nil {
		return time.Time{}
	}
	last := time.Date(local.Year(), local.Month(), local.Day(), at.Hour(), at.Minute(), 0, 0, zone)
	if last.After(now) {
		last = last.AddDate(0, 0, -1)
	}
	return last
}

func (s *sitting) numbers(q intake.Queued) wording.Text {
	args := wording.Args{"waiting": strconv.Itoa(q.Waiting), "done": strconv.Itoa(q.Done), "by": strconv.Itoa(q.By), "oldest": "–"}
	if !q.Oldest.IsZero() {
		args["oldest"] = s.since(q.Oldest)
	}
	return s.say("digest.numbers", args)
}

func (s *sitting) lawList(cases []intake.Case) wording.Text {
	lines := []wording.Text{s.count("digest.law", len(cases), nil)}
	for _, c := range cases {
		lines = append(lines, s.say("queue.line", wording.Args{"mark": mark(c), "reference": c.Reference, "why": s.title(c).Plain(), "since": s.since(c.Opened)}))
	}
	return wording.Lines(lines...)
}

// stats answers with the figures of a campaign: the one that is named, else the first.
func (s *sitting) stats(id string) error {
	if id == "" {
		if c, _, ok := s.Campaign(""); ok {
			id = c.ID
		}
	}
	if s.Figures != nil {
		m, ok, err := s.Figures(id, s.m.Sitting.Language)
		if err != nil {
			return err
		}
		if ok {
			s.m.Sitting.View, s.m.Sitting.Case = "", ""
			s.put(m)
			return nil
		}
	}
	return s.answer(s.say("stats.none", nil))
}
