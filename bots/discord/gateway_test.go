package discord_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	fake "claimline/bots/fakes/discord"
	"claimline/intake"
)

// On a bad day of the gateway's everything that people write is handled once and in order.
func TestOnABadDayOfTheGateway(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label  string
		before func(s *fake.Server) (until func()) // the first session; until is called when the watchdog has barked
		during func(s *fake.Server) (after func()) // while Anna writes
		stuck  bool                                // the library hangs, and the watchdog ends it
	}{
		{"asked to connect anew", nil, func(s *fake.Server) func() { s.Reconnect(); return nil }, false},
		{"the session is no more", nil, func(s *fake.Server) func() { s.Invalidate(false); return nil }, false},
		{"the session may be resumed", nil, func(s *fake.Server) func() { s.Invalidate(true); return nil }, false},
		{"cut", nil, func(s *fake.Server) func() { s.CutGateway(); return nil }, false},
		{"closed for an unknown reason", nil, func(s *fake.Server) func() { s.CloseGateway(4000); return nil }, false},
		{"closed for its number", nil, func(s *fake.Server) func() { s.CloseGateway(4007); return nil }, false},
		{"closed for its age", nil, func(s *fake.Server) func() { s.CloseGateway(4009); return nil }, false},
		{"asked to connect anew at the first word", func(s *fake.Server) func() { s.RefuseLogin(7, false); return nil }, nil, true},
		{"asked so three times", func(s *fake.Server) func() {
			for range 3 {
				s.RefuseLogin(7, false)
			}
			return nil
		}, nil, true},
		{"no session at the first word", func(s *fake.Server) func() { s.RefuseLogin(9, false); return nil }, nil, false},
		{"no session, and perhaps later", func(s *fake.Server) func() { s.RefuseLogin(9, true); return nil }, nil, false},
		{"asked to connect anew when resuming", nil, func(s *fake.Server) func() { s.RefuseLogin(7, false); s.CutGateway(); return nil }, true},
		{"no session when resuming", nil, func(s *fake.Server) func() { s.RefuseLogin(9, false); s.CutGateway(); return nil }, false},
		{"no session when resuming, and perhaps later", nil, func(s *fake.Server) func() { s.RefuseLogin(9, true); s.CutGateway(); return nil }, false},
		{"silent", nil, func(s *fake.Server) func() { time.AfterFunc(3500*time.Millisecond, s.Freeze()); return nil }, false},
		{"silent when connecting", func(s *fake.Server) func() { return s.Freeze() }, nil, true},
		{"no JSON", nil, func(s *fake.Server) func() { s.Inject(`{"op":0,`); return nil }, false},
		{"everything twice", nil, func(s *fake.Server) func() { s.Repeat(6); return nil }, false},
		{"an outage", nil, func(s *fake.Server) func() { return s.Outage(false) }, false},
		{"an outage of everything", nil, func(s *fake.Server) func() { return s.Outage(true) }, false},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, fake.Options{Heartbeat: 500 * time.Millisecond})
			r.bounds[1] = 2 * time.Second
			anna := r.server.Person("anna", fake.Profile{})
			r.store.Open = []intake.Account{intake.Account("discord:" + anna.ID())}
			var until func()
			if c.before != nil {
				until = c.before(r.server)
			}
			r.begin()
			if until != nil {
				r.tells("it did not move")
				until()
			}
			r.until("connected", func([]fake.Entry) bool { return r.server.Connected() == 1 })
			r.must(anna.Type("w0"))
			r.sees(anna, "heard w0")
			var after func()
			if c.during != nil {
				after = c.during(r.server)
			}
			for n := range 3 {
				r.must(anna.Type(fmt.Sprint("w", n+1)))
			}
			if after != nil {
				after()
			}
			r.sees(anna, "heard w3")
			r.must(anna.Type("w4"))
			r.sees(anna, "heard w4")
			heard := handled[intake.Said](r)
			var order []string
			for _, s := range heard {
				order = append(order, s.Text)
			}
			if got := strings.Join(order, " "); got != "w0 w1 w2 w3 w4" {
				t.Errorf("handled in the order %s", got)
			}
			if n := said(anna, "heard "); n != 5 {
				t.Errorf("five messages were answered %d times", n)
			}
			if c.stuck && !strings.Contains(r.log.String(), "it did not move") {
				t.Error("the watchdog ended nothing; is this case still one?")
			}
			r.until("exactly one session is connected", func([]fake.Entry) bool { return r.server.Connected() == 1 })
		})
	}
}

