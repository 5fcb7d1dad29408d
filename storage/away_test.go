package storage_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"gorm.io/gorm"

	"claimline/intake"
	"claimline/storage"
	"claimline/storage/testdb"
)

// Somebody ends the database's side of a turn: it is the store that was away. What a turn itself cannot
// do is another thing.
func TestAStoreThatIsAway(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		c := newClock()
		s := &scene{Store: open(t, set(c)), clock: c}
		wrong := errors.New("the turn's own")
		if err := s.InTx(t.Context(), func(intake.Tx) error { return wrong }); !errors.Is(err, wrong) || errors.Is(err, intake.ErrAway) {
			t.Errorf("a turn that fails by itself: %v", err)
		}
		if s.DB().Name() != "postgres" {
			return
		}
		err := s.InTx(t.Context(), func(tx intake.Tx) error {
			if err := s.DB().Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").Error; err != nil {
				return err
			}
			_, err := tx.Find(anna)
			return err
		})
		if !errors.Is(err, intake.ErrAway) {
			t.Errorf("a turn whose database was ended: %v", err)
		}
		for tries := 0; err != nil; tries++ { // every connection that was kept is found out
			err = s.hear(t.Context(), anna, func(*intake.File) intake.Turn { return intake.Turn{} })
			if err != nil && (!errors.Is(err, intake.ErrAway) || tries > 100) {
				t.Fatalf("a later turn: %v", err)
			}
		}
	})
}

// Who opens a store waits for a server that is not there, and not for a file that cannot be.
func TestAStoreThatIsAwayWhenItIsOpened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct {
		address string
		away    bool
	}{
		{"postgres://somebody@127.0.0.1:9/register?sslmode=disable", true},
		{"sqlite:" + dir, false}, // a folder
	} {
		_, err := storage.Open(t.Context(), storage.Options{URL: c.address, DataDir: filepath.Join(dir, "data"), MasterKeyFile: filepath.Join(dir, "key")})
		if err == nil || errors.Is(err, intake.ErrAway) != c.away {
			t.Errorf("%s: %v", c.address, err)
		}
	}
}

// A turn that takes too long is no sign of a store that is away, whoever ends it: what makes it slow may be
// its own, and it must not be tried for ever before everybody else's.
func TestASlowTurnIsNoStoreThatIsAway(t *testing.T) {
	t.Parallel()
	for label, cancelled := range map[string]bool{"its time is up": false, "the server is told to cancel it": true} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			s := &scene{Store: testdb.At(t, testdb.Postgres(t))(t, set(c)), clock: c}
			s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{} })
			within := 300 * time.Millisecond
			if cancelled {
				within = time.Minute
			}
			ctx, stop := context.WithTimeout(t.Context(), within)
			defer stop()
			err := s.DB().Transaction(func(db *gorm.DB) error {
				if err := db.Exec("SELECT 1 FROM conversations FOR UPDATE").Error; err != nil {
					return err
				}
				ended := make(chan error, 1)
				go func() {
					ended <- s.InTx(ctx, func(tx intake.Tx) error { _, err := tx.Find(anna); return err })
				}()
				for cancelled {
					var n int64
					err := db.Raw("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n).Error
					if err != nil || n > 0 {
						break
					}
				}
				if err := <-ended; err == nil || errors.Is(err, intake.ErrAway) {
					t.Errorf("it ended with %v", err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
