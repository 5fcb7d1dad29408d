package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"claimline/bots"
	"claimline/bots/page"
	"claimline/intake"
	"claimline/intake/review"
	"claimline/storage"
)

// The store and the platforms do not know each other; what one offers is what the others ask for.
var (
	_ bots.Outbox   = (*storage.Store)(nil)
	_ bots.People   = (*storage.Store)(nil)
	_ bots.Settings = (*storage.Store)(nil)
	_ bots.Parking  = (*storage.Store)(nil)
	_ bots.Vault    = (*storage.Vault)(nil)
	_ bots.Leases   = (*storage.Leases)(nil)
	_ page.Doors    = (*storage.Store)(nil)
	_ page.Evidence = (*storage.Vault)(nil)
	_ page.Looks    = (*review.Desk)(nil)
)

// service is what is open while the program works: a store, the campaigns and, once somebody is to
// be talked to, the desk.
type service struct {
	config Config
	log    *slog.Logger
	now    func() time.Time
	store  *storage.Store
	shelf  *shelf
	board  *board
	words  *intake.Words
	desk   *intake.Desk
	team   *review.Desk // nil in practice
	onCall atomic.Bool  // whether somebody is told at once of a child who is not safe
	bells  []*bots.Bell // of the team's rooms, one a platform
	holder string       // who takes leases, see takeSeat
}

// register is where families' data is kept.
func (c Config) register() storage.Options {
	return storage.Options{URL: c.DatabaseURL.Reveal(), DataDir: c.DataDir, MasterKeyFile: c.MasterKeyFile}
}

// practice is the store of the terminal chat. It shares nothing with the register: not the
// database, not a key.
func (c Config) practice() storage.Options {
	return storage.Options{
		URL:           "sqlite:" + filepath.Join(c.DataDir, "practice.db"),
		DataDir:       filepath.Join(c.DataDir, "practice"),
		MasterKeyFile: filepath.Join(c.DataDir, "practice.key"),
	}
}

// openRegister reads the configuration and opens the register for one command. It does not begin
// one: a command started from the wrong folder must not find an empty register there.
func (p *program) openRegister() (*service, error) {
	config, err := p.config()
	if err != nil {
		return nil, err
	}
	return p.openExisting(config, config.register(), "claimline run begins one")
}

func (p *program) openExisting(config Config, at storage.Options, how string) (*service, error) {
	if path, ok := strings.CutPrefix(at.URL, "sqlite:"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no store at %s; %s", path, how)
		}
	}
	at.Existing = true
	return open(p.ctx, config, at, logger(config, p.errs), p.now)
}

// open opens a store and everything that is read from files. Faults in a campaign or a language
// file refuse the start.
func open(ctx context.Context, config Config, at storage.Options, log *slog.Logger, now func() time.Time) (*service, error) {
	shelf, err := loadShelf(config.CampaignsDir)
	if err != nil {
		return nil, err
	}
	words, err := intake.ReadWords()
	if err != nil {
		return nil, err
	}
	at.Now, at.Log = now, log
	store, err := storage.Open(ctx, at)
	if err != nil {
		return nil, err
	}
	s := &service{config: config, log: log, now: now, store: store, shelf: shelf, words: words, board: &board{}}
	if err := shelf.refresh(ctx, store); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return s, nil
}

// hire makes the desk that the platforms bring their events to, and the team's beside it.
func (s *service) hire(practice bool, links func(platform string) string) error {
	pages := s.config.pages()
	if practice { // nobody answers there
		pages = ""
	}
	s.desk = &intake.Desk{
		Store: s.store, Words: s.words, Signer: intake.Signer{Key: s.store.ButtonKey()},
		Campaign: s.shelf.find, Links: links, Pages: pages, Now: s.now, Practice: practice, Verified: s.board.verified,
	}
	if practice {
		return nil
	}
	var err error
	if s.team, err = review.New(s.desk); err != nil {
		return err
	}
	s.team.Figures = s.figures
	s.desk.OnCall = s.onCall.Load
	return nil
}

// page is the private page at the desk; nil where PUBLIC_URL is not set.
func (s *service) page() http.Handler {
	if s.config.PublicURL == "" {
		return nil
	}
	at, err := url.Parse(s.config.pages())
	if err != nil {
		panic("a PUBLIC_URL that was checked: " + err.Error())
	}
	return page.New(page.Config{URL: at, Desk: s.desk, Doors: s.store, Vault: s.store.Vault(), Words: s.words, Log: s.log,
		Now: s.now, Random: rand.Reader, Limits: page.Usual(), Looks: s.team, Evidence: s.store.Vault()})
}

// pages is the beginning of every link to the private page; "" where there is none.
func (c Config) pages() string {
	if c.PublicURL == "" {
		return ""
	}
	return c.PublicURL + "/p/"
}

func (s *service) close() {
	if err := s.store.Close(); err != nil {
		s.log.Error("store not closed", "error", err)
	}
}