func TestWhatWasWrittenWhileTheProgramWasAwayIsHandledFirstAndOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{})
	anna, ben := r.server.Person("anna", fake.Profile{}), r.server.Person("ben", fake.Profile{})
	for _, p := range []*fake.Person{anna, ben} {
		r.store.Open = append(r.store.Open, intake.Account("discord:"+p.ID()))
	}
	r.start()
	r.must(anna.Type("w0"))
	r.sees(anna, "heard w0")
	r.stop()
	for n := range 130 { // more than one page
		r.must(anna.Type(fmt.Sprint("w", n+1)))
	}
	r.start()
	r.must(anna.Type("w131")) // comes over the gateway, before the others are fetched or after
	r.sees(anna, "heard w131")
	for i, s := range handled[intake.Said](r) {
		if s.Text != fmt.Sprint("w", i) {
			t.Fatalf("%s was handled in the place of w%d\n%s", s.Text, i, r.log)
		}
	}
	if n := len(handled[intake.Said](r)); n != 132 {
		t.Errorf("132 messages were handled as %d", n)
	}
}

// Discord opens a channel a second. Whoever writes or presses while everybody is still being looked for
// is not held up by those before them.
func TestWhoDoesSomethingAfterAnAbsenceWaitsForNobodyElse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label, sees string
		does        func(anna *fake.Person) error
	}{
		{"writes", "heard again", func(anna *fake.Person) error { _, err := anna.Type("again"); return err }},
		{"presses", "pressed 1.yes.mac", func(anna *fake.Person) error { _, err := anna.Press("Yes"); return err }},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, fake.Options{Rates: fake.PublishedRates()})
			for i := range 40 {
				r.store.Open = append(r.store.Open, intake.Account("discord:"+r.server.Person(fmt.Sprint("parent ", i), fake.Profile{}).ID()))
			}
			anna := r.server.Person("anna", fake.Profile{})
			r.store.Open = append(r.store.Open, intake.Account("discord:"+anna.ID()))
			r.start()
			r.must(anna.Type("hello"))
			r.sees(anna, "heard hello")
			r.stop()
			opened := r.server.Calls(fake.OpenDM)
			r.start()
			r.until("others are looked for", func([]fake.Entry) bool { return r.server.Calls(fake.OpenDM) >= opened+5 })
			opened = r.server.Calls(fake.OpenDM)
			r.must(nil, c.does(anna))
			r.sees(anna, c.sees)
			if n := r.server.Calls(fake.OpenDM) - opened; n > 2 {
				t.Errorf("she was answered when the channels of %d others had been opened", n)
			}
		})
	}
}

func TestAfterAnAbsencePeopleInTheMiddleAreAskedOnceMore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label  string
		away   time.Duration
		expect int
	}{{"ten minutes", 10 * time.Minute, 1}, {"half a minute", 30 * time.Second, 0}} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, fake.Options{})
			anna, ben := r.server.Person("anna", fake.Profile{}), r.server.Person("ben", fake.Profile{})
			for _, p := range []*fake.Person{anna, ben} {
				r.store.Open = append(r.store.Open, intake.Account("discord:"+p.ID()))
			}
			r.start()
			for _, p := range []*fake.Person{anna, ben} {
				r.must(p.Type("hello"))
				r.sees(p, "heard hello")
			}
			r.stop()

			heard, err := r.store.Setting(r.ctx(), "discord.heard")
			r.must(nil, err)
			id, _, _ := strings.Cut(heard, " ")
			r.must(nil, r.store.SetSetting(r.ctx(), "discord.heard", id+" "+strconv.FormatInt(time.Now().Add(-c.away).Unix(), 10)))
			r.must(ben.Type("b")) // while nobody is there. Anna has pressed, and saw it fail
			for range 2 {         // and a second start soon after tells nobody again
				r.start()
				r.sees(ben, "heard b")
				r.tells("messages of open conversations were looked for")
				if c.expect > 0 {
					r.sees(anna, "once more")
				}
				r.stop()
			}
			if got := said(anna, "once more"); got != c.expect {
				t.Errorf("Anna was asked %d times once more, want %d", got, c.expect)
			}
			if got := said(ben, "once more"); got != 0 {
				t.Errorf("Ben, who has a fresh question, was asked %d times once more", got)
			}
		})
	}
}

func TestFiftyPeopleAreEachAnsweredInOrder(t *testing.T) {
	t.Parallel()
	const people, words = 50, 4
	r := newRig(t, fake.Options{}).start()
	release := r.server.Hold()
	var all []*fake.Person
	for i := range people {
		all = append(all, r.server.Person(fmt.Sprint("parent ", i), fake.Profile{}))
	}
	for n := range words {
		for _, p := range all {
			r.must(p.Type(fmt.Sprint("w", n)))
		}
	}
	release()
	for _, p := range all {
		r.sees(p, fmt.Sprint("heard w", words-1))
		var heard []string
		for _, m := range p.Chat().Messages {
			if m.Bot {
				heard = append(heard, strings.TrimPrefix(m.Text, "heard "))
			}
		}
		if got := strings.Join(heard, " "); got != "w0 w1 w2 w3" {
			t.Errorf("answers in the order %s", got)
		}
	}
}

// A process that is killed soon after its very first start has left behind from when on messages are
// to be fetched.
func TestTheFirstSessionIsRememberedAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) { // a store rings no bell
		if text, err := r.store.Setting(t.Context(), "discord.heard"); err != nil || text != "" {
			return
		}
	}
	t.Error("nothing is remembered")
}
