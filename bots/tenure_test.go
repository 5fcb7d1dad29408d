package bots_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"claimline/bots"
)

// leases is a bots.Leases in memory.
type leases struct {
	mu    sync.Mutex
	fence int64
	until time.Time
	err   error
}

func (l *leases) Take(_ context.Context, _ string, ttl time.Duration) (int64, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil || time.Now().Before(l.until) {
		return 0, false, l.err
	}
	l.fence++
	l.until = time.Now().Add(ttl)
	return l.fence, true, nil
}

func (l *leases) Renew(_ context.Context, _ string, fence int64, ttl time.Duration) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil || fence != l.fence {
		return false, l.err
	}
	l.until = time.Now().Add(ttl)
	return true, nil
}

func (l *leases) Release(_ context.Context, _ string, fence int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if fence == l.fence {
		l.until = time.Time{}
	}
	return l.err
}

func (l *leases) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

func tenure(l *leases) *bots.Tenure {
	return &bots.Tenure{Leases: l, Name: "telegram", TTL: 15 * time.Second, Log: slog.New(slog.DiscardHandler)}
}

func TestTwoProcessesNeverWorkAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &leases{}
		var mu sync.Mutex
		working, turns := 0, 0
		var all sync.WaitGroup
		for range 3 {
			ctx, leave := context.WithCancel(t.Context())
			work := func(ctx context.Context) error {
				mu.Lock()
				working++
				turns++
				if working > 1 {
					t.Error("two at once")
				}
				mu.Unlock()
				time.Sleep(time.Minute) // four times the lease, so it has to be renewed
				mu.Lock()
				working--
				mu.Unlock()
				leave()
				return nil
			}
			all.Go(func() {
				if err := tenure(l).Run(ctx, work); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if turns != 3 {
			t.Errorf("%d of 3 processes had their turn", turns)
		}
	})
}

func TestAProcessThatCannotRenewStopsBeforeTheLeaseEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &leases{}
		mine := tenure(l)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		starts := 0
		err := mine.Run(ctx, func(ctx context.Context) error {
			starts++
			if starts == 1 {
				if !mine.Held() {
					t.Error("not held at the start")
				}
				l.fail(errors.New("the store is away"))
			}
			<-ctx.Done()
			if starts == 1 {
				if mine.Held() {
					t.Error("still held after the work was stopped")
				}
				l.fail(nil)
			}
			return nil
		})
		if err != nil || starts != 2 {
			t.Errorf("began %d times, %v; want to begin again once the store is back", starts, err)
		}
	})
}

func TestAProcessThatSleptPastItsLeaseFindsItGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &leases{}
		mine := tenure(l)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		lost := false
		_ = mine.Run(ctx, func(ctx context.Context) error {
			l.mu.Lock()
			l.fence++ // somebody else took it
			l.until = time.Now().Add(time.Hour)
			l.mu.Unlock()
			<-ctx.Done()
			lost = true
			return nil
		})
		if !lost {
			t.Error("the work went on without the lease")
		}
	})
}

func TestWorkThatEndsByItselfFreesTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, broken := &leases{}, errors.New("broken")
		if err := tenure(l).Run(t.Context(), func(context.Context) error { return broken }); err != broken {
			t.Errorf("got %v", err)
		}
		if _, ok, _ := l.Take(t.Context(), "telegram", time.Second); !ok {
			t.Error("the lease was not freed")
		}
	})
}

// hung is a store that does not answer a renewal for a minute, whatever its caller wants.
type hung struct{ *leases }

func (h hung) Renew(context.Context, string, int64, time.Duration) (bool, error) {
	time.Sleep(time.Minute)
	return false, errors.New("too late")
}

// A process whose renewal hangs knows by the clock that it may not go on: nothing else can tell it.
func TestALeaseEndsByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mine := tenure(&leases{})
		mine.Leases = hung{&leases{}}
		ctx, cancel := context.WithCancel(t.Context())
		err := mine.Run(ctx, func(context.Context) error {
			time.Sleep(mine.TTL - time.Second)
			if !mine.Held() {
				t.Error("lost before its time")
			}
			time.Sleep(time.Second)
			if mine.Held() {
				t.Error("held when another process may have it")
			}
			cancel()
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
