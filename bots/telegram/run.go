package telegram

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"claimline/bots"
)

// How updates are asked for.
const (
	pollTimeout  = 25 * time.Second // how long Telegram holds an empty answer back
	pollMost     = 100
	leaveTimeout = 3 * time.Second
	turnTimeout  = 30 * time.Second
	storePause   = 2 * time.Second // at most, so that a call for help is heard while the store is down
	refusedPause = time.Minute     // between tries of a token that was refused
)

// The kinds of update that mean something here. Telegram keeps back all others.
const allowedUpdates = `["message","edited_message","callback_query","my_chat_member"]`

// Run asks for updates and handles them until ctx ends, then lets the turns that have begun finish.
// It returns nil; a Telegram that is away or refuses is waited for and logged.
func (b *Bot) Run(ctx context.Context) error {
	defer b.asides.Wait()
	defer b.alarm.Wait()
	p := &poller{Bot: b}
	defer p.leave(ctx)
	if !p.introduce(ctx) {
		return nil
	}
	absence := b.absence(ctx)
	for ctx.Err() == nil {
		batch, err := p.ask(ctx, absence)
		if err != nil {
			p.wait(ctx, failureOf(err))
			continue
		}
		p.answered()
		p.handle(ctx, batch, absence)
		if len(batch) == 0 && absence.pending() {
			b.welcomeBack(ctx, absence)
		}
		b.remember(ctx, absence)
	}
	return nil
}

// poller is what the loop remembers between two polls.
type poller struct {
	*Bot
	offset  int64 // confirms everything before; 0 when nothing is left to confirm
	asked   int64 // the offset of the last poll that went out
	most    int   // updates in the next answer; 0 for pollMost
	trouble bots.Pauses
	said    bots.Class // the failure that was logged last, so that an episode is logged once

	store     bots.Pauses // between attempts to store what was received
	stuckSaid bool
}

// introduce asks Telegram who the bot is, until it answers.
func (p *poller) introduce(ctx context.Context) bool {
	for ctx.Err() == nil {
		result, err := p.client.call(ctx, request{method: "getMe"})
		var me user
		if err == nil && json.Unmarshal(result, &me) == nil {
			p.username.Store(&me.Username)
			p.answered()
			return true
		}
		p.wait(ctx, failureOf(err))
	}
	return false
}

// ask polls once. The offset is sent only while there is something to confirm: an offset kept for
// longer would hide the updates that come after Telegram has restarted its numbers, which it does
// after a quiet week.
func (p *poller) ask(ctx context.Context, absence *absence) ([]json.RawMessage, error) {
	timeout := pollTimeout
	if absence.pending() { // first everything that has waited, then the people are told
		timeout = 0
	}
	most := p.most
	if most == 0 {
		most = pollMost
	}
	params := tgbotapi.Params{"timeout": strconv.Itoa(int(timeout / time.Second)), "limit": strconv.Itoa(most), "allowed_updates": allowedUpdates}
	params.AddNonZero64("offset", p.offset)
	// Polls are no messages: behind those of sixty chats they would wait for seconds.
	if err := p.client.gate.Open(ctx, ""); err != nil {
		return nil, err
	}
	r := request{method: "getUpdates", params: params}
	result, seen, err := p.client.raw(ctx, timeout+callTimeout/2, r)
	if seen.written {
		p.asked = p.offset
	}
	if err != nil {
		f := p.client.failed(r, seen, err)
		if f.Class == bots.Ambiguous && ctx.Err() == nil {
			p.garbled(ctx, seen)
		}
		return nil, f
	}
	p.most = 0
	var batch []json.RawMessage
	if err := json.Unmarshal(result, &batch); err != nil {
		return nil, &bots.Failure{Class: bots.Unreachable, Doing: "getUpdates", Note: "the answer is no list"}
	}
	if len(batch) == 0 {
		p.offset = 0
	}
	p.polled.Store(p.Now().Unix())
	return batch, nil
}

// leave confirms what was handled since the last poll, so that the next process is not brought it again.
func (p *poller) leave(ctx context.Context) {
	if p.offset == p.asked {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTimeout)
	defer cancel()
	params := tgbotapi.Params{"timeout": "0", "limit": "1", "offset": strconv.FormatInt(p.offset, 10)}
	if _, err := p.client.call(ctx, request{method: "getUpdates", params: params}); err != nil {
		p.log.Info("what was handled last will be brought once more", "failure", err)
	}
}

// answered notes that all is well.
func (p *poller) answered() {
	if p.said != "" {
		p.log.Info("Telegram answers again")
	}
	p.said = ""
	p.trouble.Reset()
}

// wait says once what is wrong and pauses: as long as Telegram asks, else longer each time.
func (p *poller) wait(ctx context.Context, f *bots.Failure) {
	if ctx.Err() != nil {
		return
	}
	pause := max(p.trouble.Next(), f.Wait)
	switch f.Class {
	case bots.Unauthorized:
		pause = refusedPause
	case bots.Conflict:
		pause = max(pause, 2*time.Second)
	}
	if p.said != f.Class {
		p.said = f.Class
		p.log.Warn(saying(f.Class), "failure", f)
	}
	sleep(ctx, pause)
}

func saying(c bots.Class) string {
	switch c {
	case bots.Unauthorized:
		return "Telegram refuses the token; nothing is received until it is accepted"
	case bots.Conflict:
		return "somebody else receives this bot's updates, or a webhook is set; waiting"
	case bots.Throttled:
		return "Telegram asks for a pause"
	}
	return "Telegram does not answer; trying again"
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
