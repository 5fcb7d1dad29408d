package intake_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimline/intake"
	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/story"
)

var update = flag.Bool("update", false, "write the transcripts anew")

// TestStories tells every story through the rules alone, with the file stored and read back between
// any two turns, and compares what was said with the transcript kept beside it.
func TestStories(t *testing.T) {
	t.Parallel()
	campaigns := map[string]*campaign.Campaign{}
	for _, s := range story.All(t) {
		if campaigns[s.Campaign] == nil {
			campaigns[s.Campaign] = load(t, s.Campaign)
		}
		c := campaigns[s.Campaign]
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			r := sitBeforePage(t, c, campaign.Status(s.Status), s.Locale, account)
			got := story.Tell(t, s, r)
			nothingLeftInTheChat(t, r.person, c)
			golden(t, filepath.Join("testdata", "transcripts", s.Name+".txt"), got)
		})
	}
}

// nothingLeftInTheChat looks at what a person who has sent everything in still sees: no child's
// name in full and no birth date, but for the receipt.
func nothingLeftInTheChat(t *testing.T, p *person, c *campaign.Campaign) {
	t.Helper()
	f, err := p.file()
	if err != nil || f.Submission == nil {
		return
	}
	if other := shipped()[f.Conversation.Campaign]; other != nil {
		c = other // the one that the story ends in
	}
	for key, a := range f.Conversation.State.Answers {
		q := c.Question(key.Question)
		if q.Sensitivity != campaign.ChildIdentity || q.Kind != answer.Name && q.Kind != answer.Date {
			continue
		}
		words := answer.Show(q.Kind, a.Values[0], f.Conversation.Language)
		for id, m := range p.shown {
			if strings.Contains(m.Text.Plain(), words) {
				t.Errorf("%s still stands in the chat (%s): %q", key, id, m.Text.Plain())
			}
		}
	}
}

func load(t testing.TB, id string) *campaign.Campaign {
	t.Helper()
	c, faults := campaign.Load(campaign.Embedded(), id)
	for _, f := range faults {
		t.Error(f)
	}
	if t.Failed() {
		t.FailNow()
	}
	return c
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run with -update to write it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the transcript changed (-want +got):\n%s", diff)
	}
}

func (p *person) Final() story.Final {
	f, err := p.file()
	if errors.Is(err, intake.ErrNoFile) {
		return story.Final{Stage: "gone"}
	}
	if err != nil {
		p.Fatal(err)
	}
	final := story.Final{Stage: string(f.Conversation.Stage), Language: f.Conversation.Language, Answers: map[string]string{}}
	for key, a := range f.Conversation.State.Answers {
		final.Answers[key.String()] = strings.Join(a.Values, ",")
	}
	if s := f.Submission; s != nil {
		final.Status, final.Outcome = s.Status, s.Outcome
		for _, m := range s.Members {
			final.Members = append(final.Members, m.Outcome)
			final.Reasons = append(final.Reasons, m.Reasons...)
		}
		for _, flag := range s.Flags {
			final.Flags = append(final.Flags, flag.Code)
		}
	}
	return final
}
