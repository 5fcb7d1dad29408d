package storage_test

import (
	"errors"
	"testing"
	"time"

	"claimline/intake"
)

// A help text that could not be said at once comes out of the outbox half a minute later, also when the
// chat waits, and not when it was said after all.
func TestAHelpTextThatIsOwed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		desk := &intake.Desk{Store: s, Now: s.clock.Now}
		help := intake.Message{Text: text("Call 112.")}
		if _, err := desk.Owe(t.Context(), intake.Event{Account: anna}, help); !errors.Is(err, intake.ErrNoFile) {
			t.Errorf("owed to nobody: %v", err)
		}
		var waits intake.Outgoing
		s.must(t, anna, func(*intake.File) intake.Turn {
			waits = s.say(anna, "a question")
			return intake.Turn{Outgoing: []intake.Outgoing{waits}}
		})
		if err := s.Later(t.Context(), waits.ID, s.clock.Now().Add(time.Hour), "throttled"); err != nil {
			t.Fatal(err)
		}
		owe := func() func() {
			paid, err := desk.Owe(t.Context(), intake.Event{Account: anna}, help)
			if err != nil {
				t.Fatal(err)
			}
			return func() {
				if err := paid(t.Context()); err != nil {
					t.Error(err)
				}
			}
		}
		paid := owe()
		if said := s.deliver(t); len(said) != 0 {
			t.Errorf("said at once: %q", said)
		}
		paid()
		s.clock.Pass(time.Minute)
		if said := s.deliver(t); len(said) != 0 {
			t.Errorf("said though it was paid: %q", said)
		}
		owe()
		s.clock.Pass(30 * time.Second)
		if said := s.deliver(t); len(said) != 1 || said[0] != "Call 112." {
			t.Errorf("said after half a minute: %q", said)
		}
	})
}
