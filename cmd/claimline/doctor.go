package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"claimline/bots"
	"claimline/bots/telegram"
	"claimline/intake"
	"claimline/intake/campaign"
)

type doctorCmd struct {
	Parked bool   `help:"Write what the program could not handle, one JSON a line, for whoever mends it. It holds what people sent. Needs --reason."`
	Reason string `placeholder:"WHY" help:"Why it is looked at. Kept in the audit trail."`
}

// Run looks at everything that a start would look at, changes nothing, and says of each thing that
// is missing what happens meanwhile.
func (c doctorCmd) Run(p *program) error {
	if c.Parked {
		return c.showParked(p)
	}
	config, err := p.config()
	if err != nil {
		return err
	}
	d := doctor{program: p, config: config}
	d.telegram()
	d.page()
	d.register()
	d.address()
	switch {
	case d.broken == 1:
		return errors.New("one thing would stop the program from working")
	case d.broken > 1:
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
		d.missing("no bot token for Telegram (TELEGRAM_BOT_TOKEN). Meanwhile: nobody can register there.")
		return
	}
	api := d.config.TelegramAPIURL
	who, err := telegram.Probe(d.ctx, telegram.Token(d.config.TelegramBotToken.Reveal()), api)
	var failure *bots.Failure
	switch {
	case err == nil && who.Webhook:
		d.wrong("a webhook is set for @%s, so nothing can be received: remove it with deleteWebhook, or find out who set it", who.Username)
	case err == nil:
		d.fine("Telegram takes the token, it is that of @%s; calls go to %s", who.Username, api)
	case errors.As(err, &failure) && failure.Class == bots.Unauthorized:
		d.wrong("Telegram refuses the token (%s): get a new one from @BotFather", failure)
	case failure != nil:
		d.missing("Telegram does not answer at %s (%s), so the token could not be tried. Meanwhile: nobody is answered.", api, failure)
	default:
		d.wrong("%s", err)
	}
}

// page tells where what a platform may not carry is asked.
func (d *doctor) page() {
	if d.config.PublicURL == "" {
		d.missing("no private page (PUBLIC_URL). Meanwhile: the most personal questions are left out, and there is no Discord.")
		return
	}
	d.fine("the private page is %s and must lead to LISTEN_ADDR %s", d.config.pages(), d.config.ListenAddr)
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
	d.parked(s)
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

// parked says how much of what people sent the program could not handle.
func (d *doctor) parked(s *service) {
	n, err := s.store.CountParked(d.ctx)
	switch {
	case err != nil:
		d.wrong("%s", err)
	case n > 0:
		d.say("  parked   what people sent and the program could not handle: %d. They were told; it is kept sealed, %d days at most."+
			" claimline doctor --parked --reason \"…\" shows it to whoever mends the program.", n, intake.ParkedDays)
	}
}

// showParked writes what is parked. That somebody looks stands in the audit trail first.
func (c doctorCmd) showParked(p *program) error {
	if strings.TrimSpace(c.Reason) == "" {
		return usageError("--parked needs --reason \"…\": it shows what people sent")
	}
	s, err := p.openRegister()
	if err != nil {
		return err
	}
	defer s.close()
	all, err := s.store.AllParked(p.ctx)
	if err != nil {
		return err
	}
	refs := map[string]string{"what": "parked", "count": strconv.Itoa(len(all)), "reason": c.Reason}
	if err := s.store.Record(p.ctx, "parked", intake.Entry{Kind: "look", Refs: refs}); err != nil {
		return err
	}
	lines := json.NewEncoder(p.out)
	for _, u := range all {
		line := map[string]any{"platform": u.Platform, "at": u.At, "update": string(u.Update)}
		if err := lines.Encode(line); err != nil {
			return fmt.Errorf("write what is parked: %w", err)
		}
	}
	return nil
}

func (d *doctor) address() {
	h := newHealth(d.config.ListenAddr)
	err := h.take()
	defer h.close()
	switch {
	case err == nil:
		d.fine("health can be answered on http://%s/readyz", d.config.ListenAddr)
	case inUse(err):
		d.missing("LISTEN_ADDR: %s is in use. If that is this program, running, all is well; beside another program it does not start.", d.config.ListenAddr)
	default:
		d.wrong("%s", err)
	}
}
