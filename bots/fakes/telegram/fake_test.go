package telegram_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	fake "claimline/bots/fakes/telegram"
)

// clock is set by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// quick makes a second of a long poll short.
const quick = 5 * time.Millisecond

func start(t *testing.T, c *clock) *fake.Server {
	t.Helper()
	return fake.Start(t, fake.Options{Now: c.now, RateClock: c.now, PollSecond: quick})
}

func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// library is the real library, pointed at the fake.
func library(t *testing.T, s *fake.Server) *tgbotapi.BotAPI {
	t.Helper()
	bot, err := tgbotapi.NewBotAPIWithClient(fake.Token, s.Endpoint(), &http.Client{})
	if err != nil {
		t.Fatal(err)
	}
	return bot
}

// answer is the Bot API's envelope.
type answer struct {
	OK          bool
	Result      json.RawMessage
	ErrorCode   int `json:"error_code"`
	Description string
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	}
}

// values makes parameters of pairs.
func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// call makes a raw call that must be answered with JSON.
func call(t *testing.T, s *fake.Server, method string, pairs ...string) answer {
	t.Helper()
	resp, err := http.PostForm(s.URL()+"/bot"+fake.Token+"/"+method, values(pairs...))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	if a.OK != (resp.StatusCode == http.StatusOK) || !a.OK && a.ErrorCode != resp.StatusCode {
		t.Fatalf("%s: status %d does not go with %+v", method, resp.StatusCode, a)
	}
	return a
}

// refuses fails unless a call is refused with these words.
func refuses(t *testing.T, a answer, code int, text string) {
	t.Helper()
	if a.OK || a.ErrorCode != code || a.Description != text {
		t.Errorf("got %d %q, want %d %q", a.ErrorCode, a.Description, code, text)
	}
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// say has the bot write to somebody, and returns the message's id.
func say(t *testing.T, s *fake.Server, to int64, text string, more ...string) string {
	t.Helper()
	a := call(t, s, "sendMessage", append([]string{"chat_id", id(to), "text", text}, more...)...)
	if !a.OK {
		t.Fatalf("not sent: %s", a.Description)
	}
	return messageID(t, a)
}

func messageID(t *testing.T, a answer) string {
	t.Helper()
	var m struct {
		ID int `json:"message_id"`
	}
	if err := json.Unmarshal(a.Result, &m); err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(m.ID)
}

// must passes a result on when there was no error.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// opened is somebody who has pressed Start, which the bot has confirmed.
func opened(t *testing.T, s *fake.Server, seed string) *fake.Person {
	t.Helper()
	p := s.Person(seed, fake.Profile{FirstName: "Anna", Language: "nl"})
	must(p.Start(""))(t)
	call(t, s, "getUpdates", "offset", "-1")
	last := poll(t, s)
	call(t, s, "getUpdates", "offset", strconv.Itoa(last[len(last)-1].ID+1))
	return p
}

// one is an update as far as the tests read it.
type one struct {
	ID      int `json:"update_id"`
	Message *struct {
		ID        int `json:"message_id"`
		Text      string
		Caption   string
		Album     string          `json:"media_group_id"`
		MigrateTo int64           `json:"migrate_to_chat_id"`
		Forward   json.RawMessage `json:"forward_origin"`
	}
	Edited *struct {
		Text string
		At   int64 `json:"edit_date"`
	} `json:"edited_message"`
	Callback *struct {
		ID   string
		Data string
	} `json:"callback_query"`
	Member *struct {
		Old struct{ Status string } `json:"old_chat_member"`
		New struct{ Status string } `json:"new_chat_member"`
	} `json:"my_chat_member"`
}

// poll asks for updates and returns them decoded.
func poll(t *testing.T, s *fake.Server, pairs ...string) []one {
	t.Helper()
	a := call(t, s, "getUpdates", pairs...)
	if !a.OK {
		t.Fatalf("getUpdates: %s", a.Description)
	}
	var list []one
	if err := json.Unmarshal(a.Result, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func texts(list []one) string {
	var out []string
	for _, u := range list {
		switch {
		case u.Message != nil:
			out = append(out, u.Message.Text)
		case u.Callback != nil:
			out = append(out, "press:"+u.Callback.Data)
		case u.Edited != nil:
			out = append(out, "edit:"+u.Edited.Text)
		case u.Member != nil:
			out = append(out, u.Member.Old.Status+">"+u.Member.New.Status)
		}
	}
	return strings.Join(out, " ")
}

func body(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// specs is the folder of the published description. Without it a test is skipped, except where
// nothing may be.
func specs(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("PLATFORM_SPECS")
	if folder == "" && os.Getenv("CI") == "true" {
		t.Fatal("PLATFORM_SPECS is not set")
	}
	if folder == "" {
		t.Skip("PLATFORM_SPECS does not name the folder of the published description")
	}
	return folder
}
