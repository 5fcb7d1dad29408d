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
// however often a platform brings it.
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
)

// NewAlarm makes an alarm for a platform, which gives the way to send past its limits.
func NewAlarm(desk Desk, log *slog.Logger, send func(ctx context.Context, e intake.Event, m intake.Message) error) *Alarm {
	return &Alarm{desk: desk, log: log, send: send, seen: NewRecent[string, struct{}](alarmsRemembered),
		room: make(chan struct{}, alarmsAtOnce)}
}

// Look answers the event if it is a call for help. It returns at once; the event is then handled
// like any other.
func (a *Alarm) Look(ctx context.Context, e intake.Event) {
	m, ok := a.danger(e)
	if !ok {
		return
	}
	if _, fresh := a.seen.Add(e.Identity, struct{}{}); !fresh {
		return
	}
	a.all.Go(func() {
		a.room <- struct{}{}
		defer func() { <-a.room }()
		a.answer(ctx, e, m)
	})
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
func (a *Alarm) answer(ctx context.Context, e intake.Event, m intake.Message) {
	for attempt := range alarmAttempts {
		err := a.send(ctx, e, m)
		if err == nil {
			return
		}
		f := asFailure(err)
		a.log.Warn("help text not delivered", "attempt", attempt+1, "failure", f)
		if f.Class == Gone || f.Class == Rejected {
			return
		}
		if sleep(ctx, max(f.Wait, min(pause(attempt), 2*time.Second))) != nil {
			break
		}
	}
	a.seen.Forget(e.Identity)
}
