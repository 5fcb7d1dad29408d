package storage_test

import (
	"log/slog"
	"strings"
	"testing"

	"claimline/storage"
	"claimline/storage/testdb"
)

// A statement that fails is logged, without the values that it was about; one that succeeds is not.
func TestNoValueOfAStatementIsLogged(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(testing.TB) string{"SQLite": testdb.SQLite, "PostgreSQL": testdb.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log strings.Builder
			s := testdb.At(t, address(t))(t, func(o *storage.Options) { o.Log = slog.New(slog.NewTextHandler(&log, nil)) })
			log.Reset() // of what the start had to say
			const value = "canary"
			if err := s.DB().Exec("SELECT 1 FROM store WHERE id = ?", value).Error; err != nil {
				t.Fatal(err)
			}
			if log.Len() > 0 {
				t.Errorf("a statement that succeeded is logged: %s", &log)
			}
			if err := s.DB().Exec("SELECT 1 FROM nowhere WHERE id = ?", value).Error; err == nil {
				t.Fatal("a table that is not there was read")
			}
			if !strings.Contains(log.String(), "nowhere") || strings.Contains(log.String(), value) {
				t.Errorf("the log of a statement that failed: %s", &log)
			}
		})
	}
}
