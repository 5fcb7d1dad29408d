package endtoend

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	fake "claimline/bots/fakes/telegram"
	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/storage"
	"claimline/storage/testdb"
)

// figuresOn runs a benchmark on both databases.
func figuresOn(b *testing.B, run func(b *testing.B, database func(testing.TB) string)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { run(b, testdb.SQLite) })
	b.Run("postgres", func(b *testing.B) { run(b, testdb.Postgres) })
}

// BenchmarkStart is the time from the start of the process until its first poll waits for updates.
func BenchmarkStart(b *testing.B) {
	figuresOn(b, func(b *testing.B, database func(testing.TB) string) {
		in := install(b, database, newClock(b, b.TempDir(), time.Now(), 1), world{})
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		for b.Loop() {
			in.start()
			if err := in.telegram.WaitPoll(ctx); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			in.stop()
			b.StartTimer()
		}
	})
}

// script is the beginning of an interview in typed words, which press the buttons they name.
var script = []string{"/start", "Start", "I have read this", "My child or children", "Netherlands", "Bram Voorbeeld",
	"12 March 2014", "Yes, I alone", "An own account", "2021", "Until now"}

// BenchmarkTurn is one whole turn through the desk and the store, without a network: alone, and with
// 32 people at once.
func BenchmarkTurn(b *testing.B) {
	figuresOn(b, func(b *testing.B, database func(testing.TB) string) {
		for _, atOnce := range []int{1, 32} {
			b.Run(fmt.Sprint(atOnce, " at once"), func(b *testing.B) {
				desk, _ := deskAndStore(b, database)
				var people atomic.Int64
				b.SetParallelism(max(1, atOnce/2)) // of two processors
				turns := func(next func() bool) {
					for step, person := 0, people.Add(1); next(); step++ {
						if step == len(script) {
							step, person = 0, people.Add(1)
						}
						e := intake.Event{Account: intake.Account(fmt.Sprint("telegram:", person)), Identity: fmt.Sprint(person, " ", step),
							At: time.Now(), Locale: "en", Did: intake.Said{Text: script[step]}}
						if _, err := desk.Handle(context.Background(), e); err != nil {
							b.Error(err)
							return
						}
					}
				}
				b.ResetTimer()
				if atOnce == 1 {
					turns(b.Loop)
					return
				}
				b.RunParallel(func(pb *testing.PB) { turns(pb.Next) })
			})
		}
	})
}

// deskAndStore makes a desk with a store of its own.
func deskAndStore(b *testing.B, database func(testing.TB) string) (*intake.Desk, *storage.Store) {
	b.Helper()
	words, err := intake.ReadWords()
	if err != nil {
		b.Fatal(err)
	}
	store := testdb.At(b, database(b))(b)
	c := readCampaigns(b, filledCampaigns(b))[tiktok]
	return &intake.Desk{Store: store, Words: words, Signer: intake.Signer{Key: store.ButtonKey()}, Now: time.Now,
		Campaign: func(string) (*campaign.Campaign, campaign.Status, bool) { return c, campaign.Open, true }}, store
}

// BenchmarkMemory is the program's resident memory with ten thousand open conversations, each of
// which has just been begun.
func BenchmarkMemory(b *testing.B) {
	const people = 10_000
	figuresOn(b, func(b *testing.B, database func(testing.TB) string) {
		for b.Loop() {
			in := install(b, database, newClock(b, b.TempDir(), time.Now(), 1), world{telegram: fake.Options{PollSecond: 20 * time.Millisecond}})
			in.start()
			for i := range people {
				if _, err := in.telegram.Person(fmt.Sprint("parent ", i), fake.Profile{Language: "en"}).Start(""); err != nil {
					b.Fatal(err)
				}
			}
			began := time.Now()
			in.begun(people)
			b.ReportMetric(float64(people)/time.Since(began).Seconds(), "conversations/s")
			b.ReportMetric(in.memory("VmRSS"), "resident-MB")
			b.ReportMetric(in.memory("VmHWM"), "peak-MB")
			in.kill()
		}
	})
}

// begun waits until so many conversations are on file.
func (in *installation) begun(people int) {
	in.Helper()
	for n := 0; n < people; time.Sleep(100 * time.Millisecond) { // a database rings no bell
		if err := in.db.QueryRow("SELECT count(*) FROM conversations").Scan(&n); err != nil {
			in.Fatal(err)
		}
	}
}

// memory reads a line of the process's status, in megabytes of a million bytes.
func (in *installation) memory(line string) float64 {
	in.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", in.process.Process.Pid))
	if err != nil {
		in.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), line+":")
	kilobytes, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		in.Fatal(err)
	}
	return float64(kilobytes) * 1024 / 1e6
}
