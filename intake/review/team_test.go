package review_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/review"
)

// Somebody who runs the program becomes the first admin by the code it printed; with one admin the
// chat changes nothing about the team, with two the second one has to agree.
func TestTheTeamGrows(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		var code string
		must(t, w.store.InTx(t.Context(), func(tx intake.Tx) (err error) {
			code, err = w.team.FirstCode(tx)
			return err
		}))
		piet := w.at("telegram:800")
		piet.Say("/admin AAAA-BBBB-CCCC")
		piet.sees("not good")
		piet.Say("/admin " + strings.ToLower(code))
		piet.sees("Welcome to the team")
		thief := w.at("telegram:666")
		thief.Say("/admin " + code)
		thief.sees("not good")

		piet.Say("/moderators add Jan moderator")
		piet.sees("command line")
		sara := w.joins("discord:801", "Sara", intake.Admin)
		piet.Say("/moderators add Jan moderator")
		piet.sees("/join ", "another admin")
		_, rest, _ := strings.Cut(piet.card.Text.Plain(), "/join ")
		jan := w.at("discord:900")
		jan.Say("/join " + rest[:14])
		jan.sees("An admin has to agree")
		jan.Say("/next")
		jan.sees("no role yet")
		sara.reads("waits for you")
		piet.Say("/moderators")
		if len(labelsOf(piet.card)) > 0 {
			t.Errorf("who proposed may agree: %q", labelsOf(piet.card))
		}
		sara.Say("/moderators")
		sara.tap("✔ Jan: agree").sees("Jan · moderator")
		jan.Say("/next")
		jan.sees("Nothing waits")

		jan.Say("/join")
		_, rest, _ = strings.Cut(jan.card.Text.Plain(), "/join ")
		phone := w.at("telegram:901")
		phone.Say("/join " + rest[:14])
		phone.sees("not a second pair of eyes")
		phone.Say("/next")
		phone.sees("Nothing waits")
	})
}

// Rejecting somebody who gave a mandate takes two people; the family hears why, and what it can do.
func TestTwoPairsOfEyes(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		first := w.at("telegram:1").lives("one-child")
		second := w.at("telegram:2").lives("one-child")
		if s := second.file().Submission; s.Status != intake.InReview {
			t.Fatalf("the same child twice is %s: %+v", s.Status, s.Flags)
		}
		jan, kim := w.joins("telegram:900", "Jan", intake.Moderator), w.joins("discord:901", "Kim", intake.Moderator)
		jan.Say("/next")
		jan.tap("⋯").tap("🚫 Reject").tap("Already registered").sees("second person has to agree")
		jan.tap("🚫 Reject").sees("The case waits for one")
		jan.Say("/next")
		jan.sees("Nothing waits")
		kim.Say("/next")
		kim.sees("Jan wants to reject this", "Already registered").tap("✔ I agree").sees("rejected by you")
		w.pass(11 * time.Minute)
		second.reads("cannot accept this registration", "under another number", "/start")
		if s := second.file().Submission; s.Status != intake.Rejected || s.Counts {
			t.Errorf("on file is %s", s.Status)
		}
		if s := first.file().Submission; s.Status != intake.Accepted {
			t.Errorf("the first is %s", s.Status)
		}
	})
}

// A child who is not safe: those on call are told at once, and again until somebody takes it.
func TestOnCall(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		els, noor := w.joins("telegram:901", "Els", intake.Safeguarding), w.joins("discord:902", "Noor", intake.Safeguarding)
		mother := w.at("terminal:1").lives("not-safe")
		ref := mother.file().Submission.Reference
		els.reads("Safeguarding", ref)
		w.pass(16 * time.Minute)
		must(t, w.team.Escalate(t.Context(), w.store))
		w.deliver()
		els.reads("Nobody has taken this yet", ref)
		jan.Say("/case " + ref)
		jan.sees("no such case")
		els.Press("I have it", false)
		els.sees("Safeguarding", "You have this case")
		noor.Press("I have it", false)
		noor.sees("Els has this case")
		w.pass(16 * time.Minute)
		must(t, w.team.Escalate(t.Context(), w.store))
		w.deliver()
		if seen := els.Seen(); len(seen) > 0 {
			t.Errorf("called again though somebody has it: %q", seen)
		}
	})
}

