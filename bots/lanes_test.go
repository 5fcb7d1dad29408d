package bots_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"claimline/bots"
)

func TestLanesKeepOnePersonsOrderAndRunOthersBeside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lanes := bots.NewLanes(16, 1000, slog.New(slog.DiscardHandler))
		var mu sync.Mutex
		order := map[string][]int{}
		var batch []bots.Task
		for i := range 20 {
			for p := range 16 {
				person := fmt.Sprint(p)
				batch = append(batch, bots.Task{Person: person, Do: func(context.Context) error {
					time.Sleep(time.Duration(1+(i*7+p)%5) * time.Millisecond)
					mu.Lock()
					defer mu.Unlock()
					order[person] = append(order[person], i)
					return nil
				}})
			}
		}
		began := time.Now()
		for _, err := range lanes.Run(t.Context(), batch) {
			if err != nil {
				t.Fatal(err)
			}
		}
		for person, got := range order {
			for i, n := range got {
				if n != i {
					t.Fatalf("person %s: task %d was done as number %d", person, n, i)
				}
			}
		}
		if took := time.Since(began); took > 200*time.Millisecond {
			t.Errorf("16 people took %s together, as if they had waited for each other", took)
		}
	})
}

func TestLanesContainAPanicAndTellItByIDOnly(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	lanes := bots.NewLanes(4, 4, slog.New(slog.NewTextHandler(&log, nil)))
	after := false
	next := bots.Task{Person: "a", ID: "update 8", Do: func(context.Context) error { after = true; return nil }}
	outcomes := lanes.Run(t.Context(), []bots.Task{
		{Person: "a", ID: "update 7", Do: func(context.Context) error { panic("Anna Voorbeeld said this") }},
		next,
	})
	if !errors.Is(outcomes[0], bots.ErrPanicked) || !errors.Is(outcomes[1], bots.ErrBehind) || after {
		t.Errorf("outcomes %v, the next task ran: %t", outcomes, after)
	}
	if outcomes = lanes.Run(t.Context(), []bots.Task{next}); outcomes[0] != nil || !after {
		t.Errorf("brought again the next task has %v, and ran: %t", outcomes, after)
	}
	if lanes.Panics() != 1 {
		t.Errorf("%d panics counted", lanes.Panics())
	}
	if !strings.Contains(log.String(), "update 7") || !strings.Contains(log.String(), "lanes_test.go") && !strings.Contains(log.String(), "TestLanes") {
		t.Errorf("the log does not say which task, or where: %s", &log)
	}
	if strings.Contains(log.String(), "Anna") {
		t.Errorf("the log quotes the panic: %s", &log)
	}
}

// A box that could not be stored, and Done behind it: Done waits until both are brought again. Other
// people's tasks do not wait.
func TestLanesDoNothingBehindAFailure(t *testing.T) {
	t.Parallel()
	lanes := bots.NewLanes(4, 16, slog.New(slog.DiscardHandler))
	away := errors.New("the store is away")
	var done []string
	task := func(person, what string, err error) bots.Task {
		return bots.Task{Person: person, ID: what, Do: func(context.Context) error {
			if person == "a" {
				done = append(done, what)
			}
			return err
		}}
	}
	outcomes := lanes.Run(t.Context(), []bots.Task{
		task("a", "first box", nil), task("a", "second box", away), task("b", "something else", nil), task("a", "Done", nil),
	})
	for i, want := range []error{nil, away, nil, bots.ErrBehind} {
		if !errors.Is(outcomes[i], want) {
			t.Errorf("task %d came to %v, want %v", i, outcomes[i], want)
		}
	}
	lanes.Run(t.Context(), []bots.Task{task("a", "second box", nil), task("a", "Done", nil)})
	if got := strings.Join(done, ", "); got != "first box, second box, second box, Done" {
		t.Errorf("done was %s", got)
	}
}

func TestLanesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lanes := bots.NewLanes(3, 5, slog.New(slog.DiscardHandler))
		var running, most atomic.Int32
		var batch []bots.Task
		for p := range 30 {
			batch = append(batch, bots.Task{Person: fmt.Sprint(p), Do: func(context.Context) error {
				most.Store(max(most.Load(), running.Add(1)))
				time.Sleep(time.Millisecond)
				running.Add(-1)
				return nil
			}})
		}
		lanes.Run(t.Context(), batch)
		if most.Load() != 3 {
			t.Errorf("%d tasks ran at once, want 3", most.Load())
		}
	})
}

func TestLanesStopTakingUpTasksWhenTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lanes := bots.NewLanes(1, 2, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var batch []bots.Task
		for range 5 {
			batch = append(batch, bots.Task{Person: "a", Do: func(context.Context) error { cancel(); return nil }})
		}
		outcomes := lanes.Run(ctx, batch)
		if outcomes[0] != nil {
			t.Errorf("the first task: %v", outcomes[0])
		}
		for i, err := range outcomes[1:] {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("task %d: %v", i+1, err)
			}
		}
	})
}

func TestTasksBroughtOneByOneKeepAPersonsOrder(t *testing.T) {
	t.Parallel()
	lanes := bots.NewLanes(4, 8, slog.New(slog.DiscardHandler))
	var mu sync.Mutex
	got := map[string][]int{}
	var all sync.WaitGroup
	for n := range 50 {
		for _, who := range []string{"anna", "ben"} {
			all.Add(1)
			task := bots.Task{Person: who, ID: "one", Do: func(context.Context) error {
				mu.Lock()
				defer mu.Unlock()
				got[who] = append(got[who], n)
				return nil
			}}
			if err := lanes.Begin(t.Context(), task, func(error) { all.Done() }); err != nil {
				t.Fatal(err)
			}
		}
	}
	all.Wait()
	for who, order := range got {
		if len(order) != 50 || !slices.IsSorted(order) {
			t.Errorf("%s: %v", who, order)
		}
	}
}
