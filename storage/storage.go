// Package storage is the shared store: one person's turn in one transaction, sealed.
//
// It runs on PostgreSQL and on SQLite, through GORM, and passes one conformance suite on both.
// Everything a person said is sealed here, above GORM, with keys of that person, before a row is
// made of it; a CHECK in the database refuses what is not sealed. The wrapped keys live apart, in a
// schema or file of their own, and are committed before anything that they seal. Destroying a key
// erases what it sealed, in every copy.
//
// A turn (InTx) is a handful of statements and one commit: a dedupe row, the locked conversation,
// its keys, the conversation again, what will be said, and what must be accounted for. Nothing in
// it waits for anybody but the same person: order numbers and the audit chain's head live in the
// conversation's own row.
//
// Rows are private structs, one file a subject. Conditions are strings and columns are named.
package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"gorm.io/gorm"

	"claimline/intake"
)

// Options says where the store is and what it depends on.
type Options struct {
	URL           string // sqlite:PATH or postgres://…
	DataDir       string // belongs to one store: sealed files, and a note of which store that is
	MasterKeyFile string // made for an empty store only
	Existing      bool   // refuse to begin a store where there is none
	Now           func() time.Time
	Random        io.Reader
	Log           *slog.Logger
}

// Store is the open store. It is safe for use by many goroutines, and many processes may share one
// database.
type Store struct {
	db     *gorm.DB
	vault  *Vault
	ring   *keyring
	own    ownKeys
	now    func() time.Time
	random io.Reader
	log    *slog.Logger
	pg     bool
	place  string
	marks  marks

	mu    sync.Mutex
	bells map[string]chan struct{} // by platform, see Kick
}

var _ intake.Store = (*Store)(nil)

// Open connects, migrates, and refuses in words whatever would lose or expose a family's data: a
// database that does not sync, another master key than the store was sealed with, a missing one, or
// an empty register where an earlier one was. intake.ErrAway where PostgreSQL was not reached, and what
// was begun may be begun again; a file that cannot be opened is no such thing, for it opens no sooner later.
func Open(ctx context.Context, o Options) (*Store, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	at, err := locate(o.URL)
	if err != nil {
		return nil, err
	}
	s := &Store{now: o.Now, random: o.Random, log: o.Log, pg: at.postgres(), place: at.String(), bells: map[string]chan struct{}{}}
	s.vault = &Vault{store: s, folder: filepath.Join(o.DataDir, "files"), sync: (*os.File).Sync, syncFolder: syncFolder}
	if s.db, err = at.open(ctx, at.register(), o.Log); err != nil {
		return nil, at.orAway(err)
	}
	s.ring = &keyring{now: o.Now, random: o.Random, prefix: at.keyPrefix()}
	if s.ring.db, err = at.open(ctx, at.keys(), o.Log); err != nil {
		return nil, errors.Join(at.orAway(err), s.Close())
	}
	if err := s.start(ctx, o, at); err != nil {
		return nil, errors.Join(at.orAway(err), s.Close())
	}
	return s, nil
}

// Place names the register's database for people: an absolute path, or database and host.
func (s *Store) Place() string { return s.place }

// start is everything between an open connection and the first turn.
func (s *Store) start(ctx context.Context, o Options, at location) error {
	if err := durable(ctx, s.db, at); err != nil {
		return err
	}
	if !at.postgres() {
		if err := durable(ctx, s.ring.db, at); err != nil {
			return err
		}
	}
	if err := migrate(ctx, s.ring.db, at, keyMigrations); err != nil {
		return err
	}
	if err := migrate(ctx, s.db, at, registerMigrations); err != nil {
		return err
	}
	if err := s.unlock(ctx, o, at); err != nil {
		return err
	}
	if err := os.MkdirAll(s.vault.folder, 0o700); err != nil {
		return fmt.Errorf("folder of the sealed files: %w", err)
	}
	own, err := s.ring.ownKeys(ctx)
	s.own = own
	return err
}

// complete fills what was left out and makes paths absolute, so that every message can name them.
func (o Options) complete() (Options, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.DataDir == "" || o.MasterKeyFile == "" {
		return o, errors.New("the store needs a data folder and a master key file")
	}
	var err error
	if o.DataDir, err = filepath.Abs(o.DataDir); err != nil {
		return o, fmt.Errorf("data folder: %w", err)
	}
	if o.MasterKeyFile, err = filepath.Abs(o.MasterKeyFile); err != nil {
		return o, fmt.Errorf("master key file: %w", err)
	}
	return o, nil
}

// Close gives the connections back. The store cannot be used afterwards.
func (s *Store) Close() error {
	var errs []error
	dbs := []*gorm.DB{s.db}
	if s.ring != nil {
		dbs = append(dbs, s.ring.db)
	}
	for _, db := range dbs {
		if db == nil {
			continue
		}
		if pool, ok := db.ConnPool.(io.Closer); ok {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}
