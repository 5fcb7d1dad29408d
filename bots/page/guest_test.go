package page

import (
	"testing"
	"testing/synctest"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// What a page showed is personal. It is not remembered for longer than the page is open.
func TestAGuestIsForgottenWhenNothingIsDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &site{guests: bots.NewRecent[string, *guest](10)}
		s.welcome("session", "discord:2002")
		for range 3 {
			time.Sleep(intake.PageLife - time.Second)
			if _, ok := s.guests.Get("session"); !ok {
				t.Fatal("a guest who does something is forgotten")
			}
			s.welcome("session", "discord:2002")
		}
		time.Sleep(intake.PageLife)
		synctest.Wait()
		if _, ok := s.guests.Get("session"); ok {
			t.Error("a guest who has gone is remembered")
		}
	})
}
