package storage

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The command depends on where a setting was turned off.
func TestMend(t *testing.T) {
	t.Parallel()
	at := location{pg: &pgx.ConnConfig{Config: pgconn.Config{Database: "claims", User: "app"}}}
	for source, want := range map[string]string{
		"configuration file":   "ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();",
		"default":              "ALTER SYSTEM SET fsync = on;",
		"database":             `ALTER DATABASE "claims" RESET fsync;`,
		"user":                 `ALTER ROLE "app" RESET fsync;`,
		"database user":        `ALTER ROLE "app" IN DATABASE "claims" RESET fsync;`,
		"client":               "take fsync out of DATABASE_URL",
		"environment variable": "take fsync out of DATABASE_URL and PGOPTIONS",
		"command line":         "start the server without -F and without -c fsync=off",
	} {
		if got := (pgSetting{Name: "fsync", Setting: "off", Source: source}).mend(at); !strings.Contains(got, want) {
			t.Errorf("turned off by %s: %s", source, got)
		}
	}
}
