package bots

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"claimline/intake"
)

// Rooms are the team's groups and channels. Package storage implements it.
type Rooms interface {
	Rooms(ctx context.Context) ([]intake.Room, error)
	// SetBell notes which message in a room is its line.
	SetBell(ctx context.Context, r intake.Room) error
}

// Bell keeps one line in the team's room on a platform, which tells how much there is to do. A group
// takes few messages a minute, and a change counts as one: the line changes once a round at most, and
// only when it would say something else. A change makes no sound. When something urgent has come up,
// the line is said anew, at the end of the chat, in place of the one before.
type Bell struct {
	Rooms    Rooms
	Platform Platform
	Line     func(ctx context.Context, r intake.Room) (line intake.Message, urgent int, err error)
	Held     func() bool // whether this process speaks for the platform
	Log      *slog.Logger
	Every    time.Duration

	said string // what the line says, as far as this process knows
	rung int    // how much was urgent then
	sour Class  // the failure that was logged last
}

// Run keeps the line until ctx ends.
func (b *Bell) Run(ctx context.Context) error {
	ticker := time.NewTicker(b.Every)
	defer ticker.Stop()
	for {
		b.Look(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Look is one round.
func (b *Bell) Look(ctx context.Context) {
	if !b.Held() {
		return
	}
	rooms, err := b.Rooms.Rooms(ctx)
	if err != nil {
		b.Log.Warn("the team's room is not known now", "error", err)
		return
	}
	for _, r := range rooms {
		if r.Account.Platform() != b.Platform.Name() {
			continue
		}
		line, urgent, err := b.Line(ctx, r)
		if err != nil {
			b.Log.Warn("what waits for the team cannot be counted", "error", err)
			return
		}
		b.keep(ctx, r, line, urgent)
	}
}

// keep makes the line in a room say something: by changing it, else by a new one.
func (b *Bell) keep(ctx context.Context, r intake.Room, line intake.Message, urgent int) {
	words := string(r.Account) + " " + line.Text.Plain()
	if r.Bell != "" && words == b.said {
		return
	}
	loud := urgent > b.rung && b.said != "" // what was there when this process began has rung
	if r.Bell != "" && !loud {
		_, err := b.deliver(ctx, r, intake.Edit, line)
		switch {
		case err == nil || asFailure(err).Class == Unchanged:
			b.said, b.rung, b.sour = words, urgent, ""
			return
		case again(asFailure(err)): // the next round will do
			b.complain(err)
			return
		}
	}
	id, err := b.deliver(ctx, r, intake.Say, line)
	if to := asFailure(err).To; err != nil && to != "" { // a group that became another
		r = intake.Room{Account: intake.Account(r.Account.Platform() + ":" + to), Language: r.Language}
		id, err = b.deliver(ctx, r, intake.Say, line)
	}
	if err != nil {
		b.complain(err)
		return
	}
	before := r
	r.Bell = id
	if err := b.Rooms.SetBell(ctx, r); err != nil {
		b.Log.Warn("the line in the team's room is not noted: there will be a second one", "error", err)
		return
	}
	b.said, b.rung, b.sour = words, urgent, ""
	if loud && before.Bell != "" { // an old line that stays does no harm
		if _, err := b.deliver(ctx, before, intake.Remove, intake.Message{}); err != nil {
			b.complain(err)
		}
	}
}

func again(f *Failure) bool {
	return f.Class == Throttled || f.Class == Unreachable || f.Class == Ambiguous || f.Class == Unauthorized
}

// Ring says something once in the team's room on this platform. It is false where there is none.
func (b *Bell) Ring(ctx context.Context, m func(r intake.Room) intake.Message) (bool, error) {
	rooms, err := b.Rooms.Rooms(ctx)
	if err != nil || !b.Held() {
		return false, err
	}
	rung := false
	for _, r := range rooms {
		if r.Account.Platform() == b.Platform.Name() {
			if _, err := b.deliver(ctx, r, intake.Say, m(r)); err != nil {
				return rung, err
			}
			rung = true
		}
	}
	return rung, nil
}

func (b *Bell) deliver(ctx context.Context, r intake.Room, do intake.Doing, m intake.Message) (intake.MessageID, error) {
	return b.Platform.Deliver(ctx, Letter{Outgoing: intake.Outgoing{ID: rand.Text(), Account: r.Account, Do: do, Message: r.Bell, Body: m}, Target: r.Bell})
}

// complain logs a failure once, until all is well.
func (b *Bell) complain(err error) {
	if f := asFailure(err); f.Class != b.sour {
		b.sour = f.Class
		b.Log.Warn("the line in the team's room cannot be kept", "platform", b.Platform.Name(), "failure", f)
	}
}
