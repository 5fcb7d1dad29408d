package discord_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	fake "claimline/bots/fakes/discord"
)

// The library resumes when it is asked to come again.
func TestReconnectWithTheLibrary(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	_, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	next(t, h.ready)
	// A library that has not sent its first heartbeat yet closes the new connection in place of the
	// old one.
	ok(t, s.Wait(bounded(t), func([]fake.Entry) bool { return s.Heartbeats() == 1 }))
	s.Reconnect()
	if got := next(t, h.ready); got != "RESUMED" {
		t.Errorf("got %s", got)
	}
	must(anna.Type("still there?"))(t)
	if got := next(t, h.messages).Content; got != "still there?" {
		t.Errorf("got %q", got)
	}
}

// The library begins anew when its session is taken away.
func TestInvalidSessionWithTheLibrary(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	_, h := connected(t, s)
	next(t, h.ready)
	s.Invalidate(false)
	if got := next(t, h.ready); got != "READY" {
		t.Errorf("got %s", got)
	}
	if n := s.Calls(fake.Identified); n != 2 {
		t.Errorf("%d sessions began", n)
	}
}

// Op 7 and op 9 can be the first packet after Hello.
func TestLoginsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	s.RefuseLogin(7, false)
	s.RefuseLogin(9, true)
	l := dial(t, s)
	l.expect(10, "")
	l.send(login)
	l.expect(7, "")
	l = dial(t, s)
	l.expect(10, "")
	l.send(login)
	if p := l.expect(9, ""); string(p.Data) != "true" {
		t.Errorf("got %s", p.Data)
	}
	l.send(login)
	l.expect(0, "READY")
	if n := s.Calls(fake.Refused); n != 2 {
		t.Errorf("%d logins were refused", n)
	}
}

// Deaf leaves out only the acknowledgements; frozen sends nothing at all, and then everything.
func TestSilence(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	anna := s.Person("anna", fake.Profile{})
	l, _ := open(t, s)
	hear := s.Deafen()
	l.send(`{"op":1,"d":1}`)
	ok(t, s.Wait(bounded(t), func([]fake.Entry) bool { return s.Heartbeats() == 1 }))
	must(anna.Type("one"))(t)
	l.expect(0, "MESSAGE_CREATE")
	hear()
	hear() // once is enough
	l.send(`{"op":1,"d":1}`)
	l.expect(11, "")

	thaw := s.Freeze()
	must(anna.Type("two"))(t)
	ok(t, l.conn.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	fresh := dial(t, s)
	ok(t, fresh.conn.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	for _, frozen := range []*line{l, fresh} {
		if _, raw, err := frozen.conn.ReadMessage(); err == nil {
			t.Errorf("got %s", raw)
		}
	}
	l = dial(t, s)
	thaw()
	l.expect(10, "")
}

// What is pressed in an outage fails at once and is lost; what is written can be fetched.
func TestOutage(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot := library(t, s)
	l, _ := open(t, s)
	anna := s.Person("anna", fake.Profile{})
	seen := ask(t, bot, anna.ChannelID(), "Go on?", button("Yes", "y"))
	end := s.Outage(true)
	l.ends(0)
	if p := must(anna.Press("Yes"))(t); p.Failed != "This interaction failed" {
		t.Errorf("got %+v", p)
	}
	must(anna.Type("hello?"))(t)
	if a := call(t, s, "GET", "/gateway", ""); a.status != 503 {
		t.Errorf("got %d", a.status)
	}
	_, resp, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(s.URL(), "http")+"/?v=10&encoding=json", nil)
	if err == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %v", err)
	}
	_ = resp.Body.Close()
	end()
	l, _ = open(t, s)
	missed := must(bot.ChannelMessages(anna.ChannelID(), 100, "", seen.ID, ""))(t)
	if len(missed) != 1 || missed[0].Content != "hello?" {
		t.Errorf("got %+v", missed)
	}
	must(anna.Press("Yes"))(t)
	if p := l.expect(0, "INTERACTION_CREATE"); !strings.Contains(string(p.Data), `"custom_id":"y"`) {
		t.Errorf("got %s", p.Data)
	}
}

// Events are kept back, put into another order and sent twice, under the numbers they have.
func TestHoldShuffleRepeat(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	anna := s.Person("anna", fake.Profile{})
	l, _ := open(t, s)
	release := s.Hold()
	for i := range 20 {
		must(anna.Type(fmt.Sprint(i)))(t)
	}
	s.Shuffle(rand.New(rand.NewPCG(1, 2)))
	s.Repeat(1)
	release()
	seen, ordered := map[int64]int{}, true
	for i := range 21 {
		p := l.expect(0, "MESSAGE_CREATE")
		seen[p.Seq]++
		ordered = ordered && p.Seq == int64(i+2)
	}
	if len(seen) != 20 || ordered {
		t.Errorf("got the numbers %v, ordered: %v", seen, ordered)
	}
}

// The library takes what it cannot decode for an event with nothing in it.
func TestEventsThatCannotBeDecoded(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	_, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	ok(t, s.Dispatch("INTERACTION_CREATE", `{"id":5,"type":"x"}`))
	if i := next(t, h.interactions); i.Interaction != nil && (i.ID != "" || i.Data != nil) {
		t.Errorf("got %+v", i.Interaction)
	}
	if err := s.Dispatch("MESSAGE_CREATE", "{"); err == nil {
		t.Error("what is no JSON was dispatched")
	}
	s.Inject("{")
	must(anna.Type("after"))(t)
	for {
		if m := next(t, h.messages); m.Content == "after" {
			return
		}
	}
}
