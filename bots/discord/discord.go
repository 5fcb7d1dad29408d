// Package discord is Discord's side of the program: what people write and press becomes events
// (inbound.go), the program's messages become calls (outbound.go, markdown.go, components.go), a
// client makes the calls (rest.go, limits.go, failure.go), and a loop holds the gateway (gateway.go,
// watchdog.go).
//
// Four things are unlike a chat that is polled. Discord wants every press answered within three
// seconds, so an interaction is answered at once with the promise of an answer, before anything else
// is done about it (interaction.go); a form is such an answer itself (modal.go). It forgets what it
// could not hand over, so after every new session the private messages that were missed are fetched
// (recover.go). A person can keep a bot from writing to them, and then goes on in messages that only
// they see, in answer to what they press (ephemeral.go). And it lets a message be sent again under
// the same nonce without its appearing twice.
//
// Of the library only the gateway's session is used. It can wait for ever in several places, so each
// session is watched, and one that does not move is left behind for a new one.
package discord

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// Name is the platform's part of an account.
const Name = "discord"

// PublicAPI is where Discord's own API is.
const PublicAPI = "https://discord.com"

// Config is what a Bot needs.
type Config struct {
	Token    Token
	API      string // what stands before /api/, PublicAPI or a loopback server
	Desk     bots.Desk
	Vault    bots.Vault
	Parking  bots.Parking
	Settings bots.Settings
	People   bots.People
	Channels bots.Channels
	Log      *slog.Logger
	Now      func() time.Time
	Limits   Limits // Published, where the other end is Discord
	// Held reports whether this process may be connected and send, see bots.Tenure; nil for always.
	Held func() bool
	// FileLimit is the most bytes fetched of one file; 0 for 25 MB.
	FileLimit int64
	// Team are the commands of those who settle what is doubtful.
	Team []intake.CommandName
	// Texts words what belongs to this platform alone, in the language of a client's locale ("" when
	// it is unknown): the keys are those of the Text constants.
	Texts func(locale, key string) string
}

// What Config.Texts is asked for.
const (
	TextLook     = "look-at-messages" // in a server, when the direct message is out
	TextOpen     = "open-messages"    // the button beside it
	TextHere     = "go-on-here"       // under a conversation that only its person sees: how to find it again
	TextAnswer   = "write-answer"     // the button that opens a form, after a pencil
	TextForm     = "your-answer"      // the form's title
	TextChoose   = "choose"           // an empty menu
	TextPost     = "post"             // the post with a button in a server's channel
	TextRegister = "register"         // that button
	TextPosting  = "post-about"       // what the administrator's command does, at most 100 characters
	TextCode     = "code-about"       // what follows /link, at most 100 characters
)

// Bot is one Discord bot. It implements bots.Platform; Run holds the gateway.
type Bot struct {
	Config
	rest  *rest
	cdn   *cdn
	lanes *bots.Lanes
	alarm *bots.Alarm
	log   *slog.Logger
	bound bounds

	channels *bots.Recent[string, private]        // by user
	locales  *bots.Recent[intake.Account, string] // of clients
	calls    *bots.Recent[string, *call]          // interactions that are answered by a call for help
	rooms    *bots.Recent[intake.Account, *room]  // where people see answers that only they see
	parts    *bots.Recent[string, int]            // how many parts of an Outgoing are sent, where it has several
	parked   *bots.Recent[string, struct{}]       // events that were given up

	asides sync.WaitGroup // short calls beside the turns
	aside  chan struct{}  // room for them
	stored atomic.Int64   // turns that went well
	last   atomic.Int64   // when the gateway last said anything, Unix nanoseconds
}

var _ bots.Platform = (*Bot)(nil)

// How much of what goes on a bot remembers and does at once.
const (
	turnsAtOnce     = 32
	turnsWaiting    = 256
	packetsWaiting  = 4096
	asidesAtOnce    = 512
	peopleKnown     = 16_384
	roomsKnown      = 4096
	partsRemembered = 1024
	parkedKnown     = 1024
)

// New checks the configuration and makes a bot. It does not call Discord.
func New(c Config) (*Bot, error) {
	if c.FileLimit == 0 {
		c.FileLimit = mostFileBytes
	}
	if c.Held == nil {
		c.Held = func() bool { return true }
	}
	silenceLibrary()
	rest, err := newRest(c)
	if err != nil {
		return nil, fmt.Errorf("discord: %w", err)
	}
	log := c.Log.With("platform", Name)
	b := &Bot{Config: c, rest: rest, cdn: newCDN(rest.base), log: log, bound: usualBounds(),
		lanes:    bots.NewLanes(turnsAtOnce, turnsWaiting, log),
		channels: bots.NewRecent[string, private](peopleKnown),
		locales:  bots.NewRecent[intake.Account, string](peopleKnown),
		calls:    bots.NewRecent[string, *call](roomsKnown),
		rooms:    bots.NewRecent[intake.Account, *room](roomsKnown),
		parts:    bots.NewRecent[string, int](partsRemembered),
		parked:   bots.NewRecent[string, struct{}](parkedKnown),
		aside:    make(chan struct{}, asidesAtOnce),
	}
	b.alarm = bots.NewAlarm(c.Desk, log, b.cry)
	return b, nil
}

// Name implements bots.Platform.
func (b *Bot) Name() string { return Name }

// LastHeard is when the gateway last said anything to a session that is ready; the zero time when
// there was none yet.
func (b *Bot) LastHeard() time.Time {
	if at := b.last.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

// beside makes a short call without holding up anybody. It is left out where too many are under way.
func (b *Bot) beside(do func()) {
	select {
	case b.aside <- struct{}{}:
	default:
		b.log.Warn("too many calls at once, one is left out")
		return
	}
	b.asides.Go(func() {
		defer func() { <-b.aside }()
		do()
	})
}

func (b *Bot) labels(who intake.Account) labels {
	locale, _ := b.locales.Get(who)
	return labels{answer: b.Texts(locale, TextAnswer), choose: b.Texts(locale, TextChoose)}
}

// sleep waits, and reports whether ctx is still on.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}
