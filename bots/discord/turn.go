package discord

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// When an event is given up: nothing may stop the ones behind it for ever.
const (
	panicsAllowed = 2               // turns that panicked
	faultsAllowed = 6               // turns that failed while others were stored
	storePause    = 2 * time.Second // at most, between two attempts
)

// turn brings an arrival's events to the desk, each until it is on file or given up.
func (l *listener) turn(ctx context.Context, a arrival) error {
	if a.lost != nil {
		return l.setAside(ctx, a)
	}
	var reply intake.Reply
	for _, e := range a.events {
		if _, parked := l.parked.Get(e.Identity); parked {
			continue // fetched again, and no better than it was
		}
		said, err := l.insist(ctx, e)
		if errors.Is(err, errGivenUp) {
			err = l.giveUp(ctx, a, e)
		}
		if err != nil {
			return err
		}
		reply = said
	}
	l.conclude(ctx, a, reply)
	return nil
}

// errGivenUp is the outcome of an event that cannot be handled though others can.
var errGivenUp = errors.New("cannot be handled")

// insist handles an event as often as it takes. Nobody brings it again: the gateway has forgotten it.
func (l *listener) insist(ctx context.Context, e intake.Event) (intake.Reply, error) {
	var trouble bots.Pauses
	panics, faults, stored := 0, 0, l.stored.Load()
	for {
		reply, err := l.handle(ctx, e)
		switch {
		case err == nil:
			l.stored.Add(1)
			l.unstick()
			return reply, nil
		case ctx.Err() != nil:
			return intake.Reply{}, err
		case errors.Is(err, bots.ErrPanicked):
			panics++
		case errors.Is(err, intake.ErrAway): // its own connection may have broken while others had theirs
		case l.stored.Load() > stored: // others were stored since the last attempt: it is not the store that fails
			faults++
		}
		stored = l.stored.Load()
		if panics >= panicsAllowed || faults >= faultsAllowed {
			return intake.Reply{}, errGivenUp
		}
		l.stick(err)
		if !sleep(ctx, min(trouble.Next(), storePause)) {
			return intake.Reply{}, ctx.Err()
		}
	}
}

// handle is one attempt, and keeps its panic from everybody else.
func (l *listener) handle(ctx context.Context, e intake.Event) (reply intake.Reply, err error) {
	defer func() {
		if recover() != nil {
			l.log.Error("a turn panicked", "did", fmt.Sprintf("%T", e.Did))
			err = bots.ErrPanicked
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, turnTimeout)
	defer cancel()
	return l.Desk.Handle(ctx, e)
}

// stick says once that the store does not answer, until it does.
func (l *listener) stick(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.stuck {
		l.log.Warn("events cannot be handled now, they are tried again", "error", err)
	}
	l.stuck = true
}

func (l *listener) unstick() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stuck = false
}

// giveUp tells a person that what they did is lost, and parks it.
func (l *listener) giveUp(ctx context.Context, a arrival, e intake.Event) error {
	name := strconv.FormatInt(a.id, 10)
	lost := e
	lost.Identity, lost.Did = identity("given-up", e.Identity), intake.Unread{Why: intake.Failed}
	if _, err := l.insist(ctx, lost); errors.Is(err, errGivenUp) {
		l.log.Error("ALARM: the sender of an event cannot be told that it was lost", "event", name)
	} else if err != nil {
		return err
	}
	if err := l.park(ctx, a, e.Account); err != nil {
		return err
	}
	l.parked.Set(e.Identity, struct{}{})
	l.log.Error("ALARM: event parked, it cannot be handled", "event", name)
	return nil
}

// setAside deals with an event that was not read: its sender is told, and it is parked.
func (l *listener) setAside(ctx context.Context, a arrival) error {
	name := strconv.FormatInt(a.id, 10)
	var who intake.Account
	var reply intake.Reply
	for _, e := range a.events {
		said, err := l.insist(ctx, e)
		if err != nil && !errors.Is(err, errGivenUp) {
			return err
		}
		who, reply = e.Account, said
	}
	if len(a.events) == 0 {
		l.log.Error("ALARM: event passed over, and nobody can be told", "reason", a.lost)
	} else {
		l.conclude(ctx, a, reply)
	}
	if errors.Is(a.lost, errTooLong) {
		l.log.Warn("event refused", "event", name, "reason", a.lost)
		return nil
	}
	if err := l.park(ctx, a, who); err != nil {
		return err
	}
	l.log.Error("ALARM: event parked, it cannot be read", "event", name)
	return nil
}

// park keeps an event, until it is kept.
func (l *listener) park(ctx context.Context, a arrival, who intake.Account) error {
	var trouble bots.Pauses
	for {
		err := l.Parking.Park(ctx, Name, who, a.raw)
		if err == nil {
			return nil
		}
		l.stick(err)
		if !sleep(ctx, min(trouble.Next(), storePause)) {
			return err
		}
	}
}
