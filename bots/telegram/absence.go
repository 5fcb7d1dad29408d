package telegram

import (
	"context"
	"errors"
	"strconv"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// Telegram keeps messages for a day, but drops a press on a button after 150 s
// (tdlib/telegram-bot-api, Client.cpp). After a longer absence the people who were in the middle of
// something are asked their current question once more.
const (
	pressesKept   = 150 * time.Second
	midway        = time.Hour        // before the absence; who was silent for longer is not disturbed
	mostReturned  = 10_000           // people
	rememberEvery = 20 * time.Second // how exactly the last poll is known after a restart
	lastPollName  = "telegram.last-poll"
)

// absence is a time without polls, found at the start or after a long failure.
type absence struct {
	since time.Time // the last poll before; zero when nobody need be told
	seen  map[intake.Account]bool
	last  time.Time // the last successful poll of this process
	saved time.Time // what the store remembers
}

// absence looks up when the bot last polled.
func (b *Bot) absence(ctx context.Context) *absence {
	a := &absence{last: b.Now()}
	text, err := b.Settings.Setting(ctx, lastPollName)
	if err != nil {
		b.log.Warn("the last poll is not known; nobody is asked again", "error", err)
		return a
	}
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		a.found(time.Unix(seconds, 0), a.last)
	}
	return a
}

// found begins an absence where polls were too far apart.
func (a *absence) found(before, now time.Time) {
	if now.Sub(before) > pressesKept && !a.pending() {
		a.since, a.seen = before, map[intake.Account]bool{}
	}
}

// pending reports whether people wait to be told.
func (a *absence) pending() bool { return !a.since.IsZero() }

// met notes who did something since: they have a fresh question already. An update from before is
// one that was handled then and is only brought again, and what is done in a group asks for no
// question.
func (a *absence) met(e intake.Event) {
	if a.pending() && !e.Group && e.At.After(a.since) {
		a.seen[e.Account] = true
	}
}

// welcomeBack lets the desk ask everybody's current question again. Its events carry the time of
// the absence, so that a restart in the middle asks nobody twice.
func (b *Bot) welcomeBack(ctx context.Context, a *absence) {
	people, err := b.People.OpenAccounts(ctx, Name, a.since.Add(-midway), mostReturned)
	if err != nil {
		b.log.Warn("who was waiting is not known yet", "error", err)
		sleep(ctx, storePause)
		return
	}
	var tasks []bots.Task
	for _, who := range people {
		if a.seen[who] {
			continue
		}
		e := intake.Event{Account: who, Identity: identity("returned", who.ID(), strconv.FormatInt(a.since.Unix(), 10)),
			At: b.Now(), Did: intake.Returned{}}
		tasks = append(tasks, bots.Task{Person: string(who), ID: "returned", Do: func(ctx context.Context) error {
			_, err := b.Desk.Handle(ctx, e)
			return err
		}})
	}
	for _, err := range b.lanes.Run(ctx, tasks) {
		if err != nil && !errors.Is(err, bots.ErrPanicked) {
			b.log.Warn("not everybody is told yet", "error", err)
			sleep(ctx, storePause)
			return
		}
	}
	b.log.Info("back after an absence", "since", a.since, "asked_again", len(tasks))
	a.since, a.seen, a.saved = time.Time{}, nil, time.Time{}
}

// remember writes the time of the last poll down now and then; not while people wait to be told,
// so that a restart finds the absence again.
func (b *Bot) remember(ctx context.Context, a *absence) {
	now := b.Now()
	a.found(a.last, now)
	a.last = now
	if a.pending() || now.Sub(a.saved).Abs() < rememberEvery { // a clock that is set back must not stop it
		return
	}
	if err := b.Settings.SetSetting(ctx, lastPollName, strconv.FormatInt(now.Unix(), 10)); err != nil {
		b.log.Warn("the time of the last poll was not saved", "error", err)
		return
	}
	a.saved = now
}
