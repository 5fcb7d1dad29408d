package intake_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"claimline/intake"
)

// autumn is a tally of some weeks in which a campaign found 250 of the 300 that it needs.
func autumn() intake.Tally {
	since := time.Date(2026, 10, 27, 0, 0, 0, 0, time.UTC)
	t := intake.NewTally("tiktok", since, time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC))
	for _, p := range []intake.Part{
		{Counts: true, Status: intake.Accepted, Outcome: "claimant", Country: "NL", Number: 199},
		{Counts: true, Status: intake.Accepted, Outcome: "claimant_optin", Country: "BE", Number: 51},
		{Status: intake.InReview, Outcome: "claimant", Country: "NL", Number: 12},
		{Status: intake.Accepted, Outcome: "supporter", Country: "US", Number: 40},
		{Status: intake.Withdrawn, Outcome: "claimant", Country: "NL", Number: 3},
		{Test: true, Status: intake.Accepted, Outcome: "claimant", Country: "NL", Number: 7},
	} {
		t.Add(p)
		p.Number /= 2
		t.AddSent(p, since.Add(30*time.Hour))
	}
	t.Screens = map[string]int{"c.dob": 9, "k.mandate": 14, "tt.email": 3, "tt.country": 2, "tt.postcode": 1, "c.handle": 1, "language": 4}
	t.Cases = &intake.CaseFigures{Opened: 15, Decided: 11, Taps: 1.5, ToDecide: 200 * time.Minute}
	return t
}

// A moderator reads numbers that are never added up, the way to the threshold, and where people stop.
func TestFigures(t *testing.T) {
	t.Parallel()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	c := load(t, "tiktok")
	for lang, want := range map[string]string{
		"nl": `Privacyclaim TikTok · 23 november 2026
Gecontroleerd: 250 van 300 (83 %). Nog nodig: 50.
In behandeling: 12
Alleen steun: 40
Telt om een andere reden niet mee: 3
Tests, in geen ander getal: 7
Verstuurd sinds 27 oktober 2026: 151
Werd een zaak: 10 % (15 van 151)
Tikken voor een gewoon besluit: 1,5
Gewone tijd tot een besluit: 3 uur
Gecontroleerd per land
Nederland: 199
België: 51
Waar mensen zijn gestopt, een uur geleden of langer
Namens kind, met kosten: 14
Geboren: 9
in een menu: 4
E-mail: 3
Land: 2`,
		"en": `TikTok privacy claim · 23 November 2026
Verified: 250 of 300 (83 %). Still needed: 50.
In review: 12
Supporters: 40
Not counting for another reason: 3
Tests, in no other number: 7
Sent in since 27 October 2026: 151
Became a case: 10 % (15 of 151)
Taps for a typical decision: 1.5
Typical time to a decision: 3 hours
Verified per country
Netherlands: 199
Belgium: 51
Where people stopped, an hour ago or longer
Acting for child, with costs: 14
Born: 9
in a menu: 4
E-mail: 3
Country: 2`,
	} {
		got := words.Figures(autumn(), c, lang).Plain()
		if got != want {
			t.Errorf("in %s:\n%s", lang, got)
		}
	}
}

// Each rung is rung once, on the way up; who jumps over two hears the higher.
func TestMilestone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, after, threshold, percent int
	}{
		{0, 29, 300, 0}, {29, 30, 300, 10}, {30, 31, 300, 0}, {29, 80, 300, 25}, {149, 150, 300, 50}, {224, 226, 300, 75},
		{299, 300, 300, 100}, {300, 9000, 300, 0}, {200, 100, 300, 0}, {0, 1, 3, 25}, {1, 2, 3, 50}, {0, 5, 0, 0}, {0, 0, 300, 0},
	} {
		percent, ok := intake.Milestone(c.before, c.after, c.threshold)
		if percent != c.percent || ok != (c.percent > 0) {
			t.Errorf("from %d to %d of %d: %d %%, %t", c.before, c.after, c.threshold, percent, ok)
		}
	}
}

// Somebody whose file is sent in asks how things stand, and reads how far the claim is where the
// campaign says so, as soon as that is known; in a test nothing counts, so nothing is said.
func TestProgressIsToldWhereTheCampaignSaysSo(t *testing.T) {
	t.Parallel()
	const told = "312 verified of the 500 that this claim needs"
	for name, of := range map[string]struct {
		progress, counted, test, want bool
	}{
		"it says so":          {true, true, false, true},
		"it does not":         {false, true, false, false},
		"nothing counted yet": {true, false, false, false},
		"it was a test":       {true, true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := *load(t, "tiktok")
			c.Progress, c.Threshold = of.progress, 500
			p := finishedWith(t, &c)
			f, err := p.file()
			if err != nil {
				t.Fatal(err)
			}
			f.Submission.Test = of.test
			if p.shelf.files[p.account], err = json.Marshal(f); err != nil {
				t.Fatal(err)
			}
			p.desk.Verified = func(string) (int, bool) { return 312, of.counted }
			p.Say("/status")
			if got := strings.Contains(p.shelf.out[len(p.shelf.out)-1].Body.Text.Plain(), told); got != of.want {
				t.Errorf("told: %t", got)
			}
		})
	}
}
