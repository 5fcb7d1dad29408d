package intake_test

import (
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
)

// lanterns is a campaign made for tests, with other ids and every kind of question: code that knew
// a question of the shipped one would fail on it.
func lanterns(t testing.TB) *campaign.Campaign {
	t.Helper()
	c, faults := campaign.Load(os.DirFS("campaign/testdata"), "lanterns")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return c
}

func TestAnyCampaignCanBeWalked(t *testing.T) {
	t.Parallel()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	c := lanterns(t)
	for _, path := range c.Paths {
		w, err := intake.WalkPath(c, words, path, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
		if err != nil {
			t.Error(err)
		}
		if w.Outcome == "" {
			t.Errorf("%s ended without an outcome after %v", path.ID, w.Asked)
		}
	}
}

// TestAMonkeyCannotBreakIt lets many people press whatever they see and type whatever comes to
// mind. They must always see something, and most must come to an end.
func TestAMonkeyCannotBreakIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*campaign.Campaign{"tiktok": load(t, "tiktok"), "zoom": load(t, "zoom"), "lanterns": lanterns(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := 0
			for seed := range int64(20) {
				if monkey(t, c, seed) == "sent" {
					sent++
				}
			}
			if sent < 3 {
				t.Errorf("only %d of 20 came to an end", sent)
			}
		})
	}
}

var typings = []string{
	"Anna Voorbeeld", "12 March 2014", "1 May 2009", "1234 AB", "Netherlands", "a@example.org", "+31 6 12345678", "12.50 euro", "7",
	"2019", "May 2018", "@anna.v", "yes", "no", "why?", "back", "🙂", "1", "2", "3", "I don't know", "some words about it", "/status", "/help",
}

func monkey(t *testing.T, c *campaign.Campaign, seed int64) string {
	t.Helper()
	rng := rand.New(rand.NewSource(seed))
	p := sit(t, c, campaign.Open, "en")
	p.Say("/start")
	trace := []string{}
	showing := 0
	for range 300 {
		seen := p.Seen()
		f, err := p.file()
		if err != nil {
			return "gone"
		}
		if f.Conversation.Showing < showing {
			t.Fatalf("seed %d: the showing went back after %v", seed, trace)
		}
		showing = f.Conversation.Showing
		if !p.asked(f.Conversation) {
			t.Fatalf("seed %d: %s was never asked, after %v", seed, f.Conversation.State.At, trace)
		}
		for _, text := range seen {
			if strings.Contains(text, "⟦") {
				t.Fatalf("seed %d: a sentence is missing in %q after %v", seed, text, trace)
			}
		}
		if f.Conversation.Stage != intake.StageOpen {
			return string(f.Conversation.Stage)
		}
		trace = append(trace, move(p, rng))
	}
	return "open"
}

// asked reports whether the question that is showing was sent, so that it is before the person
// whatever they press on those that came earlier. What waits for a safe child asks nothing.
func (p *person) asked(c intake.Conversation) bool {
	return c.Stage != intake.StageOpen || c.State.At == "paused" || slices.ContainsFunc(p.shelf.out, func(o intake.Outgoing) bool {
		return o.Do == intake.Say && o.Conversation == c.ID && o.Showing == c.Showing
	})
}

// move does something likely: the first buttons mostly, since the last ones lead away.
func move(p *person, rng *rand.Rand) string {
	labels := p.Labels()
	if old := len(p.late); old > 0 && rng.Intn(6) == 0 { // mostly what was pressed last, and as soon as a finger bounces
		row := p.late[max(0, old-1-rng.Intn(4))]
		b := row[rng.Intn(len(row))]
		p.Wait(-time.Duration(rng.Intn(int(wink))))
		p.do(intake.Pressed{Button: b.Token})
		return "presses the old " + b.Label
	}
	if n := len(labels); n > 3 && rng.Intn(10) < 7 {
		label := labels[rng.Intn(n-2)]
		if strings.Contains(label, "under 18") || strings.Contains(label, "Yes, erase") {
			return "holds back"
		}
		p.Press(label, false)
		return "presses " + label
	}
	words := typings[rng.Intn(len(typings))]
	p.Say(words)
	return fmt.Sprintf("types %q", words)
}
