package review_test

import (
	"strings"
	"testing"
	"time"

	"claimline/intake"
)

// A volunteer accepts what a foster mother was not sure about: one press, and the family hears of it
// when it can no longer be undone.
func TestAVolunteerAccepts(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides")
		ref := mother.file().Submission.Reference
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		jan.sees(ref, "1 of 1", "Not sure who may decide", "child 1")
		for _, private := range []string{"Anna", "Fatima", "2014", "fatima@"} {
			if strings.Contains(jan.card.Text.Plain(), private) {
				t.Errorf("the card says %q:\n%s", private, jan.card.Text.Plain())
			}
		}
		mother.Seen()
		jan.tap("✅ Accept").sees(ref+" accepted by you", "Nothing waits")
		if seen := mother.Seen(); len(seen) > 0 {
			t.Errorf("the family was told at once: %q", seen)
		}
		w.pass(11 * time.Minute)
		mother.reads(ref, "nagekeken")
		if s := mother.file().Submission; s.Status != intake.Accepted || len(s.Review.Decisions) != 1 || s.Review.Decisions[0].By == "" {
			t.Errorf("on file is %s, %+v", s.Status, s.Review.Decisions)
		}
	})
}

// A press too quick is undone within ten minutes, and the family never hears of it.
func TestUndoneInTime(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides")
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		jan.tap("✅ Accept").tap("↩ Undo the last one").sees("Not sure who may decide", "You have this case")
		mother.Seen()
		w.pass(time.Hour)
		if seen := mother.Seen(); len(seen) > 0 {
			t.Errorf("the family was told of what was undone: %q", seen)
		}
		if s := mother.file().Submission; s.Status != intake.InReview || s.Review.Cases[intake.ClaimCase] == "" {
			t.Errorf("on file is %s, %v", s.Status, s.Review.Cases)
		}
	})
}

// The team asks a family again; the answer brings the case back, and what it was before shows in a look only.
func TestAskedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides")
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		jan.tap("❓ Ask").sees("Ticked questions").tap("Ask these again").sees("asked", "Nothing waits")
		mother.reads("het team heeft een vraag")
		if q := mother.Question(); q != "c.authority#1" {
			t.Fatalf("the family is asked %q", q)
		}
		mother.Press("Ja, samen, geen bezwaar bekend", false)
		if s := mother.file().Submission; s.Status != intake.Accepted || len(s.Review.Cases) > 0 {
			t.Errorf("the reason is gone, and on file is %s, %v", s.Status, s.Review.Cases)
		}
		jan.Say("/next")
		jan.sees("Nothing waits")
		jan.Say("/case " + mother.file().Submission.Reference)
		jan.sees("no longer needed")
	})
}

// Somebody who talks about another campaign by now is told where the question waits, and finds it there.
func TestAskedBesideAnotherCampaign(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides")
		mother.Say("/start zoom")
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		mother.Seen()
		jan.tap("❓ Ask").tap("Ask these again")
		mother.reads("/start tiktok")
		if q := mother.Question(); q != "zm.intro" {
			t.Errorf("the other campaign shows %q", q)
		}
		mother.Say("/start tiktok")
		if q := mother.Question(); q != "c.authority#1" {
			t.Errorf("there shows %q", q)
		}
	})
}

// Words of the team's own go to the family without a name, and the answer comes back to the case.
func TestInTheirOwnWords(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides")
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		mother.Seen()
		jan.tap("❓ Ask").tap("✍️ In your own words").Say("Does the guardian live with you?")
		jan.sees("The family will read", "Does the guardian live with you?").tap("Send to the family")
		mother.reads("Does the guardian live with you?")
		mother.Say("Yes, since 2022")
		mother.reads("Dank u wel")
		jan.Say("/next")
		jan.sees("Not sure who may decide")
		if strings.Contains(jan.card.Text.Plain(), "2022") {
			t.Errorf("the card repeats what the family wrote:\n%s", jan.card.Text.Plain())
		}
		jan.tap("👁 Look")
		jan.reads("Does the guardian live with you?", "Yes, since 2022", "No, or I am not sure")
		w.pass(4 * time.Minute)
		for _, m := range jan.shown {
			if strings.Contains(m.Text.Plain(), "2022") {
				t.Error("what was looked at is still there after four minutes")
			}
		}
	})
}
