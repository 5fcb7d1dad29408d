package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
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
	var done atomic.Int64
	stop := s.follow(r, list, &done, out)
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

// follow tells how far a row is, until the returned function ends it.
func (s *stage) follow(r row, list []fault, done *atomic.Int64, out io.Writer) (stop func()) {
	var struck watch
	struck.over(list)
	return r.tell(out, func() string {
		faults, last := struck.sofar()
		return fmt.Sprintf("%d of %d parents are done, %d calls to Telegram, %d to Discord, %d faults\n%s\n%s\n%s", done.Load(), r.People,
			len(s.telegram.History()), len(s.discord.History()), faults, bar(int(done.Load()), r.People), last, &s.lives)
	})
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
