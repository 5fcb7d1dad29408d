package discord

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"claimline/bots"
	"claimline/intake"
)

const turnTimeout = 30 * time.Second

// packet is one thing that the gateway brought: something that somebody did, or word that a session
// has begun and what came before it may have been missed.
type packet struct {
	arrival
	begun bool
	low   int64 // begun: up to where everything had been handled when it did
}

// listener is one Run of a bot: it takes what the gateway brings, answers what cannot wait, and
// hands the rest to the lanes.
type listener struct {
	*Bot
	ending  context.Context // nothing new is begun after it
	working context.Context // what was begun goes on for a while
	heard   chan packet
	marks   *marks
	round   atomic.Pointer[round] // what is being made up for
	behind  atomic.Int64          // sessions that have begun and of which nothing is made up for yet
	lastly  atomic.Int64          // when the session before this one was last heard, Unix nanoseconds
	turns   sync.WaitGroup
	asking  sync.WaitGroup // the rounds
	leaving sync.WaitGroup // sessions that were closed

	mu      sync.Mutex
	dropped []int64 // messages that found no room and have to be fetched
	stuck   bool    // it was said that the store does not answer
}

// Run holds the gateway and handles what it brings until ctx ends, then lets the turns that have
// begun finish. It returns nil; a Discord that is away or refuses is waited for and logged.
func (b *Bot) Run(ctx context.Context) error {
	working, stop := finishing(ctx)
	defer stop()
	l := &listener{Bot: b, ending: ctx, working: working, heard: make(chan packet, packetsWaiting)}
	defer b.asides.Wait()
	defer b.alarm.Wait()
	was := l.recall()
	if ctx.Err() != nil {
		return nil
	}
	l.marks = newMarks(was.id)
	held := make(chan struct{})
	go func() {
		defer close(held)
		l.hold(ctx)
	}()
	l.work(was)
	<-held
	l.drain()
	l.turns.Wait()
	l.asking.Wait()
	l.remember(context.WithoutCancel(working))
	l.left(b.bound.leave)
	return nil
}

// left waits until the library has left its last session, within reason.
func (l *listener) left(within time.Duration) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.leaving.Wait()
	}()
	select {
	case <-done:
	case <-time.After(within):
	}
}

// finishing lets turns that have begun finish after the end was asked for.
func finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(turnTimeout, cancel) })
	return working, func() { stop() }
}

// recall asks the store what the process before has handled, until it answers.
func (l *listener) recall() memory {
	var trouble bots.Pauses
	for {
		was, err := recall(l.ending, l.Settings)
		if err == nil {
			return was
		}
		l.log.Warn("what was handled before is not known yet", "error", err)
		if !sleep(l.ending, min(trouble.Next(), storePause)) {
			return memory{}
		}
	}
}

// take is called with every event, on the goroutine that reads from the gateway: it must not wait.
func (l *listener) take(kind string, raw json.RawMessage) {
	defer func() {
		if recover() != nil {
			l.log.Error("event passed over: reading it panicked", "kind", kindOf(kind))
		}
	}()
	if kind == "READY" {
		l.behind.Add(1)
		l.put(packet{begun: true, low: l.marks.low()})
		return
	}
	a, err := inbound(kind, raw)
	if err != nil {
		a = unread(kind, raw, err)
	}
	a.raw = raw
	if a.person == "" && a.lost == nil || a.call != nil && !l.fresh(a) {
		return
	}
	l.complete(&a)
	l.atOnce(a)
	if len(a.events) > 0 || a.lost != nil {
		l.put(packet{arrival: a})
	}
}

// fresh is false for an interaction that was brought before and is being seen to.
func (l *listener) fresh(a arrival) bool {
	_, fresh := l.calls.Add(identity("interaction", a.call.id), a.call)
	return fresh
}

