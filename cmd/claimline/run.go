package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"claimline/bots"
	"claimline/bots/telegram"
	"claimline/intake"
)

// How often the program does what nobody asks it to.
const (
	statusesEvery = 3 * time.Second
	tidyEvery     = time.Minute
	leaseTTL      = 30 * time.Second // how long a process that died keeps the next one waiting
	stopWithin    = 10 * time.Second // for what is still to be said when the program is stopped

	// memoryOverTime collects garbage twice as often as Go does by itself: a turn costs little, and
	// the program shares a small machine with its database.
	memoryOverTime = 50
)

type runCmd struct{}

// Run serves until it is told to stop.
func (runCmd) Run(p *program) error {
	config, err := p.config()
	if err != nil {
		return err
	}
	if !config.TelegramBotToken.IsSet() {
		return usageError("there is nothing to run: set TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE, or try: claimline chat")
	}
	return p.serve(config)
}

// serve opens everything in order and runs it. When ctx ends polling stops first, then the turns
// that have begun come to their end, then what they say goes out.
func (p *program) serve(config Config) error {
	debug.SetGCPercent(memoryOverTime)
	log := logger(config, p.errs)
	began := p.now()
	s, err := open(p.ctx, config, config.register(), log, p.now)
	if err != nil {
		return err
	}
	defer s.close()
	health := newHealth(config.ListenAddr)
	defer health.close()
	if err := health.take(); inUse(err) {
		log.Warn("LISTEN_ADDR is in use; if another claimline answers there, this one waits until that has gone", "address", config.ListenAddr)
	} else if err != nil {
		return err
	}
	s.announce(health.address())
	leave, err := s.takeSeat()
	if err != nil {
		return err
	}
	defer leave()

	work, ctx := errgroup.WithContext(p.ctx)
	line, err := s.telegram()
	if err != nil {
		return err
	}
	work.Go(func() error { return line.run(ctx, health) })
	work.Go(func() error { return health.serve(ctx, s.readiness(line)) })
	work.Go(func() error { s.shelf.keepFresh(ctx, s.store, statusesEvery, log); return nil })
	work.Go(func() error { s.keepTidy(ctx, tidyEvery); return nil })
	log.Info("ready", "after", p.now().Sub(began).String())
	err = work.Wait()
	log.Info("stopped")
	return err
}

// announce says where everything is, and what a person should look at.
func (s *service) announce(address string) {
	s.log.Info("claimline "+version(), "register", s.store.Place(), "data", s.config.DataDir, "master_key", s.config.MasterKeyFile, "health", address)
	for _, id := range s.shelf.ids() {
		s.log.Info("campaign", "id", id, "status", string(s.shelf.status(id)))
	}
	if days := s.helpLinesAge(); days > mostHelpLineAge {
		s.log.Warn("help lines were not checked for a long time: call them, and set their day in intake/helplines.yaml",
			"oldest", s.words.OldestCheck(), "days", days)
	}
}

// mostHelpLineAge is how long a help line may go unchecked, in days.
const mostHelpLineAge = 90

// helpLinesAge is how many days ago the longest unchecked help line was checked.
func (s *service) helpLinesAge() int {
	checked, err := time.Parse(time.DateOnly, s.words.OldestCheck())
	if err != nil {
		return 0 // there are none
	}
	return int(s.now().Sub(checked).Hours() / 24)
}

// line is the connection with Telegram: one process at a time has it.
type line struct {
	bot      *telegram.Bot
	delivery *bots.Delivery
	tenure   *bots.Tenure
	commands []intake.CommandName
	log      *slog.Logger
}

// telegram makes the line, and the desk at its near end.
func (s *service) telegram() (*line, error) {
	l := &line{log: s.log, commands: s.words.Commands(), tenure: &bots.Tenure{Leases: s.store.Leases(s.holder), Name: telegram.Name, TTL: leaseTTL, Log: s.log}}
	s.hire(false, l.links)
	var err error
	l.bot, err = telegram.New(telegram.Config{
		Token: telegram.Token(s.config.TelegramBotToken.Reveal()), API: s.config.TelegramAPIURL,
		Desk: s.desk, Vault: s.store.Vault(), Settings: s.store, People: s.store, Parking: s.store,
		Log: s.log, Now: s.now, Held: l.tenure.Held, Limits: telegram.Published(), FileLimit: intake.MaxFileBytes,
	})
	if err != nil {
		return nil, err
	}
	l.delivery = bots.NewDelivery(s.store, l.bot, s.log, s.now)
	return l, nil
}

// links holds the beginning of a deep link to the bot.
func (l *line) links(platform string) string {
	if platform != telegram.Name {
		return ""
	}
	return l.bot.DeepLink()
}

// run talks with Telegram while this process holds the lease, until ctx ends. Who may talk must be
// able to say how it goes: where some other program keeps the address for that, it ends.
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

// setCommands puts the commands into the bot's menu, once a start. A Telegram that is away is
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
