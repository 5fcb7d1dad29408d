// Package bots is what all chat platforms share: the order in which one person's events are
// handled (Lanes), the way out to a platform (Delivery) and the closed list of what can go wrong
// on that way (Failure).
//
// A platform is a folder below this one with two pure translations, inbound and outbound, a client
// and a loop. It knows intake's words and nothing of rules, SQL or other platforms.
package bots

import (
	"context"
	"time"

	"claimline/intake"
)

// Desk is what a platform brings its events to. Package intake implements it.
type Desk interface {
	// Danger answers a press on the danger button, or its words, from memory: no store, no network,
	// no limit. The second result is false when the event is something else.
	Danger(e intake.Event) (intake.Message, bool)
	// Handle runs one turn. After it returns without error the event is on file for good.
	Handle(ctx context.Context, e intake.Event) (intake.Reply, error)
}

// Outbox is where committed messages wait until a platform has them. Package storage implements it.
type Outbox interface {
	// Due returns messages for a platform that may go out now: per chat in order, and only those
	// with nothing unsent before them in their chat; prompts that were answered meanwhile are left out.
	Due(ctx context.Context, platform string, now time.Time, most int) ([]Letter, error)
	// Delivered marks a message as handed over, and remembers the platform's id of it.
	Delivered(ctx context.Context, id string, m intake.MessageID, at time.Time) error
	// Later puts a message, and with it its chat, off until a moment; why is a Class.
	Later(ctx context.Context, id string, until time.Time, why string) error
	// Drop gives a message up for good.
	Drop(ctx context.Context, id string, why string) error
}

// Letter is a message on its way. Package intake has it, so that the store can hand it out without
// knowing this package.
type Letter = intake.Letter

// Platform is one chat platform's way out. Deliver hands one message over and returns its id there;
// what goes wrong is always a *Failure.
type Platform interface {
	Name() string
	Deliver(ctx context.Context, l Letter) (intake.MessageID, error)
}
