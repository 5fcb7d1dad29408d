package intake_test

import (
	"strings"
	"testing"

	"claimline/intake"
	"claimline/intake/campaign"
)

// Whatever could not be taken, the person hears why and what comes next, wherever the conversation stands.
func TestWhatCannotBeTakenIsToldWithTheQuestion(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label, locale string
		come          func(p *person)
		why           string
		sees          []string
		showing       string
	}{
		{"in the middle", "en", func(p *person) { p.Say("/start"); p.Press("Start", false) }, intake.TooLong,
			[]string{"too long for me", "I have read this"}, "tt.notice"},
		{"before anything else", "nl", func(*person) {}, intake.Failed, []string{"hooguit 14 dagen", "Beginnen"}, "tt.intro"},
		{"in a menu", "en", func(p *person) { p.Say("/start"); p.Say("/language") }, intake.Unreadable, []string{"14 days", "Which language?"}, "menu:language"},
		{"after they said they are under 18", "en", func(p *person) {
			p.Say("/start")
			for _, label := range []string{"Start", "I have read this", "I am under 18"} {
				p.Press(label, false)
			}
		}, intake.Failed, []string{"went wrong on our side", "You are under 18"}, "stopped"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			p := sit(t, load(t, "tiktok"), campaign.Open, c.locale)
			c.come(p)
			p.Seen()
			p.do(intake.Unread{Why: c.why})
			seen := strings.Join(append(p.Seen(), p.Labels()...), "\n")
			for _, text := range c.sees {
				if !strings.Contains(seen, text) {
					t.Errorf("%q is not in %s", text, seen)
				}
			}
			if got := p.Question(); got != c.showing {
				t.Errorf("%s is showing, want %s", got, c.showing)
			}
			if strings.Contains(seen, "⟦") || strings.Contains(seen, "{days}") {
				t.Errorf("a gap in %s", seen)
			}
		})
	}
}

// What is sent in stays as it was. Where a paused campaign takes nothing, that is said too.
func TestWhatCannotBeTakenChangesNothing(t *testing.T) {
	t.Parallel()
	p := finished(t)
	before := p.Final()
	p.Seen()
	p.do(intake.Unread{Why: intake.TooLong})
	if seen := strings.Join(p.Seen(), "\n"); !strings.Contains(seen, "too long for me") || !strings.Contains(seen, "stronger") {
		t.Errorf("after it was sent: %s", seen)
	}
	if after := p.Final(); after.Status != before.Status || after.Stage != before.Stage {
		t.Errorf("it was %s and %s, and is %s and %s", before.Stage, before.Status, after.Stage, after.Status)
	}
	p = sit(t, load(t, "tiktok"), campaign.Paused, "en")
	p.do(intake.Unread{Why: intake.Failed})
	if seen := strings.Join(p.Seen(), "\n"); !strings.Contains(seen, "went wrong on our side") || !strings.Contains(seen, "takes no new answers") {
		t.Errorf("while it is paused: %s", seen)
	}
}
