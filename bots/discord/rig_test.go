package discord_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"claimline/bots"
	"claimline/bots/botstest"
	"claimline/bots/discord"
	fake "claimline/bots/fakes/discord"
	"claimline/intake"
	"claimline/intake/wording"
)

// rig is a bot with its delivery between a desk that follows a script and a fake Discord, over real
// sockets and with the real library.
type rig struct {
	t      *testing.T
	server *fake.Server
	outbox *botstest.Outbox
	desk   *botstest.Desk
	store  *botstest.Store
	bot    *discord.Bot
	log    *logged
	config discord.Config // what differs from the usual
	bounds [3]time.Duration
	stop   func()
}

// logged keeps a log that several goroutines write.
type logged struct {
	mu    sync.Mutex
	all   bytes.Buffer
	grown chan struct{} // closed when it has grown
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.grown)
	l.grown = make(chan struct{})
	return l.all.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// tells waits until the log holds a text.
func (r *rig) tells(text string) {
	r.t.Helper()
	for {
		r.log.mu.Lock()
		grown := r.log.grown
		r.log.mu.Unlock()
		if strings.Contains(r.log.String(), text) {
			return
		}
		select {
		case <-grown:
		case <-r.ctx().Done():
			r.t.Fatalf("the log never told %q:\n%s", text, r.log)
		}
	}
}

// quick is a bot that loses patience within a second.
var quick = [3]time.Duration{time.Second, 3 * time.Second, 100 * time.Millisecond}

func newRig(t *testing.T, o fake.Options) *rig {
	t.Helper()
	if o.Heartbeat == 0 {
		o.Heartbeat = time.Second
	}
	return &rig{t: t, server: fake.Start(t, o), outbox: botstest.NewOutbox(), store: &botstest.Store{}, log: &logged{grown: make(chan struct{})},
		bounds: quick}
}

// texts are this platform's own words, in two languages.
func texts(locale, key string) string {
	if strings.HasPrefix(locale, "nl") {
		return "nl " + key
	}
	return key
}

// start begins a process and waits until it is connected: at the test's end, or by stop, it ends.
// The log may show nothing that is secret or somebody's.
func (r *rig) start() *rig {
	r.t.Helper()
	r.begin()
	r.until("connected", func([]fake.Entry) bool { return r.server.Connected() == 1 })
	return r
}

func (r *rig) begin() {
	r.t.Helper()
	if r.desk == nil {
		r.desk = &botstest.Desk{Outbox: r.outbox, Script: echo}
	}
	log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := r.config
	c.Token, c.API, c.Desk, c.Vault, c.Parking, c.Settings, c.People, c.Channels = fake.Token, r.server.URL(), r.desk, r.store, r.store, r.store, r.store, r.store
	c.Log, c.Now, c.Texts = log, time.Now, texts
	bot, err := discord.New(c)
	if err != nil {
		r.t.Fatal(err)
	}
	bot.Hurry(r.bounds[0], r.bounds[1], r.bounds[2])
	r.bot = bot
	delivery := bots.NewDelivery(r.outbox, bot, log, time.Now)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, work := range []func(context.Context) error{bot.Run, delivery.Run} {
		running.Go(func() {
			if err := work(ctx); err != nil {
				r.t.Error(err)
			}
		})
	}
	r.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	r.t.Cleanup(func() {
		r.stop()
		r.checkLog()
	})
}

func (r *rig) checkLog() {
	secrets := []string{fake.Token, "loopback-server", strings.TrimPrefix(r.server.URL(), "http://"), "Voorbeeld", "secret words", "aW50ZXJhY3Rpb246"}
	for _, secret := range secrets {
		if strings.Contains(r.log.String(), secret) {
			r.t.Errorf("the log holds %q:\n%s", secret, r.log)
		}
	}
}

// ctx ends when the test has taken far too long.
func (r *rig) ctx() context.Context {
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	r.t.Cleanup(cancel)
	return ctx
}

// room is a channel as somebody sees it.
type room interface {
	WaitFor(ctx context.Context, text string) (*fake.Message, error)
	Chat() fake.Chat
}

// sees waits until the bot has shown a text since the person last did something.
func (r *rig) sees(where room, text string) *fake.Message {
	r.t.Helper()
	m, err := where.WaitFor(r.ctx(), text)
	if err != nil {
		r.t.Fatalf("%v\n%s", err, r.log)
	}
	return m
}

func (r *rig) must(_ any, err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// until waits until the history is as wished.
func (r *rig) until(what string, wished func([]fake.Entry) bool) {
	r.t.Helper()
	if err := r.server.Wait(r.ctx(), wished); err != nil {
		r.t.Fatalf("waiting until %s: %v\n%s", what, err, r.log)
	}
}

// said counts how often somebody was told a text.
func said(where room, text string) int {
	n := 0
	for _, m := range where.Chat().Messages {
		if m.Bot && strings.Contains(m.Text, text) {
			n++
		}
	}
	return n
}

// handled counts the events of a kind.
func handled[T intake.Did](r *rig) (found []T) {
	for _, e := range r.desk.Handled() {
		if did, ok := e.Did.(T); ok {
			found = append(found, did)
		}
	}
	return found
}

// echo is a desk that tells what it was brought.
func echo(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
	tell := func(text string) intake.Outgoing {
		return intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Say(text), Form: "7.form.mac", Expect: intake.ExpectText, Buttons: [][]intake.Button{
			{{Label: "Yes", Token: "1.yes.mac"}}, {{Label: "SOS", Token: intake.ActionDanger}}}}}
	}
	switch did := e.Did.(type) {
	case intake.Said:
		if did.Form != "" {
			return intake.Reply{}, []intake.Outgoing{tell("filled " + did.Text + " for " + did.Form)}, nil
		}
		return intake.Reply{}, []intake.Outgoing{tell("heard " + did.Text)}, nil
	case intake.Pressed:
		plain := intake.Outgoing{Do: intake.Edit, Message: did.Message}
		return intake.Reply{Toast: "noted"}, []intake.Outgoing{plain, tell("pressed " + did.Button)}, nil
	case intake.Sent:
		return intake.Reply{}, []intake.Outgoing{{Do: intake.Fetch, File: did}, tell("fetching " + did.Name)}, nil
	case intake.Fetched:
		if did.Unfit != "" {
			return intake.Reply{}, []intake.Outgoing{tell("unfit: " + did.Unfit)}, nil
		}
		return intake.Reply{}, []intake.Outgoing{tell(fmt.Sprintf("stored %d bytes", did.Stored.Bytes))}, nil
	case intake.Returned:
		return intake.Reply{}, []intake.Outgoing{tell("once more")}, nil
	case intake.Unread:
		return intake.Reply{}, []intake.Outgoing{tell("lost: " + did.Why)}, nil
	}
	return intake.Reply{}, []intake.Outgoing{tell("cannot use that")}, nil
}

func newDesk(r *rig, script func(e intake.Event) (intake.Reply, []intake.Outgoing, error)) *botstest.Desk {
	return &botstest.Desk{Outbox: r.outbox, Script: script}
}

// settled waits until a letter's fate is known: nothing on the server tells.
func (r *rig) settled(id string) string {
	r.t.Helper()
	for r.ctx().Err() == nil {
		if fate := r.outbox.Fate(id); fate != "" {
			return fate
		}
		time.Sleep(5 * time.Millisecond)
	}
	r.t.Fatalf("the letter %s is on its way for ever\n%s", id, r.log)
	return ""
}

func plain(text string) intake.Message { return intake.Message{Text: wording.Say(text)} }
