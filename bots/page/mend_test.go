package page_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"claimline/bots"
	"claimline/bots/page"
	"claimline/intake"
)

// erases has somebody erase everything in the chat.
func (v *visitor) erases() {
	v.Helper()
	asked := v.chat(anna, "en", "erase", intake.Said{Text: "/delete"})
	for _, b := range flat(asked[len(asked)-1]) {
		if b.Label == "Yes, erase everything" {
			v.chat(anna, "en", "erased", intake.Pressed{Button: b.Token})
		}
	}
	if len(v.house.files) != 0 {
		v.Fatal("not everything is erased")
	}
}

// signed is somebody who has just sent everything on the page.
func signed(t testing.TB) *visitor {
	t.Helper()
	v := inside(t, "en", nil)
	v.Say("Anna Voorbeeld")
	v.Say("12 March 2014")
	for _, label := range []string{"Yes, I alone", "An own account", "2020", "Until now"} {
		v.Press(label)
	}
	v.Tick("Account broken into")
	v.Press("Done")
	v.Say("anna.v")
	v.Press("No, that is all")
	v.Say("Fatima Voorbeeld")
	v.Press("Not now")
	v.Say("1234 AB")
	v.Press("No")
	v.Press("Agree, with obligation to pay")
	v.Press("Done")
	v.Say("Fatima Voorbeeld")
	if v.Sheet.Ask() != nil || len(v.Sheet.Files) != 1 {
		t.Fatalf("at the end it shows\n%s", v.Sheet.Raw)
	}
	return v
}

func TestThePageShowsNothingThatIsErased(t *testing.T) {
	t.Parallel()
	v := signed(t)
	receipt := v.Sheet.Files[0]
	v.get(receipt.Path)
	if !strings.Contains(v.Sheet.Raw, "Anna Voorbeeld") {
		t.Fatalf("the receipt is answered %d", v.Status)
	}
	v.erases()
	for _, at := range []string{receipt.Path, "/p/"} {
		v.get(at)
		if v.Status != http.StatusNotFound || strings.Contains(v.Sheet.Raw, "Anna") {
			t.Errorf("%s is answered %d\n%s", at, v.Status, v.Sheet.Raw)
		}
	}
}

func TestAPageThatWasLeftEndsAtAFixedTime(t *testing.T) {
	t.Parallel()
	v := signed(t)
	receipt := v.Sheet.Files[0]
	for range 3 {
		v.house.wait(intake.PageLife/3 - time.Minute)
		for _, at := range []string{receipt.Path, "/p/"} {
			if v.get(at); v.Status != http.StatusOK {
				t.Fatalf("%s is answered %d too early", at, v.Status)
			}
		}
	}
	v.house.wait(4 * time.Minute)
	for _, at := range []string{receipt.Path, "/p/"} {
		if v.get(at); v.Status != http.StatusNotFound {
			t.Errorf("looking kept %s for longer: %d\n%s", at, v.Status, v.Sheet.Text())
		}
	}
}

func TestAPageThatWasLeftIsNotShownUnasked(t *testing.T) {
	t.Parallel()
	v := signed(t)
	receipt := v.Sheet.Files[0]
	v.house.fail(errDown)
	v.get(receipt.Path)
	if v.Status != http.StatusServiceUnavailable || strings.Contains(v.Sheet.Raw, "Anna") {
		t.Errorf("while nobody knows whether it may be read, it is answered %d", v.Status)
	}
	v.house.fail(nil)
	if v.get(receipt.Path); v.Status != http.StatusOK {
		t.Errorf("then it is answered %d", v.Status)
	}
}

func TestHelpShowsNothingThatIsErased(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	v.Say("Anna Voorbeeld")
	values := v.Sheet.Ask().Filled()
	v.erases()
	for what, form := range map[string]url.Values{
		"the button of the question": {"form": values["form"], "press": {"sos"}},
		"the words":                  {"form": values["form"], "said": {"my child is in danger"}},
		"the button alone":           {"press": {"sos"}},
	} {
		v.post("/p/", form)
		if v.Status != http.StatusOK || !strings.Contains(v.Sheet.Text(), "Call 112") || strings.Contains(v.Sheet.Raw, "Anna") {
			t.Errorf("%s: answered %d\n%s", what, v.Status, v.Sheet.Raw)
		}
	}
	values.Set("said", strings.Repeat("x", 70_000))
	v.post("/p/", values)
	if v.Status != http.StatusNotFound || strings.Contains(v.Sheet.Raw, "Anna") {
		t.Errorf("too much text: answered %d\n%s", v.Status, v.Sheet.Raw)
	}
}

