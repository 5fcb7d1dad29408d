package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"claimline/cmd/rehearse/wire"
	"claimline/intake"
	"claimline/storage/testdb"
)

// A program that is started before its server waits for it, and works when it is there.
func TestTheStartWaitsForPostgres(t *testing.T) {
	t.Parallel()
	server := testdb.Postgres(t)
	env := newEnv(t)
	front := freeAddress(t)
	env["DATABASE_URL"] = at(t, server, front)
	s := start(t, env)
	s.until("the database does not answer")
	proxy, err := wire.ListenOn(front, server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := proxy.Close(); err != nil {
			t.Error(err)
		}
	})
	s.until("ready")
	s.end()
}

// A first start goes through many transactions; whichever of them the line breaks at, before or after
// it stands, the program comes up.
func TestTheStartOutlastsALineThatBreaksAtItsCommits(t *testing.T) {
	t.Parallel()
	server := testdb.Postgres(t)
	proxy, err := wire.Listen(server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := proxy.Close(); err != nil {
			t.Error(err)
		}
	})
	env := newEnv(t)
	if env["DATABASE_URL"], err = proxy.Through(server); err != nil {
		t.Fatal(err)
	}
	breaking, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	broken := make(chan error, 1)
	go func() {
		for i := range 4 {
			if err := proxy.Break(breaking, []wire.Break{wire.BeforeCommit, wire.AfterCommit}[i%2]); err != nil {
				broken <- err
				return
			}
		}
		broken <- nil
	}()
	s := start(t, env)
	s.until("ready")
	if err := <-broken; err != nil {
		t.Errorf("not every line was broken: %v", err)
	}
	s.end()
}

// What waiting does not mend ends the start at once; a database that stays away ends it in words.
func TestWhatAStartWaitsFor(t *testing.T) {
	t.Parallel()
	wrong, gone := errors.New("another key"), fmt.Errorf("opening: %w", intake.ErrAway)
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		label    string
		ctx      context.Context
		outcomes []error // of one try after the other; the last one stays
		tries    int     // 0 for any number
		say      string
	}{
		{"nothing is wrong", t.Context(), []error{nil}, 1, ""},
		{"it answers late", t.Context(), []error{gone, gone, nil}, 3, ""},
		{"another key", t.Context(), []error{wrong}, 1, "another key"},
		{"another key, when it answers", t.Context(), []error{gone, wrong}, 2, "another key"},
		{"it stays away", t.Context(), []error{gone}, 0, "for the database: opening: the store is away"},
		{"the start is stopped", ended, []error{gone}, 1, "the store is away"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			tries := 0
			err := outlast(c.ctx, slog.New(slog.DiscardHandler), 50*time.Millisecond, time.Millisecond, func() error {
				tries++
				return c.outcomes[min(tries, len(c.outcomes))-1]
			})
			if c.tries > 0 && tries != c.tries {
				t.Errorf("%d tries", tries)
			}
			if said := fmt.Sprint(err); c.say == "" && err != nil || !strings.Contains(said, c.say) {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

// at is a database's address at another place on the loopback interface.
func at(t *testing.T, database, place string) string {
	t.Helper()
	address, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	address.Host, address.RawQuery = place, url.Values{"sslmode": {"disable"}}.Encode()
	return address.String()
}
