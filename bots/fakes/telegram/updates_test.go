package telegram_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	fake "claimline/bots/fakes/telegram"
)

func TestAnUpdateComesAgainUntilAHigherOffsetConfirmsIt(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := s.Person("anna", fake.Profile{})
	for _, text := range []string{"one", "two", "three"} {
		must(anna.Type(text))(t)
	}
	first := poll(t, s, "limit", "2")
	if got := texts(first); got != "one two" {
		t.Fatalf("got %q", got)
	}
	if got := texts(poll(t, s, "limit", "3", "offset", strconv.Itoa(first[0].ID))); got != "one two three" {
		t.Errorf("nothing was confirmed, and yet there is only %q", got)
	}
	if got := texts(poll(t, s, "offset", strconv.Itoa(first[1].ID))); got != "two three" {
		t.Errorf("one is confirmed, got %q", got)
	}
	if got := texts(poll(t, s, "offset", strconv.Itoa(first[0].ID), "limit", "10")); got != "two three" {
		t.Errorf("what was confirmed came back: %q", got)
	}
}

func TestANegativeOffsetForgetsWhatIsOlder(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := s.Person("anna", fake.Profile{})
	for _, text := range []string{"one", "two", "three"} {
		must(anna.Type(text))(t)
	}
	if got := texts(poll(t, s, "offset", "-1")); got != "three" {
		t.Errorf("got %q", got)
	}
	if got := texts(poll(t, s)); got != "three" {
		t.Errorf("the older ones came back: %q", got)
	}
}

func TestALongPollReturnsWhenSomethingHappens(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	anna := s.Person("anna", fake.Profile{})
	got := make(chan answer, 1)
	go func() { got <- call(t, s, "getUpdates", "timeout", "50") }()
	must(anna.Type("hello"))(t)
	if a := <-got; !strings.Contains(string(a.Result), `"hello"`) {
		t.Errorf("got %s", a.Result)
	}
}

func TestALongPollWithoutUpdatesEnds(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	if a := call(t, s, "getUpdates", "timeout", "2"); !a.OK || string(a.Result) != "[]" {
		t.Errorf("got %+v", a)
	}
}

func TestTheSamePollSoonAfterIsSlowedDown(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{PollSecond: time.Minute})
	anna := s.Person("anna", fake.Profile{})
	must(anna.Type("one"))(t)
	must(anna.Type("two"))(t)
	if got := texts(poll(t, s)); got != "one two" {
		t.Fatalf("got %q", got)
	}
	if got := texts(poll(t, s)); got != "one" {
		t.Errorf("within half a second one update is given, got %q", got)
	}
}

func TestASecondPollerEndsTheFirst(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := fake.Start(t, fake.Options{})
	first := make(chan answer, 1)
	go func() { first <- call(t, s, "getUpdates", "timeout", "50") }()
	second := make(chan answer, 1)
	if err := s.WaitPoll(ctx); err != nil {
		t.Fatal(err)
	}
	go func() { second <- call(t, s, "getUpdates", "timeout", "50", "limit", "7") }()
	refuses(t, <-first, 409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
	must(s.Person("anna", fake.Profile{}).Type("hello"))(t)
	if a := <-second; !a.OK {
		t.Errorf("the second was refused: %+v", a)
	}
}

func TestAWebhookKeepsPollsAway(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := fake.Start(t, fake.Options{})
	waiting := make(chan answer, 1)
	go func() { waiting <- call(t, s, "getUpdates", "timeout", "50") }()
	if err := s.WaitPoll(ctx); err != nil {
		t.Fatal(err)
	}
	s.SetWebhook("https://example.org/hook")
	refuses(t, <-waiting, 409, "Conflict: terminated by setWebhook request")
	refuses(t, call(t, s, "getUpdates"), 409,
		"Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	must(s.Person("anna", fake.Profile{}).Type("hello"))(t)
	a := call(t, s, "getWebhookInfo")
	if got := string(a.Result); !strings.Contains(got, `"url":"https://example.org/hook"`) || !strings.Contains(got, `"pending_update_count":1`) {
		t.Errorf("got %s", got)
	}
	call(t, s, "deleteWebhook")
	if got := texts(poll(t, s)); got != "hello" {
		t.Errorf("got %q", got)
	}
	call(t, s, "deleteWebhook", "drop_pending_updates", "true")
	if got := poll(t, s, "offset", "1", "timeout", "0", "limit", "3"); len(got) != 0 {
		t.Errorf("dropped updates came: %+v", got)
	}
}

func TestMessagesAreKeptADayAndPressesHalfAnEgg(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		after time.Duration
		want  string
	}{
		{"at once", 0, "hello press:y"},
		{"after 150 s", 150 * time.Second, "hello press:y"},
		{"after 151 s", 151 * time.Second, "hello"},
		{"after 23 h", 23 * time.Hour, "hello"},
		{"after 25 h", 25 * time.Hour, ""},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			s := start(t, clock)
			anna := opened(t, s, "anna")
			say(t, s, anna.ID(), "Yes?", "reply_markup", `{"inline_keyboard":[[{"text":"Yes","callback_data":"y"}]]}`)
			must(anna.Type("hello"))(t)
			must(anna.Press("Yes"))(t)
			clock.advance(c.after)
			if got := texts(poll(t, s)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if waiting, expired := s.Waiting(); waiting+expired != 2 {
				t.Errorf("%d wait and %d expired, of 2", waiting, expired)
			}
		})
	}
}

