package storage

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"
)

// durable refuses a database that may forget what it has confirmed. "Received" must mean that the
// answer survives the power failing in the next moment.
func durable(ctx context.Context, db *gorm.DB, at location) error {
	if at.postgres() {
		return durablePostgres(ctx, db, at)
	}
	return durableSQLite(ctx, db, at)
}

func durableSQLite(ctx context.Context, db *gorm.DB, at location) error {
	writer, err := db.DB() // not a reader, whose settings promise nothing
	if err != nil {
		return err
	}
	var journal string
	if err := writer.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal); err != nil {
		return fmt.Errorf("reading journal_mode of %s: %w", at, err)
	}
	if !strings.EqualFold(journal, "wal") {
		return fmt.Errorf("%s keeps journal_mode=%s instead of WAL: its file system has no shared memory "+
			"(a network drive?); move the file to a local disk", at, journal)
	}
	var synchronous int
	if err := writer.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous); err != nil {
		return fmt.Errorf("reading synchronous of %s: %w", at, err)
	}
	if full := 2; synchronous < full {
		return fmt.Errorf("%s runs with synchronous=%d and may lose what it has confirmed; it must be FULL (2)", at, synchronous)
	}
	return nil
}

// pgSetting is a line of pg_settings.
type pgSetting struct {
	Name    string `gorm:"column:name"`
	Setting string `gorm:"column:setting"`
	Source  string `gorm:"column:source"`
}

func durablePostgres(ctx context.Context, db *gorm.DB, at location) error {
	var settings []pgSetting
	err := db.WithContext(ctx).Table("pg_settings").Select("name, setting, source").
		Where("name IN ?", []string{"fsync", "full_page_writes", "synchronous_commit"}).
		Order("name").Find(&settings).Error
	if err != nil {
		return fmt.Errorf("reading the durability settings of %s: %w", at, err)
	}
	var weak []string
	for _, s := range settings {
		if s.Setting == "off" {
			weak = append(weak, fmt.Sprintf("%s is off (%s)", s.Name, s.mend(at)))
		}
	}
	if weak != nil {
		return fmt.Errorf("%s may lose what it has confirmed: %s", at, strings.Join(weak, "; "))
	}
	return nil
}

// mend says exactly what turns a setting on, which depends on where it was turned off.
func (s pgSetting) mend(at location) string {
	switch s.Source {
	case "database":
		return fmt.Sprintf(`run: ALTER DATABASE "%s" RESET %s;`, at.pg.Database, s.Name)
	case "user":
		return fmt.Sprintf(`run: ALTER ROLE "%s" RESET %s;`, at.pg.User, s.Name)
	case "database user":
		return fmt.Sprintf(`run: ALTER ROLE "%s" IN DATABASE "%s" RESET %s;`, at.pg.User, at.pg.Database, s.Name)
	case "client", "environment variable":
		return fmt.Sprintf("take %s out of DATABASE_URL and PGOPTIONS", s.Name)
	case "command line":
		return fmt.Sprintf("start the server without -F and without -c %s=off", s.Name)
	}
	return fmt.Sprintf("run: ALTER SYSTEM SET %s = on; SELECT pg_reload_conf();", s.Name)
}
