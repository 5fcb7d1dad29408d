package telegram

import (
	"context"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// What somebody of the team sees at their desk is not kept: it is brought to them on the spot, or
// they ask for it again. It keeps the limits, and comes once or not at all.
const (
	deskWithin   = 10 * time.Second // from the turn to the last attempt
	deskAttempts = 5
	desksAtOnce  = 32
	desksWaiting = 256
)

// serve brings the team's desk to the chat where it was asked for, behind what was brought there
// before. Of several changes to one message that wait, only the last is made.
func (b *Bot) serve(ctx context.Context, a arrival, m intake.Message) {
	pressed, _ := a.event.Did.(intake.Pressed)
	over := pressed.Message
	if !becomes(m) || b.movedTo(a.chat) != a.chat {
		over = ""
	}
	place := a.chat + "/" + string(over)
	nth := b.served.Add(1)
	b.latest.Set(place, nth)
	ctx, cancel := context.WithTimeout(ctx, deskWithin)
	show := func(ctx context.Context) error {
		if last, ok := b.latest.Get(place); ok && last != nth && over != "" {
			return nil
		}
		return b.show(ctx, b.movedTo(a.chat), over, m)
	}
	b.asides.Add(1)
	shown := func(err error) {
		if err != nil {
			b.log.Info("a desk was not shown", "failure", err)
		}
		cancel()
		b.asides.Done()
	}
	if err := b.desks.Begin(ctx, bots.Task{Person: a.chat, ID: "desk", Do: show}, shown); err != nil {
		shown(err)
	}
}

// becomes reports whether a message that was pressed can become this one. A file needs a message of
// its own, a long text several, and what must not be forwarded one that was sent so.
func becomes(m intake.Message) bool {
	return m.File == nil && !m.Protect && len(split(m.Text, mostText)) <= 1
}

// show changes a message, or says a new one where there is none that can be changed: it was
// deleted, is the words under a picture, or is in a group that became a supergroup, where its number
// is another message's.
func (b *Bot) show(ctx context.Context, chat string, over intake.MessageID, m intake.Message) error {
	if over != "" {
		r, err := edit(bots.Letter{Outgoing: intake.Outgoing{Do: intake.Edit, Body: m}, Target: over}, chat)
		if err != nil {
			return &bots.Failure{Class: bots.Rejected, Doing: "desk", Note: err.Error()}
		}
		f := b.insist(ctx, r)
		if f == nil || f.Class == bots.Unchanged {
			return nil
		}
		if f.Class != bots.Stale && f.Class != bots.Moved && f.Note != noteCaption {
			return f
		}
	}
	requests, err := say(m, b.movedTo(chat))
	if err != nil {
		return &bots.Failure{Class: bots.Rejected, Doing: "desk", Note: err.Error()}
	}
	for _, r := range requests {
		if f := b.insist(ctx, r); f != nil {
			return f
		}
	}
	return nil
}

// insist makes a call a few times, as long as it has certainly not been done; a change may be made
// twice. It returns nil when it was.
func (b *Bot) insist(ctx context.Context, r request) *bots.Failure {
	var trouble bots.Pauses
	for attempt := 1; ; attempt++ {
		_, err := b.send(ctx, r)
		if err == nil {
			return nil
		}
		f := failureOf(err)
		if attempt == deskAttempts || !r.again(f) || ctx.Err() != nil {
			return f
		}
		switch f.Class {
		case bots.Moved:
			r.params["chat_id"] = f.To
		case bots.Throttled: // the gate stays shut for as long as was asked
		default:
			sleep(ctx, trouble.Next())
		}
	}
}

// again reports whether a call that failed may be made once more.
func (r request) again(f *bots.Failure) bool {
	switch f.Class {
	case bots.Throttled, bots.Unreachable:
		return f.Wait < deskWithin
	case bots.Ambiguous:
		return r.params["message_id"] != ""
	case bots.Moved:
		return f.To != "" && r.params["message_id"] == ""
	}
	return false
}
