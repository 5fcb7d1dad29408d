// Package telegram is Telegram's side of the program: its updates become events (inbound.go), the
// program's messages become calls (outbound.go), a client makes the calls (client.go, failure.go),
// and a loop asks for updates (run.go).
//
// The library's own loop is not used. It confirms updates before they are handled, cannot be
// stopped while it waits, fails for ever on one update it cannot decode, and prints the token. Ours
// moves the offset only over what is committed, decodes each update on its own, and lets no error
// out that has not been classified and stripped of every word.
package telegram

import (
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// Name is the platform's part of an account.
const Name = "telegram"

// PublicAPI is where Telegram's own Bot API is.
const PublicAPI = "https://api.telegram.org"

// Config is what a Bot needs.
type Config struct {
	Token    Token
	API      string // base of the Bot API, PublicAPI or a server of one's own
	Desk     bots.Desk
	Vault    bots.Vault
	Settings bots.Settings
	People   bots.People
	Parking  bots.Parking
	Log      *slog.Logger
	Now      func() time.Time
	Limits   Limits // Published, where the other end is Telegram
	// Held reports whether this process may poll and send, see bots.Tenure; nil for always.
	Held func() bool
	// FileLimit is the most bytes fetched of one file; 0 for what Telegram lets a bot have, 20 MB.
	FileLimit int64
}

// Bot is one Telegram bot. It implements bots.Platform; Run polls.
type Bot struct {
	Config
	client *client
	lanes  *bots.Lanes
	alarm  *bots.Alarm
	log    *slog.Logger

	parts  *bots.Recent[string, int]    // how many parts of an Outgoing are sent, where it has several
	moved  *bots.Recent[string, string] // groups that became supergroups: where to
	faults *bots.Recent[string, int]    // how often an update could not be handled though others could

	desks  *bots.Lanes                 // what is shown at the team's desks, in order by chat
	latest *bots.Recent[string, int64] // which of them was the last for a message
	served atomic.Int64                // how many there were

	asides   sync.WaitGroup // short calls beside the turns
	aside    chan struct{}  // room for them
	username atomic.Pointer[string]
	polled   atomic.Int64 // last successful poll, Unix seconds
}

var _ bots.Platform = (*Bot)(nil)

// How much of what goes on a bot remembers and does at once. Turns wait for nothing but the database:
// few at once, and the first answers of a burst are on their way before the last have been read. With
// 32 in the place of 3, all of a hundred were ready late together, and p99 of the time by which replies
// exceed what Telegram's limits make them wait was twice as long. Even where the database makes a turn
// take 40 ms, three at once do more than twice as many as Telegram lets be answered.
const (
	turnsAtOnce     = 3
	turnsWaiting    = 256
	asidesAtOnce    = 64
	partsRemembered = 1024
	movesRemembered = 1024
	faultsKept      = 1024
	desksRemembered = 1024
)

// New checks the configuration and makes a bot. It does not call Telegram.
func New(c Config) (*Bot, error) {
	if c.FileLimit == 0 {
		c.FileLimit = mostFileBytes
	}
	if c.Held == nil {
		c.Held = func() bool { return true }
	}
	client, err := newClient(c.Token, c.API, c.Limits, c.Held)
	if err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	log := c.Log.With("platform", Name)
	b := &Bot{Config: c, client: client, log: log,
		lanes:  bots.NewLanes(turnsAtOnce, turnsWaiting, log),
		desks:  bots.NewLanes(desksAtOnce, desksWaiting, log),
		latest: bots.NewRecent[string, int64](desksRemembered),
		parts:  bots.NewRecent[string, int](partsRemembered),
		moved:  bots.NewRecent[string, string](movesRemembered),
		faults: bots.NewRecent[string, int](faultsKept),
		aside:  make(chan struct{}, asidesAtOnce),
	}
	b.alarm = bots.NewAlarm(c.Desk, log, b.cry)
	return b, nil
}

// Name implements bots.Platform.
func (b *Bot) Name() string { return Name }

// LastHeard is when Telegram last answered a poll; the zero time when it has not yet.
func (b *Bot) LastHeard() time.Time {
	if at := b.polled.Load(); at != 0 {
		return time.Unix(at, 0)
	}
	return time.Time{}
}

// DeepLink is the beginning of a link that opens a chat with the bot and says what follows, for
// example "https://t.me/ClaimlineBot?start="; "" until Telegram has told the bot its name.
func (b *Bot) DeepLink() string {
	name := b.username.Load()
	if name == nil {
		return ""
	}
	return "https://t.me/" + *name + "?start="
}

// account is a Telegram user or room as the rest of the program knows it.
func account(id string) intake.Account { return intake.Account(Name + ":" + id) }

// Room is a group or channel by its number.
func Room(number string) intake.Account { return account(number) }
