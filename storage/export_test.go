package storage

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"

	"gorm.io/gorm"
)

// DB is the register, for tests that write what the store would not.
func (s *Store) DB() *gorm.DB { return s.db }

// KeyDB is the key store.
func (s *Store) KeyDB() *gorm.DB { return s.ring.db }

// KeyTable is the key store's table of keys.
func (s *Store) KeyTable() string { return s.ring.prefix + "keys" }

// ForgetLetters makes the store deliver as another process would.
func (s *Store) ForgetLetters() {
	s.ring.mu.Lock()
	defer s.ring.mu.Unlock()
	s.ring.known, s.ring.letters = nil, nil
}

// Tap counts what goes to the databases of a store, and can make a commit fail after it was done.
type Tap struct {
	Statements, Commits atomic.Int64
	LoseCommits         atomic.Int64 // so many commits succeed and report that the line broke
	BreakKeys           atomic.Bool  // the key store does not answer
}

// ErrLine is what a lost commit reports.
var ErrLine = errors.New("the line broke")

// Tap listens to the store from now on.
func (s *Store) Tap() *Tap {
	t := &Tap{}
	s.db.Statement.ConnPool = &tapped{ConnPool: s.db.Statement.ConnPool, tap: t}
	s.ring.db.Statement.ConnPool = &tapped{ConnPool: s.ring.db.Statement.ConnPool, tap: t, keys: true}
	return t
}

// Take returns what was counted, and begins anew.
func (t *Tap) Take() (statements, commits int64) {
	return t.Statements.Swap(0), t.Commits.Swap(0)
}

type tapped struct {
	gorm.ConnPool
	tap  *Tap
	keys bool
	turn bool // in a transaction
}

func (p *tapped) count() error {
	p.tap.Statements.Add(1)
	if p.keys && p.tap.BreakKeys.Load() {
		return ErrLine
	}
	return nil
}

func (p *tapped) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := p.count(); err != nil {
		return nil, err
	}
	if !p.turn { // it commits itself
		p.tap.Commits.Add(1)
	}
	return p.ConnPool.ExecContext(ctx, query, args...)
}

func (p *tapped) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := p.count(); err != nil {
		return nil, err
	}
	return p.ConnPool.QueryContext(ctx, query, args...)
}

func (p *tapped) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	_ = p.count()
	return p.ConnPool.QueryRowContext(ctx, query, args...)
}

func (p *tapped) GetDBConn() (*sql.DB, error) {
	if pool, ok := p.ConnPool.(gorm.GetDBConnector); ok {
		return pool.GetDBConn()
	}
	return p.ConnPool.(*sql.DB), nil
}

func (p *tapped) BeginTx(ctx context.Context, options *sql.TxOptions) (gorm.ConnPool, error) {
	inner, err := p.begin(ctx, options)
	if err != nil {
		return nil, err
	}
	return &tappedTx{tapped{ConnPool: inner, tap: p.tap, turn: true}, inner.(gorm.TxCommitter)}, nil
}

func (p *tapped) begin(ctx context.Context, options *sql.TxOptions) (gorm.ConnPool, error) {
	if pool, ok := p.ConnPool.(gorm.ConnPoolBeginner); ok {
		return pool.BeginTx(ctx, options)
	}
	return p.ConnPool.(gorm.TxBeginner).BeginTx(ctx, options)
}

type tappedTx struct {
	tapped
	inner gorm.TxCommitter
}

func (p *tappedTx) Commit() error {
	p.tap.Commits.Add(1)
	err := p.inner.Commit()
	if err == nil && p.tap.LoseCommits.Load() > 0 {
		p.tap.LoseCommits.Add(-1)
		return ErrLine
	}
	return err
}

func (p *tappedTx) Rollback() error { return p.inner.Rollback() }

// With is the store as a transaction sees it.
func (s *Store) With(db *gorm.DB) *Store {
	return &Store{db: db, vault: s.vault, ring: s.ring, own: s.own, now: s.now, random: s.random, log: s.log, pg: s.pg}
}

// Marks tells how many marks wait for one that is being written, and whether one is.
func (s *Store) Marks() (waiting int, writing bool) {
	s.marks.mu.Lock()
	defer s.marks.mu.Unlock()
	return len(s.marks.waiting), s.marks.writing
}
