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
	pressed, called := v.Sheet.Ask().Filled(), v.Sheet.Ask().Filled()
	pressed.Set("press", "sos")
	called.Set("said", "mijn kind is in gevaar")
	v.house.fail(errDown)
	for _, values := range []url.Values{pressed, called} {
		v.post("/p/", values)
		if v.Status != http.StatusOK || !strings.Contains(v.Sheet.Text(), "Bel 112") || !strings.Contains(v.Sheet.Text(), "0800-2000") {
			t.Errorf("a call for help was answered %d\n%s", v.Status, v.Sheet.Raw)
		}
		if v.Sheet.Ask() != nil { // nobody can say whether it may be shown
			t.Errorf("the question is shown again:\n%s", v.Sheet.Raw)
		}
	}
	stranger := v.visit("nl")
	stranger.post("/p/", url.Values{"press": {"sos"}})
	if stranger.Status != http.StatusOK || !strings.Contains(stranger.Sheet.Text(), "Bel 112") {
		t.Errorf("somebody without a page was answered %d\n%s", stranger.Status, stranger.Sheet.Raw)
	}
	for _, at := range []string{"/p/some-link", "/p/"} { // the landing page, and the one that says what does not work
		stranger.get(at)
		if _, _, ok := stranger.Sheet.Find("🆘 Iemand is in gevaar"); !ok {
			t.Errorf("%s has no danger button:\n%s", at, stranger.Sheet.Raw)
		}
	}
	v.house.fail(nil)
	v.Press("‹ Terug naar mijn vraag")
	if strings.Contains(v.Sheet.Text(), "Bel 112") || v.Sheet.Ask() == nil {
		t.Errorf("back at the question it shows\n%s", v.Sheet.Text())
	}
}

func TestDangerKeepsWhatIsWritten(t *testing.T) {
	t.Parallel()
	v := inside(t, "nl", nil)
	values := v.Sheet.Ask().Filled()
	values.Set("said", "Anna Voor")
	values.Set("press", "sos")
	v.post("/p/", values)
	if f := v.Sheet.Ask(); f == nil || f.Value != "Anna Voor" || !strings.Contains(v.Sheet.Text(), "Bel 112") {
		t.Fatalf("what was written is gone:\n%s", v.Sheet.Raw)
	}
	v.Say("mijn kind is in gevaar")
	if v.Status != http.StatusOK || !strings.Contains(v.Sheet.Text(), "Bel 112") || v.Sheet.Ask().Value != "" {
		t.Errorf("the words were answered %d\n%s", v.Status, v.Sheet.Raw)
	}
}

func TestDangerKeepsWhatIsTicked(t *testing.T) {
	t.Parallel()
	v := inside(t, "nl", nil)
	v.Say("Anna Voorbeeld")
	v.Say("12 maart 2014")
	v.Press("Ja, ik alleen")
	v.Press("Een eigen account")
	v.Press("2020")
	v.Press("Tot nu")
	v.Tick("Account gehackt")
	v.Press("🆘 Iemand is in gevaar")
	if !strings.Contains(v.Sheet.Text(), "Bel 112") {
		t.Fatalf("it shows\n%s", v.Sheet.Text())
	}
	v.Press("Klaar")
	if got := v.answered("c.grievances"); got != "g3" {
		t.Errorf("what was ticked is %q", got)
	}
}

func TestWhatWasWrittenOutlivesAStoreThatIsDown(t *testing.T) {
	t.Parallel()
	failing := &flaky{}
	v := inside(t, "en", func(c *page.Config) { failing.Desk, c.Desk = c.Desk.(*intake.Desk), failing })
	failing.fail(errDown)
	act := v.Sheet.Ask().Hidden.Get("nonce")
	v.Say("Anna Voorbeeld")
	if v.Status != http.StatusServiceUnavailable || v.Sheet.Ask().Value != "Anna Voorbeeld" || !strings.Contains(v.Sheet.Text(), "did not work") {
		t.Fatalf("it was answered %d\n%s", v.Status, v.Sheet.Raw)
	}
	if again := v.Sheet.Ask().Hidden.Get("nonce"); again != act {
		t.Error("handing it in again would be another act")
	}
	failing.fail(nil)
	v.Say("Anna Voorbeeld")
	if v.Status != http.StatusOK || v.answered("c.name") != "Anna Voorbeeld" {
		t.Errorf("then %d\n%s", v.Status, v.Sheet.Raw)
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
