package review_test

import (
	"strings"
	"testing"
	"time"

	"claimline/intake"
)

// What a family loses for good takes two humans: not one at two accounts, not one twice, not after
// the time for the second has passed, and not one of whom one was dismissed.
func TestOnePersonIsNotTwo(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("one-child").file()
		eye := w.watched()
		jan, kim := w.joins("telegram:900", "Jan", intake.Roles()...), w.joins("discord:901", "Kim", intake.Roles()...)
		jan.Say("/join")
		_, rest, _ := strings.Cut(jan.card.Text.Plain(), "/join ")
		phone := w.at("discord:900")
		phone.Say("/join " + rest[:14])
		s := w.another(mother, "telegram:2", doubt("AUTHORITY_UNCLEAR", "moderator"), doubt("SAFEGUARDING", "safeguarding"))
		stands := func(why string) {
			t.Helper()
			_, f := w.on(s.Review.Cases[intake.ClaimCase])
			if len(f.Submission.Review.Decisions) > 0 || f.Submission.Status != intake.InReview {
				t.Fatalf("%s: one person decided: %+v, %s", why, f.Submission.Review.Decisions, f.Submission.Status)
			}
		}
		everything := func(why string) {
			t.Helper()
			for _, kind := range []intake.CaseKind{intake.ClaimCase, intake.SafetyCase} {
				for _, h := range []*human{jan, phone, jan} {
					for _, action := range []string{"reason:twice", "reject", "agree:", "act:" + intake.CloseSafety, "AGREE", "act:" + intake.Reject} {
						h.atDesk(s.Review.Cases[kind])
						if action == "AGREE" {
							_, f := w.on(s.Review.Cases[kind])
							action = "agree:" + stampOf(f, s.Review.Cases[kind])
						}
						h.handle(h.press(action))
						stands(why + ", " + action)
					}
				}
			}
		}
		everything("at once")
		w.pass(49 * time.Hour) // the time for a second person is over
		everything("after the time")
		if c, f := w.on(s.Review.Cases[intake.SafetyCase]); c.State != intake.Second || len(f.Submission.Review.Proposed) != 2 {
			t.Fatalf("two proposals wait: %s, %v", c.State, f.Submission.Review.Proposed)
		}

		// one whose proposer is dismissed falls; what they held waits again, and their buttons are dead
		jan.atDesk(s.Review.Cases[intake.ClaimCase])
		old := jan.press("act:accept")
		w.tx(func(tx intake.Tx) error { return tx.Dismiss(jan.memberIn(tx)) })
		seen := len(eye.seen)
		w.together(old)
		if len(eye.seen) > seen {
			t.Errorf("a dismissed member did %q", eye.seen[seen:])
		}
		kim.Say("/case " + s.Reference)
		for _, kind := range []intake.CaseKind{intake.ClaimCase, intake.SafetyCase} {
			kim.atDesk(s.Review.Cases[kind])
			_, f := w.on(s.Review.Cases[kind])
			kim.handle(kim.press("agree:" + stampOf(f, s.Review.Cases[kind])))
			stands("with somebody who was dismissed")
			if c, _ := w.on(s.Review.Cases[kind]); c.State != intake.Waiting {
				t.Errorf("the %s case is %s", kind, c.State)
			}
		}
		eye.sound(w)
	})
}

// Two proposals about one family wait beside each other: each is agreed to by somebody who may.
func TestTwoProposals(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("one-child").file()
		jan, kim := w.joins("telegram:900", "Jan", intake.Moderator), w.joins("discord:901", "Kim", intake.Moderator)
		els, noor := w.joins("telegram:902", "Els", intake.Safeguarding), w.joins("discord:903", "Noor", intake.Safeguarding)
		s := w.another(mother, "telegram:2", doubt("AUTHORITY_UNCLEAR", "moderator"), doubt("SAFEGUARDING", "safeguarding"))
		jan.Say("/next")
		jan.tap("⋯").tap("🚫 Reject").tap("Already registered").tap("🚫 Reject")
		els.Say("/next")
		els.tap("I have it").tap("Close this").sees("second person has to agree")
		kim.Say("/next")
		kim.sees("Jan wants to reject this").tap("✔ I agree").sees("rejected by you")
		_, f := w.on(s.Review.Cases[intake.SafetyCase])
		if f.Submission.Status != intake.Rejected || f.Submission.Flags[1].State != "open" || f.Submission.Review.Cases[intake.SafetyCase] == "" {
			t.Fatalf("a moderator's yes closed a worry about safety: %+v", f.Submission)
		}
		noor.Say("/next")
		noor.sees("Els wants to close this").tap("✔ I agree").sees("closed by you")
		if _, f = w.on(s.Review.Cases[intake.SafetyCase]); f.Submission.Flags[1].State != "settled" || f.Submission.Status != intake.Rejected {
			t.Errorf("on file is %+v", f.Submission)
		}
	})
}

// A moderator who may be the other parent never sees the case.
func TestTheOtherParentIsOfTheTeam(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides").file()
		own := w.another(mother, "telegram:900", doubt("COUNTRY_MISMATCH", "moderator"))
		same := doubt("SAME_CHILD", "moderator")
		same.With = []intake.Other{{Submission: own.ID, Item: 1}}
		s := w.another(mother, "telegram:2", same)
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		for _, ask := range []string{"/case " + s.Reference, "/case " + own.Reference, "/case TT-0000-0000"} {
			jan.Say(ask)
			if got := jan.card.Text.Plain(); got != "There is no such case for you." || labelsOf(jan.card) != nil {
				t.Errorf("%s is answered %q", ask, got)
			}
		}
		jan.Say("/next")
		for range 3 {
			if strings.Contains(jan.card.Text.Plain(), s.Reference) {
				t.Errorf("the queue shows\n%s", jan.card.Text.Plain())
			}
			jan.Say("/next")
		}
	})
}
