package intake_test

import (
	"context"
	"errors"
	"math/rand"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"claimline/intake"
	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/story"
)

// walks walks every path of a shipped campaign, and holds it to the screens and typed answers that
// its file promises.
func walks(t *testing.T, id string) map[string]intake.Preview {
	t.Helper()
	c := load(t, id)
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	walked := map[string]intake.Preview{}
	for _, path := range c.Paths {
		w, err := intake.WalkPath(c, words, path, time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		walked[path.ID] = w
		if w.Screens > path.MaxScreens || w.Typed > path.MaxTyped {
			t.Errorf("%s: %d screens and %d typed answers, promised %d and %d: %v", path.ID, w.Screens, w.Typed, path.MaxScreens, path.MaxTyped, w.Asked)
		}
	}
	return walked
}

// TestShippedCampaignStaysShort holds the claim against TikTok to twenty screens and seven typed
// answers for a parent, and to nine screens a further child.
func TestShippedCampaignStaysShort(t *testing.T) {
	t.Parallel()
	walked := walks(t, "tiktok")
	if w := walked["parent"]; w.Screens != 20 || w.Typed != 7 || w.Seconds > 5*60+30 {
		t.Errorf("a parent with one child: %d screens, %d typed answers, %d seconds", w.Screens, w.Typed, w.Seconds)
	}
	if more := walked["parent-of-two"].Screens - walked["parent"].Screens; more != 9 {
		t.Errorf("a further child takes %d screens", more)
	}
	if n := walked["supporter"].Screens; n != 6 {
		t.Errorf("a supporter takes %d screens", n)
	}
}

// TestZoomStaysShort holds the claim against Zoom to the same, whoever it is for.
func TestZoomStaysShort(t *testing.T) {
	t.Parallel()
	walked := walks(t, "zoom")
	for _, path := range []string{"adult", "parent"} {
		if w := walked[path]; w.Screens > 20 || w.Typed > 7 || w.Seconds > 5*60+30 || w.Outcome != "claimant" {
			t.Errorf("%s: %d screens, %d typed answers, %d seconds, ends as %s", path, w.Screens, w.Typed, w.Seconds, w.Outcome)
		}
	}
	for more, than := range map[string]string{"parent-of-two": "parent", "adult-and-two": "adult-and-child"} {
		if n := walked[more].Screens - walked[than].Screens; n < 1 || n > 9 {
			t.Errorf("%s: a further child takes %d screens", more, n)
		}
	}
}

// begun is somebody who was asked for the country.
func begun(t testing.TB) *person { return begunAt(t, account) }

func begunAt(t testing.TB, at intake.Account) *person {
	t.Helper()
	p := sit(t, load(t, "tiktok"), campaign.Open, "en")
	p.account = at
	p.Say("/start")
	for _, label := range []string{"Start", "I have read this", "My child or children"} {
		p.Press(label, false)
	}
	return p
}

// finished is somebody who has sent everything in.
func finished(t testing.TB) *person {
	t.Helper()
	return finishedWith(t, load(t, "tiktok"))
}

func finishedWith(t testing.TB, c *campaign.Campaign) *person {
	t.Helper()
	p := sit(t, c, campaign.Open, "en")
	for _, s := range story.All(t) {
		if s.Name == "one-child" {
			story.Tell(t, s, p)
		}
	}
	return p
}

func TestAnOldButtonChangesNothingAndBringsTheQuestionBack(t *testing.T) {
	t.Parallel()
	p := begun(t)
	before := string(p.shelf.files[account])
	p.Wait(time.Minute)
	p.Press("I am under 18", true)
	seen := strings.Join(p.Seen(), "\n")
	if !strings.Contains(seen, "In which country") {
		t.Errorf("the question did not come back: %q", seen)
	}
	if p.Question() != "tt.country" || !strings.Contains(before, `"tt.role"`) {
		t.Errorf("%s is showing", p.Question())
	}
}

func TestADoubleTapCountsOnce(t *testing.T) {
	t.Parallel()
	p := begun(t)
	var token string
	for _, row := range p.buttons() {
		for _, b := range row {
			if b.Label == "Netherlands" {
				token = b.Token
			}
		}
	}
	for range 5 {
		p.now = p.now.Add(-7 * time.Second) // all within the same moment
		p.do(intake.Pressed{Button: token})
	}
	if got := len(p.Seen()); got != 1 {
		t.Errorf("five taps brought %d messages", got)
	}
	if p.Question() != "c.name#1" {
		t.Errorf("%s is showing", p.Question())
	}
}

func TestForgedButtonsHaveNoEffect(t *testing.T) {
	t.Parallel()
	p := begun(t)
	other := intake.Signer{Key: []byte("somebody else's key")}
	mine := intake.Signer{Key: []byte("a key for tests")}
	f, err := p.file()
	if err != nil {
		t.Fatal(err)
	}
	showing := f.Conversation.Showing
	good := mine.Token(account, f.Conversation.ID, showing, "pick:NL")
	forged := []string{
		"", ".", "..", "pick:NL", good + "x", good[:len(good)-1], "z" + good, strings.ToUpper(good),
		other.Token(account, f.Conversation.ID, showing, "pick:NL"),
		mine.Token("telegram:9999", f.Conversation.ID, showing, "pick:NL"),
		mine.Token("discord:1001", f.Conversation.ID, showing, "pick:NL"),
		mine.Token(account, "another conversation", showing, "pick:NL"),
		strings.Replace(good, "pick:NL", "pick:BE", 1),
		"\x00\xff" + good,
	}
	rng := rand.New(rand.NewSource(7))
	for range 2000 {
		b := []byte(good)
		b[rng.Intn(len(b))] ^= byte(1 + rng.Intn(255))
		forged = append(forged, string(b))
	}
	told := map[string]bool{}
	for _, token := range forged {
		p.do(intake.Pressed{Button: token})
		told[p.toast] = true
	}
	if len(told) != 1 {
		t.Errorf("who tries learns which are close to real: %v", told)
	}
	if p.Question() != "tt.country" {
		t.Errorf("a forged button led to %s", p.Question())
	}
	p.do(intake.Pressed{Button: good})
	if p.Question() != "c.name#1" {
		t.Errorf("the real button led to %s", p.Question())
	}
}

func TestDangerIsAnsweredWhenTheStoreIsDown(t *testing.T) {
	t.Parallel()
	p := begun(t)
	p.desk.Store = broken{}
	for _, did := range []intake.Did{intake.Pressed{Button: intake.ActionDanger}, intake.Said{Text: "/danger"}, intake.Said{Text: "My child is in danger!"}} {
		help, ok := p.desk.Danger(intake.Event{Account: account, Did: did, Locale: "en"})
		if !ok || !strings.Contains(help.Text.Plain(), "Call 112") {
			t.Errorf("%#v: %q", did, help.Text.Plain())
		}
	}
	if _, ok := p.desk.Danger(intake.Event{Account: account, Did: intake.Said{Text: "Danger Mouse"}}); ok {
		t.Error("a name was taken for a cry for help")
	}
}

// Help is worded from memory, so what it says of the file must hold also when there is none.
func TestHelpAfterEverythingIsErasedPromisesNoAnswers(t *testing.T) {
	t.Parallel()
	for lang, promise := range map[string]string{"en": "still here", "nl": "staan er nog"} {
		p := sit(t, load(t, "tiktok"), campaign.Open, lang)
		p.Say("/start")
		p.Say("/delete")
		p.Press(p.words.In(lang).Text("menu.delete-yes", nil).Plain(), false)
		if _, err := p.file(); !errors.Is(err, intake.ErrNoFile) {
			t.Fatalf("something is on file: %v", err)
		}
		help, ok := p.desk.Danger(intake.Event{Account: account, Did: intake.Pressed{Button: intake.ActionDanger}, Locale: lang})
		if !ok || strings.Contains(help.Text.Plain(), promise) {
			t.Errorf("somebody whose answers are erased is told %q", help.Text.Plain())
		}
	}
}

// Of two children only one was shown harmful content: nobody is asked to agree to sensitive questions
// in the other one's part of the file, where none would follow.
func TestSensitiveQuestionsAreOfferedForTheChildTheyAreAbout(t *testing.T) {
	t.Parallel()
	child := "  - c.dob: 12 March 2014\n  - c.authority: Yes, I alone\n  - c.account: An own account\n  - c.first_use: \"2021\"\n  - c.last_use: Until now\n"
	all, err := story.Load(fstest.MapFS{"stories/two.yaml": {Data: []byte("title: two\nsteps:\n" +
		"  - says: /start\n  - tt.intro: Start\n  - tt.notice: I have read this\n  - tt.role: My child or children\n  - tt.country: Netherlands\n" +
		"  - c.name: Bo Voorbeeld\n" + child + "  - c.grievances: [Dangerous or harmful content, Done]\n  - c.handle: I don't know now\n  - c.more: \"Yes, another child\"\n" +
		"  - c.name: Sam Voorbeeld\n" + child + "  - c.grievances: [Data taken without our permission, Done]\n  - c.handle: I don't know now\n  - c.more: No, that is all\n" +
		"  - tt.name: Fatima Voorbeeld\n  - tt.email: fatima@example.org\n  - tt.postcode: 1234 AB\n  - tt.already: \"No\"\n" +
		"  - k.mandate: Agree, with obligation to pay\n  - k.access: [Give my file to the lawyers, Done]\n  - k.sign: Fatima Voorbeeld\n" +
		"  - presses: \"Child 2: what happened\"\n  - g10.text: Nothing to add\n    showing: g1.knew\n  - g1.knew: I don't know\n    showing: \"menu:file\"\n" +
		"  - presses: \"Child 1: sensitive questions\"\n    showing: k.special\nends: {stage: sent}\n")}}, "stories")
	if err != nil {
		t.Fatal(err)
	}
	p := sitBeforePage(t, load(t, "tiktok"), campaign.Open, "en", account)
	story.Tell(t, all[0], p)
	for _, label := range p.Labels() {
		if strings.HasPrefix(label, "Child 2: sensitive") {
			t.Errorf("%q is offered, though nothing follows", label)
		}
	}
}

type broken struct{}

func (broken) InTx(context.Context, func(intake.Tx) error) error {
	return errors.New("the store is down")
}

func TestNumbersAreNeverAnotherCountrys(t *testing.T) {
	t.Parallel()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	if text := words.Danger("nl", "NL").Text.Plain(); !strings.Contains(text, "0800-2000") {
		t.Errorf("the Dutch numbers are missing: %q", text)
	}
	for _, country := range []string{"", "BE", "US", "XX"} {
		text := words.Danger("en", country).Text.Plain()
		if !strings.Contains(text, "112") || strings.Contains(text, "0800-2000") {
			t.Errorf("%s: %q", country, text)
		}
	}
}

func TestTheSameEventTwiceIsOneTurn(t *testing.T) {
	t.Parallel()
	p := begun(t)
	p.Seen()
	e := intake.Event{Account: account, Identity: "the same", At: p.now, Did: intake.Said{Text: "Belgium"}}
	for range 3 {
		if _, err := p.desk.Handle(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(p.Seen()); got != 1 {
		t.Errorf("%d messages", got)
	}
}

func TestAPausedCampaignTakesNothingNewAndKeepsRights(t *testing.T) {
	t.Parallel()
	p := finished(t)
	c := load(t, "tiktok")
	p.desk.Campaign = func(string) (*campaign.Campaign, campaign.Status, bool) { return c, campaign.Paused, true }
	p.Seen()
	p.Say("/withdraw")
	p.Press("Confirm withdrawal", false)
	if final := p.Final(); final.Status != intake.Withdrawn {
		t.Errorf("status is %s", final.Status)
	}

	q := sit(t, c, campaign.Paused, "en")
	q.Say("/start")
	if seen := strings.Join(q.Seen(), " "); !strings.Contains(seen, "takes no new answers") {
		t.Errorf("a newcomer saw %q", seen)
	}
	q.Say("/privacy")
	if seen := strings.Join(q.Seen(), " "); !strings.Contains(seen, "Your data, in short") {
		t.Errorf("/privacy said %q", seen)
	}
}

// TestNothingIsRepeatedAfterSubmission reads every message that comes after a file was sent, the
// receipt left out, and finds nothing in it that the family entered.
func TestNothingIsRepeatedAfterSubmission(t *testing.T) {
	t.Parallel()
	p := finished(t)
	start := len(p.shelf.out)
	p.Say("/status")
	p.Say("hello?")
	p.Press("Child 1: the account", false)
	for range 12 {
		labels := p.Labels()
		if len(labels) < 4 || p.Question() == "menu:file" {
			break
		}
		p.Press(labels[0], false)
	}
	p.Say("/help")
	p.Say("/language")
	for _, o := range p.shelf.out[start:] {
		text := o.Body.Text.Plain()
		for _, entered := range []string{"Bram", "Fatima", "Voorbeeld", "12 March 2014", "1234 AB"} {
			if strings.Contains(text, entered) {
				t.Errorf("%q is repeated in %q", entered, text)
			}
		}
	}
}

func TestAGroupIsAskedToWritePrivatelyAndNothingIsKept(t *testing.T) {
	t.Parallel()
	p := sit(t, load(t, "tiktok"), campaign.Open, "en")
	e := intake.Event{Account: account, Identity: "g1", Group: true, Locale: "en", Did: intake.Said{Text: "/start"}}
	reply, err := p.desk.Handle(context.Background(), e)
	if err != nil {
		t.Fatal(err)
	}
	if reply.Say == nil || !strings.Contains(reply.Say.Text.Plain(), "private") {
		t.Errorf("the group saw %+v", reply)
	}
	if len(p.shelf.files)+len(p.shelf.seen)+len(p.shelf.out) != 0 {
		t.Error("something of the group was kept")
	}
}

func TestAnAgreementThatChangedIsAskedAgain(t *testing.T) {
	t.Parallel()
	p := begun(t)
	p.Press("Netherlands", false)
	f, err := p.file()
	if err != nil {
		t.Fatal(err)
	}
	key := intake.Key{Question: "tt.notice"}
	a := f.Conversation.State.Answers[key]
	a.TextSHA256 = strings.Repeat("0", 64) // as if it had read differently then
	f.Conversation.State.Answers[key] = a
	if err := p.shelf.Save(&f, intake.Turn{}); err != nil {
		t.Fatal(err)
	}
	p.Say("/start")
	if p.Question() != "tt.notice" {
		t.Errorf("%s is showing", p.Question())
	}
	p.Press("I have read this", false)
	if p.Question() != "c.name#1" {
		t.Errorf("then %s is showing", p.Question())
	}
}

// TestEverySentenceExistsInEveryLanguage compares the language files with each other and with what
// the code asks of them.
func TestEverySentenceExistsInEveryLanguage(t *testing.T) {
	t.Parallel()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	english := words.In("en")
	for _, lang := range words.Languages() {
		c := words.In(lang)
		for _, key := range english.Keys() {
			if !c.Has(key) && !strings.HasSuffix(key, ".names") {
				t.Errorf("%s has no %s", lang, key)
				continue
			}
			a, b := slices.Sorted(slices.Values(english.Placeholders(key))), slices.Sorted(slices.Values(c.Placeholders(key)))
			if !slices.Equal(a, b) {
				t.Errorf("%s of %s has placeholders %v, English has %v", key, lang, b, a)
			}
		}
		for _, key := range c.Keys() {
			if !english.Has(key) && !strings.HasSuffix(key, ".names") {
				t.Errorf("%s has %s, which English has not", lang, key)
			}
		}
		for _, r := range answer.Reasons() {
			for _, hole := range c.Placeholders("unfit." + r.Reason) {
				if !slices.Contains(r.Args, hole) {
					t.Errorf("unfit.%s of %s asks for {%s}, which is not given", r.Reason, lang, hole)
				}
			}
			if !c.Has("unfit." + r.Reason) {
				t.Errorf("%s does not word the reason %s", lang, r.Reason)
			}
		}
	}
}

func TestReferencesCanBeSaidAloud(t *testing.T) {
	t.Parallel()
	p := finished(t)
	f, err := p.file()
	if err != nil {
		t.Fatal(err)
	}
	if ok := regexp.MustCompile(`^TT-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(f.Submission.Reference); !ok {
		t.Errorf("reference %q", f.Submission.Reference)
	}
}

func TestTokensFitTelegram(t *testing.T) {
	t.Parallel()
	s := intake.Signer{Key: []byte("k")}
	longest := "go:edit:" + strings.Repeat("x", 20) + ":10"
	if n := len(s.Token(account, strings.Repeat("c", 36), 1<<30, longest)); n > 64 {
		t.Errorf("%d bytes", n)
	}
}

func FuzzTokens(f *testing.F) {
	f.Add("1a.pick:NL.AAAAAAAAAAAAAAAA")
	f.Add("..")
	s := intake.Signer{Key: []byte("k")}
	f.Fuzz(func(t *testing.T, token string) {
		if _, action, ok := s.Action(account, "c", token); ok && action != intake.ActionDanger && action != intake.ActionResume && action != intake.ActionErase {
			t.Errorf("%q was taken for %q", token, action)
		}
	})
}

func FuzzTyping(f *testing.F) {
	for _, words := range []string{"Netherlands", "🇳🇱", "/start x-y-z", "why?", "what is a mandate?", strings.Repeat("👩‍👩‍👧", 500), "\u202eabc", "1", "/\x00"} {
		f.Add(words, uint8(3))
	}
	c := load(f, "tiktok")
	f.Fuzz(func(t *testing.T, words string, steps uint8) {
		p := sit(t, c, campaign.Open, "nl")
		p.Say("/start")
		for range steps % 20 {
			p.Say("1")
		}
		p.Say(words)
		if len(p.Seen()) == 0 {
			t.Error("nothing was said")
		}
	})
}
