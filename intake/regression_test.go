package intake_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
)

// What follows went wrong once.

func TestATurnWritesNothingIntoWhatItWasGiven(t *testing.T) {
	t.Parallel()
	p := finished(t)
	before, err := p.file()
	if err != nil {
		t.Fatal(err)
	}
	after, err := p.file()
	if err != nil {
		t.Fatal(err)
	}
	place := intake.Place{Campaign: load(t, "tiktok"), Status: campaign.Open, Words: p.words, Now: p.now, NewID: func() string { return "id" }}
	for _, words := range []string{"/withdraw", "/help", "hello"} {
		intake.Advance(place, before, intake.Event{Account: account, Did: intake.Said{Text: words}})
	}
	if !reflect.DeepEqual(before, after) {
		t.Error("the file that went in is not the one that was given")
	}
}

func TestANumberTypedAsAnAnswerPressesNoButton(t *testing.T) {
	t.Parallel()
	p := begun(t)
	p.Press("Netherlands", false)
	child(p, 1)
	p.Press("No, that is all", false)
	p.Say("Fatima Voorbeeld")
	p.Say("1") // "Not now" is the first button here
	if p.Question() != "tt.email" {
		t.Errorf("a typed 1 led to %s", p.Question())
	}
}

func TestTheClaimWaitsUntilSomebodyChoosesToGoOn(t *testing.T) {
	t.Parallel()
	p := begunAt(t, "terminal:1001") // where everything is asked in the chat
	p.Press("Netherlands", false)
	for _, words := range []string{"Anna Voorbeeld", "12 March 2014"} {
		p.Say(words)
	}
	for _, label := range []string{"Yes, I alone", "An own account", "2021", "Until now", "☐ Strangers made contact", "Done", "No, in danger now"} {
		p.Press(label, false)
	}
	p.Seen()
	p.Away()
	p.do(intake.Pressed{Button: intake.ActionDanger})
	if seen := strings.Join(p.Seen(), "\n"); strings.Contains(seen, "user name on TikTok") {
		t.Errorf("the claim went on by itself: %q", seen)
	}
	p.Send("photo")
	f, err := p.file()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(f.Conversation.State.Notes, "QUARANTINE") || len(f.Conversation.State.Files) > 0 {
		t.Errorf("a picture in danger: notes %v, files %v", f.Conversation.State.Notes, f.Conversation.State.Files)
	}
	p.Say("ok")
	if p.Question() != "c.handle#1" {
		t.Errorf("then %s is showing", p.Question())
	}
}

func TestWhatWasBegunAsATestStaysOne(t *testing.T) {
	t.Parallel()
	c := load(t, "tiktok")
	p := sit(t, c, campaign.Draft, "en")
	p.Say("/start")
	p.Press("Start", false)
	p.desk.Campaign = func(string) (*campaign.Campaign, campaign.Status, bool) { return c, campaign.Open, true }
	for _, label := range []string{"I have read this", "I only want to support"} {
		p.Press(label, false)
	}
	p.Say("Fatima")
	p.Press("Netherlands", false)
	p.Press("30 to 49", false)
	f, err := p.file()
	if err != nil || f.Submission == nil {
		t.Fatal(err, p.Question())
	}
	if s := f.Submission; !s.Test || s.Counts || !strings.HasPrefix(s.Reference, "TEST-") {
		t.Errorf("%s counts: %v", s.Reference, s.Counts)
	}
}

func TestAFileOnItsWayIsNotKeptAfterWithdrawal(t *testing.T) {
	t.Parallel()
	p := finished(t)
	p.Press("Child 1: proof", false)
	p.Press("☐ Screenshot of the profile", false)
	p.Press("Done", false)
	p.do(intake.Sent{Handle: "h", Name: "a.jpg", Type: "image/jpeg", Bytes: 10, Message: "m"})
	job := p.shelf.out[len(p.shelf.out)-1].ID
	p.Say("/withdraw")
	p.Press("Confirm withdrawal", false)
	p.do(intake.Fetched{Job: job, Stored: intake.StoredFile{ID: "f", SHA256: "s"}})
	f, err := p.file()
	if err != nil {
		t.Fatal(err)
	}
	if f.Submission.Status != intake.Withdrawn || len(f.Conversation.State.Files) > 0 {
		t.Errorf("%s with files %v", f.Submission.Status, f.Conversation.State.Files)
	}
}

func TestOnlyPeopleProlongTheTimeOfAnInterview(t *testing.T) {
	t.Parallel()
	p := begun(t)
	before, _ := p.file()
	p.Wait(48 * time.Hour)
	p.Away()
	p.do(intake.Blocked{})
	if after, _ := p.file(); !after.Conversation.Expires.Equal(before.Conversation.Expires) {
		t.Errorf("kept until %v, then until %v", before.Conversation.Expires, after.Conversation.Expires)
	}
}

