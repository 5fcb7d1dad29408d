package telegram

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// How long what stands on a team member's desk is tried to be shown, and how many desks are remembered.
const (
	deskTries       = 10 * time.Second
	desksRemembered = 256
)

// deskAt is what is being shown at one member's desk. Of two that follow each other quickly the later
// one stands.
type deskAt struct {
	mu     sync.Mutex // held while something is shown
	latest atomic.Int64
}

// show puts a message on the desk of whoever pressed or asked: in place of the message that was
// pressed, where there is one. It is not kept: who sees nothing asks again.
func (b *Bot) show(ctx context.Context, a arrival, m intake.Message) {
	desk, _ := b.desks.Add(string(a.event.Account), &deskAt{})
	mine := desk.latest.Add(1)
	b.beside(func() {
		desk.mu.Lock()
		defer desk.mu.Unlock()
		if desk.latest.Load() != mine {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deskTries)
		defer cancel()
		if err := b.put(ctx, a, m); err != nil {
			b.log.Info("a desk was not shown", "failure", err)
		}
	})
}

// put changes the message that was pressed, or says it anew where there is none or it is out of reach.
func (b *Bot) put(ctx context.Context, a arrival, m intake.Message) error {
	pressed, _ := a.event.Did.(intake.Pressed)
	chat := b.movedTo(a.chat)
	if pressed.Message != "" && m.File == nil && !a.event.Group {
		r, err := edit(bots.Letter{Outgoing: intake.Outgoing{Do: intake.Edit, Body: m}, Target: pressed.Message}, chat)
		if err == nil {
			err = b.insist(ctx, r)
		}
		if err == nil || failureOf(err).Class == bots.Unchanged {
			return nil
		}
	}
	requests, err := say(m, chat)
	for _, r := range requests {
		if err == nil {
			err = b.insist(ctx, r)
		}
	}
	return err
}

// insist makes a call again while there is time and hope.
func (b *Bot) insist(ctx context.Context, r request) error {
	var pauses bots.Pauses
	for {
		_, err := b.send(ctx, r)
		if err == nil {
			return nil
		}
		f := failureOf(err)
		if f.Class != bots.Throttled && f.Class != bots.Unreachable || ctx.Err() != nil {
			return err
		}
		sleep(ctx, max(f.Wait, pauses.Next()))
	}
}
