package storage

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/gorm"
)

//go:embed migrations
var migrations embed.FS

// The two lines of migrations of a dialect. A version that was released is never changed.
const (
	registerMigrations = "register"
	keyMigrations      = "keys"
)

// migrate brings one line up to date. Two processes that start together do it once: PostgreSQL by a
// row in a lock table (an advisory lock is not known to every engine that speaks its protocol),
// SQLite by its single writer, see up. A database that a newer program has migrated is refused.
func migrate(ctx context.Context, db *gorm.DB, at location, line string) error {
	provider, err := provide(ctx, db, at, line)
	if err != nil {
		return fmt.Errorf("migrations of %s: %w", at, err)
	}
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("migrations of %s: %w", at, err)
	}
	if pending {
		if err := up(ctx, provider, at); err != nil {
			return fmt.Errorf("migrating %s: %w", at, err)
		}
	}
	current, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("migrations of %s: %w", at, err)
	}
	if current > newest {
		return fmt.Errorf("%s was migrated to version %d by a newer program; this one knows %d", at, current, newest)
	}
	return nil
}

// up applies what is pending. On SQLite nobody keeps another starter from beginning the same
// migration; it waits for the writer, fails because the tables are there, and looks again.
func up(ctx context.Context, provider *goose.Provider, at location) error {
	_, err := provider.Up(ctx)
	for range provider.ListSources() {
		if err == nil || at.postgres() {
			break
		}
		_, err = provider.Up(ctx)
	}
	return err
}

func provide(ctx context.Context, db *gorm.DB, at location, line string) (*goose.Provider, error) {
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	dialect, folder, prefix := goose.DialectSQLite3, "sqlite", ""
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler))}
	if at.postgres() {
		dialect, folder = goose.DialectPostgres, "postgres"
		if line == keyMigrations {
			prefix = at.keyPrefix()
			err = db.WithContext(ctx).Exec("CREATE SCHEMA IF NOT EXISTS " + keySchema).Error
			if err != nil && !errors.Is(err, gorm.ErrDuplicatedKey) { // two starters at once
				return nil, err
			}
		}
		locker, err := lock.NewPostgresTableLocker(lock.WithTableName(prefix+"goose_lock"),
			lock.WithTableLockTimeout(200*time.Millisecond, 300))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithLocker(locker))
	}
	files, err := fs.Sub(migrations, "migrations/"+folder+"/"+line)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, pool, files, append(options, goose.WithTableName(prefix+"goose_db_version"))...)
}
