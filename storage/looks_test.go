package storage_test

import (
	"errors"
	"testing"

	"claimline/intake"
)

// looking puts a case and somebody who may look at it on file.
func looking(t *testing.T, s *scene) (m *intake.Member, of intake.Case) {
	t.Helper()
	s.must(t, anna, func(f *intake.File) intake.Turn {
		f.Submission = submission(s.clock.Now(), "TT-1")
		f.Submission.ID = s.id("submission")
		of = intake.Case{ID: s.id("case"), Kind: intake.ClaimCase, Submission: f.Submission.ID, Campaign: "tiktok", Code: "DATE_CONFLICT",
			State: intake.Waiting, Opened: s.clock.Now(), Due: s.clock.Now()}
		return intake.Turn{Cases: []intake.Case{of}}
	})
	m = &intake.Member{Account: "discord:900", Roles: []intake.Role{intake.Moderator}}
	s.team(t, func(tx intake.Tx) error { return tx.Enrol(m) })
	return m, of
}

func (s *scene) team(t *testing.T, fn func(tx intake.Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (s *scene) gives(t *testing.T, word string, m *intake.Member, of intake.Case) {
	t.Helper()
	l := intake.Look{Member: m.ID, Case: of.ID, Expires: s.clock.Now().Add(intake.LookLinkLife)}
	s.team(t, func(tx intake.Tx) error { return tx.GiveLook(intake.LookLink, word, l) })
}

// takes reports whether a word of a look is good, and spends it.
func (s *scene) takes(t *testing.T, as intake.LookPass, word string) bool {
	t.Helper()
	var good bool
	s.team(t, func(tx intake.Tx) error {
		l, err := tx.TakeLook(as, word)
		if errors.Is(err, intake.ErrNoFile) {
			return nil
		}
		good = err == nil && l.Member != "" && l.Case != ""
		return err
	})
	return good
}

// A word is good once, for ten minutes, as what it was given for, and until a newer one.
func TestWordsOfALook(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		m, of := looking(t, s)
		s.gives(t, "first", m, of)
		s.gives(t, "second", m, of)
		if s.takes(t, intake.LookLink, "first") || s.takes(t, intake.LookLink, "unknown") || s.takes(t, intake.LookPage, "second") {
			t.Error("a word that was replaced, never given, or given for something else, was good")
		}
		if !s.takes(t, intake.LookLink, "second") || s.takes(t, intake.LookLink, "second") {
			t.Error("a link is good once")
		}
		s.gives(t, "late", m, of)
		s.clock.Pass(intake.LookLinkLife)
		if s.takes(t, intake.LookLink, "late") {
			t.Error("a link was good after ten minutes")
		}
		if err := s.Sweep(t.Context()); err != nil || s.count(t, "looks", "1 = 1") != 0 {
			t.Errorf("the sweep left a look: %v", err)
		}
	})
}

// A look is gone with whoever looks, and with the family.
func TestLooksEndWithPeople(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		m, of := looking(t, s)
		s.gives(t, "word", m, of)
		s.team(t, func(tx intake.Tx) error { return tx.Dismiss(m) })
		if s.takes(t, intake.LookLink, "word") {
			t.Error("somebody who was dismissed could look")
		}
		m = &intake.Member{Account: "discord:901", Roles: []intake.Role{intake.Moderator}}
		s.team(t, func(tx intake.Tx) error { return tx.Enrol(m) })
		s.gives(t, "word", m, of)
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Forget: true} })
		if s.takes(t, intake.LookLink, "word") || s.count(t, "looks", "1 = 1") != 0 {
			t.Error("a look outlives the family")
		}
	})
}
