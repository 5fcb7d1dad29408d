package storage_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"claimline/intake"
)

const poison = `{"update_id":7,"message":{"text":"Anna Voorbeeld"}}`

// parked reads what is parked, as an engineer would.
func (s *scene) parked(t *testing.T) []string {
	t.Helper()
	all, err := s.AllParked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n, err := s.CountParked(t.Context())
	if err != nil || int(n) != len(all) {
		t.Errorf("%d are counted (%v), %d are read", n, err, len(all))
	}
	var updates []string
	for _, p := range all {
		updates = append(updates, p.Platform+" "+string(p.Update))
	}
	return updates
}

func (s *scene) park(t *testing.T, a intake.Account, update string) {
	t.Helper()
	if err := s.Park(t.Context(), "telegram", a, []byte(update)); err != nil {
		t.Fatal(err)
	}
}

// What could not be handled is kept once, sealed, and can be read for two weeks.
func TestParkedIsKeptForAWhile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{} })
		s.park(t, anna, poison)
		s.park(t, anna, poison)
		s.park(t, bram, "of somebody who is not on file")
		s.park(t, "", strings.Repeat("x", 1<<20))
		got := s.parked(t)
		if len(got) != 3 || got[0] != "telegram "+poison && got[1] != "telegram "+poison && got[2] != "telegram "+poison {
			t.Errorf("%d are parked: %.80q", len(got), got)
		}
		var sealed [][]byte
		if err := s.DB().Table("parked").Pluck("sealed", &sealed).Error; err != nil {
			t.Fatal(err)
		}
		if joined := bytes.Join(sealed, nil); bytes.Contains(joined, []byte("Voorbeeld")) || len(joined) > 600<<10 {
			t.Errorf("what is parked is not sealed, or not cut: %d bytes", len(joined))
		}
		if err := s.DB().Table("parked").Where("1 = 1").Update("sealed", []byte(strings.Repeat(poison, 9))).Error; err == nil {
			t.Error("the database took words")
		}
		s.clock.Pass(intake.ParkedDays*24*time.Hour + time.Second)
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := s.parked(t); got != nil {
			t.Errorf("after two weeks: %.80q", got)
		}
	})
}

// What somebody sent goes with that person, and with whatever of theirs is erased before.
func TestParkedGoesWithThePerson(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, a := range []intake.Account{anna, bram} {
			s.must(t, a, func(f *intake.File) intake.Turn {
				answer(f, "c.name", 1, "Bo")
				return intake.Turn{}
			})
			s.park(t, a, poison+string(a))
		}
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Forget: true} })
		if got := s.parked(t); len(got) != 1 || !strings.HasSuffix(got[0], string(bram)) {
			t.Errorf("after anna was erased: %q", got)
		}
		s.must(t, bram, func(*intake.File) intake.Turn { return intake.Turn{Destroy: []string{"member-1"}} })
		if got := s.parked(t); got != nil {
			t.Errorf("after bram let his child go: %q", got)
		}
	})
}
