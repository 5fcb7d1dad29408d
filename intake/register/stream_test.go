package register_test

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"claimline/intake"
	"claimline/intake/register"
)

// BenchmarkRegister writes 20,000 submissions of a family with two children, with names, and
// reports the most memory that was in use at a time.
func BenchmarkRegister(b *testing.B) {
	c, f := lanterns(b), voorbeeld(b)
	for _, format := range []register.Format{register.JSONL, register.CSV, register.XLSX} {
		b.Run(string(format), func(b *testing.B) {
			b.ReportAllocs()
			peak := uint64(0)
			for b.Loop() {
				w, err := register.NewWriter(io.Discard, register.Options{Campaign: c, Format: format, Names: true, Scratch: b.TempDir()})
				if err != nil {
					b.Fatal(err)
				}
				before := inUse()
				for n := range 20_000 {
					write(b, w, f, n)
					if n%2_000 == 0 {
						peak = max(peak, inUse()-min(before, inUse()))
					}
				}
				if _, err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
		})
	}
}

func write(t testing.TB, w *register.Writer, f intake.File, n int) {
	s := *f.Submission
	s.Reference = fmt.Sprintf("LM-%04d-%04d", n/10_000, n%10_000)
	f.Submission = &s
	if in, err := w.Write(f); err != nil || !in {
		t.Fatalf("write %s: %v, %v", s.Reference, in, err)
	}
}

// inUse is the memory that is really held.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Not parallel: it looks at the memory of the whole process.
func TestARegisterIsWrittenAsItComes(t *testing.T) {
	c, f := lanterns(t), voorbeeld(t)
	for _, format := range []register.Format{register.JSONL, register.CSV} {
		w, err := register.NewWriter(io.Discard, register.Options{Campaign: c, Format: format, Names: true})
		if err != nil {
			t.Fatal(err)
		}
		write(t, w, f, 0)
		before := inUse()
		for n := range 2_000 { // some 4 MB of register
			write(t, w, f, n)
		}
		if after := inUse(); after > before+1<<20 {
			t.Errorf("%s: %d kB are held after 2,000 submissions", format, (after-before)>>10)
		}
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A workbook of more than 16 MB is put together on disk, where its words must not stay.
func TestNothingStaysBehind(t *testing.T) {
	t.Parallel()
	c, f := lanterns(t), voorbeeld(t)
	f.Conversation.State.Answers[intake.Key{Question: "b.words", Item: 1}] = intake.Answer{Values: []string{strings.Repeat("w", 30_000)}, At: sent}
	scratch := t.TempDir()
	w, err := register.NewWriter(io.Discard, register.Options{Campaign: c, Format: register.XLSX, Names: true, Scratch: scratch})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 700 {
		write(t, w, f, n)
	}
	if on, err := os.ReadDir(scratch); err != nil || len(on) == 0 {
		t.Fatalf("nothing was put on disk (%v); this test looks at nothing", err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if on, err := os.ReadDir(scratch); err != nil || len(on) > 0 {
		t.Errorf("%d files stay behind (%v)", len(on), err)
	}
}
