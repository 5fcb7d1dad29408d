package bots_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// help is a desk that knows danger. Its store is down, or keeps what is owed.
type help struct {
	bots.Desk
	owed *atomic.Int64 // nil where the store is down
}

func (h help) Owe(context.Context, intake.Event, intake.Message) (func(context.Context) error, error) {
	if h.owed == nil {
		return nil, errors.New("the store is down")
	}
	h.owed.Add(1)
	return func(context.Context) error { h.owed.Add(-1); return nil }, nil
}

func (help) Danger(e intake.Event) (intake.Message, bool) {
	switch did := e.Did.(type) {
	case intake.Pressed:
		return intake.Message{Text: wording.Say("Call 112.")}, did.Button == "sos"
	case intake.Said:
		panic("a mistake in the desk")
	}
	return intake.Message{}, false
}

func press(button, identity string) intake.Event {
	return intake.Event{Account: "test:1", Identity: identity, Did: intake.Pressed{Button: button}}
}

func TestACallForHelpIsAnsweredOncePerEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		answers := 0
		alarm := bots.NewAlarm(help{}, slog.New(slog.DiscardHandler), func(context.Context, intake.Event, intake.Message) error {
			mu.Lock()
			defer mu.Unlock()
			answers++
			return nil
		})
		for range 10 { // the same update again and again, because the store is down
			alarm.Look(t.Context(), press("sos", "first"))
		}
		alarm.Look(t.Context(), press("sos", "second"))
		alarm.Look(t.Context(), press("yes", "third"))
		alarm.Look(t.Context(), intake.Event{Did: intake.Said{Text: "hello"}}) // must not take the loop down
		alarm.Wait()
		if answers != 2 {
			t.Errorf("%d answers to 2 presses", answers)
		}
	})
}

func TestACallForHelpIsTriedAgainAndNotForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		alarm := bots.NewAlarm(help{}, slog.New(slog.DiscardHandler), func(context.Context, intake.Event, intake.Message) error {
			tries++
			if tries < 6 {
				return &bots.Failure{Class: bots.Unreachable}
			}
			return nil
		})
		began := time.Now()
		alarm.Look(t.Context(), press("sos", "first"))
		alarm.Wait()
		if tries != 4 || time.Since(began) > 10*time.Second {
			t.Errorf("%d tries in %s", tries, time.Since(began))
		}
		alarm.Look(t.Context(), press("sos", "first")) // brought again by the platform
		alarm.Wait()
		if tries != 6 {
			t.Errorf("%d tries: a call that was never answered was forgotten", tries)
		}
	})
}

// What a platform does not take at once is owed before anybody may forget the event, and no more when it
// is said after all. A process that ends meanwhile goes on owing it.
func TestACallForHelpThatIsRefusedIsOwed(t *testing.T) {
	for _, o := range []struct {
		name     string
		refusals int
		dies     bool
		owed     int64
	}{
		{"taken at the second try", 1, false, 0},
		{"never taken", 9, false, 1},
		{"the process ends before the second try", 1, true, 1},
	} {
		t.Run(o.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var owed atomic.Int64
				tries := 0
				alarm := bots.NewAlarm(help{owed: &owed}, slog.New(slog.DiscardHandler), func(context.Context, intake.Event, intake.Message) error {
					if tries++; tries <= o.refusals {
						return &bots.Failure{Class: bots.Throttled, Wait: 3 * time.Second}
					}
					return nil
				})
				ctx, end := context.WithCancel(t.Context())
				defer end()
				began := time.Now()
				<-alarm.Look(ctx, press("sos", "first"))
				if owed.Load() != 1 || time.Since(began) != 0 {
					t.Errorf("after %s the event may be forgotten, and %d texts are owed", time.Since(began), owed.Load())
				}
				if o.dies {
					end()
				}
				alarm.Wait()
				if owed.Load() != o.owed {
					t.Errorf("%d texts are owed in the end, want %d", owed.Load(), o.owed)
				}
			})
		})
	}
}