// complete adds what a bot remembers and an event does not say: a message has no locale.
func (l *listener) complete(a *arrival) {
	if a.person == "" {
		return
	}
	who := account(a.person)
	if a.channel != "" {
		l.met(a.person, a.channel)
	}
	if room, ok := l.rooms.Get(who); ok && (a.call == nil || !a.call.guild) {
		room.hide(false) // they have come to the private channel: answer them there, if they let us
	}
	if a.call != nil && a.call.locale != "" {
		l.locales.Set(who, a.call.locale)
	}
	locale, _ := l.locales.Get(who)
	for i := range a.events {
		if a.events[i].Locale == "" {
			a.events[i].Locale = locale
		}
	}
}

// atOnce does what cannot wait for a turn: help, and the first answer to an interaction.
func (l *listener) atOnce(a arrival) {
	if a.call != nil {
		a.call.urgent = len(a.events) > 0 && l.dangerous(a.events[0])
		l.greet(l.working, a)
	}
	for _, e := range a.events {
		l.alarm.Look(l.working, e)
	}
}

// dangerous keeps a mistake in the desk from the loop that must go on.
func (l *listener) dangerous(e intake.Event) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	_, ok = l.Desk.Danger(e)
	return ok
}

// put queues a packet. Where there is no room, a message is fetched later and a press is lost, as one
// is that nobody was there for.
func (l *listener) put(p packet) {
	if p.id != 0 {
		l.marks.begin(p.id)
	}
	select {
	case l.heard <- p:
		return
	default:
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.dropped) == 0 {
		l.log.Warn("more is brought than can be handled; messages will be fetched")
	}
	l.dropped = append(l.dropped, p.id)
}

// work hands what was heard to the lanes until the end.
func (l *listener) work(was memory) {
	tick := time.NewTicker(rememberEvery)
	defer tick.Stop()
	for {
		select {
		case <-l.ending.Done():
			return
		case p := <-l.heard:
			if p.begun {
				if was.id == 0 { // not the first session of this Run, or nobody was ever here
					was.id = p.low
				}
				l.makeUp(was)
				was = memory{}
				l.behind.Add(-1)
				if l.round.Load() == nil { // nobody was ever here: what is written from now on is not lost
					l.remember(l.working)
				}
				continue
			}
			l.begin(p.arrival)
		case <-tick.C:
			l.remember(l.working)
		}
		if len(l.heard) == 0 && l.overflowed() {
			l.makeUp(memory{id: l.marks.low()})
		}
	}
}

func (l *listener) overflowed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.dropped) > 0
}

// drain takes what was heard last: it was answered already.
func (l *listener) drain() {
	for {
		select {
		case p := <-l.heard:
			if !p.begun {
				l.begin(p.arrival)
			}
		default:
			return
		}
	}
}

// begin brings a turn to the lanes.
func (l *listener) begin(a arrival) {
	l.turns.Add(1)
	task := bots.Task{Person: string(account(a.person)), ID: strconv.FormatInt(a.id, 10), Do: func(ctx context.Context) error {
		if r := l.round.Load(); r != nil && a.person != "" {
			r.first(ctx, a.person, a.channel)
		}
		return l.turn(ctx, a)
	}}
	err := l.lanes.Begin(l.working, task, func(err error) {
		defer l.turns.Done()
		if err == nil {
			l.marks.done(a.id)
		}
	})
	if err != nil {
		l.turns.Done()
	}
}

// remember writes down up to where everything was handled.
func (l *listener) remember(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	heard := l.LastHeard()
	if heard.IsZero() || l.unsettled() {
		return
	}
	m := memory{id: l.marks.low(), at: heard}
	if m.id == 0 {
		m.id = earlier(snowflakeAt(heard), clockDoubt)
	}
	if err := m.keep(ctx, l.Settings); err != nil {
		l.log.Warn("what was handled was not written down", "error", err)
	}
}

// leftAt is when the session before this one was last heard; zero when there was none in this Run.
func (l *listener) leftAt() time.Time {
	if at := l.lastly.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

// kindOf is an event's kind for the log, where it can be one.
func kindOf(kind string) string {
	for _, known := range []string{"READY", "MESSAGE_CREATE", "MESSAGE_UPDATE", "INTERACTION_CREATE"} {
		if kind == known {
			return kind
		}
	}
	return "another"
}
