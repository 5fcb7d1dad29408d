package review_test

import (
	"fmt"
	"strings"
	"testing"

	"claimline/intake"
)

// mix is what an evening of 80 cases brings. Nobody has counted one yet; it follows from what raises
// each reason. Two parents who sign up the same child come most, since both are asked to; a child's
// own user name goes with that and is typed less often. Who lives apart is not sure about authority.
// Contradictions come up only when the bot has asked once already, and what a machine fills in is
// rare among families. A burst is one case however large, and has a story of its own.
var mix = []struct {
	code string
	n    int
	with bool // another file is compared
}{
	{"SAME_CHILD", 30, true}, {"SAME_HANDLE", 10, true}, {"DUPLICATE_CLAIMANT", 6, true},
	{"AUTHORITY_UNCLEAR", 14, false}, {"DATE_CONFLICT", 6, false}, {"COUNTRY_MISMATCH", 6, false},
	{"NAME_IMPLAUSIBLE", 4, false}, {"FAST_FILL", 3, false}, {"ENTERPRISE_ONLY", 1, false},
}

// Two moderators, one on each platform, settle an evening's 80 cases by what the cards say: with a
// press and a half for each at most, and a look at one in five. At the very end both may read the
// same case: that costs whoever is slower a press more, which is told apart.
func TestAnEvening(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		w.desk.Pages = pages
		mother := w.at("telegram:1").lives("not-sure-who-decides").file()
		var cases []string
		for _, kind := range mix {
			for range kind.n {
				flag := doubt(kind.code, "moderator")
				flag.Item = 1
				if kind.with {
					flag.With = []intake.Other{{Submission: mother.Submission.ID, Item: 1}}
				}
				s := w.another(mother, intake.Account(fmt.Sprintf("telegram:%d", 1000+len(cases))), flag)
				cases = append(cases, s.Review.Cases[intake.ClaimCase])
			}
		}
		w.tx(func(tx intake.Tx) error { // hers is no case of the evening
			c, _, err := tx.Case(mother.Submission.Review.Cases[intake.ClaimCase])
			c.State = intake.Settled
			if err != nil {
				return err
			}
			return tx.SaveCase(c)
		})
		team := []*human{w.joins("telegram:900", "Jan", intake.Moderator), w.joins("discord:901", "Kim", intake.Moderator)}
		for _, h := range team {
			h.Say("/next")
		}
		met := map[string]int{}
		for range 200 {
			for _, h := range team {
				h.settles(met)
			}
		}
		taps, looks, seen, settled := 0, 0, 0, 0
		for _, id := range cases {
			c, _ := w.on(id)
			taps, looks = taps+c.Taps, looks+c.Looks
			if c.Looks > 0 {
				seen++
			}
			if c.State != intake.Waiting && c.State != intake.Second {
				settled++
			}
		}
		if settled != len(cases) || len(cases) != 80 {
			t.Fatalf("%d of %d are settled or asked", settled, len(cases))
		}
		mean := float64(taps) / float64(len(cases))
		if mean > 1.5 || seen*5 > len(cases) {
			t.Errorf("%.2f presses a case, %d of %d with a look", mean, seen, len(cases))
		}
		if met["shown to both"] > 2 {
			t.Errorf("a case that another reads came up %d times", met["shown to both"])
		}
		t.Logf("%d cases: %.2f presses each, %d looks at %d of them (%d %%); %v", len(cases), mean, looks, seen, 100*seen/len(cases), met)
	})
}

// settles does what the card in front of a moderator calls for.
func (h *human) settles(met map[string]int) {
	h.Helper()
	card := h.card.Text.Plain()
	says := func(title string) bool {
		if !strings.Contains(card, title) {
			return false
		}
		met[title]++
		return true
	}
	switch {
	case h.beaten():
		met["shown to both"]++
		h.Say("/next")
	case strings.Contains(card, "wants to reject this"):
		h.tap("✔ I agree")
	case says("Probably the other parent"):
		h.tap("👪 Other parent: keep both")
	case says("The same account in another file"):
		if met["The same account in another file"]%2 == 0 { // a brother's, or nobody's?
			h.looks()
		}
		h.tap("👪 Other parent: keep both")
	case says("Probably the same person twice"):
		h.tap("♻️ Same person: merge")
	case says("Not sure who may decide"):
		if met["Not sure who may decide"]%2 == 0 {
			h.tap("❓ Ask").tap("Ask these again")
			return
		}
		h.tap("✅ Accept")
	case says("Dates that contradict"):
		h.looks()
		h.tap("✅ Accept")
	case says("A name that does not look like one"):
		h.looks()
		if met["A name that does not look like one"] == 1 {
			h.tap("⋯").tap("🚫 Reject").tap("Not a real family").tap("🚫 Reject")
			return
		}
		h.tap("✅ Accept")
	case says("Country and postcode"), says("Filled in faster"), says("employer"):
		h.tap("✅ Accept")
	default:
		h.Say("/next")
	}
}

// beaten reports whether the other one has settled the case on the desk meanwhile, or has it.
func (h *human) beaten() (gone bool) {
	h.Helper()
	h.tx(func(tx intake.Tx) error {
		m := h.memberIn(tx)
		if m.Sitting.Case == "" {
			return nil
		}
		c, _, err := tx.Case(m.Sitting.Case)
		gone = err == nil && (c.State == intake.Settled || c.State == intake.Asked || c.State == intake.Second && c.Proposer == m.ID || c.Holder != "" && c.Holder != m.ID)
		return err
	})
	return gone
}

// looks looks at the answers behind a case, where the platform lets them be seen.
func (h *human) looks() {
	h.Helper()
	h.tap("👁 Look")
	if b, ok := find(h.card, "👁 Look on the page"); ok {
		if _, ok, err := h.team.OpenLook(h.Context(), strings.TrimPrefix(b.Link, pages+"look/")); err != nil || !ok {
			h.Fatalf("the page shows nothing: %v", err)
		}
	}
}