func TestIDsThatRestartLowerAreNotConfirmedByTheOldOffset(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := s.Person("anna", fake.Profile{})
	must(anna.Type("before"))(t)
	last := poll(t, s)[0].ID
	poll(t, s, "offset", strconv.Itoa(last+1))
	s.RestartIDs(7_000_000)
	must(anna.Type("after"))(t)
	got := poll(t, s, "offset", strconv.Itoa(last+1))
	if texts(got) != "after" || got[0].ID != 7_000_000 {
		t.Fatalf("got %+v", got)
	}
	if left := poll(t, s, "offset", strconv.Itoa(got[0].ID+1)); len(left) != 0 {
		t.Errorf("not confirmed: %+v", left)
	}
}

func TestABadDay(t *testing.T) {
	t.Parallel()
	begin := func(t *testing.T) (*fake.Server, *fake.Person) {
		s := start(t, newClock())
		return s, s.Person("anna", fake.Profile{})
	}
	t.Run("late", func(t *testing.T) {
		t.Parallel()
		s, anna := begin(t)
		release := s.Hold()
		must(anna.Type("one"))(t)
		if got := poll(t, s); len(got) != 0 {
			t.Fatalf("held updates came: %+v", got)
		}
		release()
		release()
		must(anna.Type("two"))(t)
		if got := texts(poll(t, s, "offset", "1")); got != "one two" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("out of order", func(t *testing.T) {
		t.Parallel()
		s, anna := begin(t)
		for i := range 20 {
			must(anna.Type(strconv.Itoa(i)))(t)
		}
		s.Shuffle(rand.New(rand.NewPCG(1, 2)))
		got := poll(t, s)
		for i := 1; i < len(got); i++ {
			if got[i].ID != got[i-1].ID+1 {
				t.Errorf("ids do not ascend: %d after %d", got[i].ID, got[i-1].ID)
			}
		}
		if len(got) != 20 || strings.HasPrefix(texts(got), "0 1 2 3 4") {
			t.Errorf("not shuffled: %s", texts(got))
		}
	})
	t.Run("twice under two ids", func(t *testing.T) {
		t.Parallel()
		s, anna := begin(t)
		must(anna.Type("one"))(t)
		must(anna.Type("two"))(t)
		s.Repeat(1)
		got := poll(t, s)
		if texts(got) != "one two two" || got[1].ID == got[2].ID || got[1].Message.ID != got[2].Message.ID {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("again though confirmed", func(t *testing.T) {
		t.Parallel()
		s, anna := begin(t)
		must(anna.Type("one"))(t)
		next := strconv.Itoa(poll(t, s)[0].ID + 1)
		poll(t, s, "offset", next)
		s.Redeliver(1)
		if got := texts(poll(t, s, "offset", next)); got != "one" {
			t.Errorf("got %q", got)
		}
		if got := poll(t, s, "offset", next, "limit", "9"); len(got) != 0 {
			t.Errorf("a third time: %+v", got)
		}
	})
}

func TestAllowedUpdatesAreKept(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := s.Person("anna", fake.Profile{})
	poll(t, s, "allowed_updates", `["message"]`)
	m := must(anna.Type("one"))(t)
	must(anna.Edit(m.ID, "two"))(t)
	if got := texts(poll(t, s, "limit", "50")); got != "one" {
		t.Errorf("got %q", got)
	}
}

func TestInjectedUpdatesComeAsTheyAre(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := s.Person("anna", fake.Profile{})
	n := s.Inject(`{"update_id":UPDATE_ID,"message":"not an object"}`)
	s.Inject(`[]`)
	must(anna.TypeJSON(`"lone \ud800 and nul \u0000"`))(t)
	must(anna.Type(strings.Repeat("x", 1<<20)))(t)
	a := call(t, s, "getUpdates")
	var list []json.RawMessage
	if err := json.Unmarshal(a.Result, &list); err != nil {
		t.Fatal(err)
	}
	if string(list[0]) != `{"update_id":`+strconv.Itoa(n)+`,"message":"not an object"}` || string(list[1]) != "[]" {
		t.Errorf("got %s and %s", list[0], list[1])
	}
	if !strings.Contains(string(list[2]), `"lone \ud800 and nul \u0000"`) || len(list[3]) < 1<<20 {
		t.Errorf("the text was changed: %.300s", list[2])
	}
	s.Inject(`{"update_id":`)
	resp, err := http.PostForm(s.URL()+"/bot"+fake.Token+"/getUpdates", values("offset", "1"))
	if err != nil {
		t.Fatal(err)
	}
	if raw := body(t, resp); json.Valid([]byte(raw)) {
		t.Error("broken JSON was repaired")
	}
}

func TestAPollWhoseCallerIsKilledGivesNothingAway(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := fake.Start(t, fake.Options{})
	killed, kill := context.WithCancel(ctx)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		req, err := http.NewRequestWithContext(killed, http.MethodGet, s.URL()+"/bot"+fake.Token+"/getUpdates?timeout=50", nil)
		if err != nil {
			t.Error(err)
			return
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
		}
	}()
	if err := s.WaitPoll(ctx); err != nil {
		t.Fatal(err)
	}
	kill()
	<-gone
	must(s.Person("anna", fake.Profile{}).Type("hello"))(t)
	if got := texts(poll(t, s, "limit", "5", "offset", "1")); got != "hello" {
		t.Errorf("got %q", got)
	}
}
