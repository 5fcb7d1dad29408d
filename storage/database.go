package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

const (
	sqliteScheme = "sqlite:"
	keySchema    = "claimline_keys"

	// preparedStatements is how many each connection to PostgreSQL keeps, which is more than a turn and
	// a delivery have. pgx sets room for 512 aside, 50 kB a connection.
	preparedStatements = 64
)

// location is where a store's database is.
type location struct {
	path string          // of the SQLite register; "" on PostgreSQL
	pg   *pgx.ConnConfig // nil on SQLite
}

// pool is one of the two sets of connections that a store has.
type pool struct {
	path    string // SQLite file
	conns   int
	readers int  // connections that only read, beside one that writes
	wipe    bool // SQLite overwrites what is deleted
}

func locate(address string) (location, error) {
	if path, ok := strings.CutPrefix(address, sqliteScheme); ok {
		if path == "" || strings.HasPrefix(path, ":memory:") {
			return location{}, errors.New("sqlite: needs the path of a file, for example sqlite:./data/claimline.db")
		}
		path, err := filepath.Abs(path)
		return location{path: path}, err
	}
	if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
		return location{}, errors.New("the database address must begin with sqlite: or postgres://")
	}
	config, err := pgx.ParseConfig(address) // its error leaves the password out
	if err != nil {
		return location{}, fmt.Errorf("database address: %w", err)
	}
	config.StatementCacheCapacity, config.DescriptionCacheCapacity = preparedStatements, preparedStatements
	return location{pg: config}, nil
}

// CheckURL returns an error that says what is wrong with a database's address, without its password.
func CheckURL(address string) error {
	_, err := locate(address)
	return err
}

func (l location) postgres() bool { return l.pg != nil }

// String names the database for messages, without user or password.
func (l location) String() string {
	if l.postgres() {
		return fmt.Sprintf("PostgreSQL database %q on %s", l.pg.Database, l.pg.Host)
	}
	return l.path
}

// keyStore names the key store for messages.
func (l location) keyStore() string {
	if l.postgres() {
		return fmt.Sprintf("schema %s of %s", keySchema, l)
	}
	return l.keys().path
}

// register has a connection for each of the people who are served at once. SQLite has one writer.
func (l location) register() pool {
	if l.postgres() {
		return pool{conns: 32}
	}
	return pool{path: l.path, conns: 1, readers: 1}
}

// keys are read while a turn holds one of the register's connections. They have their own, so that
// turns can never wait for each other in a circle.
func (l location) keys() pool {
	if l.postgres() {
		return pool{conns: 8}
	}
	return pool{path: strings.TrimSuffix(l.path, ".db") + ".keys.db", conns: 1, wipe: true}
}

func (l location) keyPrefix() string {
	if l.postgres() {
		return keySchema + "."
	}
	return ""
}

func (l location) open(ctx context.Context, p pool, log *slog.Logger) (*gorm.DB, error) {
	db, err := l.connect(ctx, p)
	if err != nil {
		return nil, err
	}
	var dialector gorm.Dialector = postgres.New(postgres.Config{Conn: db})
	if !l.postgres() {
		dialector = gormlite.OpenDB(db)
	}
	return gorm.Open(dialector, &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true, // a turn is its own transaction, everything else one statement
		DisableAutomaticPing:   true,
		Logger: sparing{logger.NewSlogLogger(log, logger.Config{
			LogLevel:                  logger.Warn,
			SlowThreshold:             slow,
			IgnoreRecordNotFoundError: true,
		})},
	})
}

// slow is from when on a statement is logged for the time it took.
const slow = time.Second

// sparing writes a statement out for the log where there is something to log about it. The library
// writes out every one, and then looks.
type sparing struct{ logger.Interface }

// Trace implements the library's logger.Interface.
func (l sparing) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), err error) {
	if err != nil || time.Since(begin) >= slow {
		l.Interface.Trace(ctx, begin, statement, err)
	}
}

// connect opens what p asks for and sees that it answers.
func (l location) connect(ctx context.Context, p pool) (gorm.ConnPool, error) {
	if l.postgres() {
		return l.greet(ctx, stdlib.OpenDB(*l.pg), p.conns)
	}
	if err := os.MkdirAll(filepath.Dir(p.path), 0o700); err != nil {
		return nil, fmt.Errorf("folder of the database: %w", err)
	}
	writer, err := l.connectSQLite(ctx, p, p.conns)
	if err != nil || p.readers == 0 {
		return writer, err
	}
	readers, err := l.connectSQLite(ctx, p, p.readers, "query_only(1)")
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	return newOneWriter(writer, readers), nil
}

func (l location) connectSQLite(ctx context.Context, p pool, conns int, more ...string) (*sql.DB, error) {
	// busy_timeout stands first: with journal_mode first, two processes that open the file at the
	// same moment were seen to fail with SQLITE_BUSY. Half a megabyte of cache (2 MB is the default)
	// is enough for a turn; what is read again after it comes from the system's own cache.
	pragmas := append([]string{"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "cache_size(-512)"}, more...)
	if p.wipe {
		pragmas = append(pragmas, "secure_delete(1)")
	}
	query := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas}
	db, err := driver.Open("file:" + (&url.URL{Path: p.path}).EscapedPath() + "?" + query.Encode())
	if err != nil {
		return nil, err
	}
	return l.greet(ctx, db, conns)
}

// greet sets how many connections there may be, and waits for the first one. Whoever turns a new
// SQLite file to WAL locks everybody else out for a moment.
func (l location) greet(ctx context.Context, db *sql.DB, conns int) (*sql.DB, error) {
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := persist(ctx, func() error { return db.PingContext(ctx) }); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", l, err), db.Close())
	}
	return db, nil
}

// ParamsFilter implements the library's ParamsFilter: values never reach a log.
func (sparing) ParamsFilter(_ context.Context, statement string, _ ...any) (string, []any) {
	return statement, nil
}
