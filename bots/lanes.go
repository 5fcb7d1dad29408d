package bots

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// ErrPanicked is the outcome of a task that panicked. What it panicked with is not kept, since that
// may quote what a person said.
var ErrPanicked = errors.New("panicked")

// ErrBehind is the outcome of a task that was not begun, because one of the same person's before it in
// the same batch failed. It says nothing about the task itself.
var ErrBehind = errors.New("behind a task that failed")

// Lanes runs tasks so that one person's are done one after the other, in the order they were
// brought, and different people's side by side. A person without tasks costs nothing.
type Lanes struct {
	log     *slog.Logger
	workers int           // most goroutines
	room    chan struct{} // one for each task that waits or runs
	panics  atomic.Int64

	mu      sync.Mutex
	waiting map[string][]job // by person; the key is there while somebody works on the person
	ready   []string         // people with tasks whom nobody works on, first come first
	running int              // goroutines
}

// Task is one thing to do for a person.
type Task struct {
	Person string
	ID     string // for the log: what it is, without saying who it is
	Do     func(ctx context.Context) error
}

type job struct {
	Task
	ctx  context.Context
	done func(error)
}

// NewLanes makes lanes with at most so many goroutines and so many tasks waiting or running. Who
// brings more waits.
func NewLanes(workers, tasks int, log *slog.Logger) *Lanes {
	return &Lanes{log: log, workers: workers, room: make(chan struct{}, tasks), waiting: map[string][]job{}}
}

// Run does a batch and returns when all of it is done, with each task's outcome at its place. A
// task that panicked has ErrPanicked; one that was not begun before ctx ended has ctx's error; one that
// comes after a failed one of the same person has ErrBehind: who presses a box and then Done, and whose
// box could not be stored, must not be done without it.
func (l *Lanes) Run(ctx context.Context, batch []Task) []error {
	outcomes := make([]error, len(batch))
	held := map[string]*bool{} // by person; a person's tasks, one after the other, are all that look at it
	var all sync.WaitGroup
	for i, task := range batch {
		if held[task.Person] == nil {
			held[task.Person] = new(bool)
		}
		task.Do = unless(held[task.Person], task.Do)
		all.Add(1)
		err := l.Begin(ctx, task, func(err error) {
			outcomes[i] = err
			all.Done()
		})
		if err != nil {
			outcomes[i] = err
			all.Done()
		}
	}
	all.Wait()
	return outcomes
}

// unless does a task unless one before it was held up, and holds up those behind it when it fails.
func unless(held *bool, do func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		if *held {
			return ErrBehind
		}
		*held = true // stays so when it panics
		err := do(ctx)
		*held = err != nil
		return err
	}
}

// Begin brings one task and returns as soon as there is room for it; done gets its outcome. It
// returns ctx's error, and done is not called, when ctx ends before.
func (l *Lanes) Begin(ctx context.Context, task Task, done func(error)) error {
	select {
	case l.room <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	l.add(job{Task: task, ctx: ctx, done: func(err error) {
		<-l.room
		done(err)
	}})
	return nil
}

// Panics is how many tasks have panicked.
func (l *Lanes) Panics() int64 { return l.panics.Load() }

func (l *Lanes) add(j job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	queue, busy := l.waiting[j.Person]
	l.waiting[j.Person] = append(queue, j)
	if busy {
		return
	}
	l.ready = append(l.ready, j.Person)
	if l.running < l.workers {
		l.running++
		go l.work()
	}
}

// work does one task of the person who has waited longest, and so on until nobody is left. Somebody
// with many tasks goes to the end of the row after each.
func (l *Lanes) work() {
	for {
		j, ok := l.next()
		if !ok {
			return
		}
		j.done(l.contain(j))
		l.release(j.Person)
	}
}

func (l *Lanes) next() (job, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ready) == 0 {
		l.running--
		return job{}, false
	}
	person := l.ready[0]
	l.ready = l.ready[1:]
	j := l.waiting[person][0]
	l.waiting[person] = l.waiting[person][1:]
	return j, true
}

func (l *Lanes) release(person string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting[person]) == 0 {
		delete(l.waiting, person)
		return
	}
	l.ready = append(l.ready, person)
}

func (l *Lanes) contain(j job) (err error) {
	defer func() {
		if recover() == nil {
			return
		}
		l.panics.Add(1)
		l.log.Error("a task panicked", "task", j.ID, "at", panickedAt())
		err = fmt.Errorf("%s: %w", j.ID, ErrPanicked)
	}()
	if err := j.ctx.Err(); err != nil {
		return err
	}
	return j.Do(j.ctx)
}

// panickedAt is the function and line of a panic that is being recovered from, without its value.
func panickedAt() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", f.Function, f.Line)
		}
		if !more {
			return "unknown"
		}
	}
}
