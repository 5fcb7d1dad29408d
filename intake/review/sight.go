package review

import (
	"context"
	"errors"
	"slices"

	"claimline/intake"
	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// What a chat may not hold is looked at on the private page. The desk gives a link that opens once;
// what the page then shows is read from the file each time it is shown, and only while whoever looks
// is still of the team, not locked, and has the case.

// lookPath is where looks are on the private page.
const lookPath = "look/"

// lookThere gives a link to the page under the case.
func (s *sitting) lookThere() error {
	word := s.NewID()
	l := intake.Look{Member: s.m.ID, Case: s.c.ID, Expires: s.now.Add(intake.LookLinkLife)}
	if err := s.tx.GiveLook(intake.LookLink, word, l); err != nil {
		return err
	}
	if err := s.show(); err != nil {
		return err
	}
	link := intake.Button{Label: s.say("look.open-page", nil).Plain(), Link: s.Pages + lookPath + word}
	s.reply.Desk.Buttons = slices.Insert(s.reply.Desk.Buttons, 0, []intake.Button{link})
	return nil
}

// OpenLook spends the link of a look. session is the word by which Sight and LookFile know what it
// opened, for intake.LookLife. ok is false for a link that is unknown, spent or too old, and for
// somebody who may not see it any more.
func (d *Desk) OpenLook(ctx context.Context, link string) (session string, ok bool, err error) {
	err = d.looks(ctx, intake.LookLink, link, func(s *sitting, _ *intake.Look) error {
		session, ok = "", false // the turn may be run again
		if s == nil {
			return nil
		}
		if s.greedy(s.m.Sitting.Looks, mostLooks) {
			return s.lockOut(mostLooks)
		}
		session, ok = s.NewID(), true
		return s.openLook(session)
	})
	return session, ok && err == nil, err
}

// openLook enters a look and opens its page.
func (s *sitting) openLook(session string) error {
	g, err := s.seen()
	if err != nil {
		return err
	}
	if err := s.onRecord(g, nil); err != nil {
		return err
	}
	if err := s.tx.SaveCase(s.c); err != nil {
		return err
	}
	if err := s.tx.GiveLook(intake.LookPage, session, intake.Look{Member: s.m.ID, Case: s.c.ID, Expires: s.now.Add(intake.LookLife)}); err != nil {
		return err
	}
	return s.tx.SaveMember(s.m, s.turn)
}

// lockOut is lock for somebody who is not at their desk.
func (s *sitting) lockOut(most int) error {
	if err := s.lock(most); err != nil {
		return err
	}
	return s.tx.SaveMember(s.m, s.turn)
}

// Sight is what a look that was opened shows now; nil when it is over.
func (d *Desk) Sight(ctx context.Context, session string) (sight *intake.Sight, err error) {
	err = d.looks(ctx, intake.LookPage, session, func(s *sitting, l *intake.Look) error {
		sight = nil
		if s == nil {
			return nil
		}
		g, err := s.seen()
		if err != nil {
			return err
		}
		sight = &intake.Sight{Language: s.m.Sitting.Language, Title: s.say("look.title", wording.Args{"reference": s.c.Reference}),
			Columns: g.columns, Letters: g.letters, Evidence: s.say("look.evidence", nil), Files: s.evidence(),
			Open: s.say("look.open-file", nil).Plain(), Until: l.Expires}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return sight, nil
}

// LookFile lets a file be opened that a look lists, by its hash, and enters that before it is. ok is
// false when the look is over, when it lists no such file, and for the file that is too many.
func (d *Desk) LookFile(ctx context.Context, session, sha256 string) (file intake.StoredFile, ok bool, err error) {
	err = d.looks(ctx, intake.LookPage, session, func(s *sitting, _ *intake.Look) error {
		file, ok = intake.StoredFile{}, false
		if s == nil {
			return nil
		}
		files := s.evidence()
		i := slices.IndexFunc(files, func(f intake.StoredFile) bool { return f.SHA256 == sha256 })
		if i < 0 {
			return nil
		}
		if s.greedy(s.m.Sitting.Others, mostOthers) {
			return s.lockOut(mostOthers)
		}
		s.m.Sitting.Others = append(s.lastHour(s.m.Sitting.Others), s.now)
		opened := s.entry("look-file", "file", files[i].ID, "sha256", sha256)
		if err := s.Bring(s.tx, s.f, intake.Carried{Audit: []intake.Entry{opened}}); err != nil {
			return err
		}
		file, ok = files[i], true
		return s.tx.SaveMember(s.m, s.turn)
	})
	return file, ok && err == nil, err
}

// looks finds a look by its word and sits whoever looks down before the case. s is nil where there is
// nothing to be seen; what the word was good for is spent all the same.
func (d *Desk) looks(ctx context.Context, as intake.LookPass, word string, then func(s *sitting, l *intake.Look) error) error {
	return d.Store.InTx(ctx, func(tx intake.Tx) error {
		find := tx.LookAt
		if as == intake.LookLink {
			find = tx.TakeLook
		}
		l, err := find(as, word)
		if errors.Is(err, intake.ErrNoFile) {
			return then(nil, nil)
		}
		if err != nil {
			return err
		}
		s, err := d.looker(tx, l)
		if err != nil {
			return err
		}
		return then(s, l)
	})
}

// looker is whoever looks, before the case; nil where they may not see it: they left the team or are
// locked, the case is not theirs to decide, is settled, or somebody else has it.
func (d *Desk) looker(tx intake.Tx, l *intake.Look) (*sitting, error) {
	m, err := tx.MemberByID(l.Member)
	if errors.Is(err, intake.ErrNoFile) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := &sitting{Desk: d, tx: tx, m: m, e: intake.Event{Account: m.Account}, now: d.Now()}
	s.turn.At = s.now
	desk := m.Sitting.Case // another case may lie there by now
	m.Sitting.Case = l.Case
	err = s.load()
	m.Sitting.Case = desk
	if err != nil || s.c == nil || !m.Sitting.Locked.IsZero() || !s.c.HeldBy(m.ID, s.now) && s.c.State != intake.Asked {
		return nil, err
	}
	return s, nil
}

// evidence lists the files that the family gave as proof, the same bytes once. Where a child's safety
// is asked about none is ever fetched, and a case about safety shows none of the others.
func (s *sitting) evidence() []intake.StoredFile {
	c, _, ok := s.Campaign(s.c.Campaign)
	if !ok || s.c.Kind == intake.SafetyCase {
		return nil
	}
	state := s.f.Conversation.State
	given := map[string]bool{}
	for key, a := range state.Answers {
		if q := c.Question(key.Question); q != nil && q.Kind == answer.File && q.Sensitivity != campaign.Safety {
			for _, id := range a.Values {
				given[id] = true
			}
		}
	}
	var files []intake.StoredFile
	for _, f := range state.Files {
		same := func(g intake.StoredFile) bool { return g.SHA256 == f.SHA256 }
		if given[f.ID] && !slices.ContainsFunc(files, same) {
			files = append(files, f)
		}
	}
	return files
}
