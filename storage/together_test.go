package storage_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"claimline/intake"
	"claimline/storage/testdb"
)

// One person's events reach two processes at the same time: each is answered once, nothing is lost,
// the order numbers have no gap and the audit holds.
func TestOnePersonTwoProcesses(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		c := newClock()
		a, b := &scene{Store: open(t, set(c)), clock: c}, &scene{Store: open(t, set(c)), clock: c}
		const each = 25
		group, ctx := errgroup.WithContext(t.Context())
		for i, s := range []*scene{a, b} {
			group.Go(func() error {
				for n := range each {
					question := fmt.Sprintf("q.%d.%d", i, n)
					err := s.hearEvent(ctx, question, anna, func(f *intake.File) intake.Turn {
						answer(f, question, 0, "yes")
						return intake.Turn{Outgoing: []intake.Outgoing{{ID: question, Account: anna, Do: intake.Say}}, Audit: []intake.Entry{{Kind: "correction"}}}
					})
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if got := len(a.file(t, anna).Conversation.State.Answers); got != 2*each {
			t.Errorf("%d answers are on file, want %d", got, 2*each)
		}
		if n := a.count(t, "persons", "1 = 1"); n != 1 {
			t.Errorf("%d people are on file, want one", n)
		}
		var seqs []int64
		if err := a.DB().Table("outbox").Order("seq").Pluck("seq", &seqs).Error; err != nil {
			t.Fatal(err)
		}
		for i := range seqs {
			if seqs[i] != seqs[0]+int64(i) {
				t.Fatalf("order numbers have a gap or are double: %v", seqs)
			}
		}
		if report, err := a.VerifyAudit(t.Context()); err != nil || report.Faults != nil || report.Entries != 2*each {
			t.Errorf("audit: %+v, %v", report, err)
		}
	})
}

// 32 people stand in the middle of their turns at the same moment: nobody waits for anybody. Only
// PostgreSQL can; SQLite has one writer.
func TestNobodyQueues(t *testing.T) {
	t.Parallel()
	c := newClock()
	const people = 32
	s := &scene{Store: testdb.At(t, testdb.Postgres(t))(t, set(c)), clock: c}
	for n := range people {
		s.must(t, parent(n), func(f *intake.File) intake.Turn { return intake.Turn{} })
	}
	pool, err := s.DB().DB()
	if err != nil {
		t.Fatal(err)
	}
	pool.SetMaxOpenConns(people)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var inside sync.WaitGroup
	inside.Add(people)
	group, ctx := errgroup.WithContext(ctx)
	for n := range people {
		group.Go(func() error {
			entered := sync.OnceFunc(inside.Done)
			return s.InTx(ctx, func(tx intake.Tx) error {
				if _, err := tx.Once(fmt.Sprint("event of ", n), c.Now()); err != nil {
					return err
				}
				f, err := tx.Find(parent(n))
				if err != nil {
					return err
				}
				answer(f, "country", 0, "NL")
				err = tx.Save(f, intake.Turn{At: c.Now(), Outgoing: []intake.Outgoing{{ID: fmt.Sprint("out-", n), Account: parent(n), Do: intake.Say}},
					Audit: []intake.Entry{{Kind: "consent"}}})
				entered()
				inside.Wait() // every turn has written everything before the first one commits
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

func parent(n int) intake.Account { return intake.Account(fmt.Sprintf("telegram:%d", 1000000+n)) }

// Two people submit the same child at the same moment: one of them finds the other.
func TestSameValueAtTheSameMoment(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		const people = 8
		lookup := intake.Lookup{Purpose: "member", Value: "bo voorbeeld 2012-03-12", Item: 1}
		for n := range people {
			s.must(t, parent(n), func(f *intake.File) intake.Turn { return intake.Turn{} })
		}
		var mu sync.Mutex
		found := map[int]int{} // how many submissions were found, and by how many people
		var group errgroup.Group
		for n := range people {
			group.Go(func() error {
				var matches []intake.Match
				err := s.InTx(t.Context(), func(tx intake.Tx) error {
					f, err := tx.Find(parent(n))
					if err != nil {
						return err
					}
					if matches, err = tx.Matches(f, lookup); err != nil {
						return err
					}
					f.Submission = submission(s.clock.Now(), fmt.Sprintf("TT-%04d", n))
					return tx.Save(f, intake.Turn{At: s.clock.Now(), Lookups: []intake.Lookup{lookup}})
				})
				mu.Lock()
				defer mu.Unlock()
				found[len(matches)]++
				return err
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		for n := range people {
			if found[n] != 1 {
				t.Fatalf("found: %v, want each number of earlier submissions once", found)
			}
		}
	})
}
