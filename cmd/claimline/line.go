package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"claimline/bots"
	"claimline/bots/discord"
	"claimline/bots/telegram"
	"claimline/intake"
)

// bot is this program at one platform.
type bot interface {
	bots.Platform
	// Run talks with the platform until ctx ends.
	Run(ctx context.Context) error
	// SetCommands puts the commands into the platform's menu, for clients of each language, and for
	// all others those of a fallback.
	SetCommands(ctx context.Context, commands []intake.CommandName, fallback string) error
	// LastHeard is when the platform last said anything; the zero time when it has not yet.
	LastHeard() time.Time
}

// line is the connection with one platform: one process at a time has it.
type line struct {
	title    string // the platform's, as people write it
	bot      bot
	delivery *bots.Delivery
	tenure   *bots.Tenure
	bell     *bots.Bell
	commands []intake.CommandName
	log      *slog.Logger
}

// connect makes a line to every platform that a token is there for, and the desk at their near end.
func (s *service) connect() ([]*line, error) {
	var deepLink func() string
	err := s.hire(false, func(platform string) string {
		if platform != telegram.Name || deepLink == nil {
			return ""
		}
		return deepLink()
	})
	if err != nil {
		return nil, err
	}
	onTelegram, onDiscord := pace()
	var lines []*line
	if s.config.TelegramBotToken.IsSet() {
		tenure := s.tenure(telegram.Name)
		b, err := telegram.New(telegram.Config{
			Token: telegram.Token(s.config.TelegramBotToken.Reveal()), API: s.config.TelegramAPIURL,
			Desk: s.desk, Vault: s.store.Vault(), Settings: s.store, People: s.store, Parking: s.store,
			Log: s.log, Now: s.now, Held: tenure.Held, Limits: onTelegram, FileLimit: intake.MaxFileBytes,
		})
		if err != nil {
			return nil, err
		}
		deepLink = b.DeepLink
		lines = append(lines, s.line("Telegram", b, tenure))
	}
	if s.config.DiscordBotToken.IsSet() {
		tenure := s.tenure(discord.Name)
		b, err := discord.New(discord.Config{
			Token: discord.Token(s.config.DiscordBotToken.Reveal()), API: s.config.DiscordAPIURL,
			Desk: s.desk, Vault: s.store.Vault(), Settings: s.store, People: s.store, Parking: s.store,
			Channels: s.store, Log: s.log, Now: s.now, Held: tenure.Held, Limits: onDiscord, FileLimit: intake.MaxFileBytes,
			Team:  s.team.Commands(),
			Texts: func(locale, key string) string { return s.words.To(locale, "discord."+key) },
		})
		if err != nil {
			return nil, err
		}
		lines = append(lines, s.line("Discord", b, tenure))
	}
	return lines, nil
}

func (s *service) tenure(platform string) *bots.Tenure {
	return &bots.Tenure{Leases: s.store.Leases(s.holder), Name: platform, TTL: leaseTTL, Log: s.log}
}

func (s *service) line(title string, b bot, tenure *bots.Tenure) *line {
	bell := &bots.Bell{Rooms: s.store, Platform: b, Line: s.roomLine, Held: tenure.Held, Log: s.log, Every: bellEvery}
	s.bells = append(s.bells, bell)
	return &line{title: title, bot: b, bell: bell, delivery: bots.NewDelivery(s.store, b, s.log, s.now), tenure: tenure,
		commands: s.words.Commands(), log: s.log.With("platform", b.Name())}
}

// run talks with the platform while this process holds the lease, until ctx ends. Who may talk must
// be able to say how it goes: where some other program keeps the address for that, it ends.
func (l *line) run(ctx context.Context, health *health) error {
	return l.tenure.Run(ctx, func(ctx context.Context) error {
		if err := health.takeSoon(ctx); err != nil {
			return err
		}
		sending, stop := context.WithCancel(context.WithoutCancel(ctx))
		defer stop()
		var delivering errgroup.Group
		delivering.Go(func() error { return l.delivery.Run(sending) })
		delivering.Go(func() error { l.setCommands(sending); return nil })
		delivering.Go(func() error { return l.bell.Run(sending) })
		err := l.bot.Run(ctx)
		stop()
		if err := delivering.Wait(); err != nil {
			return fmt.Errorf("deliver: %w", err)
		}
		if l.tenure.Held() {
			l.flush(ctx)
		}
		return err
	})
}

// setCommands puts the commands into the bot's menu, once a start. A platform that is away is
// asked again; the menu it had stays meanwhile.
func (l *line) setCommands(ctx context.Context) {
	for ctx.Err() == nil {
		err := l.bot.SetCommands(ctx, l.commands, "en")
		if err == nil {
			return
		}
		l.log.Info("command menu not set yet", "failure", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Minute):
		}
	}
}

// flush sends what the last turns had to say. What does not go out in time is sent by the next process.
func (l *line) flush(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := l.delivery.Flush(ctx); err != nil {
		l.log.Warn("not everything was sent; the next start sends it", "error", err)
	}
}

// waits finds what keeps the platform from serving people.
func (l *line) waits(ctx context.Context, s *service) []string {
	var wrong []string
	since, err := s.store.WaitingSince(ctx, l.bot.Name(), s.now())
	switch {
	case err != nil:
		l.log.Warn("the store does not answer", "error", err)
		wrong = append(wrong, "the store does not answer")
	case !since.IsZero() && s.now().Sub(since) > mostWaiting:
		wrong = append(wrong, fmt.Sprintf("messages to %s have been waiting since %s", l.title, since.UTC().Format(time.RFC3339)))
	}
	switch heard := l.bot.LastHeard(); {
	case !l.tenure.Held():
		wrong = append(wrong, fmt.Sprintf("another process talks with %s; this one waits", l.title))
	case heard.IsZero():
		wrong = append(wrong, l.title+" has not answered yet")
	case s.now().Sub(heard) > mostSilence:
		wrong = append(wrong, fmt.Sprintf("%s has not answered since %s", l.title, heard.UTC().Format(time.RFC3339)))
	}
	return wrong
}
