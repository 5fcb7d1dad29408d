package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// typingAfter is how long a turn may take before the person sees that something is being done.
const typingAfter = 400 * time.Millisecond

// incoming is one update on its way through the loop.
type incoming struct {
	raw json.RawMessage
	arrival
	unread  error // why it was not read
	outcome error // of its turn
	stored  bool  // its turn went into the store
}

// name tells it from all others.
func (u incoming) name() string { return nameOf(u.raw) + " " + digest(string(u.raw)) }

// handle brings a batch to the desk and moves the offset over the updates at its beginning that are
// done with. Those behind one that is not come again, and the desk knows them.
func (p *poller) handle(ctx context.Context, batch []json.RawMessage, absence *absence) {
	if len(batch) == 0 {
		return
	}
	working, stop := finishing(ctx)
	defer stop()
	updates := make([]incoming, len(batch))
	var tasks []bots.Task
	var place []int             // in the batch, by task
	var calls []<-chan struct{} // for help, until each is answered for
	for i, raw := range batch {
		updates[i] = p.read(raw)
		a := updates[i].arrival
		if a.event == nil {
			continue
		}
		if safe := p.alarm.Look(working, *a.event); safe != nil {
			calls = append(calls, safe)
		}
		absence.met(*a.event)
		tasks = append(tasks, bots.Task{Person: string(a.event.Account), ID: nameOf(raw), Do: func(ctx context.Context) (err error) {
			updates[i].stored, err = p.turn(ctx, a)
			return err
		}})
		place = append(place, i)
	}
	stored := false // something went into the store, so it is not the store that fails
	for t, err := range p.lanes.Run(working, tasks) {
		u := &updates[place[t]]
		u.outcome = err
		stored = stored || u.stored
	}
	await(calls)
	p.confirm(ctx, updates, stored)
}

// callWithin is how long calls for help hold up the polls. Telegram forgets what it was told that we
// have, and a process may end at any moment; but who cries wolf may not keep everybody else waiting.
const callWithin = time.Second

// await waits until every call for help is answered, or will be whatever happens to this process.
func await(calls []<-chan struct{}) {
	limit := time.After(callWithin)
	for _, safe := range calls {
		select {
		case <-safe:
		case <-limit:
			return
		}
	}
}

// finishing lets turns that have begun finish after the end was asked for.
func finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(turnTimeout, cancel) })
	return working, func() { stop() } // asides go on with it; the call's own time limit ends them
}

// read translates an update. Of one that cannot be read it makes word to its sender.
func (p *poller) read(raw json.RawMessage) incoming {
	u := incoming{raw: raw}
	u.arrival, u.unread = p.translate(raw)
	switch {
	case errors.Is(u.unread, errTooLong):
		u.arrival = unread(raw, intake.TooLong, p.Now())
	case u.unread != nil:
		u.arrival = unread(raw, intake.Unreadable, p.Now())
	}
	if u.to != "" {
		p.moved.Set(u.arrival.from, u.to)
		p.log.Warn("a group became a supergroup")
	}
	return u
}

// translate keeps a mistake in reading from the loop that must go on.
func (p *poller) translate(raw json.RawMessage) (a arrival, err error) {
	defer func() {
		if recover() != nil {
			a, err = arrival{}, errUnreadable
		}
	}()
	return inbound(raw, p.self(), p.Now())
}

// turn is one event's: the desk, then what it wants said on the spot. It reports whether that is
// certain to have gone into the store: in a group, all but the team is answered without it.
func (p *poller) turn(ctx context.Context, a arrival) (stored bool, err error) {
	working, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	slow := time.AfterFunc(typingAfter, func() {
		if !a.event.Group {
			p.beside(func() { p.typing(working, a.chat) })
		}
	})
	reply, err := p.Desk.Handle(working, *a.event)
	slow.Stop()
	if err != nil {
		return false, err
	}
	if a.query != "" {
		p.beside(func() { p.answer(ctx, a.query, reply.Toast) })
	}
	if reply.Say != nil && a.chat != "" {
		p.beside(func() { p.sayAtOnce(ctx, a.chat, *reply.Say) })
	}
	if reply.Desk != nil && a.chat != "" {
		p.serve(ctx, a, *reply.Desk)
	}
	return !a.event.Group || reply.Desk != nil || reply.Toast != "", nil
}

// beside makes a short call without holding up the turns, unless too many are under way.
func (b *Bot) beside(do func()) {
	b.aside <- struct{}{}
	b.asides.Go(func() {
		defer func() { <-b.aside }()
		do()
	})
}

// confirm moves the offset to the first update that must come again. Numbers are followed in the
// order they came, not by size: they may have been restarted.
func (p *poller) confirm(ctx context.Context, updates []incoming, othersStored bool) {
	for _, u := range updates {
		if err := p.done(ctx, u, othersStored); err != nil {
			p.stuck(ctx, u.raw, err)
			return
		}
		if id, ok := updateID(u.raw); ok {
			p.offset = id + 1
		}
	}
	p.store, p.stuckSaid = bots.Pauses{}, false
}

// done returns nil when an update may be passed over: it is stored, says nothing, or was given up.
func (p *poller) done(ctx context.Context, u incoming, othersStored bool) error {
	switch {
	case u.outcome != nil && p.hopeless(u, othersStored):
		return p.giveUp(ctx, u)
	case u.outcome != nil:
		return u.outcome
	case u.unread != nil:
		return p.setAside(ctx, u)
	}
	return nil
}

// stuck waits before the same updates are asked for again. It says so once, until all is well.
func (p *poller) stuck(ctx context.Context, raw json.RawMessage, err error) {
	if ctx.Err() != nil {
		return
	}
	if !p.stuckSaid {
		p.stuckSaid = true
		p.log.Warn("updates cannot be handled now, they are asked for again", "first", nameOf(raw), "error", err)
	}
	sleep(ctx, min(p.store.Next(), storePause))
}

func (p *poller) self() string {
	if name := p.username.Load(); name != nil {
		return *name
	}
	return ""
}

// nameOf is an update for the log: its number says nothing about anybody.
func nameOf(raw json.RawMessage) string {
	id, ok := updateID(raw)
	if !ok {
		return fmt.Sprintf("without number, %d bytes", len(raw))
	}
	return strconv.FormatInt(id, 10)
}
