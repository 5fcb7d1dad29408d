package bots

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// Leases says which process may poll and send for a bot: one at a time. Package storage keeps them
// as rows. A lease's fence is raised every time it is taken, so that a holder who slept past the
// end of the lease can neither renew nor release it any more.
type Leases interface {
	// Take takes a lease for ttl that is free or that nobody renews; ok is false while somebody holds it.
	Take(ctx context.Context, name string, ttl time.Duration) (fence int64, ok bool, err error)
	// Renew extends a lease to ttl from now; ok is false when it was taken by somebody else since.
	Renew(ctx context.Context, name string, fence int64, ttl time.Duration) (ok bool, err error)
	// Release frees a lease at once, so that the next process need not wait.
	Release(ctx context.Context, name string, fence int64) error
}

// errLost ends the work of a Tenure whose lease is gone.
var errLost = errors.New("the lease was lost")

// Tenure does a bot's work while this process holds its lease, and stops it when the lease is lost.
type Tenure struct {
	Leases Leases
	Name   string
	TTL    time.Duration // how long a process that died keeps others out
	Log    *slog.Logger

	until atomic.Pointer[time.Time]
}

// Held reports whether the lease is certainly held now. A process that was stopped for a while
// finds it false at once, before any timer of its own has run: it is asked before every call.
func (t *Tenure) Held() bool {
	until := t.until.Load()
	return until != nil && time.Now().Before(*until)
}

// Run waits for the lease, does the work while it lasts and starts over when it was lost. It
// returns nil after ctx ended, and the work's error when that ended by itself.
func (t *Tenure) Run(ctx context.Context, work func(ctx context.Context) error) error {
	for {
		fence, err := t.take(ctx)
		if err != nil {
			return nil
		}
		err = t.hold(ctx, fence, work)
		if !errors.Is(err, errLost) {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		t.Log.Warn("lease lost, another process has it", "lease", t.Name)
	}
}

// take asks for the lease until it is given.
func (t *Tenure) take(ctx context.Context) (int64, error) {
	said := false
	for {
		asked := time.Now()
		fence, ok, err := t.Leases.Take(ctx, t.Name, t.TTL)
		if err == nil && ok {
			t.extend(asked)
			return fence, nil
		}
		if !said {
			said = true
			t.Log.Info("waiting for the lease", "lease", t.Name, "error", err)
		}
		if err := sleep(ctx, t.TTL/6); err != nil {
			return 0, err
		}
	}
}

// hold renews the lease while the work goes on.
func (t *Tenure) hold(ctx context.Context, fence int64, work func(ctx context.Context) error) error {
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ended := make(chan error, 1)
	go func() { ended <- work(working) }()
	for {
		select {
		case err := <-ended:
			t.release(ctx, fence)
			return err
		case <-time.After(t.TTL / 3):
		}
		asked := time.Now()
		ok, err := t.renew(working, fence)
		if err == nil && ok {
			t.extend(asked)
		}
		if err == nil && !ok || !t.Held() {
			t.until.Store(nil)
			stop(errLost)
			<-ended
			return errLost
		}
	}
}

// renew gives the store a limited time, so that the lease is known to be lost before it is.
func (t *Tenure) renew(ctx context.Context, fence int64) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.TTL/3)
	defer cancel()
	ok, err := t.Leases.Renew(ctx, t.Name, fence, t.TTL)
	if err != nil {
		return false, fmt.Errorf("renew lease %s: %w", t.Name, err)
	}
	return ok, nil
}

func (t *Tenure) release(ctx context.Context, fence int64) {
	t.until.Store(nil)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), t.TTL/3)
	defer cancel()
	if err := t.Leases.Release(ctx, t.Name, fence); err != nil {
		t.Log.Warn("lease not released, the next process waits for its end", "lease", t.Name, "error", err)
	}
}

func (t *Tenure) extend(asked time.Time) {
	until := asked.Add(t.TTL)
	t.until.Store(&until)
}
