package discord_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	fake "claimline/bots/fakes/discord"
)

// line is a connection to the gateway without a library in between.
type line struct {
	t    *testing.T
	conn *websocket.Conn
}

type packet struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s"`
	Type string          `json:"t"`
}

func dial(t *testing.T, s *fake.Server) *line {
	t.Helper()
	address := "ws" + strings.TrimPrefix(s.URL(), "http") + "/?v=10&encoding=json"
	conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	ok(t, err)
	_ = resp.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	l := &line{t: t, conn: conn}
	ok(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	return l
}

func (l *line) read() packet {
	l.t.Helper()
	var p packet
	ok(l.t, l.conn.ReadJSON(&p))
	return p
}

func (l *line) send(text string) {
	l.t.Helper()
	ok(l.t, l.conn.WriteMessage(websocket.TextMessage, []byte(text)))
}

// expect reads a packet and fails unless it has an opcode and a kind.
func (l *line) expect(op int, kind string) packet {
	l.t.Helper()
	p := l.read()
	if p.Op != op || p.Type != kind {
		l.t.Fatalf("got op %d %s %s, want op %d %s", p.Op, p.Type, p.Data, op, kind)
	}
	return p
}

// ends reads until the connection ends, and fails unless it does so with a code; 0 for a cut.
func (l *line) ends(code int) {
	l.t.Helper()
	for {
		_, _, err := l.conn.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case err == nil:
		case code == 0 && !(errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure):
			return
		case errors.As(err, &closed) && closed.Code == code:
			return
		default:
			l.t.Errorf("it ended with %v, want code %d", err, code)
			return
		}
	}
}

const login = `{"op":2,"d":{"token":"Bot ` + fake.Token + `","intents":4609,"properties":{"os":"x"}}}`

func resumeOf(session string, seq int64) string {
	return fmt.Sprintf(`{"op":6,"d":{"token":"Bot %s","session_id":%q,"seq":%d}}`, fake.Token, session, seq)
}

// open logs in and returns the session's id.
func open(t *testing.T, s *fake.Server) (*line, string) {
	t.Helper()
	l := dial(t, s)
	l.expect(10, "")
	l.send(login)
	var d struct {
		Session string `json:"session_id"`
	}
	ok(t, json.Unmarshal(l.expect(0, "READY").Data, &d))
	return l, d.Session
}

// Heartbeats are answered, and a bot that sends none is taken for gone.
func TestHeartbeats(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{Heartbeat: 50 * time.Millisecond})
	l := dial(t, s)
	if hello := l.expect(10, ""); !strings.Contains(string(hello.Data), `"heartbeat_interval":50`) {
		t.Errorf("got %s", hello.Data)
	}
	l.send(login)
	l.expect(0, "READY")
	l.send(`{"op":1,"d":1}`)
	l.expect(11, "")
	l.ends(4009)
	ok(t, s.Wait(bounded(t), func(h []fake.Entry) bool { return h[len(h)-1].Route == fake.Left }))
}

// What a bot must not do ends the connection with a code that says what it was.
func TestCloseCodes(t *testing.T) {
	t.Parallel()
	identify := func(token string, intents int) string {
		return fmt.Sprintf(`{"op":2,"d":{"token":%q,"intents":%d,"properties":{}}}`, token, intents)
	}
	for _, c := range []struct {
		label  string
		sends  []string
		code   int
		lawful bool
	}{
		{"an unknown opcode", []string{`{"op":99}`}, 4001, false},
		{"no JSON", []string{`{`}, 4002, false},
		{"more than 4096 bytes", []string{`{"op":1,"d":"` + x(4096) + `"}`}, 4002, false},
		{"an identify without intents", []string{`{"op":2,"d":{"token":"x","properties":{}}}`}, 4002, false},
		{"something before the login", []string{`{"op":3,"d":{}}`}, 4003, true},
		{"another token", []string{identify("Bot other", 0)}, 4004, true},
		{"two logins", []string{login, login}, 4005, true},
		{"a number that was never sent", []string{`resume 99`}, 4007, true},
		{"unknown intents", []string{identify("Bot "+fake.Token, 1<<27)}, 4013, true},
		{"privileged intents", []string{identify("Bot "+fake.Token, 1<<15)}, 4014, false},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := lawless(t, fake.Options{})
			l := dial(t, s)
			for _, text := range c.sends {
				if text == "resume 99" {
					was, session := open(t, s)
					_ = was.conn.UnderlyingConn().Close()
					text = resumeOf(session, 99)
				}
				l.send(text)
			}
			l.ends(c.code)
			if lawful := len(s.Violations()) == 0; lawful != c.lawful {
				t.Errorf("got the violations %v", s.Violations())
			}
		})
	}
	t.Run("another version", func(t *testing.T) {
		t.Parallel()
		s := fake.Start(t, fake.Options{})
		conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(s.URL(), "http")+"/?v=6&encoding=json", nil)
		ok(t, err)
		_ = resp.Body.Close()
		t.Cleanup(func() { _ = conn.Close() })
		(&line{t: t, conn: conn}).ends(4012)
	})
	t.Run("121 packets in a minute", func(t *testing.T) {
		t.Parallel()
		s := lawless(t, fake.Options{})
		l, _ := open(t, s)
		for range 120 {
			l.send(`{"op":3,"d":{}}`)
		}
		l.ends(4008)
		held(t, s, "120 packets")
	})
}

