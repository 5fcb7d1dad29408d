package telegram_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	fake "claimline/bots/fakes/telegram"
)

func TestAnswersThatAreNotTelegrams(t *testing.T) {
	t.Parallel()
	const internal = `{"description":"Internal Server Error","error_code":500,"ok":false}`
	for _, c := range []struct {
		label  string
		fault  fake.Fault
		status int
		body   string
		shown  bool
	}{
		{"500", fake.Fault{Status: 500}, 500, internal, false},
		{"403", fake.Fault{Status: 403, Text: "Forbidden: bot was blocked by the user"}, 403,
			`{"description":"Forbidden: bot was blocked by the user","error_code":403,"ok":false}`, false},
		{"a page of a gateway", fake.Fault{Status: 502, Body: "<html>Bad Gateway</html>", HTML: true}, 502, "<html>Bad Gateway</html>", false},
		{"nothing", fake.Fault{Blank: true}, 200, "", false},
		{"half an answer", fake.Fault{Body: `{"ok":true,"resu`}, 200, `{"ok":true,"resu`, false},
		{"200 that is none", fake.Fault{Body: `{"ok":false,"description":"no"}`}, 200, `{"ok":false,"description":"no"}`, false},
		{"500 though it was done", fake.Fault{Status: 500, Effect: true}, 500, internal, true},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := start(t, newClock())
			anna := opened(t, s, "anna")
			c.fault.Method = "sendMessage"
			s.Fail(c.fault)
			resp, err := http.PostForm(s.URL()+"/bot"+fake.Token+"/sendMessage", values("chat_id", id(anna.ID()), "text", "x"))
			if err != nil {
				t.Fatal(err)
			}
			if got := body(t, resp); got != c.body || resp.StatusCode != c.status {
				t.Errorf("got %d %q", resp.StatusCode, got)
			}
			if shown := anna.Chat().Last() != nil; shown != c.shown {
				t.Errorf("shown is %t", shown)
			}
			say(t, s, anna.ID(), "the next call is as always")
		})
	}
}

func TestWhereTheNetworkBreaks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cut   fake.Cut
		shown bool
	}{{fake.CutUpload, false}, {fake.CutBefore, false}, {fake.CutMiddle, true}, {fake.CutAfter, true}} {
		t.Run(string(c.cut), func(t *testing.T) {
			t.Parallel()
			s := start(t, newClock())
			bot := library(t, s)
			anna := opened(t, s, "anna")
			s.Fail(fake.Fault{Method: "sendMessage", Cut: c.cut})
			if _, err := bot.Send(tgbotapi.NewMessage(anna.ID(), "x")); err == nil {
				t.Error("the library saw no error")
			}
			if shown := anna.Chat().Last() != nil; shown != c.shown {
				t.Errorf("shown is %t", shown)
			}
			h := s.History()
			if last := h[len(h)-1]; last.Method != "sendMessage" || last.Cut != c.cut || last.Done != c.shown {
				t.Errorf("the history says %+v", last)
			}
			must(bot.Send(tgbotapi.NewMessage(anna.ID(), "y")))(t)
		})
	}
}

func TestAFaultMayBeForOneChatOrForEver(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna, bram := opened(t, s, "anna"), opened(t, s, "bram")
	end := s.Fail(fake.Fault{Method: "sendMessage", Chat: anna.ID(), Times: -1, Status: 500})
	for range 3 {
		refuses(t, call(t, s, "sendMessage", "chat_id", id(anna.ID()), "text", "x"), 500, "Internal Server Error")
		say(t, s, bram.ID(), "x")
	}
	end()
	say(t, s, anna.ID(), "x")
}

func TestADelayEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := opened(t, s, "anna")
	s.Fail(fake.Fault{Method: "sendMessage", Delay: time.Hour})
	client := &http.Client{Timeout: 20 * time.Millisecond}
	if _, err := client.PostForm(s.URL()+"/bot"+fake.Token+"/sendMessage", values("chat_id", id(anna.ID()), "text", "x")); err == nil {
		t.Error("no time-out")
	}
}

