// Package bots is what all chat platforms share: the order in which one person's events are
// handled (Lanes), the way out to a platform (Delivery), how fast that may go (Gate), which
// process may do it (Tenure) and the closed list of what can go wrong on the way (Failure).
//
// A platform is a folder below this one with two pure translations, inbound and outbound, a client
// and a loop. It knows intake's words and nothing of rules, SQL or other platforms.
package bots

import (
	"context"
	"io"
	"time"

	"claimline/intake"
)

// Desk is what a platform brings its events to. Package intake implements it.
type Desk interface {
	// Danger answers a press on the danger button, or its words, from memory: no store, no network,
	// no limit. The second result is false when the event is something else.
	Danger(e intake.Event) (intake.Message, bool)
	// Owe keeps an answer of Danger's that the platform has not taken yet, so that it comes later even
	// when this process is no more. paid takes it back, when it has been said after all.
	Owe(ctx context.Context, e intake.Event, m intake.Message) (paid func(context.Context) error, err error)
	// Handle runs one turn. After it returns without error the event is on file for good.
	Handle(ctx context.Context, e intake.Event) (intake.Reply, error)
}

// Outbox is where committed messages wait until a platform has them. Package storage implements it.
type Outbox interface {
	// Due returns messages for a platform that may go out now, those of a chat in their order and with
	// nothing unsent before them; chats of which something is in work, by its id, and prompts that
	// were answered meanwhile are left out. A Fetch is a job beside the chat: it holds nothing up and
	// is not held up.
	Due(ctx context.Context, platform string, now time.Time, most int, inWork map[string]bool) ([]Letter, error)
	// Delivered marks a message as handed over, and remembers the platform's id of it.
	Delivered(ctx context.Context, id string, m intake.MessageID, at time.Time) error
	// Later puts a message, and with it its chat, off until a moment and counts the attempt; why is
	// a Class.
	Later(ctx context.Context, id string, until time.Time, why string) error
	// Drop gives a message up for good. With why Gone the person cannot be reached any more: what
	// else waits for the account is given up too, until the person writes again.
	Drop(ctx context.Context, id string, why string) error
	// Kick returns a channel that receives after a commit that put messages for the platform into
	// the outbox. It may receive too often; it has room for one, so that nobody waits to signal.
	Kick(platform string) <-chan struct{}
}

// Letter is a message on its way. Package intake has it, so that the store can hand it out without
// knowing this package.
type Letter = intake.Letter

// Platform is one chat platform's way out. Deliver hands one message over and returns its id there,
// or does one Fetch; what goes wrong is always a *Failure. It keeps the platform's limits itself.
type Platform interface {
	Name() string
	Deliver(ctx context.Context, l Letter) (intake.MessageID, error)
}

// Vault takes fetched files into custody. Package storage implements it.
type Vault interface {
	// Put seals and syncs what r gives, up to limit bytes, before it returns. An error of r comes
	// back wrapped. An error with a method Unfit() string refuses the file for good, with a reason
	// key such as "file-type" that the person is told; after any other the job is done again.
	Put(ctx context.Context, keep intake.Custody, name string, r io.Reader, limit int64) (intake.StoredFile, error)
}

// Parking keeps what could not be handled, for whoever mends the program. Package storage implements it.
type Parking interface {
	// Park keeps an update as the platform brought it, sealed, for intake.ParkedDays; a long one is
	// cut. Who sent it may be "", where that could not be read. Parked twice it is kept once.
	Park(ctx context.Context, platform string, who intake.Account, update []byte) error
}

// Settings keeps the few facts that a platform must know after a restart. Package storage implements it.
type Settings interface {
	// Setting returns what was last set under a name, "" when nothing was.
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// Channels remembers where a platform reaches somebody, where that is not their own id. Package storage implements it.
type Channels interface {
	// Channel returns what was noted last for an account, "" when nothing was.
	Channel(ctx context.Context, a intake.Account) (string, error)
	// SetChannel notes it, for an account that is on file.
	SetChannel(ctx context.Context, a intake.Account, channel string) error
}

// People finds who is in the middle of something. Package storage implements it.
type People interface {
	// OpenAccounts returns at most n accounts of a platform whose conversation is open and was
	// touched since a moment, the latest first.
	OpenAccounts(ctx context.Context, platform string, since time.Time, n int) ([]intake.Account, error)
}
