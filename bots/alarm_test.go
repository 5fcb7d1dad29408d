package bots_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// help is a desk that knows danger and whose store is down.
type help struct{ bots.Desk }

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
