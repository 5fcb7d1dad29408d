package storage_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"claimline/intake"
	"claimline/storage/testdb"
)

// While somebody's turn is being written on SQLite, others come and wait, and a message that was
// sent is to be marked. The mark is next, and after it everybody in the order in which they came.
func TestWritersQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClock()
		s := &scene{Store: testdb.At(t, testdb.SQLite(t))(t, set(c)), clock: c}
		sent := s.say(anna, "a message")
		s.must(t, anna, func(f *intake.File) intake.Turn { return intake.Turn{Outgoing: []intake.Outgoing{sent}} })

		var all sync.WaitGroup
		var mu sync.Mutex
		var order []string
		turn := func(name string, inside func()) {
			all.Go(func() {
				err := s.InTx(t.Context(), func(intake.Tx) error {
					mu.Lock()
					order = append(order, name)
					mu.Unlock()
					inside()
					return nil
				})
				if err != nil {
					t.Errorf("turn %s: %v", name, err)
				}
			})
			synctest.Wait()
		}
		finish := make(chan struct{})
		turn("first", func() { <-finish })
		for _, name := range []string{"second", "third", "fourth"} {
			turn(name, func() {
				if s.count(t, "outbox", "state = 'due'") != 0 {
					t.Errorf("turn %s came before the mark", name)
				}
			})
		}
		all.Go(func() {
			if err := s.Delivered(t.Context(), sent.ID, "77", c.Now()); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		close(finish)
		all.Wait()
		if got := strings.Join(order, " "); got != "first second third fourth" {
			t.Errorf("the turns came in this order: %s", got)
		}
	})
}

// On SQLite a statement that writes goes through the queue or nowhere.
func TestReadersDoNotWrite(t *testing.T) {
	t.Parallel()
	s := testdb.At(t, testdb.SQLite(t))(t)
	var names []string
	err := s.DB().Raw("INSERT INTO settings (name, value) VALUES ('a', 'b') RETURNING name").Scan(&names).Error
	if err == nil || !strings.Contains(err.Error(), "readonly") {
		t.Errorf("a reader has written %v: %v", names, err)
	}
}