// A bot that was cut off and comes back in time is told what it missed, in order.
func TestResume(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fake.Start(t, fake.Options{Now: c.now, ResumeWindow: time.Minute})
	anna := s.Person("anna", fake.Profile{})
	l, session := open(t, s)
	must(anna.Type("one"))(t)
	l.expect(0, "MESSAGE_CREATE")
	s.CutGateway()
	l.ends(0)
	must(anna.Type("two"))(t)
	must(anna.Type("three"))(t)
	c.advance(time.Minute)
	l = dial(t, s)
	l.expect(10, "")
	l.send(resumeOf(session, 2))
	for _, want := range []string{"two", "three"} {
		if p := l.expect(0, "MESSAGE_CREATE"); !strings.Contains(string(p.Data), want) {
			t.Errorf("got %s, want %s", p.Data, want)
		}
	}
	if p := l.expect(0, "RESUMED"); p.Seq != 5 {
		t.Errorf("got %d", p.Seq)
	}
}

// After the window, after a goodbye and for another session there is nothing to be resumed.
func TestResumeThatComesTooLate(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fake.Start(t, fake.Options{Now: c.now, ResumeWindow: time.Minute})
	gone := func(how func(*line)) string {
		l, session := open(t, s)
		how(l)
		ok(t, s.Wait(bounded(t), func([]fake.Entry) bool { return s.Connected() == 0 }))
		return session
	}
	late := gone(func(l *line) { s.CutGateway() })
	c.advance(time.Minute + time.Second)
	left := gone(func(l *line) {
		ok(t, l.conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1000, "")))
	})
	for label, session := range map[string]string{"late": late, "left": left, "unknown": "x"} {
		l := dial(t, s)
		l.expect(10, "")
		l.send(resumeOf(session, 1))
		if p := l.read(); p.Op != 9 || string(p.Data) != "false" {
			t.Errorf("%s: got op %d %s", label, p.Op, p.Data)
		}
		l.send(login)
		l.expect(0, "READY")
	}
}

// A close that a session survives, and one that it does not.
func TestCloseGateway(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	for code, resumed := range map[int]bool{4000: true, 4009: false} {
		l, session := open(t, s)
		s.CloseGateway(code)
		l.ends(code)
		l = dial(t, s)
		l.expect(10, "")
		l.send(resumeOf(session, 1))
		if p := l.read(); (p.Type == "RESUMED") != resumed || (p.Op == 9) == resumed {
			t.Errorf("after %d: got op %d %s", code, p.Op, p.Type)
		}
		s.CloseGateway(4009)
		l.ends(4009)
	}
}

// More session starts than a day allows cost the token.
func TestTooManySessionStarts(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := lawless(t, fake.Options{Now: c.now, Identifies: 2})
	open(t, s)
	c.advance(24 * time.Hour)
	open(t, s)
	open(t, s)
	l := dial(t, s)
	l.send(login)
	l.ends(4004)
	held(t, s, "session starts")
	refuses(t, call(t, s, "GET", "/users/@me", ""), 401, 0)
}

// An event that a bot has no intent for is not sent.
func TestIntents(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot := library(t, s)
	bot.Identify.Intents = discordgo.IntentGuilds
	h := listen(bot)
	ok(t, bot.Open())
	t.Cleanup(func() { go func() { _ = bot.Close() }() })
	must(s.Person("anna", fake.Profile{}).Type("private"))(t)
	must(s.Guild("School").Add(s.Person("anna", fake.Profile{}), false).Type("in a guild"))(t)
	for _, want := range []string{"READY", "GUILD_CREATE"} {
		if e := next(t, h.raw); e.Type != want {
			t.Errorf("got %s, want %s", e.Type, want)
		}
	}
	ok(t, s.Idle(bounded(t)))
	select {
	case m := <-h.messages:
		t.Errorf("got %+v", m.Message)
	default:
	}
}
