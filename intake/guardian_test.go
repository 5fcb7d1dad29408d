package intake_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"claimline/intake"
	"claimline/intake/campaign"
)

var invitation = regexp.MustCompile(`start=guardian-([0-9A-Z]{12})`)

// sentIn is a mother who has sent in a file about one child.
func sentIn(t *testing.T) *person {
	p := sit(t, load(t, "tiktok"), campaign.Open, "en")
	for _, step := range []string{"/start", "start", "i have read this", "my child or children", "netherlands", "Anna Voorbeeld", "12 March 2014",
		"yes, i alone", "an own account", "2022", "until now", "data taken without our permission", "done", "i don't know now", "no, that is all",
		"Fatima Voorbeeld", "fatima@example.org", "1234 AB", "no", "agree, with obligation to pay", "done", "Fatima Voorbeeld"} {
		p.Say(step)
	}
	if f, err := p.file(); err != nil || f.Submission == nil {
		t.Fatalf("%s is showing; the file is %v", p.Question(), err)
	}
	p.Seen()
	return p
}

func (p *person) invites() string {
	p.Helper()
	p.Press("Invite the other parent", false)
	found := invitation.FindStringSubmatch(strings.Join(p.Seen(), "\n"))
	if found == nil {
		p.Fatal("there was no invitation")
	}
	return found[1]
}

func (p *person) hears(what string) {
	p.Helper()
	if seen := strings.Join(p.Seen(), "\n"); !strings.Contains(seen, what) {
		p.Errorf("did not hear %q but %q", what, seen)
	}
}

// The other parent says whether they agree, and neither hears anything else of the other. An
// objection holds the file; an invitation is good for one answer, and not for whoever made it.
func TestTheOtherGuardian(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ press, told, status string }{
		{"I agree", "the other parent has agreed", intake.Accepted},
		{"I object", "objects", intake.Held},
	} {
		p := sentIn(t)
		code := p.invites()
		other := p.besides("telegram:1002")
		other.Say("/start guardian-" + code)
		words := strings.Join(other.Seen(), "\n")
		for _, secret := range []string{"Anna", "Fatima", "TT-", "2014"} {
			if strings.Contains(words, secret) {
				t.Errorf("the other parent saw %q", secret)
			}
		}
		other.Press(c.press, false)
		other.hears("Your answer is noted")
		p.hears(c.told)
		f, err := p.file()
		if err != nil {
			t.Fatal(err)
		}
		if f.Submission.Status != c.status || f.Submission.Counts != (c.status == intake.Accepted) {
			t.Errorf("after %q the file is %s and counts: %t", c.press, f.Submission.Status, f.Submission.Counts)
		}
		if _, err := p.shelf.Find(other.account); !errors.Is(err, intake.ErrNoFile) {
			t.Errorf("of the other parent something is kept: %v", err)
		}
		late := p.besides("telegram:1003")
		late.Say("/start guardian-" + code)
		late.Press("I object", false)
		late.hears("does not work any more")
	}
	p := sentIn(t)
	code := p.invites()
	p.Say("/guardian " + code)
	p.Press("I agree", false)
	p.hears("You made this invitation yourself")
	other := p.besides("telegram:1002") // for whom it is still good
	other.Say("/start guardian-" + code)
	other.Press("I agree", false)
	other.hears("Your answer is noted")
}
