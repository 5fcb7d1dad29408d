package storage_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"claimline/intake"
	"claimline/storage"
	"claimline/storage/testdb"
)

// eachDatabase runs a benchmark on both, with few and with many submissions stored.
func eachDatabase(b *testing.B, run func(b *testing.B, s *scene)) {
	b.Helper()
	for _, database := range []struct {
		name string
		url  func(testing.TB) string
	}{{"SQLite", testdb.SQLite}, {"PostgreSQL", testdb.Postgres}} {
		for _, stored := range []int{10, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", database.name, stored), func(b *testing.B) {
				c := newClock()
				s := &scene{Store: testdb.At(b, database.url(b))(b, set(c)), clock: c}
				s.stock(b, stored)
				b.ResetTimer()
				run(b, s)
			})
		}
	}
}

// One answer, alone: at question 5 and at question 60.
func BenchmarkAnswer(b *testing.B) {
	eachDatabase(b, func(b *testing.B, s *scene) {
		tap := s.Tap()
		for _, question := range []int{5, 60} {
			a := parent(100 + question)
			for n := range question - 1 {
				if err := s.hear(b.Context(), a, func(f *intake.File) intake.Turn { answer60(f, n); return intake.Turn{} }); err != nil {
					b.Fatal(err)
				}
			}
			b.Run(fmt.Sprint("question ", question), func(b *testing.B) {
				tap.Take()
				began := cpu(b)
				for b.Loop() {
					err := s.hear(b.Context(), a, func(f *intake.File) intake.Turn {
						answer60(f, question-1)
						return intake.Turn{Outgoing: []intake.Outgoing{s.say(a, "the next question, in about as many words as one has")}}
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(b.N), "cpu-µs/op")
				statements, commits := tap.Take()
				b.ReportMetric(float64(statements)/float64(b.N), "statements/op")
				b.ReportMetric(float64(commits)/float64(b.N), "commits/op")
			})
		}
	})
}

// cpu is what this process has used of the processors. What PostgreSQL uses is not in it.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// Many people answering at once.
func BenchmarkAnswersTogether(b *testing.B) {
	eachDatabase(b, func(b *testing.B, s *scene) {
		var people atomic.Int64
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			a := parent(int(1000 + people.Add(1)))
			for pb.Next() {
				err := s.hear(context.Background(), a, func(f *intake.File) intake.Turn {
					answer(f, "country", 0, "NL")
					return intake.Turn{Outgoing: []intake.Outgoing{s.say(a, "the next question")}}
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}

// How much quicker 32 people are together than one alone, on a database that is five milliseconds
// away: about as often as there are people where nobody waits for anybody, and once where all their
// turns queue behind one row. SQLite has one writer.
func BenchmarkNobodyQueues(b *testing.B) {
	c := newClock()
	s := &scene{Store: testdb.At(b, testdb.Postgres(b))(b, set(c)), clock: c}
	turn := func(a intake.Account) {
		err := s.InTx(b.Context(), func(tx intake.Tx) error {
			if _, err := tx.Once(s.id("event"), c.Now()); err != nil {
				return err
			}
			f, err := tx.Find(a)
			if err != nil {
				return err
			}
			answer(f, "country", 0, "NL")
			err = tx.Save(f, intake.Turn{At: c.Now(), Outgoing: []intake.Outgoing{s.say(a, "next")}, Audit: []intake.Entry{{Kind: "consent"}}})
			time.Sleep(5 * time.Millisecond) // everything is written, and locked
			return err
		})
		if err != nil {
			b.Error(err)
		}
	}
	const together = 32
	for n := range together {
		if err := s.hear(b.Context(), parent(n), func(*intake.File) intake.Turn { return intake.Turn{} }); err != nil {
			b.Fatal(err)
		}
	}
	began := time.Now()
	for range b.N {
		turn(parent(0))
	}
	alone := time.Since(began)

	b.ResetTimer()
	var people sync.WaitGroup
	var begun atomic.Int64
	for n := range together {
		people.Go(func() {
			for begun.Add(1) <= int64(b.N) {
				turn(parent(n))
			}
		})
	}
	people.Wait()
	b.ReportMetric(float64(alone)/float64(b.Elapsed()), "times-alone")
}

// Sixty-four people at once, each of whom says something and has the answer marked as delivered: how
// long a mark takes is how long a crash would make a second copy of the message.
func BenchmarkMarksTogether(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"SQLite": testdb.SQLite, "PostgreSQL": testdb.Postgres} {
		b.Run(name, func(b *testing.B) {
			c := newClock()
			s := &scene{Store: testdb.At(b, address(b))(b, set(c)), clock: c}
			var people atomic.Int64
			var mu sync.Mutex
			var took []time.Duration
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				a := parent(int(people.Add(1)))
				for pb.Next() {
					o := s.say(a, "the next question")
					err := s.hear(context.Background(), a, func(f *intake.File) intake.Turn {
						answer(f, "country", 0, "NL")
						return intake.Turn{Outgoing: []intake.Outgoing{o}}
					})
					began := time.Now()
					if err == nil {
						err = s.Delivered(context.Background(), o.ID, "4711", c.Now())
					}
					if err != nil {
						b.Error(err)
						return
					}
					mu.Lock()
					took = append(took, time.Since(began))
					mu.Unlock()
				}
			})
			slices.Sort(took)
			for _, q := range []struct {
				name string
				at   float64
			}{{"median-ms", 0.5}, {"p99-ms", 0.99}, {"longest-ms", 1}} {
				at := took[int(q.at*float64(len(took)-1))]
				b.ReportMetric(float64(at.Microseconds())/1000, q.name)
			}
		})
	}
}

// From the outbox to the mark that it was delivered.
func BenchmarkDelivery(b *testing.B) {
	eachDatabase(b, func(b *testing.B, s *scene) {
		for b.Loop() {
			b.StopTimer()
			err := s.hear(b.Context(), anna, func(f *intake.File) intake.Turn {
				return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "a message")}}
			})
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			letters, err := s.Due(b.Context(), "telegram", s.clock.Now(), 64, nil)
			if err != nil || len(letters) != 1 {
				b.Fatal(len(letters), err)
			}
			if err := s.Delivered(b.Context(), letters[0].ID, "4711", s.clock.Now()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// How long a start takes, on a store that is there.
func BenchmarkOpenStore(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"SQLite": testdb.SQLite, "PostgreSQL": testdb.Postgres} {
		b.Run(name, func(b *testing.B) {
			var o storage.Options
			if err := testdb.At(b, address(b))(b, func(made *storage.Options) { o = *made }).Close(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				s, err := storage.Open(b.Context(), o)
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Looking for what is due while ten thousand messages wait, ten a chat.
func BenchmarkDueWithBacklog(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"SQLite": testdb.SQLite, "PostgreSQL": testdb.Postgres} {
		b.Run(name, func(b *testing.B) {
			c := newClock()
			s := &scene{Store: testdb.At(b, address(b))(b, set(c)), clock: c}
			for n := range 1000 {
				err := s.hear(b.Context(), parent(n), func(f *intake.File) intake.Turn {
					var turn intake.Turn
					for range 10 {
						turn.Outgoing = append(turn.Outgoing, s.say(parent(n), "a message"))
					}
					return turn
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				letters, err := s.Due(b.Context(), "telegram", c.Now(), 64, nil)
				if err != nil || len(letters) != 64 {
					b.Fatal(len(letters), err)
				}
			}
		})
	}
}
