package storage_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"claimline/storage"
	"claimline/storage/testdb"
)

// A statement that fails is logged as it was prepared, and never with what it was about.
func TestNoValueOfAStatementIsLogged(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		var log bytes.Buffer
		s := open(t, func(o *storage.Options) {
			o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		if err := s.DB().Exec("UPDATE nowhere SET name = ?", "Anna Voorbeeld").Error; err == nil {
			t.Fatal("a table that is not there was changed")
		}
		if said := log.String(); !strings.Contains(said, "nowhere") || strings.Contains(said, "Voorbeeld") {
			t.Errorf("the log says %s", said)
		}
	})
}
