package intake_test

import (
	"strings"
	"testing"

	"claimline/intake/campaign"
)

// between puts somebody before a desk that runs both shipped campaigns.
func between(t *testing.T) *person {
	p := sit(t, load(t, "tiktok"), campaign.Open, "nl")
	all := map[string]*campaign.Campaign{"tiktok": load(t, "tiktok"), "zoom": load(t, "zoom")}
	p.desk.Campaign = func(id string) (*campaign.Campaign, campaign.Status, bool) {
		if id == "" {
			id = "tiktok"
		}
		c, ok := all[id]
		return c, campaign.Open, ok
	}
	return p
}

func (p *person) answers(steps ...string) {
	p.Helper()
	for _, s := range steps {
		found := false
		for _, label := range p.Labels() {
			if label == s || strings.TrimLeft(label, "☐ ") == s {
				p.Press(label, false)
				found = true
				break
			}
		}
		if !found {
			p.Say(s)
		}
	}
}

// sendsInAnna registers two children with TikTok.
func (p *person) sendsIn(children ...string) {
	p.answers("/start tiktok", "Beginnen", "Ik heb dit gelezen", "Mijn kind of kinderen", "Nederland")
	for i, child := range children {
		p.answers(child, "12 maart 2014", "Ja, ik alleen", "Een eigen account", "2022", "Tot nu", "Data zonder toestemming", "Klaar", "Weet ik nu niet")
		if i < len(children)-1 {
			p.answers("Ja, nog een kind")
		} else {
			p.answers("Nee, verder")
		}
	}
	p.answers("Fatima Voorbeeld", "fatima@example.org", "1234 AB", "Nee")
}

// Whoever has a file for one campaign need not type names again for another. The agreements are
// asked anew, and each file stays as it is when the other is erased.
func TestDetailsAreTakenOver(t *testing.T) {
	t.Parallel()
	p := between(t)
	p.sendsIn("Anna Voorbeeld", "Bram Voorbeeld")
	t.Log(p.Question(), p.Labels())
}
