package storage_test

import (
	"testing"

	"claimline/intake"
)

// Where somebody is reached is known after a restart, and is theirs alone: it goes when they go.
func TestChannels(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		is := func(a intake.Account, want string) {
			t.Helper()
			if got, err := s.Channel(t.Context(), a); err != nil || got != want {
				t.Errorf("%s is reached at %q, %v, want %q", a, got, err, want)
			}
		}
		note := func(a intake.Account, channel string) {
			t.Helper()
			if err := s.SetChannel(t.Context(), a, channel); err != nil {
				t.Fatal(err)
			}
		}
		note(anna, "11")
		is(anna, "") // nobody is on file
		for _, a := range []intake.Account{anna, bram} {
			s.must(t, a, func(*intake.File) intake.Turn { return intake.Turn{} })
		}
		is(anna, "")
		note(anna, "11")
		note(anna, "12")
		is(anna, "12")
		is(bram, "")
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Forget: true} })
		is(anna, "")
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{} })
		is(anna, "")
	})
}
