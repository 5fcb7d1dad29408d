package review_test

import (
	"strings"
	"testing"
	"time"

	"claimline/intake"
)

// Sixty looks an hour in the chat, each on record in the transaction that shows it, and gone after
// three minutes; then nobody sees any more, and the admins are told.
func TestSixtyLooks(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.at("telegram:1").lives("not-sure-who-decides")
		eye := w.watched()
		jan, piet := w.joins("telegram:900", "Jan", intake.Moderator), w.joins("discord:901", "Piet", intake.Admin)
		jan.Say("/next")
		for n := 1; n <= 60; n++ {
			jan.tap("👁 Look")
			if shown := jan.looking(); len(eye.kinds("look")) != n || shown == "" || !strings.Contains(shown, "on record") {
				t.Fatalf("look %d: %d on record, seen is %q", n, len(eye.kinds("look")), shown)
			}
			w.pass(3 * time.Minute / 5) // the whole hour's worth takes 43 minutes
			if n == 1 {
				w.pass(3 * time.Minute)
				if left := jan.looking(); left != "" {
					t.Fatalf("after three minutes it still says\n%s", left)
				}
			}
		}
		jan.tap("👁 Look").sees("An admin has to unlock you")
		piet.reads("Jan looked at more answers")
		w.pass(2 * time.Hour)
		jan.tap("👁 Look").sees("An admin has to unlock you")
		if looks := eye.kinds("look"); len(looks) != 60 || len(eye.kinds("locked")) != 1 || looks[0].Refs["fields"] == "" || looks[0].Refs["files"] == "" || looks[0].Refs["by"] == "" {
			t.Errorf("on record are %d looks: %v", len(looks), looks[0])
		}
		if left := jan.looking(); left != "" {
			t.Errorf("the chat still says\n%s", left)
		}
		eye.sound(w)
	})
}

// A family that has itself erased takes with it what somebody of the team was looking at.
func TestErasedWhileLookedAt(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides")
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		jan.tap("👁 Look")
		if jan.looking() == "" {
			t.Fatal("there is nothing to be seen")
		}
		mother.Say("/delete")
		mother.Press("Ja, wis alles", false)
		w.pass(4 * time.Minute)
		if left := jan.looking(); left != "" {
			t.Errorf("the family is erased, and the chat still says\n%s", left)
		}
	})
}

// looking is what lies open in a member's chat of what a family typed.
func (h *human) looking() string {
	for _, m := range h.shown {
		if m.Protect {
			return m.Text.Plain()
		}
	}
	return ""
}

// kinds are the entries of a kind.
func (w *witness) kinds(kind string) (found []intake.Entry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.kept {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// A parent's own name may be said in a chat on Discord, and yet is not looked at there: whatever is
// shown in that chat could be passed on. The page shows it, where there is one.
func TestNoLookInAChatThatCannotKeepIt(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides").file()
		named := doubt("NAME_IMPLAUSIBLE", "moderator")
		named.Answers = []string{"tt.name"}
		w.another(mother, "telegram:2", named)
		for _, at := range []struct {
			account intake.Account
			here    bool
		}{{"telegram:900", true}, {"discord:901", false}} {
			h := w.joins(at.account, at.account.Platform(), intake.Moderator)
			h.Say("/next")
			for !strings.Contains(h.card.Text.Plain(), "A name that does not look like one") {
				h.tap("⏭ Skip")
			}
			h.tap("👁 Look")
			if shown := h.looking() != ""; shown != at.here {
				t.Errorf("at %s a look is shown: %v", at.account, shown)
			}
			if !at.here {
				h.sees("cannot be shown in this chat")
				w.desk.Pages = pages
				h.tap("👁 Look").sees("private page")
			}
			w.pass(time.Hour)
		}
	})
}
