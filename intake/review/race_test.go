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

// Three people decide the same case at the same moment, one of them at both of their accounts: with
// -full 500 times on each database. One decision stands, is on record once and told once, and whoever came too
// late is told whose it is.
func TestAThousandRaces(t *testing.T) {
	rounds := much(20, 100, 500)
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

// What a family does at the moment in which somebody decides about it wins, and nothing is half done:
// a family that withdrew is withdrawn whoever came first, one that is erased has nothing on file, and
// what a correction settled is settled once.
func TestTheFamilyIsFaster(t *testing.T) {
	rounds := much(3, 8, 15)
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides").file()
		eye := w.watched()
		jan := w.joins("discord:900", "Jan", intake.Moderator)
		ways := map[string]func(parent *human, s *intake.Submission) intake.Event{
			"withdraws": func(parent *human, _ *intake.Submission) intake.Event {
				parent.Say("/withdraw")
				return parent.ready("Herroeping bevestigen")
			},
			"erases": func(parent *human, _ *intake.Submission) intake.Event {
				parent.Say("/delete")
				return parent.ready("Ja, wis alles")
			},
			"corrects": func(parent *human, s *intake.Submission) intake.Event {
				w.asks(s, intake.LawCase, "c.authority")
				return parent.ready("Ja, samen, geen bezwaar bekend")
			},
		}
		for way, begins := range ways {
			first := 0
			for i := range rounds {
				parent := w.at(intake.Account(fmt.Sprintf("telegram:%s%d", way, i)))
				s := w.another(mother, parent.account, doubt("AUTHORITY_UNCLEAR", "moderator"), doubt("OTHER_REPRESENTATION", "lawyer"))
				e := begins(parent, s)
				jan.Say("/case " + s.Reference)
				w.together(e, jan.press("act:accept"))
				w.deliver()
				c, f := w.on(s.Review.Cases[intake.ClaimCase])
				decisions := len(eye.entries("decision", s.ID))
				first += decisions
				if way == "erases" {
					if c != nil || f != nil {
						t.Fatalf("erased, and on file is %+v", c)
					}
					continue
				}
				if (c.Verdict == intake.Accept) != (decisions == 1) || c.State != intake.Settled || len(f.Submission.Review.Decisions) != decisions || f.Submission.Review.Cases[intake.ClaimCase] != "" {
					t.Fatalf("%s: half done: %+v, %+v, %d on record", way, c, f.Submission.Review, decisions)
				}
				if way == "withdraws" && (f.Submission.Status != intake.Withdrawn || f.Submission.Counts) {
					t.Fatalf("withdrew, and is %s", f.Submission.Status)
				}
				if eye.follows("decision", "withdrawal", s.ID) {
					t.Fatal("withdrew, and was decided about after that")
				}
				jan.Say("/case " + s.Reference)
				w.together(jan.press("reopen")) // nothing brings back what the family took back
				if c, f = w.on(c.ID); way == "withdraws" && (c.State != intake.Settled || f.Submission.Status != intake.Withdrawn) {
					t.Fatalf("withdrew, and after an undo it is %s, %s", c.State, f.Submission.Status)
				}
				if open := f.Submission.Review.Cases[intake.ClaimCase] != ""; open != (c.State != intake.Settled) {
					t.Fatalf("%s: after an undo the file says %v, the queue says %s", way, open, c.State)
				}
			}
			t.Logf("%s: %d of %d times the decision came first", way, first, rounds)
		}
		eye.sound(w)
	})
}

// ready is a press on a button that the chat shows.
func (h *human) ready(label string) intake.Event {
	h.Helper()
	for _, id := range h.order {
		if b, ok := find(h.shown[id], label); ok {
			return h.event(intake.Pressed{Button: b.Token})
		}
	}
	h.Fatalf("there is no button %q; there are %q", label, h.Labels())
	return intake.Event{}
}

// asks lets a case ask a question of its family again.
func (w *world) asks(s *intake.Submission, kind intake.CaseKind, question string) {
	w.Helper()
	w.tx(func(tx intake.Tx) error {
		c, f, err := tx.Case(s.Review.Cases[kind])
		if err != nil {
			return err
		}
		c.State = intake.Asked
		if err := tx.SaveCase(c); err != nil {
			return err
		}
		return w.desk.Bring(tx, f, intake.AskedAgain{Case: c.ID, Keys: []intake.Key{{Question: question, Item: f.Conversation.State.Members[0]}}})
	})
	w.deliver()
}
