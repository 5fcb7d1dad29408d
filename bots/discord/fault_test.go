package discord_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"claimline/bots/botstest"
	"claimline/bots/discord"
	fake "claimline/bots/fakes/discord"
	"claimline/intake"
)

func TestWhateverServersAndNetworksDoEveryMessageArrivesOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		fault fake.Fault
	}{
		{"500", fake.Fault{Route: fake.CreateMessage, Status: 500}},
		{"500 and it was done", fake.Fault{Route: fake.CreateMessage, Status: 500, Effect: true}},
		{"502 as a page", fake.Fault{Route: fake.CreateMessage, Status: 502, HTML: true, Body: "<html>Bad Gateway</html>"}},
		{"504 and it was done", fake.Fault{Route: fake.CreateMessage, Status: 504, Effect: true}},
		{"403 as a page", fake.Fault{Route: fake.CreateMessage, Status: 403, HTML: true, Body: "<html>Forbidden</html>"}},
		{"nothing", fake.Fault{Route: fake.CreateMessage, Blank: true}},
		{"JSON cut off", fake.Fault{Route: fake.CreateMessage, Body: `{"id":"1`}},
		{"cut off while asking", fake.Fault{Route: fake.CreateMessage, Cut: fake.CutUpload}},
		{"cut off before it was done", fake.Fault{Route: fake.CreateMessage, Cut: fake.CutBefore}},
		{"cut off in the answer", fake.Fault{Route: fake.CreateMessage, Cut: fake.CutMiddle}},
		{"cut off before the answer", fake.Fault{Route: fake.CreateMessage, Cut: fake.CutAfter}},
		{"too fast", fake.Fault{Route: fake.CreateMessage, RetryAfter: 1}},
		{"too fast for all", fake.Fault{Route: fake.CreateMessage, RetryAfter: 1, Scope: "global"}},
		{"too fast without a header", fake.Fault{Route: fake.CreateMessage, RetryAfter: 1, Bare: true}},
		{"shut out for a second", fake.Fault{Route: fake.CreateMessage, RetryAfter: 1, HTML: true, Body: "<html>1015</html>"}},
		{"the gateway cannot be found", fake.Fault{Route: "GET /gateway/bot", Status: 502, HTML: true, Body: "<html>", Times: 2}},
		{"the gateway has no address", fake.Fault{Route: "GET /gateway/bot", Body: `{}`}},
		{"the gateway is somebody else's", fake.Fault{Route: "GET /gateway/bot", Body: `{"url":"wss://example.invalid","session_start_limit":{"remaining":1000}}`}},
		{"the private channel cannot be opened", fake.Fault{Route: fake.OpenDM, Status: 500}},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, fake.Options{})
			defer r.server.Fail(c.fault)()
			r.begin()
			r.until("connected", func([]fake.Entry) bool { return r.server.Connected() == 1 })
			anna := r.server.Person("anna", fake.Profile{})
			for n := range 3 {
				r.must(anna.Type(fmt.Sprint("w", n)))
				r.sees(anna, fmt.Sprint("heard w", n))
			}
			if n := said(anna, "heard w"); n != 3 {
				t.Errorf("three messages appeared %d times", n)
			}
			if e := r.server.Excess(); e.Impatient > 0 {
				t.Errorf("%d calls within a penalty", e.Impatient)
			}
		})
	}
}

func TestASlowDownIsObeyedAndOthersGoOn(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start()
	anna, ben := r.server.Person("anna", fake.Profile{}), r.server.Person("ben", fake.Profile{})
	r.server.Fail(fake.Fault{Route: fake.CreateMessage, Channel: anna.ChannelID(), RetryAfter: 2})
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
}

func TestTheRatesAreKept(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{Rates: fake.PublishedRates()})
	r.config.Limits = discord.Published()
	r.start()
	var all sync.WaitGroup
	for i := range 20 {
		p := r.server.Person(fmt.Sprint("parent ", i), fake.Profile{})
		all.Go(func() {
			for n := range 7 {
				r.must(p.Type(fmt.Sprint(n)))
			}
			if _, err := p.WaitFor(r.ctx(), "heard 6"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if e := r.server.Excess(); e.Violations+e.Impatient > 0 {
		t.Errorf("too fast: %+v", e)
	}
}

func TestBeforeDiscordShutsTheAddressOutTheBotPauses(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{})
	r.config.Limits = discord.Limits{Invalid: 5}
	r.start()
	anna := r.server.Person("anna", fake.Profile{})
	anna.CloseDMs()
	for n := range 8 {
		id := fmt.Sprint("news-", n)
		r.outbox.Put(intake.Outgoing{ID: id, Account: intake.Account("discord:" + anna.ID()), Do: intake.Say, Body: plain("news")})
		if n < 5 {
			r.settled(id)
		}
	}
	r.tells("too many refused calls")
	if e := r.server.Excess(); e.Invalid > 5 {
		t.Errorf("%d calls were refused, and there was no pause after five", e.Invalid)
	}
}

func TestATokenThatIsRefusedIsWaitedFor(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{})
	r.server.SetToken("MTIz.another.token")
	r.begin()
	r.tells("refuses the token")
	if n := len(r.server.History()); n > 3 {
		t.Errorf("a refused token was tried %d times at once", n)
	}
}

func TestHelpComesAtOnceAlsoWhileTheStoreIsDown(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start().withMenu()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Type("hello"))
	r.sees(anna, "heard hello")
	r.desk.Fail(errors.New("no store"))
	r.must(anna.Press("SOS"))
	help := r.sees(anna, botstest.HelpText)
	if !help.Ephemeral {
		t.Error("the help is not the answer to the press")
	}
	ben := r.server.Person("ben", fake.Profile{})
	ben.CloseDMs()
	inGuild := r.server.Guild("Ouders").Add(ben, false)
	r.desk.Fail(nil)
	r.must(inGuild.Run("register"))
	r.sees(inGuild, "heard /start")
	r.desk.Fail(errors.New("no store"))
	r.must(inGuild.Press("SOS"))
	r.sees(inGuild, botstest.HelpText)
	r.desk.Fail(nil)
	r.sees(anna, "pressed "+intake.ActionDanger) // handled like any other press, once there is a store
	if n := said(anna, botstest.HelpText) + said(inGuild, botstest.HelpText); n != 2 {
		t.Errorf("two calls for help were answered %d times", n)
	}
	if failed := append(anna.Chat().Failed(), inGuild.Chat().Failed()...); len(failed) != 0 {
		t.Errorf("calls for help failed: %+v", failed)
	}
}

