package telegram_test

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
	fake "claimline/bots/fakes/telegram"
	"claimline/bots/telegram"
	"claimline/intake"
	"claimline/intake/wording"
)

// rig is a bot with its delivery between a desk that follows a script and a fake Telegram, over
// real sockets.
type rig struct {
	t      *testing.T
	server *fake.Server
	outbox *botstest.Outbox
	desk   *botstest.Desk
	store  *botstest.Store
	bot    *telegram.Bot
	log    *logged
	config telegram.Config // what differs from the usual
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

// quick makes a second of a long poll take a hundredth.
var quick = fake.Options{PollSecond: 10 * time.Millisecond}

func newRig(t *testing.T, o fake.Options) *rig {
	t.Helper()
	return &rig{t: t, server: fake.Start(t, o), outbox: botstest.NewOutbox(), store: &botstest.Store{}, log: &logged{grown: make(chan struct{})}}
}

// start begins a process: at the test's end, or by stop, it ends. The log may show nothing that is
// secret or somebody's.
func (r *rig) start() *rig {
	r.t.Helper()
	if r.desk == nil {
		r.desk = &botstest.Desk{Outbox: r.outbox, Script: echo}
	}
	log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := r.config
	c.Token, c.API, c.Desk, c.Vault, c.Settings, c.People, c.Parking = fake.Token, r.server.URL(), r.desk, r.store, r.store, r.store, r.store
	c.Log, c.Now = log, time.Now
	bot, err := telegram.New(c)
	if err != nil {
		r.t.Fatal(err)
	}
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
	return r
}

func (r *rig) checkLog() {
	secrets := []string{fake.Token, strings.Split(fake.Token, ":")[1], r.server.URL(), "Voorbeeld", "secret words", "5000000", "351999"}
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

// sees waits until the bot has shown a text since the person last did something.
func (r *rig) sees(p *fake.Person, text string) *fake.Message {
	r.t.Helper()
	m, err := p.WaitFor(r.ctx(), text)
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

// polls waits until a few polls are over.
func (r *rig) polls() {
	r.t.Helper()
	before := r.server.Calls("getUpdates")
	r.until("a few polls are over", func([]fake.Entry) bool { return r.server.Calls("getUpdates") > before+2 })
}

// said counts how often a person was told a text.
func said(p *fake.Person, text string) int {
	n := 0
	for _, m := range p.Chat().Messages {
		if m.Bot && strings.Contains(m.Text, text) {
			n++
		}
	}
	return n
}

// echo is a desk that tells what it was brought.
func echo(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
	if e.Group {
		return intake.Reply{Say: &intake.Message{Text: wording.Say("Write to me privately.")}}, nil, nil
	}
	tell := func(text string) intake.Outgoing {
		return intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Say(text), Buttons: [][]intake.Button{
			{{Label: "Yes", Token: "1.yes.mac"}, {Label: "SOS", Token: intake.ActionDanger}}}}}
	}
	switch did := e.Did.(type) {
	case intake.Said:
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
		return intake.Reply{Toast: "lost"}, []intake.Outgoing{tell("lost: " + did.Why)}, nil
	case intake.Blocked:
		if did.Back {
			return intake.Reply{}, []intake.Outgoing{tell("welcome back")}, nil
		}
		return intake.Reply{}, nil, nil
	}
	return intake.Reply{}, []intake.Outgoing{tell("cannot use that")}, nil
}
