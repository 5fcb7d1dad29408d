package discord_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	fake "claimline/bots/fakes/discord"
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

func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// home sends what is meant for discord.com to the fake.
type home struct{ base *url.URL }

func (h home) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if r.URL.Host == "discord.com" {
		r.URL.Scheme, r.URL.Host, r.Host = h.base.Scheme, h.base.Host, h.base.Host
	}
	return http.DefaultTransport.RoundTrip(r)
}

// library is the real library, pointed at the fake and not connected to its gateway.
func library(t testing.TB, s *fake.Server) *discordgo.Session {
	t.Helper()
	bot := must(discordgo.New("Bot " + fake.Token))(t)
	bot.Client = &http.Client{Transport: home{base: must(url.Parse(s.URL()))(t)}}
	bot.SyncEvents = true
	bot.LogLevel = -1
	bot.StateEnabled = false
	bot.Identify.Intents = discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages
	return bot
}

// connected is the library with its gateway open, and what it hears.
func connected(t testing.TB, s *fake.Server) (*discordgo.Session, *heard) {
	t.Helper()
	bot := library(t, s)
	h := listen(bot)
	ok(t, bot.Open())
	t.Cleanup(func() { go func() { _ = bot.Close() }() }) // which sleeps for a second
	return bot, h
}

// heard keeps what a bot was told by the gateway.
type heard struct {
	messages     chan *discordgo.MessageCreate
	interactions chan *discordgo.InteractionCreate
	ready        chan string // READY or RESUMED
	raw          chan *discordgo.Event
}

func listen(bot *discordgo.Session) *heard {
	h := &heard{messages: make(chan *discordgo.MessageCreate, 1000), interactions: make(chan *discordgo.InteractionCreate, 1000),
		ready: make(chan string, 1000), raw: make(chan *discordgo.Event, 10000)}
	bot.AddHandler(func(_ *discordgo.Session, m *discordgo.MessageCreate) {
		if m.Author == nil || !m.Author.Bot {
			h.messages <- m
		}
	})
	bot.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) { h.interactions <- i })
	bot.AddHandler(func(*discordgo.Session, *discordgo.Ready) { h.ready <- "READY" })
	bot.AddHandler(func(*discordgo.Session, *discordgo.Resumed) { h.ready <- "RESUMED" })
	bot.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) {
		select {
		case h.raw <- e:
		default: // nobody looks
		}
	})
	return h
}

// next takes what has come, or what comes within the test's patience.
func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(20 * time.Second):
		t.Fatal("nothing has come")
		panic("unreachable")
	}
}

// silent is how a bot of ours says that nobody is to be called by what it says.
var silent = &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}

// answer is what the API sends back.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	Code    int
	Message string
	ID      string
}

// call makes a raw call; an answer that is no JSON object leaves its fields empty.
func call(t *testing.T, s *fake.Server, method, path, body string) answer {
	t.Helper()
	return send(t, s, method, path, "application/json", []byte(body))
}

func send(t *testing.T, s *fake.Server, method, path, kind string, body []byte) answer {
	t.Helper()
	a, err := try(t, s, method, path, kind, body)
	ok(t, err)
	return a
}

func try(t *testing.T, s *fake.Server, method, path, kind string, body []byte) (answer, error) {
	t.Helper()
	req := must(http.NewRequestWithContext(t.Context(), method, s.URL()+"/api/v10"+path, bytes.NewReader(body)))(t)
	req.Header.Set("Authorization", "Bot "+fake.Token)
	if len(body) > 0 {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		return a, err
	}
	_ = json.Unmarshal(a.body, &a)
	return a, nil
}

// refuses fails unless a call is answered with a status and a code.
func refuses(t *testing.T, a answer, status, code int) {
	t.Helper()
	if a.status != status || a.Code != code {
		t.Errorf("got %d %s, want %d with code %d", a.status, a.body, status, code)
	}
}

// held fails unless the bot has violated something with these words, or nothing where they are "".
func held(t *testing.T, s *fake.Server, words string) {
	t.Helper()
	list := s.Violations()
	if words == "" && len(list) > 0 {
		t.Errorf("got the violations %v", list)
	}
	for _, v := range list {
		if strings.Contains(v.String(), words) {
			return
		}
	}
	if words != "" {
		t.Errorf("got the violations %v, want one with %q", list, words)
	}
}

// lawless starts a server whose violations do not fail the test.
func lawless(t *testing.T, o fake.Options) *fake.Server {
	t.Helper()
	s := must(fake.New(o))(t)
	t.Cleanup(s.Close)
	return s
}
