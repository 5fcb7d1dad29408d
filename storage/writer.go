package storage

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"gorm.io/gorm"
)

// oneWriter is how a process uses a SQLite file. SQLite lets one connection write at a time, and
// those that wait look again after a sleep, so that the unlucky one waits for seconds. Here they
// queue, first come first served, for the one connection that writes; it keeps what it has read,
// which a second writer would make it forget. Whoever reads waits for no writer.
//
// A transaction passes two gates, a single statement the second one only: the mark of a message
// that was sent waits for the turn that is being written, never for all those that queue.
type oneWriter struct {
	writer  *sql.DB // one connection
	readers *sql.DB
	turns   gate
	pen     gate
}

// gate lets one through at a time. Those who wait for a channel are served in their order.
type gate chan struct{}

func (g gate) enter(ctx context.Context) error {
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gate) leave() { <-g }

func newOneWriter(writer, readers *sql.DB) *oneWriter {
	return &oneWriter{writer: writer, readers: readers, turns: make(gate, 1), pen: make(gate, 1)}
}

var (
	_ gorm.ConnPool         = (*oneWriter)(nil)
	_ gorm.ConnPoolBeginner = (*oneWriter)(nil)
	_ gorm.GetDBConnector   = (*oneWriter)(nil)
)

// ExecContext writes, or fails; what reads is a query.
func (w *oneWriter) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := w.pen.enter(ctx); err != nil {
		return nil, err
	}
	defer w.pen.leave()
	return w.writer.ExecContext(ctx, query, args...)
}

// QueryContext reads what is committed. A statement that writes and returns rows belongs into a
// transaction; here SQLite refuses it.
func (w *oneWriter) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return w.readers.QueryContext(ctx, query, args...)
}

func (w *oneWriter) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return w.readers.QueryRowContext(ctx, query, args...)
}

// PrepareContext belongs to what GORM wants; nothing here asks for it.
func (w *oneWriter) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return w.readers.PrepareContext(ctx, query)
}

// BeginTx waits for its turn, which ends with Commit or Rollback.
func (w *oneWriter) BeginTx(ctx context.Context, options *sql.TxOptions) (gorm.ConnPool, error) {
	if err := w.turns.enter(ctx); err != nil {
		return nil, err
	}
	if err := w.pen.enter(ctx); err != nil {
		w.turns.leave()
		return nil, err
	}
	leave := sync.OnceFunc(func() { w.pen.leave(); w.turns.leave() })
	inner, err := w.writer.BeginTx(ctx, options)
	if err != nil {
		leave()
		return nil, err
	}
	return &writing{inner, leave}, nil
}

// GetDBConn is the connection that writes, for migrations.
func (w *oneWriter) GetDBConn() (*sql.DB, error) { return w.writer, nil }

// Close closes both.
func (w *oneWriter) Close() error { return errors.Join(w.readers.Close(), w.writer.Close()) }

// writing is a transaction that lets the next one in when it ends.
type writing struct {
	*sql.Tx
	leave func()
}

var _ gorm.TxCommitter = (*writing)(nil)

func (t *writing) Commit() error {
	defer t.leave()
	return t.Tx.Commit()
}

func (t *writing) Rollback() error {
	defer t.leave()
	return t.Tx.Rollback()
}
