package bots

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"claimline/intake"
)

// Alarm answers the danger button, and the words for it, before anything else looks at an event:
// outside the outbox and the limits, and also while the store is down. It answers an event once,
// however often a platform brings it. What a platform does not take at the first try it owes: the
// store keeps it, and it comes even when this process ends meanwhile.
type Alarm struct {
	desk Desk
	log  *slog.Logger
	send func(ctx context.Context, e intake.Event, m intake.Message) error
	seen *Recent[string, struct{}]
	room chan struct{}
	all  sync.WaitGroup
}

const (
	alarmsRemembered = 4096 // events, the latest ones
	alarmsAtOnce     = 32
	alarmAttempts    = 4
	owedWithin       = 2 * time.Second // how long a try waits for the store
)

// NewAlarm makes an alarm for a platform, which gives the way to send past its limits.
func NewAlarm(desk Desk, log *slog.Logger, send func(ctx context.Context, e intake.Event, m intake.Message) error) *Alarm {
	return &Alarm{desk: desk, log: log, send: send, seen: NewRecent[string, struct{}](alarmsRemembered),
		room: make(chan struct{}, alarmsAtOnce)}
}

// Look answers the event if it is a call for help. It returns at once; the event is then handled
// like any other. safe is closed when the answer is out, or will come whatever becomes of this process;
// nil where nobody called. Who forgets the event before then may have to answer for it.
func (a *Alarm) Look(ctx context.Context, e intake.Event) (safe <-chan struct{}) {
	m, ok := a.danger(e)
	if !ok {
		return nil
	}
	if _, fresh := a.seen.Add(e.Identity, struct{}{}); !fresh {
		return nil
	}
	answered := make(chan struct{})
	a.all.Go(func() {
		a.room <- struct{}{}
		defer func() { <-a.room }()
		a.answer(ctx, e, m, sync.OnceFunc(func() { close(answered) }))
	})
	return answered
}

// danger keeps a mistake in the desk from the loop that must go on.
func (a *Alarm) danger(e intake.Event) (m intake.Message, ok bool) {
	defer func() {
		if recover() != nil {
			a.log.Error("looking for danger panicked", "at", panickedAt())
		}
	}()
	return a.desk.Danger(e)
}

// Wait returns when every answer that was begun is out or was given up.
func (a *Alarm) Wait() { a.all.Wait() }

// answer tries a few times; after that the event, when it is brought again, gets another chance.
func (a *Alarm) answer(ctx context.Context, e intake.Event, m intake.Message, safe func()) {
	defer safe()
	var paid func(context.Context) error // nil while nothing is owed
	for attempt := range alarmAttempts {
		err := a.send(ctx, e, m)
		if err == nil {
			a.settle(ctx, paid)
			return
		}
		f := asFailure(err)
		a.log.Warn("help text not delivered", "attempt", attempt+1, "failure", f)
		if f.Class == Gone || f.Class == Rejected {
			a.settle(ctx, paid)
			return
		}
		if paid == nil {
			if paid = a.owe(ctx, e, m); paid != nil {
				safe()
			}
		}
		if sleep(ctx, max(f.Wait, min(pause(attempt), 2*time.Second))) != nil {
			break
		}
	}
	if paid == nil {
		a.seen.Forget(e.Identity)
	}
}

// owe is nil where the store cannot keep it now: nothing may wait for the store.
func (a *Alarm) owe(ctx context.Context, e intake.Event, m intake.Message) (paid func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, owedWithin)
	defer cancel()
	paid, err := a.desk.Owe(ctx, e, m)
	if err != nil {
		a.log.Warn("a help text cannot be kept now", "error", err)
		return nil
	}
	return paid
}

// settle takes back what was owed. Where it cannot, the answer comes twice.
func (a *Alarm) settle(ctx context.Context, paid func(context.Context) error) {
	if paid == nil {
		return
	}
	if err := paid(ctx); err != nil {
		a.log.Warn("a help text that was said will be said again", "error", err)
	}
}
