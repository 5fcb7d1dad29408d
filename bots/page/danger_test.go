package page_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"claimline/bots/page"
	"claimline/intake"
)

func TestDangerIsAnsweredWhenNothingElseWorks(t *testing.T) {
	t.Parallel()
	v := inside(t, "nl", nil)
	values := v.sheet.ask().filled()
	values.Set("said", "Anna Voor")
	v.house.fail(errDown)
	values.Set("press", "sos")
	v.post("/p/", values)
	if v.status != http.StatusOK || !strings.Contains(v.sheet.text(), "Bel 112") || !strings.Contains(v.sheet.text(), "0800-2000") {
		t.Errorf("the button was answered %d\n%s", v.status, v.sheet.raw)
	}
	if f := v.sheet.ask(); f == nil || f.value != "Anna Voor" {
		t.Errorf("what was written is gone:\n%s", v.sheet.raw)
	}
	v.say("mijn kind is in gevaar")
	if v.status != http.StatusOK || !strings.Contains(v.sheet.text(), "Bel 112") || v.sheet.ask().value != "" {
		t.Errorf("the words were answered %d\n%s", v.status, v.sheet.raw)
	}
	stranger := v.visit("nl")
	stranger.post("/p/", url.Values{"press": {"sos"}})
	if stranger.status != http.StatusOK || !strings.Contains(stranger.sheet.text(), "Bel 112") {
		t.Errorf("somebody without a page was answered %d\n%s", stranger.status, stranger.sheet.raw)
	}
	for _, at := range []string{"/p/some-link", "/p/"} { // the landing page, and the one that says what does not work
		stranger.get(at)
		if _, _, ok := stranger.sheet.find("🆘 Iemand is in gevaar"); !ok {
			t.Errorf("%s has no danger button:\n%s", at, stranger.sheet.raw)
		}
	}
	v.house.fail(nil)
	v.press("‹ Terug naar mijn vraag")
	if strings.Contains(v.sheet.text(), "Bel 112") || v.sheet.ask() == nil {
		t.Errorf("back at the question it shows\n%s", v.sheet.text())
	}
}

func TestDangerKeepsWhatIsTicked(t *testing.T) {
	t.Parallel()
	v := inside(t, "nl", nil)
	v.say("Anna Voorbeeld")
	v.say("12 maart 2014")
	v.press("Ja, ik alleen")
	v.press("Een eigen account")
	v.press("2020")
	v.press("Tot nu")
	v.tick("Account gehackt")
	v.press("🆘 Iemand is in gevaar")
	if !strings.Contains(v.sheet.text(), "Bel 112") {
		t.Fatalf("it shows\n%s", v.sheet.text())
	}
	v.press("Klaar")
	if got := v.answered("c.grievances"); got != "g3" {
		t.Errorf("what was ticked is %q", got)
	}
}

func TestWhatWasWrittenOutlivesAStoreThatIsDown(t *testing.T) {
	t.Parallel()
	failing := &flaky{}
	v := inside(t, "en", func(c *page.Config) { failing.Desk, c.Desk = c.Desk.(*intake.Desk), failing })
	failing.fail(errDown)
	act := v.sheet.ask().hidden.Get("nonce")
	v.say("Anna Voorbeeld")
	if v.status != http.StatusServiceUnavailable || v.sheet.ask().value != "Anna Voorbeeld" || !strings.Contains(v.sheet.text(), "did not work") {
		t.Fatalf("it was answered %d\n%s", v.status, v.sheet.raw)
	}
	if again := v.sheet.ask().hidden.Get("nonce"); again != act {
		t.Error("handing it in again would be another act")
	}
	failing.fail(nil)
	v.say("Anna Voorbeeld")
	if v.status != http.StatusOK || v.answered("c.name") != "Anna Voorbeeld" {
		t.Errorf("then %d\n%s", v.status, v.sheet.raw)
	}
	if log := v.log.String(); strings.Contains(log, "Anna") || !strings.Contains(log, "turn failed") || strings.Contains(log, "2002") {
		t.Errorf("the log says %s", log)
	}
}

// flaky is a desk whose turns fail while the doors stay open.
type flaky struct {
	*intake.Desk
	mu  sync.Mutex
	err error
}

func (f *flaky) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *flaky) Handle(ctx context.Context, e intake.Event) (intake.Reply, error) {
	f.mu.Lock()
	err := f.err
	f.mu.Unlock()
	if err != nil {
		return intake.Reply{}, err
	}
	return f.Desk.Handle(ctx, e)
}
