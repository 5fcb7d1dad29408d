package telegram_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"claimline/bots"
	"claimline/bots/botstest"
	fake "claimline/bots/fakes/telegram"
	"claimline/bots/telegram"
	"claimline/intake"
	"claimline/intake/wording"
)

func TestAConversation(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	anna := r.server.Person("anna", fake.Profile{FirstName: "Anna", LastName: "Voorbeeld", Language: "nl"})
	r.must(anna.Start("tiktok-nl-school"))
	r.sees(anna, "heard /start tiktok-nl-school")
	r.must(anna.Press("Yes"))
	r.sees(anna, "pressed 1.yes.mac")
	c, err := anna.Wait(r.ctx(), func(c fake.Chat) bool { return c.Presses[0].Answers == 1 })
	if err != nil || c.Presses[0].Toast != "noted" {
		t.Errorf("the press was answered %+v (%v)", c.Presses[0], err)
	}
	if labels := c.Messages[1].Labels(); len(labels) != 0 {
		t.Errorf("the old keyboard is still there: %v", labels)
	}
	r.must(anna.Type("my secret words"))
	r.sees(anna, "heard my secret words")
	if e := r.desk.Handled()[0]; e.Locale != "nl" || e.Group {
		t.Errorf("the first event was %+v", e)
	}
	if since := time.Since(r.bot.LastHeard()); since > time.Minute {
		t.Errorf("the last poll was %s ago", since)
	}
	if link := r.bot.DeepLink(); link != "https://t.me/ExampleBot?start=" {
		t.Errorf("links begin with %q", link)
	}
}

func TestFiftyPeopleAreEachAnsweredInOrder(t *testing.T) {
	t.Parallel()
	const people, words = 50, 6
	r := newRig(t, quick).start()
	var all sync.WaitGroup
	for i := range people {
		p := r.server.Person(fmt.Sprint("parent ", i), fake.Profile{})
		all.Go(func() {
			for n := range words {
				r.must(p.Type(fmt.Sprintf("w%d", n)))
			}
			if _, err := p.WaitFor(r.ctx(), fmt.Sprintf("heard w%d", words-1)); err != nil {
				t.Error(err)
				return
			}
			var heard []string
			for _, m := range p.Chat().Messages {
				if m.Bot {
					heard = append(heard, strings.TrimPrefix(m.Text, "heard "))
				}
			}
			if got := strings.Join(heard, " "); got != "w0 w1 w2 w3 w4 w5" {
				t.Errorf("answers in the order %s", got)
			}
		})
	}
	all.Wait()
}

func TestASlowDownIsObeyedAndOthersGoOn(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	anna, ben := r.server.Person("anna", fake.Profile{}), r.server.Person("ben", fake.Profile{})
	r.server.Fail(fake.Fault{Method: "sendMessage", Chat: anna.ID(), RetryAfter: 2})
	began := time.Now()
	r.must(anna.Type("a"))
	r.until("anna is refused", func(h []fake.Entry) bool { return h[len(h)-1].Status == 429 })
	r.must(ben.Type("b"))
	r.sees(ben, "heard b")
	if waited := time.Since(began); waited > 1500*time.Millisecond {
		t.Errorf("ben waited %s for anna's penalty", waited)
	}
	r.sees(anna, "heard a")
	if waited := time.Since(began); waited < 2*time.Second {
		t.Errorf("anna was written to after %s, within the penalty", waited)
	}
	if e := r.server.Excess(); e.Impatient > 0 {
		t.Errorf("%d calls within a penalty", e.Impatient)
	}
}

func TestTheRatesAreKept(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{PollSecond: 10 * time.Millisecond, Rates: fake.PublishedRates()})
	r.config.Limits = telegram.Published()
	r.start()
	var all sync.WaitGroup
	for i := range 30 {
		p := r.server.Person(fmt.Sprint("parent ", i), fake.Profile{})
		all.Go(func() {
			for n := range 4 {
				r.must(p.Type(fmt.Sprint(n)))
			}
			if _, err := p.WaitFor(r.ctx(), "heard 3"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if e := r.server.Excess(); e.Violations+e.Impatient > 0 {
		t.Errorf("too fast: %+v", e)
	}
}

func TestWhateverServersAndNetworksDoEveryMessageArrives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		fault fake.Fault
		most  int // how often the message may appear
	}{
		{"500", fake.Fault{Method: "sendMessage", Status: 500}, 1},
		{"502 as a page", fake.Fault{Method: "sendMessage", Status: 502, HTML: true, Body: "<html>Bad Gateway</html>"}, 1},
		{"nothing", fake.Fault{Method: "sendMessage", Blank: true}, 1},
		{"JSON cut off", fake.Fault{Method: "sendMessage", Body: `{"ok":tr`}, 1},
		{"ok:false", fake.Fault{Method: "sendMessage", Body: `{"ok":false}`}, 1},
		{"cut off while asking", fake.Fault{Method: "sendMessage", Cut: fake.CutUpload}, 1},
		{"cut off before it was done", fake.Fault{Method: "sendMessage", Cut: fake.CutBefore}, 1},
		{"cut off in the answer", fake.Fault{Method: "sendMessage", Cut: fake.CutMiddle}, 2},
		{"cut off before the answer", fake.Fault{Method: "sendMessage", Cut: fake.CutAfter}, 2},
		{"polls fail", fake.Fault{Method: "getUpdates", Status: 502, HTML: true, Body: "<html>", Times: 2}, 1},
		{"polls are cut off in the answer", fake.Fault{Method: "getUpdates", Cut: fake.CutMiddle, Times: 2}, 1},
		{"polls are cut off before the answer", fake.Fault{Method: "getUpdates", Cut: fake.CutAfter, Times: 2}, 1},
		{"polls are too fast", fake.Fault{Method: "getUpdates", RetryAfter: 1}, 1},
		{"another program polls", fake.Fault{Method: "getUpdates", Status: 409, Body: `{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}`}, 1},
		{"the poll's answer is no list", fake.Fault{Method: "getUpdates", Body: `{"ok":true,"result":7}`}, 1},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, quick)
			end := r.server.Fail(c.fault)
			defer end()
			r.start()
			anna := r.server.Person("anna", fake.Profile{})
			r.must(anna.Type("a"))
			r.sees(anna, "heard a")
			r.must(anna.Type("b"))
			r.sees(anna, "heard b")
			if n := said(anna, "heard a"); n > c.most {
				t.Errorf("said %d times, at most %d are allowed", n, c.most)
			}
			if n := len(r.desk.Handled()); n != 2 {
				t.Errorf("%d events for 2 messages", n)
			}
		})
	}
}

func TestSomebodyBlocksTheBotAndComesBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("a"))
	r.sees(anna, "heard a")
	anna.Block()
	r.until("the block is known", func([]fake.Entry) bool { return len(r.desk.Handled()) == 2 })
	r.outbox.Put(intake.Outgoing{ID: "late", Account: r.desk.Handled()[0].Account, Do: intake.Say, Body: intake.Message{Text: wording.Say("late")}})
	r.until("a message is refused", func(h []fake.Entry) bool { return h[len(h)-1].Status == 403 })
	anna.Unblock()
	r.sees(anna, "welcome back")
	if fate := r.outbox.Fate("late"); fate != "gone" {
		t.Errorf("the message to somebody who had blocked the bot is %q", fate)
	}
}

func TestACallForHelpIsAnsweredWhileTheStoreIsDown(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("a"))
	r.sees(anna, "heard a")
	r.desk.Fail(errors.New("the store is down"))
	r.outbox.Fail(errors.New("the store is down"))
	r.must(anna.Type("b"))
	r.must(anna.Press("SOS"))
	r.sees(anna, botstest.HelpText)
	polls := r.server.Calls("getUpdates")
	r.until("the press was brought again a few times", func([]fake.Entry) bool { return r.server.Calls("getUpdates") > polls+3 })
	r.desk.Fail(nil)
	r.outbox.Fail(nil)
	r.sees(anna, "pressed sos")
	if n := said(anna, botstest.HelpText); n != 1 {
		t.Errorf("the help was shown %d times", n)
	}
	if n := len(r.desk.Handled()); n != 3 {
		t.Errorf("%d events handled, want 3", n)
	}
}

// Telegram is not told that a call for help was heard before it is answered: what it has forgotten it
// does not bring again to the next process.
func TestACallForHelpIsForgottenWhenItIsAnswered(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("a"))
	r.sees(anna, "heard a")
	r.server.Fail(fake.Fault{Method: "sendMessage", Delay: 300 * time.Millisecond})
	r.must(anna.Press("SOS"))
	r.sees(anna, botstest.HelpText)
	r.until("the poll after the one that brought the press", func(all []fake.Entry) bool {
		var brought, answered int64 // until when
		for _, e := range all {
			switch {
			case strings.Contains(e.Params["text"], botstest.HelpText):
				answered = e.Ended
			case e.Method == "getUpdates" && strings.Contains(string(e.Reply), "callback_query"):
				brought = e.Ended
			case e.Method == "getUpdates" && brought > 0:
				if e.Began < answered || answered == 0 {
					t.Error("Telegram was told that the press was heard before it was answered")
				}
				return true
			}
		}
		return false
	})
}

func TestACallForHelpWaitsForNoLimit(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	once := bots.Pace{Every: time.Minute, Burst: 1} // longer than anybody waits here
	r.config.Limits = telegram.Limits{Private: once}
	r.start()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("a"))
	r.sees(anna, "heard a") // there is nothing left of the pace
	r.must(anna.Press("SOS"))
	r.sees(anna, botstest.HelpText)
}

func TestTheEndInTheMiddleOfAPollIsQuickAndLosesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start() // polls that really take 25 s
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("a"))
	r.sees(anna, "heard a")
	began := time.Now()
	r.stop()
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("stopping took %s", took)
	}
	r.must(anna.Type("b"))
	r.start()
	r.sees(anna, "heard b")
	if n := len(r.desk.Handled()); n != 2 {
		t.Errorf("%d events for 2 messages", n)
	}
}

func TestAWebhookIsToldInWordsAndOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	r.server.SetWebhook("https://example.org/hook")
	r.start()
	r.until("it asked twice", func([]fake.Entry) bool { return r.server.Calls("getUpdates") >= 2 })
	r.server.SetWebhook("")
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("a"))
	r.sees(anna, "heard a")
	if n := strings.Count(r.log.String(), "a webhook is set for this bot"); n != 1 {
		t.Errorf("told %d times:\n%s", n, r.log)
	}
}

func TestALongTextIsNotRepeatedFromTheBeginning(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick).start()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("a"))
	r.sees(anna, "heard a")
	r.server.Fail(fake.Fault{Method: "sendMessage", Delay: time.Millisecond}) // the first part is taken
	r.server.Fail(fake.Fault{Method: "sendMessage", RetryAfter: 1})           // the second is not, at first
	paragraph := strings.Repeat("x", 4000)
	r.outbox.Put(intake.Outgoing{ID: "long", Account: r.desk.Handled()[0].Account, Do: intake.Say,
		Body: intake.Message{Text: wording.Say("first " + paragraph + "\nsecond " + paragraph + "\nthird")}})
	r.sees(anna, "third")
	for _, part := range []string{"first", "second", "third"} {
		if n := said(anna, part); n != 1 {
			t.Errorf("the %s part was said %d times", part, n)
		}
	}
}
