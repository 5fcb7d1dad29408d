package endtoend

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"claimline/bots"
	"claimline/bots/discord"
	fakediscord "claimline/bots/fakes/discord"
	faketelegram "claimline/bots/fakes/telegram"
	"claimline/bots/telegram"
)

// BenchmarkWholeTurn is a turn as a person has it, from the press of a button until the next question
// is seen: on both platforms in one run, so that the figures can be compared. The same presses go to
// the same desk; the bots keep to no pace, which would be measured instead.
func BenchmarkWholeTurn(b *testing.B) {
	figuresOn(b, func(b *testing.B, database func(testing.TB) string) {
		b.Run("telegram", func(b *testing.B) { pressing(b, textersAt(b, database)) })
		b.Run("discord", func(b *testing.B) { pressing(b, usersAt(b, database)) })
	})
}

// presses are buttons that every platform's chat carries, each with the beginning of what is seen next.
var presses = [][2]string{{"Start", "Your data, in short"}, {"I have read this", "For whom are you here"}, {"My child or children", "In which country"}}

// presser is somebody new to the bot: how they begin, press a button, and wait until a text is seen.
type presser struct {
	begin func() error
	press func(label string) error
	see   func(text string) error
}

// pressing measures presses. That people come and are greeted is outside of the measured time.
func pressing(b *testing.B, meet func(number int) presser) {
	var p presser
	for n := 0; b.Loop(); n++ {
		if n%len(presses) == 0 {
			b.StopTimer()
			p = meet(n)
			p.does(b, p.begin(), "This is the sign-up bot")
			b.StartTimer()
		}
		step := presses[n%len(presses)]
		p.does(b, p.press(step[0]), step[1])
	}
}

// does waits for what follows from something that was done.
func (p presser) does(b *testing.B, err error, next string) {
	if err == nil {
		err = p.see(next)
	}
	if err != nil {
		b.Fatal(err)
	}
}

func textersAt(b *testing.B, database func(testing.TB) string) func(number int) presser {
	at := faketelegram.Start(b, faketelegram.Options{Brief: true})
	desk, store := deskAndStore(b, database)
	bot, err := telegram.New(telegram.Config{Token: faketelegram.Token, API: at.URL(), Desk: desk, Vault: store.Vault(),
		Settings: store, People: store, Parking: store, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	work(b, bot, err, bots.NewDelivery(store, bot, slog.New(slog.DiscardHandler), time.Now))
	return func(number int) presser {
		p := at.Person(fmt.Sprint("parent ", number), faketelegram.Profile{Language: "en"})
		return presser{
			begin: func() error { _, err := p.Start(""); return err },
			press: func(label string) error { _, err := p.Press(label); return err },
			see: func(text string) error {
				return patiently(func(ctx context.Context) error { _, err := p.WaitFor(ctx, text); return err })
			},
		}
	}
}

func usersAt(b *testing.B, database func(testing.TB) string) func(number int) presser {
	at := fakediscord.Start(b, fakediscord.Options{Brief: true})
	desk, store := deskAndStore(b, database)
	desk.Pages = "https://claim.example.org/p/"
	bot, err := discord.New(discord.Config{Token: fakediscord.Token, API: at.URL(), Desk: desk, Vault: store.Vault(),
		Settings: store, People: store, Channels: store, Parking: store, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Texts: func(locale, key string) string { return desk.Words.To(locale, "discord."+key) }})
	work(b, bot, err, bots.NewDelivery(store, bot, slog.New(slog.DiscardHandler), time.Now))
	err = patiently(func(ctx context.Context) error {
		return at.Wait(ctx, func([]fakediscord.Entry) bool { return at.Connected() == 1 })
	})
	if err != nil {
		b.Fatal(err)
	}
	return func(number int) presser {
		p := at.Person(fmt.Sprint("parent ", number), fakediscord.Profile{Locale: "en-GB"})
		return presser{
			begin: func() error { _, err := p.Type("hello"); return err },
			press: func(label string) error { _, err := p.Press(label); return err },
			see: func(text string) error {
				return patiently(func(ctx context.Context) error { _, err := p.WaitFor(ctx, text); return err })
			},
		}
	}
}

// patiently waits for something, but not for ever.
func patiently(wait func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return wait(ctx)
}

// work lets a bot and its delivery run until the benchmark ends.
func work(b *testing.B, bot interface{ Run(context.Context) error }, err error, delivery *bots.Delivery) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{bot.Run, delivery.Run} {
		running.Go(func() {
			if err := run(ctx); err != nil {
				b.Error(err)
			}
		})
	}
	b.Cleanup(func() { cancel(); running.Wait() })
}
