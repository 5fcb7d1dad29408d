package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

// errAgain asks for the turn to be run once more.
var errAgain = errors.New("somebody else changed this at the same moment")

// tx is one turn.
type tx struct {
	store *Store
	ctx   context.Context
	db    *gorm.DB
	open  map[string]*dossier // what was found or begun, by conversation
	seen  map[string]*key     // of members of the team that were read, by id

	rings  map[string]bool // platforms that have something to deliver after the commit
	doomed []string        // conversations with keys to destroy after the commit
	leave  []string        // files to remove after the commit
	gone   []string        // people whose keys are destroyed after the commit
}

var _ intake.Tx = (*tx)(nil)

// InTx runs fn in one transaction. A serialization failure, a deadlock, a busy database or two
// people claiming the same row at once run fn again, up to twelve times in about two seconds, with
// growing random pauses. Any other error rolls back and is returned, with intake.ErrAway where the
// database was not reached. When the error comes from COMMIT itself it is not known whether the turn
// is on file: the event must be brought again, and Once tells.
func (s *Store) InTx(ctx context.Context, fn func(tx intake.Tx) error) error {
	var t *tx
	err := s.transact(ctx, func(db *gorm.DB) error {
		t = &tx{store: s, ctx: ctx, db: db, open: map[string]*dossier{}, seen: map[string]*key{}, rings: map[string]bool{}}
		return fn(t)
	})
	if err != nil {
		return orAway(err)
	}
	t.settle()
	return nil
}

// transact opens, commits, rolls back and tries again: the only place that does.
//
// PostgreSQL runs it as REPEATABLE READ: a conversation that another process changed since the
// turn began is a serialization failure, never a mixture of two turns.
func (s *Store) transact(ctx context.Context, fn func(db *gorm.DB) error) error {
	options := &sql.TxOptions{}
	if s.pg {
		options.Isolation = sql.LevelRepeatableRead
	}
	return persist(ctx, func() error {
		return s.db.WithContext(ctx).Transaction(fn, options)
	})
}

// persist runs fn until doing it once more cannot help, and returns its last error as it is.
func persist(ctx context.Context, fn func() error) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = 5 * time.Millisecond
	pause.MaxInterval = 500 * time.Millisecond
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := fn()
		if err != nil && !again(err) {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(12))
	var final *backoff.PermanentError
	if errors.As(err, &final) { // as from the last try
		return final.Err
	}
	return err
}

// again reports whether running the same turn once more can help.
func again(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01") { // serialization failure, deadlock
		return true
	}
	return errors.Is(err, sqlite3.BUSY) || errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, errAgain)
}

// settle does what follows a commit. The turn stands whether or not it succeeds: what is left
// undone here is done by Sweep.
func (t *tx) settle() {
	ctx := context.WithoutCancel(t.ctx)
	for platform := range t.rings {
		t.store.kick(platform)
	}
	for _, conversation := range t.doomed {
		if err := t.store.destroyDoomed(ctx, conversation); err != nil {
			t.store.log.Error("destroying keys is left to the sweep", "conversation", conversation, "error", err)
		}
	}
	for _, person := range t.gone {
		if err := t.store.ring.destroyPerson(ctx, person); err != nil {
			t.store.log.Error("destroying keys is left to the sweep", "person", person, "error", err)
		}
	}
	for _, id := range t.leave {
		t.store.vault.remove(id)
	}
}

type eventRow struct {
	Hash []byte `gorm:"column:hash"`
	At   int64  `gorm:"column:at"`
}

// Once notes an event's identity and reports whether it is new.
func (t *tx) Once(identity string, at time.Time) (bool, error) {
	row := eventRow{Hash: t.store.hash("event", identity), At: micro(at)}
	done := t.db.Table("events").Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if done.Error != nil {
		return false, fmt.Errorf("noting an event: %w", done.Error)
	}
	return done.RowsAffected == 1, nil
}

// micro is how instants are stored: UTC microseconds, 0 for none.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