func TestNothingIsLostWhileTheStoreIsDown(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start()
	anna := r.server.Person("anna", fake.Profile{})
	r.desk.Fail(errors.New("no store"))
	for n := range 5 {
		r.must(anna.Type(fmt.Sprint("w", n)))
	}
	r.tells("events cannot be handled now")
	r.desk.Fail(nil)
	r.sees(anna, "heard w4")
	var order []string
	for _, m := range anna.Chat().Messages {
		if m.Bot {
			order = append(order, strings.TrimPrefix(m.Text, "heard "))
		}
	}
	if got := strings.Join(order, " "); got != "w0 w1 w2 w3 w4" {
		t.Errorf("heard in the order %s", got)
	}
}

func TestAMessageThatTheProgramFailsOnIsParkedAndItsSenderTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		fails func()
	}{
		{"it panics", func() { panic("secret words") }},
		{"it fails while others do not", nil},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, fake.Options{})
			var tries atomic.Int64
			r.desk = newDesk(r, func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
				if s, ok := e.Did.(intake.Said); ok && strings.HasPrefix(s.Text, "poison") {
					tries.Add(1)
					if c.fails != nil {
						c.fails()
					}
					return intake.Reply{}, nil, errors.New("cannot")
				}
				return echo(e)
			})
			r.start()
			anna, ben := r.server.Person("anna", fake.Profile{}), r.server.Person("ben", fake.Profile{})
			r.must(anna.Type("poison Voorbeeld"))
			for n := 0; len(r.store.Parked()) == 0; n++ {
				r.must(ben.Type(fmt.Sprint("w", n)))
				r.sees(ben, fmt.Sprint("heard w", n))
				time.Sleep(20 * time.Millisecond)
			}
			r.sees(anna, "lost: "+intake.Failed)
			r.must(anna.Type("after"))
			r.sees(anna, "heard after")
			if p := r.store.Parked()[0]; p.Who != intake.Account("discord:"+anna.ID()) || !strings.Contains(p.Update, "poison") {
				t.Errorf("parked: %+v", p)
			}
			if n := tries.Load(); n < 2 || n > 7 {
				t.Errorf("it was tried %d times", n)
			}
		})
	}
}

func TestEventsThatCannotBeReadHoldNobodyUp(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start()
	anna := r.server.Person("anna", fake.Profile{})
	for _, e := range []struct{ kind, content string }{
		{"MESSAGE_CREATE", `null`}, {"MESSAGE_CREATE", `[]`}, {"MESSAGE_CREATE", `{}`}, {"MESSAGE_CREATE", `{"id":5}`},
		{"MESSAGE_CREATE", `{"id":"1","channel_id":"2","author":null,"content":"x"}`},
		{"MESSAGE_CREATE", `{"id":"1","channel_id":"2","author":{"id":"../3"},"content":"x"}`},
		{"MESSAGE_UPDATE", `{"id":"1","edited_timestamp":"yesterday"}`},
		{"INTERACTION_CREATE", `{}`}, {"INTERACTION_CREATE", `{"id":"1","type":3}`}, {"INTERACTION_CREATE", `null`},
		{"INTERACTION_CREATE", `{"id":"1","application_id":"2","type":3,"token":"../../users","user":{"id":"3"},"data":{}}`},
		{"INTERACTION_CREATE", `{"id":"1","application_id":"2","type":3,"token":"t","user":{"id":"3"},"data":[]}`},
		{"TYPING_START", `{}`}, {"NEVER_HEARD_OF", `{}`},
	} {
		r.must(nil, r.server.Dispatch(e.kind, e.content))
	}
	content := fmt.Sprintf(`{"id":"1441000000000000000","channel_id":%q,"author":{"id":%q},"content":5}`, anna.ChannelID(), anna.ID())
	r.must(nil, r.server.Dispatch("MESSAGE_CREATE", content))
	r.sees(anna, "lost: "+intake.Unreadable)
	r.must(anna.Type("hello"))
	r.sees(anna, "heard hello")
}