// Somebody who has sent a file and is in danger may tell the team, by its number alone.
func TestDangerTellsTheTeam(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		els := w.joins("telegram:901", "Els", intake.Safeguarding)
		mother := w.at("telegram:1").lives("one-child")
		press := mother.event(intake.Pressed{Button: intake.ActionDanger})
		help, _ := w.desk.Danger(press)
		if labels := labelsOf(help); len(labels) != 2 {
			t.Errorf("with nobody known to be on call the help offers %q", labels)
		}
		w.desk.OnCall = func() bool { return true }
		help, _ = w.desk.Danger(press)
		tell, ok := find(help, "A child is not safe: tell the team")
		if !ok {
			t.Fatalf("the help offers %q", labelsOf(help))
		}
		mother.Seen()
		mother.do(intake.Pressed{Button: tell.Token})
		ref := mother.file().Submission.Reference
		mother.reads(ref, "call 112")
		els.reads("Safeguarding", ref)
		mother.do(intake.Pressed{Button: tell.Token})
		if seen := els.Seen(); len(seen) > 0 {
			t.Errorf("a second press called again: %q", seen)
		}
		if s := mother.file().Submission; s.Status != intake.Accepted {
			t.Errorf("a worry about safety made the claim %s", s.Status)
		}
	})
}

// The numbers of the day come once, at the hour that was asked for.
func TestDigest(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.at("telegram:1").lives("not-sure-who-decides")
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/digest 22:30") // Amsterdam: 21:30 UTC
		jan.sees("22:30")
		for range 3 {
			w.pass(time.Hour)
			must(t, w.team.Digest(t.Context(), w.store))
			w.deliver()
		}
		if seen := jan.Seen(); len(seen) != 1 || !strings.Contains(seen[0], "1 waiting") {
			t.Errorf("the numbers came as %q", seen)
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Names leave the register when two people want it: one at the machine, and an admin who gives a code
// for one export of one campaign. It is good once, for nobody to come in by, and while its giver is
// an admin.
func TestNamesAreHandedOutByTwo(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		may := func(typed string) (member string, err error) {
			err = w.store.InTx(t.Context(), func(tx intake.Tx) (err error) {
				member, err = w.team.MayExport(tx, "tiktok", typed)
				return err
			})
			return member, err
		}
		piet := w.joins("telegram:800", "Piet", intake.Admin)
		if by, err := may(""); by != "" || err != nil {
			t.Errorf("with one admin: %q, %v", by, err)
		}
		sara, jan := w.joins("discord:801", "Sara", intake.Admin), w.joins("telegram:900", "Jan", intake.Moderator)
		if _, err := may(""); !errors.Is(err, review.ErrNotAgreed) {
			t.Errorf("with two admins and no code: %v", err)
		}
		jan.Say("/moderators export tiktok")
		jan.sees("Only an admin")
		piet.Say("/moderators export nothing")
		piet.sees("/moderators add")
		agree := func(h *human, campaign string) string {
			h.Say("/moderators export " + campaign)
			h.sees("on record that you agreed")
			_, rest, _ := strings.Cut(h.card.Text.Plain(), "--agreed ")
			return rest[:14]
		}
		if _, err := may(agree(piet, "zoom")); !errors.Is(err, review.ErrNotAgreed) {
			t.Errorf("a code for another campaign: %v", err)
		}
		code := agree(piet, "tiktok")
		if by, err := may(code); by != piet.member().ID || err != nil {
			t.Errorf("agreed by %q, %v", by, err)
		}
		if _, err := may(code); !errors.Is(err, review.ErrNotAgreed) {
			t.Errorf("the same once more: %v", err)
		}
		stranger := w.at("telegram:666")
		stranger.Say("/join " + agree(sara, "tiktok"))
		stranger.sees("not good")
		must(t, w.verify(t.Context()))
	})
}
