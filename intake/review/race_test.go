package review_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"claimline/intake"
)

// press is a button of a member's desk, pressed once at their account, whatever is offered there.
func (h *human) press(action string) intake.Event {
	h.Helper()
	var showing int
	h.tx(func(tx intake.Tx) error {
		m, err := tx.Member(h.account)
		if err == nil {
			showing = m.Sitting.Showing
		}
		return err
	})
	return h.event(intake.Pressed{Button: h.desk.Signer.Token(h.account, intake.DeskToken, showing, action)})
}

// together lets things be done at the same moment and returns what each was answered.
func (w *world) together(events ...intake.Event) []intake.Reply {
	w.Helper()
	replies, errs := make([]intake.Reply, len(events)), make([]error, len(events))
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i, e := range events {
		all.Go(func() {
			<-begin
			replies[i], errs[i] = w.desk.Handle(w.Context(), e)
		})
	}
	close(begin)
	all.Wait()
	for _, err := range errs {
		if err != nil {
			w.Fatal(err)
		}
	}
	return replies
}

// Three people decide the same case at the same moment, one of them at both of their accounts: 500
// times on each database. One decision stands, is on record once and told once, and whoever came too
// late is told whose it is.
func TestAThousandRaces(t *testing.T) {
	rounds := 500
	if testing.Short() {
		rounds = 40
	}
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides").file()
		eye := w.watched()
		jan, kim, noor := w.joins("telegram:900", "Jan", intake.Moderator), w.joins("discord:901", "Kim", intake.Moderator), w.joins("discord:902", "Noor", intake.Moderator)
		jan.Say("/join")
		_, rest, _ := strings.Cut(jan.card.Text.Plain(), "/join ")
		phone := w.at("discord:900")
		phone.Say("/join " + rest[:14])
		ids := []string{jan.member().ID, kim.member().ID, noor.member().ID}
		names := map[string]string{ids[0]: "Jan", ids[1]: "Kim", ids[2]: "Noor"}
		won := map[string]int{}
		for i := range rounds {
			parent := intake.Account(fmt.Sprintf("telegram:%d", 10_000+i))
			s := w.another(mother, parent, doubt("AUTHORITY_UNCLEAR", "moderator"))
			var asked, events []intake.Event
			for _, h := range []*human{jan, kim, noor} {
				asked = append(asked, h.event(intake.Said{Text: "/case " + s.Reference}))
			}
			w.together(asked...)
			for _, h := range []*human{jan, kim, noor, phone} {
				events = append(events, h.press("act:accept"))
			}
			replies := w.together(events...)
			c, f := w.on(s.Review.Cases[intake.ClaimCase])
			if c.State != intake.Settled || len(f.Submission.Review.Decisions) != 1 || f.Submission.Status != intake.Accepted || len(eye.entries("decision", s.ID)) != 1 {
				t.Fatalf("round %d: %+v, %+v, %d on record", i, c, f.Submission.Review, len(eye.entries("decision", s.ID)))
			}
			name := names[c.Decider]
			won[name]++
			for j := range ids {
				want := s.Reference + " accepted by " + name
				if names[ids[j]] == name {
					continue // the message was theirs, at one account or the other
				}
				if got := replies[j].Desk.Text.Plain(); !strings.Contains(got, want) {
					t.Fatalf("round %d: %s lost to %s and reads\n%s", i, names[ids[j]], name, got)
				}
			}
		}
		w.pass(11 * time.Minute)
		for i := range rounds {
			if seen := w.at(intake.Account(fmt.Sprintf("telegram:%d", 10_000+i))).Seen(); len(seen) != 1 {
				t.Errorf("family %d was told %q", i, seen)
			}
		}
		eye.sound(w)
		t.Logf("%d races, won by %v", rounds, won)
	})
}

// member is who is at an account.
func (h *human) member() (m *intake.Member) {
	h.Helper()
	h.tx(func(tx intake.Tx) (err error) {
		m, err = tx.Member(h.account)
		return err
	})
	return m
}
