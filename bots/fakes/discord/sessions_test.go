package discord_test

import (
	"strings"
	"testing"
	"time"

	fake "claimline/bots/fakes/discord"
)

// Two programs with the same token both hear everything.
func TestTwoSessionsHearTheSame(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	one, _ := open(t, s)
	two, _ := open(t, s)
	if n := s.Connected(); n != 2 {
		t.Errorf("%d are connected", n)
	}
	must(s.Person("anna", fake.Profile{}).Type("both of you"))(t)
	for _, l := range []*line{one, two} {
		if p := l.expect(0, "MESSAGE_CREATE"); p.Seq != 2 || !strings.Contains(string(p.Data), "both") {
			t.Errorf("got %d %s", p.Seq, p.Data)
		}
	}
}

// A bot that comes back before its old connection was missed goes on over the new one.
func TestResumeWhileTheOldConnectionIsOpen(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	old, session := open(t, s)
	l := dial(t, s)
	l.expect(10, "")
	l.send(resumeOf(session, 1))
	l.expect(0, "RESUMED")
	old.ends(4009)
	must(s.Person("anna", fake.Profile{}).Type("here"))(t)
	l.expect(0, "MESSAGE_CREATE")
	if n := s.Connected(); n != 1 {
		t.Errorf("%d are connected", n)
	}
}

// A session that op 9 says can be resumed can be, over the same connection.
func TestAnInvalidSessionThatCanBeResumed(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	l, session := open(t, s)
	s.Invalidate(true)
	if p := l.expect(9, ""); string(p.Data) != "true" {
		t.Errorf("got %s", p.Data)
	}
	must(s.Person("anna", fake.Profile{}).Type("meanwhile"))(t)
	l.send(resumeOf(session, 1))
	l.expect(0, "MESSAGE_CREATE")
	l.expect(0, "RESUMED")
}

// What is kept back is sent once, also when the session is resumed meanwhile.
func TestHoldAcrossAResume(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	anna := s.Person("anna", fake.Profile{})
	l, session := open(t, s)
	release := s.Hold()
	must(anna.Type("once"))(t)
	s.CutGateway()
	l.ends(0)
	l = dial(t, s)
	l.expect(10, "")
	l.send(resumeOf(session, 1))
	l.expect(0, "MESSAGE_CREATE")
	l.expect(0, "RESUMED")
	release()
	must(anna.Type("twice"))(t)
	if p := l.expect(0, "MESSAGE_CREATE"); !strings.Contains(string(p.Data), "twice") {
		t.Errorf("got %s", p.Data)
	}
}

// A press that waits for a bot to come back fails when it does not in time.
func TestAPressWhileTheBotIsAway(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fake.Start(t, fake.Options{Now: c.now})
	anna := s.Person("anna", fake.Profile{})
	l, session := open(t, s)
	say(t, s, anna.ChannelID(), rowsOf(rowOf(buttonOf("w", "Write"))))
	l.expect(0, "MESSAGE_CREATE")
	s.CutGateway()
	l.ends(0)
	late := must(anna.Press("Write"))(t)
	if late.Failed != "" {
		t.Errorf("it failed although the bot may come back: %+v", late)
	}
	c.advance(3 * time.Second)
	in := must(anna.Press("Write"))(t)
	l = dial(t, s)
	l.expect(10, "")
	l.send(resumeOf(session, 2))
	l.expect(0, "INTERACTION_CREATE")
	l.expect(0, "INTERACTION_CREATE")
	refuses(t, call(t, s, "POST", callbackOf(late), `{"type":6}`), 404, 10062)
	if a := call(t, s, "POST", callbackOf(in), `{"type":6}`); a.status != 204 {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if got := anna.Chat().Failed(); len(got) != 1 || got[0].ID != late.ID {
		t.Errorf("got %+v", got)
	}
}

// A token that is replaced ends what it had begun.
func TestATokenThatIsReplaced(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	l, session := open(t, s)
	s.SetToken("another")
	l.ends(4004)
	l = dial(t, s)
	l.expect(10, "")
	l.send(resumeOf(session, 1))
	l.ends(4004)
}

// A nonce that was used in one channel must not be used in another.
func TestANonceOfAnotherChannel(t *testing.T) {
	t.Parallel()
	s := lawless(t, fake.Options{})
	anna, bram := s.Person("anna", fake.Profile{}), s.Person("bram", fake.Profile{})
	first := say(t, s, anna.ChannelID(), `"nonce":7,"enforce_nonce":true`)
	if again := say(t, s, bram.ChannelID(), `"nonce":7,"enforce_nonce":true`); again.ID != first.ID {
		t.Error("it was sent to the other channel")
	}
	held(t, s, "another channel")
}

// Close ends what waits, whatever state it is in.
func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	s := must(fake.New(fake.Options{}))(t)
	l, _ := open(t, s)
	s.Freeze()
	s.Fail(fake.Fault{Delay: time.Hour})
	gone := make(chan error)
	go func() {
		_, err := try(t, s, "GET", "/users/@me", "", nil)
		gone <- err
	}()
	ok(t, s.Wait(bounded(t), func([]fake.Entry) bool { return s.UnderWay() == 1 }))
	s.Close()
	s.Close()
	if err := next(t, gone); err == nil {
		t.Error("the call was answered")
	}
	if _, _, err := l.conn.ReadMessage(); err == nil {
		t.Error("the connection is open")
	}
}