// A button that stands nowhere on the page shows nothing of it, and neither keeps it open.
func TestHelpOpensNothing(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	v.Say("Anna Voorbeeld")
	question := v.Sheet.Ask().Filled()
	v.post("/p/", url.Values{"press": {"sos"}})
	if v.Status != http.StatusOK || strings.Contains(v.Sheet.Raw, "Anna") {
		t.Errorf("a form of another page was answered %d\n%s", v.Status, v.Sheet.Raw)
	}
	question.Set("press", "sos")
	v.house.wait(intake.PageLife - time.Minute)
	v.post("/p/", question)
	if !strings.Contains(v.Sheet.Text(), "born?") {
		t.Fatalf("the question is gone:\n%s", v.Sheet.Text())
	}
	v.house.wait(2 * time.Minute)
	if v.get("/p/"); v.Status != http.StatusNotFound {
		t.Errorf("the button kept the page open: %d\n%s", v.Status, v.Sheet.Text())
	}
}

// Whoever erases everything on the page itself is told so, once.
func TestErasedOnThePage(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", nil)
	v.Say("Anna Voorbeeld")
	v.Press("🆘 Someone is in danger")
	v.Press("Stop and erase everything")
	v.Press("Yes, erase everything")
	if v.Status != http.StatusOK || !strings.Contains(v.Sheet.Text(), "erased") || len(v.house.files) != 0 {
		t.Fatalf("it was answered %d\n%s", v.Status, v.Sheet.Text())
	}
	if v.get("/p/"); v.Status != http.StatusNotFound {
		t.Errorf("then it shows %d\n%s", v.Status, v.Sheet.Text())
	}
}

func TestStrangersSlowStrangersOnly(t *testing.T) {
	t.Parallel()
	v := inside(t, "en", func(c *page.Config) {
		c.Limits.Strangers = bots.Pace{Every: time.Hour, Burst: 4} // one of them for the guest, who is not known at first
	})
	stranger := v.visit("en")
	for n := range 3 {
		stranger.wears("page", fmt.Sprintf("invented%d", n))
		if stranger.get("/p/"); stranger.Status != http.StatusNotFound {
			t.Fatalf("an invented cookie was answered %d", stranger.Status)
		}
	}
	if stranger.get("/p/"); stranger.Status != http.StatusTooManyRequests || stranger.Header.Get("Retry-After") == "" {
		t.Errorf("one too many was answered %d", stranger.Status)
	}
	if v.Say("Anna Voorbeeld"); v.Status != http.StatusOK || v.answered("c.name") != "Anna Voorbeeld" {
		t.Errorf("meanwhile a guest was answered %d\n%s", v.Status, v.Sheet.Text())
	}
}

// Of a turn that failed the log says that it did, and not whose it was.
func TestTheLogNamesNoAccount(t *testing.T) {
	t.Parallel()
	failing := &flaky{}
	v := inside(t, "en", func(c *page.Config) { failing.Desk, c.Desk = c.Desk.(*intake.Desk), failing })
	failing.fail(errDown)
	v.Say("Anna Voorbeeld")
	if log := v.log.String(); !strings.Contains(log, "turn failed") || strings.Contains(log, "account") {
		t.Errorf("the log says %s", log)
	}
}

// forgetful is a desk that carries a turn out and then seems to fail, as when the database's answer to
// COMMIT is lost.
type forgetful struct {
	*intake.Desk
	lose atomic.Bool
}

func (f *forgetful) Handle(ctx context.Context, e intake.Event) (intake.Reply, error) {
	reply, err := f.Desk.Handle(ctx, e)
	if err == nil && f.lose.CompareAndSwap(true, false) {
		return intake.Reply{}, errDown
	}
	return reply, err
}

// The answer was taken, and the page said that it was not. Handed in again it is the same answer, and
// the page goes on with the next question.
func TestAnAnswerThatWasTakenAndSeemedLost(t *testing.T) {
	t.Parallel()
	desk := &forgetful{}
	v := inside(t, "en", func(c *page.Config) { desk.Desk, c.Desk = c.Desk.(*intake.Desk), desk })
	asked := v.Sheet.Ask().Hidden.Get("form")
	desk.lose.Store(true)
	if v.Say("Anna Voorbeeld"); v.Status != http.StatusServiceUnavailable {
		t.Fatalf("it was answered %d\n%s", v.Status, v.Sheet.Text())
	}
	v.Say("Anna Voorbeeld")
	if v.Status != http.StatusOK || v.answered("c.name") != "Anna Voorbeeld" {
		t.Fatalf("then %d\n%s", v.Status, v.Sheet.Text())
	}
	if v.Sheet.Ask() == nil || v.Sheet.Ask().Hidden.Get("form") == asked {
		t.Errorf("what was answered is asked again:\n%s", v.Sheet.Text())
	}
}
