// Command bare is the least that a bot can do which loses nothing: for each thing that a person does
// one transaction (the event noted, the conversation locked, its state written, a message queued), one
// send, and one mark that it was sent. It seals nothing, knows no rules, keeps no audit, and asks
// everybody the same question. What claimline takes longer than this is what its promises cost.
//
//	DATABASE_URL=… TELEGRAM_API_URL=… TELEGRAM_BOT_TOKEN=… bare gorm|pgx
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// As claimline has it.
const (
	connections = 32
	turnsAtOnce = 32
	sendsAtOnce = 64
	pollSeconds = 25
)

// done is one thing that a person did.
type done struct {
	identity string
	chat     int64
	what     string
}

// letter is a message on its way.
type letter struct {
	id     string
	chat   int64
	text   string
	button string
}

// store is the transaction and the mark.
type store interface {
	turn(ctx context.Context, d done) (l letter, fresh bool, err error)
	sent(ctx context.Context, id string, message int) error
}

var (
	_ store = (*throughGORM)(nil)
	_ store = (*throughPgx)(nil)
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 || args[0] != "gorm" && args[0] != "pgx" {
		return fmt.Errorf("usage: bare gorm|pgx")
	}
	var s store
	var err error
	if args[0] == "gorm" {
		s, err = openGORM(ctx, os.Getenv("DATABASE_URL"))
	} else {
		s, err = openPgx(ctx, os.Getenv("DATABASE_URL"))
	}
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: sendsAtOnce}}
	api, err := tgbotapi.NewBotAPIWithClient(os.Getenv("TELEGRAM_BOT_TOKEN"), os.Getenv("TELEGRAM_API_URL")+"/bot%s/%s", client)
	if err != nil {
		return err
	}
	b := &bot{api: api, store: s, turns: make(chan struct{}, turnsAtOnce), sends: make(chan struct{}, sendsAtOnce)}
	return b.run(ctx)
}

type bot struct {
	api   *tgbotapi.BotAPI
	store store
	turns chan struct{} // room for them
	sends chan struct{}
	under sync.WaitGroup // sends
}

// run polls until ctx ends. An update is confirmed when its turn is committed.
func (b *bot) run(ctx context.Context) error {
	defer b.under.Wait()
	poll := tgbotapi.UpdateConfig{Timeout: pollSeconds, AllowedUpdates: []string{"message", "callback_query"}}
	for ctx.Err() == nil {
		updates, err := b.poll(ctx, poll)
		if err != nil {
			return err
		}
		var all sync.WaitGroup
		failed := make(chan error, len(updates))
		for _, u := range updates {
			b.turns <- struct{}{}
			all.Go(func() {
				defer func() { <-b.turns }()
				if err := b.turn(u); err != nil {
					failed <- err
				}
			})
			poll.Offset = u.UpdateID + 1
		}
		all.Wait()
		close(failed)
		if err := <-failed; err != nil {
			return err
		}
	}
	return nil
}

// poll asks for updates; the library knows no context, so whoever stops does not wait for it.
func (b *bot) poll(ctx context.Context, poll tgbotapi.UpdateConfig) ([]tgbotapi.Update, error) {
	type answer struct {
		updates []tgbotapi.Update
		err     error
	}
	answered := make(chan answer, 1)
	go func() {
		updates, err := b.api.GetUpdates(poll)
		answered <- answer{updates, err}
	}()
	select {
	case a := <-answered:
		return a.updates, a.err
	case <-ctx.Done():
		return nil, nil
	}
}

func (b *bot) turn(u tgbotapi.Update) error {
	d, ok := read(u)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	l, fresh, err := b.store.turn(ctx, d)
	if err != nil || !fresh {
		return err
	}
	b.sends <- struct{}{}
	b.under.Go(func() {
		defer func() { <-b.sends }()
		if err := b.send(l); err != nil {
			fmt.Fprintln(os.Stderr, "bare:", err)
		}
	})
	return nil
}

func read(u tgbotapi.Update) (done, bool) {
	switch {
	case u.Message != nil:
		return done{fmt.Sprint("message ", u.Message.Chat.ID, " ", u.Message.MessageID), u.Message.Chat.ID, u.Message.Text}, true
	case u.CallbackQuery != nil:
		return done{"press " + u.CallbackQuery.ID, u.CallbackQuery.From.ID, u.CallbackQuery.Data}, true
	}
	return done{}, false
}

func (b *bot) send(l letter) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	m := tgbotapi.NewMessage(l.chat, l.text)
	m.ReplyMarkup = tgbotapi.NewInlineKeyboardMarkup(tgbotapi.NewInlineKeyboardRow(tgbotapi.NewInlineKeyboardButtonData(l.button, l.button)))
	message, err := b.api.Send(m)
	if err != nil {
		return fmt.Errorf("sending %s: %w", l.id, err)
	}
	return b.store.sent(ctx, l.id, message.MessageID)
}

// state is what a conversation remembers: what was said so far.
type state struct {
	Said []string `json:"said"`
}

// The question that is asked again and again is as long as claimline's are.
const (
	question = "Part 2 of 4, about 4 minutes left\nWhat comes next? Press the button, or write something."
	answer   = "Go on"
)

// next is the pure part of a turn.
func next(kept []byte, what string) ([]byte, error) {
	var s state
	if kept != nil {
		if err := json.Unmarshal(kept, &s); err != nil {
			return nil, err
		}
	}
	s.Said = append(s.Said, what)
	return json.Marshal(s)
}
