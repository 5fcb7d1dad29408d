package wire_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"claimline/cmd/rehearse/wire"
	"claimline/storage/testdb/cluster"
)

// A transaction whose line breaks fails for the program either way. On the server it has happened
// when the COMMIT got through, and has not when it did not. What comes after it passes untouched.
func TestALineThatBreaks(t *testing.T) {
	t.Parallel()
	server, err := cluster.Find()
	if err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	address, drop, err := server.Create(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = drop(context.WithoutCancel(ctx)) }()
	proxy, err := wire.Listen(address)
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	through, err := proxy.Through(address)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, ctx, address, "CREATE TABLE said (word TEXT)")
	breaking := func(at wire.Break) chan error {
		broken, asked := make(chan error, 1), make(chan struct{})
		go func() {
			close(asked)
			broken <- proxy.Break(ctx, at)
		}()
		<-asked
		return broken
	}
	for word, c := range map[string]struct {
		at   wire.Break
		rows int
	}{"lost": {wire.AfterCommit, 1}, "cut": {wire.BeforeCommit, 0}} {
		broken := breaking(c.at)
		for tries := 0; ; tries++ { // the order may come a moment after a COMMIT
			if say(ctx, through, word) != nil {
				c.rows += tries
				break
			}
		}
		if err := <-broken; err != nil {
			t.Fatalf("%s: %v", word, err)
		}
		if n := count(t, ctx, address, word); n != c.rows {
			t.Errorf("%s: %d rows, want %d", word, n, c.rows)
		}
	}
	if err := say(ctx, through, "later"); err != nil || count(t, ctx, through, "later") != 1 {
		t.Errorf("a line that nobody breaks: %v", err)
	}
	hurry, stop := context.WithTimeout(ctx, time.Millisecond)
	defer stop()
	if err := proxy.Break(hurry, wire.AfterCommit); err == nil {
		t.Error("nobody committed, and a line is said to have broken")
	}
	if err := say(ctx, through, "calm"); err != nil {
		t.Errorf("an order that was taken back struck: %v", err)
	}
}

func say(ctx context.Context, address, word string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO said VALUES ($1)", word)
		return err
	})
}

func exec(t *testing.T, ctx context.Context, address, statement string) {
	t.Helper()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, ctx context.Context, address, word string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM said WHERE word = $1", word).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
