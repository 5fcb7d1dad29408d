package bots

import (
	"context"
	"time"

	"claimline/intake"
)

// How long to wait where a platform does not say.
const (
	throttledAnyway  = time.Second      // Throttled without Wait
	unauthorizedWait = 60 * time.Second // between two tries of a token that was refused
	movedAttempts    = 3                // a chat that is never where it says it has moved to
)

// settle decides what follows from an attempt. This is the only place that does. It returns which message
// stands for the letter, and whether it is done with so that the next one of its chat may follow.
func (d *Delivery) settle(ctx context.Context, l Letter, id intake.MessageID, err error) (intake.MessageID, bool) {
	if err == nil {
		d.accepted()
		return id, d.delivered(ctx, l, id)
	}
	f := asFailure(err)
	switch f.Class {
	case Unchanged, Stale:
		return l.Target, d.delivered(ctx, l, l.Target)
	case Throttled:
		d.later(ctx, l, f, max(f.Wait, min(throttledAnyway, pause(l.Attempts))))
	case Unreachable, Ambiguous, Conflict:
		d.later(ctx, l, f, pause(l.Attempts))
	case Moved:
		if l.Attempts >= movedAttempts {
			d.drop(ctx, l, f)
			break
		}
		d.later(ctx, l, f, 0) // the platform has noted where to
	case Unauthorized:
		d.suspend(f)
	default: // Gone, Rejected, Superseded
		d.drop(ctx, l, f)
	}
	return "", false
}

func (d *Delivery) delivered(ctx context.Context, l Letter, id intake.MessageID) bool {
	return d.note(ctx, l, func(ctx context.Context) error { return d.outbox.Delivered(ctx, l.ID, id, d.now()) })
}

func (d *Delivery) later(ctx context.Context, l Letter, f *Failure, wait time.Duration) {
	d.log.Info("put off", "outgoing", l.ID, "attempt", l.Attempts+1, "failure", f, "wait", wait)
	until := d.now().Add(wait)
	d.note(ctx, l, func(ctx context.Context) error { return d.outbox.Later(ctx, l.ID, until, string(f.Class)) })
	d.mu.Lock()
	defer d.mu.Unlock()
	d.putOff[l.ID] = until
}

func (d *Delivery) drop(ctx context.Context, l Letter, f *Failure) {
	d.log.Warn("given up", "outgoing", l.ID, "failure", f)
	d.note(ctx, l, func(ctx context.Context) error { return d.outbox.Drop(ctx, l.ID, string(f.Class)) })
}

// suspend stops all attempts for a while; nothing is lost meanwhile. It is logged once.
func (d *Delivery) suspend(f *Failure) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.paused = d.now().Add(unauthorizedWait)
	if !d.mute {
		d.log.Error("the platform refuses the bot's token; sending waits until it is accepted", "failure", f)
	}
	d.mute = true
}

func (d *Delivery) accepted() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mute {
		d.log.Info("the platform accepts the bot's token again")
	}
	d.mute, d.paused = false, time.Time{}
}

// note writes an outcome down and does not give up while the store is away: a message that was
// sent and not marked would be sent again. Its chat waits meanwhile. It is false when ctx has ended first.
func (d *Delivery) note(ctx context.Context, l Letter, write func(ctx context.Context) error) bool {
	var trouble Pauses
	for {
		writing, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		err := write(writing)
		cancel()
		if err == nil {
			return true
		}
		d.log.Warn("outcome not noted yet", "outgoing", l.ID, "error", err)
		if sleep(ctx, trouble.Next()) != nil {
			return false
		}
	}
}