func TestNobodyAgreesToWordsThatWereNotShown(t *testing.T) {
	t.Parallel()
	p := sit(t, load(t, "tiktok"), campaign.Open, "en")
	p.Say("/start")
	p.Press("Start", false)
	p.Seen()
	p.reword("**Your data, in short**", "**Your data, in other words**")
	p.Press("I have read this", false)
	if seen := strings.Join(p.Seen(), "\n"); p.Question() != "tt.notice" || !strings.Contains(seen, "in other words") {
		t.Fatalf("after an edit, what was shown before it leads to %s: %q", p.Question(), seen)
	}
	p.Press("I have read this", false)
	if p.Question() != "tt.role" {
		t.Errorf("what is shown now leads to %s", p.Question())
	}
}

// deciding is a parent with so many children, whom the mandate is shown to.
func deciding(t *testing.T, children int) *person {
	t.Helper()
	p := begun(t)
	p.Press("Netherlands", false)
	for n := 1; n <= children; n++ {
		if n > 1 {
			p.Press("Yes, another child", false)
		}
		child(p, n)
	}
	p.Press("No, that is all", false)
	p.Say("Fatima Voorbeeld")
	p.Say("fatima@example.org")
	p.Say("1234 AB")
	p.Press("No", false)
	return p
}

// Who has agreed for two children at once, and whose words then read differently, decides for both at once
// again.
func TestWordsThatChangedAreAgreedToOnceForAllChildren(t *testing.T) {
	t.Parallel()
	p := deciding(t, 2)
	agree := func(asked string) {
		t.Helper()
		if seen := strings.Join(p.Seen(), "\n"); p.Question() != "k.mandate#1" || !strings.Contains(seen, asked) || !strings.Contains(seen, "KindB") || !strings.Contains(seen, "KindC") {
			t.Fatalf("%s asks %q", p.Question(), seen)
		}
		p.Press("Agree, with obligation to pay", false)
	}
	agree("Your decision")
	p.reword("**Your decision**", "**Your decision, in other words**")
	p.Press("Done", false)
	agree("in other words")
	if strings.HasPrefix(p.Question(), "k.mandate") {
		t.Errorf("and once more, as %s: %q", p.Question(), p.Seen())
	}
}

// A campaign's file is edited while boxes are being ticked, and what was agreed to before them has to be
// asked again: neither the boxes nor words that were typed without seeing it are an answer to that.
func TestNobodyAnswersWhatWasNotShown(t *testing.T) {
	t.Parallel()
	p := deciding(t, 1)
	p.Press("Agree, with obligation to pay", false)
	boxes := p.Question()
	box := slices.IndexFunc(p.Labels(), func(l string) bool { return strings.HasPrefix(l, "☐") })
	if box < 0 {
		t.Fatalf("%s shows %q", boxes, p.Labels())
	}
	p.Press(p.Labels()[box], false)
	mandate := func(edition string) intake.Answer {
		t.Helper()
		f, err := p.file()
		if err != nil {
			t.Fatal(err)
		}
		a := f.Conversation.State.Answers[intake.Key{Question: "k.mandate", Item: 1}]
		if seen := strings.Join(p.Seen(), "\n"); p.Question() != "k.mandate#1" || !strings.Contains(seen, edition) || len(a.Values) != 1 {
			t.Fatalf("%s shows, on file is %q, and was said: %q", p.Question(), a.Values, seen)
		}
		return a
	}
	p.reword("**Your decision**", "**Your decision, in other words**")
	p.Press("Done", false)
	before := mandate("in other words")
	p.reword("**Your decision**", "**Your decision, once more**")
	p.Say("Agree, with obligation to pay")
	if a := mandate("once more"); a.TextSHA256 != before.TextSHA256 {
		t.Error("agreed to words that were not shown")
	}
	p.Press("Agree, with obligation to pay", false)
	if p.Question() != boxes {
		t.Errorf("then %s is showing", p.Question())
	}
}

// reword changes words of the tiktok campaign's English file, as its authors would.
func (p *person) reword(from, to string) {
	p.Helper()
	dir := p.TempDir()
	if err := os.CopyFS(dir, campaign.Embedded()); err != nil {
		p.Fatal(err)
	}
	file := filepath.Join(dir, "tiktok", "en.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), from, to)), 0o600); err != nil {
		p.Fatal(err)
	}
	edited, faults := campaign.Load(os.DirFS(dir), "tiktok")
	if edited == nil {
		p.Fatal(faults)
	}
	p.desk.Campaign = func(string) (*campaign.Campaign, campaign.Status, bool) { return edited, campaign.Open, true }
}
