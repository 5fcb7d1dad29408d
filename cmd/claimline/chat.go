package main

import (
	"crypto/rand"
	"path/filepath"
	"strings"

	"claimline/bots/terminal"
)

// startCmd is the program without a command.
type startCmd struct{}

// Run runs what is configured; with no bot it opens the practice chat.
func (startCmd) Run(p *program) error {
	config, err := p.config()
	if err != nil {
		return err
	}
	if config.hasBot() {
		return p.serve(config)
	}
	p.say("No bot token is set (TELEGRAM_BOT_TOKEN, DISCORD_BOT_TOKEN), so this is a practice chat. claimline --help tells the rest.")
	return p.practise(config)
}

type chatCmd struct{}

// Run opens the practice chat.
func (chatCmd) Run(p *program) error {
	config, err := p.config()
	if err != nil {
		return err
	}
	return p.practise(config)
}

// practise talks in this terminal. The log keeps to errors, so that it does not talk along: nobody
// needs a copy of the practice store's key.
func (p *program) practise(config Config) error {
	if config.LogLevel == "info" {
		config.LogLevel = "error"
	}
	at := config.practice()
	s, err := open(p.ctx, config, at, logger(config, p.errs), p.now)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.hire(true, nil); err != nil {
		return err
	}
	s.tidy(p.ctx) // what was not sent in time is erased here too
	received := filepath.Join(config.DataDir, "received")
	p.say("Everything said here is practice data: sealed in %s, files you are handed lie in %s.", strings.TrimPrefix(at.URL, "sqlite:"), received)
	chat := &terminal.Terminal{
		Desk: s.desk, Outbox: s.store, Vault: s.store.Vault(), In: p.in, Out: p.out, Live: isTerminal(p.in) && isTerminal(p.out),
		Received: received, Locale: p.locale(), Session: rand.Text(), Now: p.now, Log: s.log,
	}
	return chat.Run(p.ctx)
}

// locale is the language that the person's own machine speaks, as POSIX says it: nl_NL.UTF-8.
func (p *program) locale() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		value, _ := p.look(name)
		value, _, _ = strings.Cut(value, ".")
		value, _, _ = strings.Cut(value, "@")
		if value != "" && value != "C" && value != "POSIX" {
			return strings.ReplaceAll(value, "_", "-")
		}
	}
	return ""
}
