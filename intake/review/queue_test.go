package review_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"claimline/intake"
)

// Two volunteers who ask for the next case get one each; only the last case of all comes up at both
// desks, and at theirs again who went away to make tea.
func TestOneEach(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides").file()
		w.another(mother, "telegram:2", doubt("AUTHORITY_UNCLEAR", "moderator"))
		jan, kim := w.joins("telegram:900", "Jan", intake.Moderator), w.joins("discord:901", "Kim", intake.Moderator)
		jan.Say("/next")
		kim.Say("/next")
		first, second := jan.caseOnDesk(), kim.caseOnDesk()
		if first == second {
			t.Fatalf("both read case %s", first)
		}
		kim.tap("✅ Accept")
		if kim.caseOnDesk() != first {
			t.Errorf("the only case that is left is not shown: %s", kim.card.Text.Plain())
		}
		w.another(mother, "telegram:3", doubt("AUTHORITY_UNCLEAR", "moderator"))
		w.pass(intake.ReadFor)
		kim.Say("/next")
		if kim.caseOnDesk() != first {
			t.Errorf("what nobody reads any more is not first in the queue again")
		}
	})
}

// Five people press "next" at the same moment, and five cases wait: nobody reads what another reads.
func TestNextTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides").file()
		var team []*human
		for i := range 5 {
			if i > 0 {
				w.another(mother, intake.Account(fmt.Sprintf("telegram:1%d", i)), doubt("AUTHORITY_UNCLEAR", "moderator"))
			}
			team = append(team, w.joins(intake.Account(fmt.Sprintf("telegram:90%d", i)), fmt.Sprintf("T%d", i), intake.Moderator))
		}
		var events []intake.Event
		for _, h := range team {
			events = append(events, h.event(intake.Said{Text: "/next"}))
		}
		w.together(events...)
		readers := map[string]string{}
		for _, h := range team {
			id := h.caseOnDesk()
			if other, ok := readers[id]; ok {
				t.Errorf("%s and %s read the same", other, h.account)
			}
			readers[id] = string(h.account)
		}
	})
}

// A family that was asked and stays silent does not keep its case away for good. It can be asked once
// more, or decided without; then nothing is asked of it any more.
func TestNoAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides")
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		jan.tap("❓ Ask").tap("Ask these again").sees("Nothing waits")
		w.pass(13 * 24 * time.Hour)
		jan.Say("/next")
		jan.sees("Nothing waits")
		w.pass(2 * 24 * time.Hour)
		jan.Say("/next")
		jan.sees("has not answered", "1 of 1").tap("❓ Ask").tap("Ask these again").sees("asked", "Nothing waits")
		w.pass(15 * 24 * time.Hour)
		jan.Say("/next")
		jan.tap("✅ Accept").sees("accepted by you")
		if asked := mother.file().Conversation.State.Asked; asked != nil {
			t.Errorf("the family is still asked %+v", asked)
		}
		w.pass(time.Hour)
		if s := mother.file().Submission; s.Status != intake.Accepted {
			t.Errorf("on file is %s", s.Status)
		}
	})
}

// What a moderator has read is what they decide about: an answer that changed meanwhile, or a doubt
// that came up since, shows the card again, and nothing is done.
func TestNobodyDecidesUnread(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides")
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		w.tx(func(tx intake.Tx) error {
			f, err := tx.Find(mother.account)
			if err != nil {
				return err
			}
			f.Submission.Flags = append(f.Submission.Flags, doubt("NAME_IMPLAUSIBLE", "moderator"))
			return tx.Save(f, intake.Turn{At: w.Now()})
		})
		jan.tap("✅ Accept").sees("Read it again", "a name does not look like one")
		if s := mother.file().Submission; s.Status != intake.InReview || len(s.Review.Decisions) > 0 {
			t.Fatalf("it was decided unread: %s, %+v", s.Status, s.Review.Decisions)
		}
		jan.tap("✅ Accept").sees("accepted by you")
	})
}

// caseOnDesk is the number of the case in front of a member, as they read it.
func (h *human) caseOnDesk() string {
	h.Helper()
	var id string
	h.tx(func(tx intake.Tx) error {
		id = h.memberIn(tx).Sitting.Case
		return nil
	})
	if id == "" {
		h.Fatalf("there is no case on the desk: %s", strings.TrimSpace(h.card.Text.Plain()))
	}
	return id
}
