package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"claimline/intake/campaign"
)

type doctorCmd struct{}

// Run looks at everything that a start would look at, changes nothing, and says of each thing that
// is missing what happens meanwhile.
func (doctorCmd) Run(p *program) error {
	config, err := p.config()
	if err != nil {
		return err
	}
	d := doctor{program: p, config: config}
	d.telegram()
	d.register()
	d.address()
	if d.broken > 0 {
		return fmt.Errorf("%d things would stop the program from working", d.broken)
	}
	return nil
}

type doctor struct {
	*program
	config Config
	broken int
}

func (d *doctor) fine(format string, args ...any)    { d.say("  ok       "+format, args...) }
func (d *doctor) missing(format string, args ...any) { d.say("  missing  "+format, args...) }

func (d *doctor) wrong(format string, args ...any) {
	d.broken++
	d.say("  wrong    "+format, args...)
}

func (d *doctor) telegram() {
	if !d.config.TelegramBotToken.IsSet() {
		d.missing("no bot token (TELEGRAM_BOT_TOKEN). Meanwhile: claimline opens a practice chat, and nobody can register.")
		return
	}
	d.fine("Telegram has a token; calls go to %s", redacted(d.config.TelegramAPIURL))
}

// redacted leaves a password out of an address.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that cannot be read"
	}
	return u.Redacted()
}

func (d *doctor) register() {
	if path, ok := strings.CutPrefix(d.config.DatabaseURL.Reveal(), "sqlite:"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			d.missing("no register yet at %s. claimline run begins one.", path)
			d.campaigns(nil)
			return
		}
	}
	at := d.config.register()
	at.Existing = true
	s, err := open(d.ctx, d.config, at, logger(d.config, d.errs), d.now)
	if err != nil {
		d.wrong("%s", err)
		return
	}
	defer s.close()
	d.fine("the register opens, and its database syncs what it confirms")
	d.fine("the master key %s fits. Is there a copy elsewhere? Without the key nothing can be read, ever.", d.config.MasterKeyFile)
	d.campaigns(s)
	if days := s.helpLinesAge(); days > mostHelpLineAge {
		d.missing("the help lines were last checked %d days ago. Meanwhile: people may be given a number that does not answer.", days)
	}
}

// campaigns says where each campaign stands; without a register all are drafts.
func (d *doctor) campaigns(s *service) {
	shelf, err := loadShelf(d.config.CampaignsDir)
	if err != nil {
		d.wrong("%s", err)
		return
	}
	if s != nil {
		shelf = s.shelf
	}
	for _, id := range shelf.ids() {
		c, status, _ := shelf.find(id)
		switch todo := gaps(c); {
		case status != campaign.Draft:
			d.fine("campaign %s is %s", id, status)
		case todo != nil:
			d.missing("campaign %s is a draft and cannot be approved yet: %s. Meanwhile: every chat says TEST and nothing counts.", id, strings.Join(todo, "; "))
		default:
			d.missing("campaign %s is a draft. Meanwhile: every chat says TEST and nothing counts. claimline campaign approve %s --by NAME", id, id)
		}
	}
}

func (d *doctor) address() {
	h, err := listen(d.config.ListenAddr)
	if err != nil {
		d.missing("%s. If that is this program, running, all is well.", err)
		return
	}
	h.close()
	d.fine("health can be answered on http://%s/readyz", d.config.ListenAddr)
}
