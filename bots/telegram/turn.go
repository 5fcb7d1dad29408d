package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"claimline/bots"
)

// typingAfter is how long a turn may take before the person sees that something is being done.
const typingAfter = 400 * time.Millisecond

// When an update is given up: nothing may stop the ones behind it for ever.
const (
	panicsAllowed = 2 // turns that panicked
	faultsAllowed = 6 // turns that failed while others of the same batch were stored
)

// handle brings a batch to the desk and moves the offset over the updates at its beginning that are
// done with. Those behind one that is not come again, and the desk knows them.
func (p *poller) handle(ctx context.Context, batch []json.RawMessage, absence *absence) {
	if len(batch) == 0 {
		return
	}
	working, stop := finishing(ctx)
	defer stop()
	var tasks []bots.Task
	var place []int    // in the batch, by task
	var inStore []bool // by task: what is said in a group is answered without the store
	outcomes := make([]error, len(batch))
	for i, raw := range batch {
		a, err := p.read(raw)
		if err != nil || a.event == nil {
			continue
		}
		p.alarm.Look(working, *a.event)
		absence.met(*a.event)
		tasks = append(tasks, bots.Task{Person: string(a.event.Account), ID: nameOf(raw), Do: func(ctx context.Context) error { return p.turn(ctx, a) }})
		place = append(place, i)
		inStore = append(inStore, !a.event.Group)
	}
	stored := false // something went into the store, so it is not the store that fails
	for t, err := range p.lanes.Run(working, tasks) {
		outcomes[place[t]] = err
		stored = stored || err == nil && inStore[t]
	}
	p.confirm(ctx, batch, outcomes, stored)
}

// finishing lets turns that have begun finish after the end was asked for.
func finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(turnTimeout, cancel) })
	return working, func() { stop() } // asides go on with it; the call's own time limit ends them
}

// read translates an update. One that cannot be read is passed over and told by its number.
func (p *poller) read(raw json.RawMessage) (a arrival, err error) {
	defer func() {
		if recover() != nil {
			err = errUnreadable
			p.log.Error("update passed over: reading it panicked", "update", nameOf(raw))
		}
	}()
	a, err = inbound(raw, p.self(), p.Now())
	if err != nil {
		p.log.Error("update passed over", "update", nameOf(raw), "reason", err)
	}
	if a.to != "" {
		p.moved.Set(a.from, a.to)
		p.log.Warn("a group became a supergroup")
	}
	return a, err
}

// turn is one event's: the desk, then what it wants said on the spot.
func (p *poller) turn(ctx context.Context, a arrival) error {
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
		return err
	}
	if a.query != "" {
		p.beside(func() { p.answer(ctx, a.query, reply.Toast) })
	}
	if reply.Say != nil && a.chat != "" {
		p.beside(func() { p.sayAtOnce(ctx, a.chat, *reply.Say) })
	}
	return nil
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
func (p *poller) confirm(ctx context.Context, batch []json.RawMessage, outcomes []error, othersStored bool) {
	for i, err := range outcomes {
		if err != nil && !p.parked(batch[i], err, othersStored) {
			p.stuck(ctx, batch[i], err)
			return
		}
		if id, ok := updateID(batch[i]); ok {
			p.offset = id + 1
		}
	}
	p.store, p.stuckSaid = bots.Pauses{}, false
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

// parked gives an update up that cannot be handled: one that panics, and one that fails again and
// again while others are stored. A store that is down parks nothing, and neither does an end of the
// program, since the count begins anew.
func (p *poller) parked(raw json.RawMessage, err error, othersStored bool) bool {
	panicked := errors.Is(err, bots.ErrPanicked)
	if !panicked && !othersStored || errors.Is(err, context.Canceled) {
		return false
	}
	allowed := faultsAllowed
	if panicked {
		allowed = panicsAllowed
	}
	if !p.counted(nameOf(raw)+" "+digest(string(raw)), allowed) {
		return false
	}
	p.log.Error("ALARM: update parked, it cannot be handled", "update", nameOf(raw), "attempts", allowed, "panicked", panicked)
	return true
}

// counted counts one fault of an update, and reports whether that is as many as are allowed.
func (p *poller) counted(update string, allowed int) bool {
	count, _ := p.faults.Get(update)
	count++
	p.faults.Set(update, count)
	if count < allowed {
		return false
	}
	p.faults.Forget(update)
	return true
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
