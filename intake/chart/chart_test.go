package chart_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/chart"
)

// month is a tally of four weeks with some sign-ups on every day but Sundays.
func month(t testing.TB) intake.Tally {
	t.Helper()
	home, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	since, until := intake.Period(time.Date(2026, 11, 23, 15, 0, 0, 0, home), home)
	tally := intake.NewTally("tiktok", since, until)
	tally.Add(intake.Part{Counts: true, Status: intake.Accepted, Country: "NL", Number: 100})
	for i, d := range tally.Days {
		if d.Date.Weekday() == time.Sunday {
			continue
		}
		for _, p := range []intake.Part{
			{Counts: true, Status: intake.Accepted, Outcome: "claimant", Number: 4 + i%7},
			{Status: intake.InReview, Number: i % 3},
			{Status: intake.Accepted, Outcome: "supporter", Number: 1 + i%2},
		} {
			tally.Add(p)
			tally.AddSent(p, d.Date.Add(time.Hour))
		}
	}
	return tally
}

// The picture fits a phone, in every language, with a threshold and without, and for a campaign in
// which nothing has happened yet. CHARTS_DIR keeps the pictures for whoever wants to look at them.
func TestDraw(t *testing.T) {
	t.Parallel()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	since := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for name, of := range map[string]struct {
		tally     intake.Tally
		threshold int
	}{
		"month": {month(t), 300}, "no-threshold": {month(t), 0}, "nothing": {intake.NewTally("tiktok", since, since.Add(time.Hour)), 300},
	} {
		for _, lang := range words.Languages() {
			picture, err := chart.Draw(of.tally, of.threshold, words.In(lang))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			shown, err := png.DecodeConfig(bytes.NewReader(picture))
			if err != nil || shown.Width != 800 || shown.Height != 900 || len(picture) > 200_000 {
				t.Errorf("%s in %s: %d×%d, %d bytes, %v", name, lang, shown.Width, shown.Height, len(picture), err)
			}
			if dir := os.Getenv("CHARTS_DIR"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, name+"."+lang+".png"), picture, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// A period without days is refused, and not drawn as one in which nothing happened.
func TestDrawWithoutDays(t *testing.T) {
	t.Parallel()
	if _, err := chart.Draw(intake.Tally{Campaign: "tiktok"}, 300, nil); err == nil {
		t.Error("drawn")
	}
}

func BenchmarkDraw(b *testing.B) {
	words, err := intake.ReadWords()
	if err != nil {
		b.Fatal(err)
	}
	tally := month(b)
	for b.Loop() {
		if _, err := chart.Draw(tally, 300, words.In("nl")); err != nil {
			b.Fatal(err)
		}
	}
}
