package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/wording"
)

// counting is a service whose campaign needs four, with the milestones that it rang.
type counting struct {
	*service
	env  map[string]string
	rang []string
	deaf bool // nobody can be told
}

func startCounting(t *testing.T, env map[string]string) *counting {
	t.Helper()
	config, err := readConfig(from(env))
	if err != nil {
		t.Fatal(err)
	}
	s, err := open(t.Context(), config, config.register(), slog.New(slog.DiscardHandler), func() time.Time {
		return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	})
	if err != nil {
		t.Fatal(err)
	}
	s.shelf.campaigns["tiktok"].Threshold = 4
	c := &counting{service: s, env: env}
	s.board.ring = func(_ context.Context, _ string, text func(string) wording.Text) error {
		if c.deaf {
			return errors.New("nobody hears it")
		}
		c.rang = append(c.rang, text("en").Plain())
		return nil
	}
	return c
}

// joins puts a submission that counts on file, with everything that is read from it.
func (c *counting) joins(t *testing.T, n int) {
	t.Helper()
	err := c.store.InTx(t.Context(), func(tx intake.Tx) error {
		now := c.now()
		f := &intake.File{Account: intake.Account(fmt.Sprint("telegram:", n)), Conversation: intake.Conversation{Campaign: "tiktok", Stage: intake.StageSent, Language: "en", Started: now, Touched: now}}
		if err := tx.Begin(f); err != nil {
			return err
		}
		f.Submission = &intake.Submission{Reference: fmt.Sprint("TT-", n), Campaign: "tiktok", Status: intake.Accepted, Outcome: "claimant", At: now, Language: "en", Country: "NL", Counts: true}
		return tx.Save(f, intake.Turn{At: now})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (c *counting) hears(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(c.rang, want) {
		t.Errorf("rang %q, want %q", c.rang, want)
	}
}

// A milestone rings once, however often is counted and the program is started again; one that nobody
// could be told rings when somebody can. Whoever asks is told what was counted last.
func TestMilestonesRingOnce(t *testing.T) {
	t.Parallel()
	const half, all = "🔔 TikTok privacy claim: 50 % of the way. 2 verified of 4.", "🔔 TikTok privacy claim: 100 % of the way. 4 verified of 4."
	c := startCounting(t, newEnv(t))
	if _, ok := c.board.verified("tiktok"); ok {
		t.Error("a number is known before anybody counted")
	}
	count := func() error { return c.countCampaigns(t.Context()) }
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(count())
	c.hears(t)
	c.joins(t, 1)
	c.joins(t, 2)
	if n, ok := c.board.verified("tiktok"); n != 0 || !ok {
		t.Errorf("%d verified before it was counted again, %t", n, ok)
	}
	must(count())
	must(count())
	c.hears(t, half)
	c.close()

	c = startCounting(t, c.env)
	defer func() { c.close() }()
	c.joins(t, 3)
	c.joins(t, 4)
	c.deaf = true
	if count() == nil {
		t.Error("a bell that nobody heard is no fault")
	}
	if n, _ := c.board.verified("tiktok"); n != 4 {
		t.Errorf("%d verified", n)
	}
	c.deaf = false
	must(count())
	must(count())
	c.hears(t, all)
}

// A moderator asks for the figures and gets words with a picture; of a campaign that is not there, nothing.
func TestFiguresComeWithAPicture(t *testing.T) {
	t.Parallel()
	c := startCounting(t, newEnv(t))
	defer c.close()
	c.joins(t, 1)
	if err := c.countCampaigns(t.Context()); err != nil {
		t.Fatal(err)
	}
	m, ok, err := c.figures("tiktok", "nl")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if m.File.Name != "tiktok-2026-11-23.png" || m.File.Type != "image/png" || !bytes.HasPrefix(m.File.Body, []byte("\x89PNG")) || len(m.Text) == 0 {
		t.Errorf("%s, %s, %q", m.File.Name, m.File.Type, m.Text.Plain())
	}
	if _, ok, err := c.figures("lanterns", "nl"); ok || err != nil {
		t.Error("figures of a campaign that is not there", err)
	}
}
