package discord

import (
	"context"
	"encoding/json"
	"strings"

	"claimline/bots"
	"claimline/intake"
)

// Deliver implements bots.Platform. Where a person has closed their direct messages, it shows them
// what there is to say in answer to what they pressed last.
func (b *Bot) Deliver(ctx context.Context, l bots.Letter) (intake.MessageID, error) {
	switch {
	case l.Do == intake.Fetch:
		return "", b.fetch(ctx, l)
	case strings.HasPrefix(string(l.Target), theirs):
		return "", &bots.Failure{Class: bots.Unchanged, Doing: "delete message"} // nobody but the person can
	}
	room, _ := b.rooms.Get(l.Account)
	if room.hidden(b.Now()) || strings.HasPrefix(string(l.Target), shown) {
		return b.show(ctx, room, l)
	}
	id, err := b.write(ctx, l)
	if err == nil {
		b.tellWhere(ctx, room, l, id)
		return id, nil
	}
	if f := failureOf(err); cannotBeWritten(f) && room != nil {
		room.hide(true)
		return b.show(ctx, room, l)
	}
	return "", err
}

// write makes the calls of a letter in the person's private channel. A text in several parts goes
// on where it stopped.
func (b *Bot) write(ctx context.Context, l bots.Letter) (intake.MessageID, error) {
	channel, err := b.channel(ctx, l.Account.ID(), false)
	if err != nil {
		return "", err
	}
	id, err := b.writeTo(ctx, channel, l)
	if err != nil && b.misled(l.Account, failureOf(err)) {
		if channel, err = b.open(ctx, l.Account.ID(), false); err == nil {
			id, err = b.writeTo(ctx, channel, l)
		}
	}
	if err == nil {
		b.keep(ctx, l.Account, channel)
	}
	return id, err
}

func (b *Bot) writeTo(ctx context.Context, channel string, l bots.Letter) (intake.MessageID, error) {
	requests, err := outbound(l, channel, b.labels(l.Account))
	if err != nil {
		return "", &bots.Failure{Class: bots.Rejected, Doing: string(l.Do), Note: err.Error()}
	}
	sent, _ := b.parts.Get(l.ID)
	var id intake.MessageID
	for i, r := range requests {
		if i < min(sent, len(requests)-1) {
			continue
		}
		if id, err = b.push(ctx, r); err != nil {
			return "", b.closer(l, err)
		}
		if len(requests) > 1 {
			b.parts.Set(l.ID, i+1)
		}
	}
	b.parts.Forget(l.ID)
	if id == "" { // a message that was deleted
		id = l.Target
	}
	return id, nil
}

// closer looks at a failure again: a change to a message of a channel that is gone is too late, and
// says nothing about the person.
func (b *Bot) closer(l bots.Letter, err error) error {
	if f := failureOf(err); f.Class == bots.Gone && l.Do != intake.Say && !cannotBeWritten(f) {
		f.Class = bots.Stale
	}
	return err
}

// push makes one call and returns the id of the message that came of it.
func (b *Bot) push(ctx context.Context, r request) (intake.MessageID, error) {
	result, err := b.rest.do(ctx, r)
	if err != nil {
		return "", err
	}
	var sent struct {
		ID snowflake `json:"id"`
	}
	if len(result) == 0 || json.Unmarshal(result, &sent) != nil {
		return "", nil
	}
	return intake.MessageID(sent.ID), nil
}

// cry sends the help text past all queues and limits: to a press as its answer, else into the chat.
func (b *Bot) cry(ctx context.Context, e intake.Event, m intake.Message) error {
	if c, ok := b.calls.Get(e.Identity); ok && c.urgent {
		body := &saying{Mentions: nobody, Flags: flagNoEmbeds | flagEphemeral}
		if parts := split(m.Text, mostText); len(parts) > 0 {
			body.Content = &parts[0]
		}
		if rows := components(m, b.labels(e.Account)); len(rows) > 0 {
			body.Components = &rows
		}
		err := b.answer(ctx, c, answerMessage, body)
		if err == nil || failureOf(err).Class != bots.Stale {
			return err
		}
	}
	channel, err := b.channel(ctx, e.Account.ID(), true)
	if err != nil {
		return err
	}
	requests, err := say(m, channel, "help "+e.Identity, b.labels(e.Account))
	if err != nil {
		return &bots.Failure{Class: bots.Rejected, Doing: "danger"}
	}
	for _, r := range requests {
		r.urgent = true
		if _, err := b.push(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