func TestADownloadBreaks(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	bot := library(t, s)
	anna := s.Person("anna", fake.Profile{})
	must(anna.SendDocument(fake.File{Name: "a.bin", Body: bytes.Repeat([]byte("x"), 1<<16)}, ""))(t)
	updates := must(bot.GetUpdates(tgbotapi.UpdateConfig{}))(t)
	file := must(bot.GetFile(tgbotapi.FileConfig{FileID: updates[0].Message.Document.FileID}))(t)
	s.Fail(fake.Fault{Method: "download", Cut: fake.CutMiddle})
	resp, err := http.Get(s.URL() + "/file/bot" + fake.Token + "/" + file.FilePath)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if raw, err := io.ReadAll(resp.Body); err == nil || len(raw) != 1<<15 {
		t.Errorf("got %d bytes and %v", len(raw), err)
	}
}

func TestRates(t *testing.T) {
	t.Parallel()
	begin := func(t *testing.T) (*fake.Server, *clock) {
		c := newClock()
		return fake.Start(t, fake.Options{Now: c.now, RateClock: c.now, PollSecond: quick, Rates: fake.PublishedRates()}), c
	}
	try := func(t *testing.T, s *fake.Server, chat int64) answer {
		return call(t, s, "sendMessage", "chat_id", id(chat), "text", "x")
	}
	t.Run("one a second to a chat", func(t *testing.T) {
		t.Parallel()
		s, clock := begin(t)
		anna, bram := opened(t, s, "anna"), opened(t, s, "bram")
		for range 5 {
			say(t, s, anna.ID(), "a short burst")
		}
		a := try(t, s, anna.ID())
		refuses(t, a, 429, "Too Many Requests: retry after 1")
		if a.Parameters.RetryAfter != 1 {
			t.Errorf("got %+v", a.Parameters)
		}
		try(t, s, anna.ID()) // the bot cannot have heard yet
		clock.advance(500 * time.Millisecond)
		refuses(t, try(t, s, anna.ID()), 429, "Too Many Requests: retry after 1")
		say(t, s, bram.ID(), "others go on")
		clock.advance(500 * time.Millisecond)
		for range 10 {
			say(t, s, anna.ID(), "in time")
			clock.advance(time.Second)
		}
		if got := s.Excess(); got != (fake.Excess{Violations: 1, Impatient: 1}) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("20 a minute to a group with edits", func(t *testing.T) {
		t.Parallel()
		s, clock := begin(t)
		g := must(s.Group("Desk", s.Person("anna", fake.Profile{})))(t)
		m := say(t, s, g.ChatID(), "live")
		for i := range 19 {
			clock.advance(time.Second)
			a := call(t, s, "editMessageText", "chat_id", id(g.ChatID()), "message_id", m, "text", strings.Repeat("x", i+1))
			if !a.OK {
				t.Fatalf("edit %d: %s", i, a.Description)
			}
		}
		refuses(t, try(t, s, g.ChatID()), 429, "Too Many Requests: retry after 41")
		clock.advance(41 * time.Second)
		say(t, s, g.ChatID(), "in time")
	})
	t.Run("30 a second in all", func(t *testing.T) {
		t.Parallel()
		s, clock := begin(t)
		var people []*fake.Person
		for i := range 31 {
			people = append(people, opened(t, s, strings.Repeat("x", i+1)))
		}
		for _, p := range people[:30] {
			say(t, s, p.ID(), "x")
		}
		refuses(t, try(t, s, people[30].ID()), 429, "Too Many Requests: retry after 1")
		clock.advance(time.Second)
		say(t, s, people[30].ID(), "x")
	})
	t.Run("a 429 on demand", func(t *testing.T) {
		t.Parallel()
		s, clock := begin(t)
		anna := opened(t, s, "anna")
		s.Fail(fake.Fault{Method: "sendMessage", RetryAfter: 60})
		refuses(t, try(t, s, anna.ID()), 429, "Too Many Requests: retry after 60")
		clock.advance(59 * time.Second)
		refuses(t, try(t, s, anna.ID()), 429, "Too Many Requests: retry after 1")
		clock.advance(time.Second)
		say(t, s, anna.ID(), "patient")
		if got := s.Excess(); got != (fake.Excess{Impatient: 1}) {
			t.Errorf("got %+v", got)
		}
	})
}
