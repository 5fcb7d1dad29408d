package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/term"
)

// rehearse plays one row, and tells how far it is meanwhile. The evidence is what the result was
// made from.
func (r row) rehearse(ctx context.Context, program, dir string, out io.Writer) (e *evidence, res result, err error) {
	list, err := r.chosen()
	if err == nil {
		list, err = r.possible(list, out)
	}
	if err != nil {
		return nil, result{}, err
	}
	s, err := r.set(ctx, program, dir, list)
	if err != nil {
		return nil, result{}, err
	}
	defer func() { err = errors.Join(err, s.clear(ctx)) }()
	if r.PowerLoss > 0 {
		if err := s.record(r); err != nil {
			return nil, result{}, err
		}
	}
	uncounted, err := s.count(ctx)
	if err == nil {
		err = s.start()
	}
	if err != nil {
		return nil, result{}, err
	}
	var done, faults atomic.Int64
	for i := range list {
		strike := list[i].strike
		list[i].strike = func(ctx context.Context, s *stage, random *rand.Rand) (func(), error) {
			faults.Add(1)
			return strike(ctx, s, random)
		}
	}
	stop := r.tell(out, func() string {
		return fmt.Sprintf("%d of %d parents are done, %d calls to Telegram, %d to Discord, %d faults", done.Load(), r.People,
			len(s.telegram.History()), len(s.discord.History()), faults.Load())
	})
	began := time.Now()
	undone, struck, err := s.perform(ctx, r, list, func() { done.Add(1) })
	took := time.Since(began)
	if err == nil {
		err = s.settle(ctx)
	}
	stop()
	restless := errors.Is(err, errRestless)
	if err != nil && !restless {
		return nil, result{}, err
	}
	asked, err := s.counted(ctx, uncounted, struck)
	if err != nil {
		return nil, result{}, err
	}
	e, err = s.gather(ctx)
	if err != nil {
		return nil, result{}, err
	}
	e.asked, e.undone, e.struck, e.deaths, e.restless = asked, undone, struck, s.lives.deaths, restless
	if r.PowerLoss > 0 {
		if e.powerLoss, err = s.cutPower(ctx, r, e, out); err != nil {
			return nil, result{}, err
		}
	}
	return e, r.result(s, e, took), nil
}

// perform lets people talk and faults strike until everybody is done, or the row's time is up.
func (s *stage) perform(ctx context.Context, r row, list []fault, done func()) (undone map[int]string, all []struck, err error) {
	talking, cancel := context.WithTimeout(ctx, r.Limit)
	defer cancel()
	over, talked := make(chan struct{}), make(chan map[int]string, 1)
	go func() {
		talked <- s.talk(talking, r.AtOnce, done)
		close(over)
	}()
	all, err = s.trouble(ctx, r, list, over)
	if err != nil {
		cancel()
	}
	return <-talked, all, err
}

var errRestless = errors.New("the program never stopped talking")

// settle waits until nothing more is said.
func (s *stage) settle(ctx context.Context) error { return s.still(ctx, 4*time.Second) }

// still waits until nobody was sent anything for a while.
func (s *stage) still(ctx context.Context, still time.Duration) error {
	calls := func() int {
		return len(s.telegram.History()) - s.telegram.Calls("getUpdates") + len(s.discord.History())
	}
	tick := time.NewTicker(still)
	defer tick.Stop()
	for deadline, before := time.Now().Add(patience), -1; time.Now().Before(deadline); {
		now := calls()
		if now == before {
			return nil
		}
		before = now
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errRestless
}

// tell tells how far a row is: on a terminal in one line that changes, elsewhere now and then. The
// returned function ends it.
func (r row) tell(out io.Writer, how func() string) (stop func()) {
	f, ok := out.(*os.File)
	live := ok && term.IsTerminal(int(f.Fd()))
	every := 15 * time.Second
	if live {
		every = 500 * time.Millisecond
	}
	fmt.Fprintln(out, r.name())
	began, over, told := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-over:
				if live {
					fmt.Fprint(out, "\r\x1b[K")
				}
				return
			case <-tick.C:
			}
			line := fmt.Sprintf("  %s: %s", time.Since(began).Round(time.Second), how())
			if live {
				fmt.Fprint(out, "\r\x1b[K"+line)
			} else {
				fmt.Fprintln(out, line)
			}
		}
	}()
	return func() { close(over); <-told }
}
