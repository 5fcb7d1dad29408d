package storage_test

import (
	"net/url"
	"strings"
	"testing"

	"claimline/storage"
	"claimline/storage/testdb"
)

// A server that may forget what it confirmed is refused by name, with the command that mends it,
// and the command does.
func TestWeakServerIsRefused(t *testing.T) {
	t.Parallel()
	address := testdb.Postgres(t)
	p := sealed(t, address)
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(at.Path, "/")
	s, err := storage.Open(t.Context(), p.Options)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	exec(t, s, "ALTER DATABASE "+name+" SET synchronous_commit = off")
	mend := `ALTER DATABASE "` + name + `" RESET synchronous_commit;`
	err = p.open(t)
	if err == nil || !strings.Contains(err.Error(), "synchronous_commit is off") || !strings.Contains(err.Error(), "run: "+mend) {
		t.Fatalf("got %v", err)
	}
	exec(t, s, mend)
	if err := p.open(t); err != nil {
		t.Errorf("after the command: %v", err)
	}
	query := at.Query()
	query.Set("synchronous_commit", "off")
	at.RawQuery = query.Encode()
	p.URL = at.String()
	if err := p.open(t); err == nil || !strings.Contains(err.Error(), "take synchronous_commit out of DATABASE_URL") {
		t.Errorf("turned off in the address: %v", err)
	}
}

// An address that is none is refused without repeating its password.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "claimline.db", "mysql://a:s3cret@host/db", "sqlite:", "sqlite::memory:",
		"postgres://anna:s3cret@host:port/db", "postgres://anna:s3cret@127.0.0.1:1/db?connect_timeout=1"} {
		p := place{storage.Options{URL: address, DataDir: t.TempDir(), MasterKeyFile: t.TempDir() + "/key"}}
		err := p.open(t)
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
