package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"claimline/bots"
	"claimline/intake"
)

// private is a person's private channel. Discord opens about one a second for a bot, so the store keeps
// which they are: a process that starts anew reaches those who wait for it at once.
type private struct {
	id   string
	kept bool // in the store
	told bool // by the store, not by Discord: it may be what another bot had
}

// channel opens a person's private channel, or remembers it. Where it is urgent nothing waits for the store.
func (b *Bot) channel(ctx context.Context, person string, urgent bool) (string, error) {
	if id, ok := strings.CutPrefix(person, channelMark); ok { // of a server: it is there
		return id, nil
	}
	if p, ok := b.channels.Get(person); ok {
		return p.id, nil
	}
	if !urgent {
		id, err := b.Channels.Channel(ctx, account(person))
		if err != nil {
			b.log.Warn("where somebody is reached is asked of Discord", "error", err)
		} else if id != "" {
			b.channels.Set(person, private{id, true, true})
			return id, nil
		}
	}
	return b.open(ctx, person, urgent)
}

// open asks Discord for a person's private channel.
func (b *Bot) open(ctx context.Context, person string, urgent bool) (string, error) {
	r := request{doing: "open direct messages", method: http.MethodPost, path: "/users/@me/channels", bucket: "open",
		body: map[string]string{"recipient_id": person}, urgent: urgent}
	result, err := b.rest.do(ctx, r)
	if err != nil {
		return "", err
	}
	var opened struct {
		ID snowflake `json:"id"`
	}
	if json.Unmarshal(result, &opened) != nil || opened.ID == "" {
		return "", &bots.Failure{Class: bots.Unreachable, Doing: r.doing, Note: "the answer has no channel"}
	}
	b.met(person, string(opened.ID))
	return string(opened.ID), nil
}

// met notes where Discord itself has said that somebody is reached.
func (b *Bot) met(person, channel string) {
	was, _ := b.channels.Get(person)
	b.channels.Set(person, private{id: channel, kept: was.kept && was.id == channel})
}

// keep puts a channel into the store that a message went to, so that somebody is on file.
func (b *Bot) keep(ctx context.Context, who intake.Account, channel string) {
	p, ok := b.channels.Get(who.ID())
	if !ok || p.kept || p.id != channel {
		return
	}
	if err := b.Channels.SetChannel(ctx, who, channel); err != nil {
		b.log.Warn("where somebody is reached was not kept", "error", err)
		return
	}
	p.kept, p.told = true, false
	b.channels.Set(who.ID(), p)
}

// misled reports whether nobody can be written to in a channel because it is not this bot's, and then
// forgets it.
func (b *Bot) misled(who intake.Account, f *bots.Failure) bool {
	p, _ := b.channels.Get(who.ID())
	if !p.told || f.Class != bots.Gone || cannotBeWritten(f) {
		return false
	}
	b.channels.Forget(who.ID())
	return true
}
