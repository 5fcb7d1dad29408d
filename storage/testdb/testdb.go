// Package testdb gives tests a database of their own: a SQLite file, or a fresh database on a
// PostgreSQL server.
//
// The server is the one of package cluster. Where there is none a test is skipped with the reason;
// with CI=true it fails.
package testdb

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"claimline/storage"
	"claimline/storage/testdb/cluster"
)

// SQLite returns the address of a database that does not exist yet and is removed with the test.
func SQLite(tb testing.TB) string {
	tb.Helper()
	return "sqlite:" + filepath.Join(tb.TempDir(), "claimline.db")
}

// Postgres returns the address of an empty database that is dropped with the test.
func Postgres(tb testing.TB) string {
	tb.Helper()
	server, err := cluster.Find()
	if err != nil {
		if os.Getenv("CI") == "true" {
			tb.Fatalf("PostgreSQL is required here: %v", err)
		}
		tb.Skipf("no PostgreSQL: %v", err)
	}
	ctx := context.Background() // that of the test has ended when it cleans up
	address, drop, err := server.Create(ctx)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := drop(ctx); err != nil {
			tb.Error(err)
		}
	})
	return address
}

// Opener opens a test's store; called again it opens the same one, as after a restart. change may
// alter the options first.
type Opener func(tb testing.TB, change ...func(*storage.Options)) *storage.Store

// Each runs a test on SQLite and on PostgreSQL, side by side.
func Each(t *testing.T, test func(t *testing.T, open Opener)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, At(t, SQLite(t)))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(t, At(t, Postgres(t)))
	})
}

// At returns the opener of a store at an address, with a data folder and a master key of its own.
func At(tb testing.TB, address string) Opener {
	tb.Helper()
	dir := tb.TempDir()
	options := storage.Options{
		URL:           address,
		DataDir:       filepath.Join(dir, "data"),
		MasterKeyFile: filepath.Join(dir, "secrets", "master.key"),
	}
	return func(tb testing.TB, change ...func(*storage.Options)) *storage.Store {
		tb.Helper()
		o := options
		for _, c := range change {
			c(&o)
		}
		s, err := storage.Open(context.Background(), o)
		if err != nil {
			tb.Fatalf("opening the store: %v", err)
		}
		tb.Cleanup(func() {
			if err := s.Close(); err != nil {
				tb.Errorf("closing the store: %v", err)
			}
		})
		return s
	}
}

// Clock lets a store live by a test's clock.
func Clock(now func() time.Time) func(*storage.Options) {
	return func(o *storage.Options) { o.Now = now }
}
