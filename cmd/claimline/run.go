package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"claimline/intake"
)

// How often the program does what nobody asks it to.
const (
	statusesEvery = 3 * time.Second
	tidyEvery     = time.Minute
	bellEvery     = time.Minute      // how often the line in the team's room may change
	leaseTTL      = 30 * time.Second // how long a process that died keeps the next one waiting
	stopWithin    = 10 * time.Second // for what is still to be said when the program is stopped

	// A turn makes much garbage and keeps little, so that collecting it as often as Go does by itself
	// takes as long as the turn: garbage may grow to four times what is kept. The program shares a small
	// machine with its database: near this many bytes it is collected more often.
	garbage    = 400 // percent
	memoryGoal = 96 << 20
)

type runCmd struct{}

// Run serves until it is told to stop.
func (runCmd) Run(p *program) error {
	config, err := p.config()
	if err != nil {
		return err
	}
	if !config.hasBot() {
		return usageError("there is nothing to run: set TELEGRAM_BOT_TOKEN or TELEGRAM_BOT_TOKEN_FILE, or DISCORD_BOT_TOKEN, or try: claimline chat")
	}
	return p.serve(config)
}

// serve opens everything in order and runs it. When ctx ends polling stops first, then the turns
// that have begun come to their end, then what they say goes out.
func (p *program) serve(config Config) error {
	debug.SetGCPercent(garbage)
	debug.SetMemoryLimit(memoryGoal)
	defer profile()()
	log := logger(config, p.errs)
	began := p.now()
	var s *service
	err := outlast(p.ctx, log, startPatience, knockEvery, func() (err error) {
		s, err = open(p.ctx, config, config.register(), log, p.now)
		return err
	})
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
	lines, err := s.connect()
	if err != nil {
		return err
	}
	s.board.ring = s.ring
	if err := outlast(ctx, log, startPatience, knockEvery, func() error { return p.callTeam(ctx, s) }); err != nil {
		return err
	}
	for _, l := range lines {
		work.Go(func() error { return l.run(ctx, health) })
	}
	work.Go(func() error { return health.serve(ctx, s.readiness(lines), s.page()) })
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
	if s.config.PublicURL == "" {
		s.log.Warn("PUBLIC_URL is not set: what a campaign asks on the private page alone is left out")
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

// callTeam prints a code for the first admin where there is none, and says who is missing for what
// the campaigns may bring up. The code is for whoever sits before this machine, and goes to no log. To
// call twice does no harm.
func (p *program) callTeam(ctx context.Context, s *service) error {
	if err := s.chooseRooms(ctx); err != nil {
		return err
	}
	var code string
	var team []*intake.Member
	err := s.store.InTx(ctx, func(tx intake.Tx) (err error) {
		if err := s.team.Appoint(tx, s.config.admins()); err != nil {
			return err
		}
		if team, err = tx.Team(); err != nil {
			return err
		}
		code, err = s.team.FirstCode(tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("call the team: %w", err)
	}
	if code != "" {
		p.say("There is no admin yet. Whoever sends this to the bot in a private chat within a day becomes the first: /admin %s", code)
	}
	s.onCall.Store(safeguarded(team))
	if !s.onCall.Load() {
		s.log.Warn("nobody is on call for safeguarding: families in danger see numbers to call, and nobody of the team is told")
	}
	return nil
}

func safeguarded(team []*intake.Member) bool {
	return slices.ContainsFunc(team, func(m *intake.Member) bool { return m.Has(intake.Safeguarding) })
}

// chooseRooms takes the team's rooms from the configuration where nobody has chosen one in the chat.
func (s *service) chooseRooms(ctx context.Context) error {
	there, err := s.store.Rooms(ctx)
	if err != nil {
		return err
	}
	for _, room := range s.config.rooms() {
		if slices.ContainsFunc(there, func(r intake.Room) bool { return r.Account.Platform() == room.Platform() }) {
			continue
		}
		lang := ""
		if c, _, ok := s.shelf.find(""); ok {
			lang = c.Languages[0]
		}
		if err := s.store.SetBell(ctx, intake.Room{Account: room, Language: lang}); err != nil {
			return err
		}
	}
	return nil
}
