package intake_test

import (
	"regexp"
	"strings"
	"testing"

	"claimline/intake"
	"claimline/intake/campaign"
)

var shownCode = regexp.MustCompile(`/link ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})`)

// besides is the same desk for somebody at another account.
func (p *person) besides(a intake.Account) *person {
	other := *p
	other.account, other.read, other.order, other.shown = a, len(p.shelf.out), nil, map[string]intake.Message{}
	return &other
}

func (p *person) asksForCode() string {
	p.Helper()
	p.Say("/link")
	found := shownCode.FindStringSubmatch(strings.Join(p.Seen(), "\n"))
	if found == nil {
		p.Fatal("there was no code")
	}
	return found[1]
}

// A parent who began on a telephone goes on at another account: where they were, and in one file.
func TestTwoAccountsOneFile(t *testing.T) {
	t.Parallel()
	p := sit(t, load(t, "tiktok"), campaign.Open, "nl")
	for _, words := range []string{"/start", "beginnen", "ik heb dit gelezen"} {
		p.Say(words)
	}
	p.Press("Mijn kind of kinderen", false)
	p.Say("Nederland")
	if got := p.Question(); got != "c.name#1" {
		t.Fatalf("%s is showing", got)
	}
	code := p.asksForCode()
	other := p.besides("telegram:1002")
	other.Say("hallo")
	other.Say("/koppelen " + strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	if got := other.Question(); got != "c.name#1" {
		t.Errorf("%s is showing after the accounts were joined", got)
	}
	other.Say("Anna Voorbeeld")
	if got := p.Question(); got != "c.dob#1" {
		t.Errorf("the first account is at %s", got)
	}
	var retired bool
	for _, o := range p.shelf.out {
		retired = retired || o.Do == intake.Edit && o.Account == account && o.Of != ""
	}
	if !retired {
		t.Error("the question in the first chat kept its buttons")
	}
	third := p.besides("telegram:1003")
	third.Say("/link " + code)
	if third.Question() == "c.dob#1" {
		t.Error("a code worked twice")
	}
}

// Codes cannot be guessed, and join nobody who has told something at the other account.
func TestCodesThatDoNotJoin(t *testing.T) {
	t.Parallel()
	p := sit(t, load(t, "tiktok"), campaign.Open, "en")
	for _, words := range []string{"/start", "start", "i have read this"} {
		p.Say(words)
	}
	code := p.asksForCode()
	guesser := p.besides("telegram:6")
	guesser.Say("/start")
	for range 5 {
		guesser.Say("/link 0000-0000-0000")
	}
	guesser.Seen()
	guesser.Say("/link " + code)
	if seen := strings.Join(guesser.Seen(), "\n"); !strings.Contains(seen, "one code too many") {
		t.Errorf("the sixth code was answered with %q", seen)
	}
	told := p.besides("telegram:7")
	for _, words := range []string{"/start", "start", "i have read this", "my child or children"} {
		told.Say(words)
	}
	told.Seen()
	told.Say("/link " + code)
	if seen := strings.Join(told.Seen(), "\n"); !strings.Contains(seen, "registration of its own") {
		t.Errorf("somebody with answers was told %q", seen)
	}
	if got := told.Question(); got != "tt.country" {
		t.Errorf("%s is showing", got)
	}
}

// Somebody who tries their own code keeps it, and is not told to erase anything.
func TestOnesOwnCode(t *testing.T) {
	t.Parallel()
	p := sentIn(t)
	code := p.asksForCode()
	p.Say("/link " + code)
	p.hears("This account has that file already")
	other := p.besides("telegram:1002")
	other.Say("/link " + code)
	other.hears("Your accounts are joined")
}

// What is erased at one account is said at the other one too, once, and without what a family entered.
func TestTheOtherAccountHearsThatEverythingIsErased(t *testing.T) {
	t.Parallel()
	for from, at := range map[string]int{"the first": 0, "the second": 1} {
		p := sentIn(t)
		other := p.besides("telegram:1002")
		other.Say("/link " + p.asksForCode())
		two := []*person{p, other}
		said := len(p.shelf.out)
		two[at].Say("/delete")
		two[at].Press("Yes, erase everything", false)
		var heard []string
		for _, o := range p.shelf.out[said:] {
			if o.Account == two[1-at].account && o.Do == intake.Say {
				heard = append(heard, o.Body.Text.Plain())
			}
		}
		if len(heard) != 1 || !strings.HasPrefix(heard[0], "You asked for this at another account of yours:\nEverything is erased.") || strings.Contains(heard[0], "Voorbeeld") {
			t.Errorf("erased from %s account, the other one was told %q", from, heard)
		}
	}
}
