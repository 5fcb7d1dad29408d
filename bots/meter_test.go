package bots_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"claimline/bots"
)

var quota = bots.Quota{Most: 30, In: time.Second}

// calls makes so many calls through a meter, each to a chat of its own, over a network that takes up to
// there to bring a call and up to back to bring its answer, and returns when each came in.
func calls(t *testing.T, meter *bots.Meter, n int, there, back time.Duration) (cameIn []time.Time) {
	random := rand.New(rand.NewPCG(1, 2))
	var mu sync.Mutex
	some := func(d time.Duration) time.Duration {
		mu.Lock()
		defer mu.Unlock()
		return time.Duration(random.Int64N(int64(d) + 1))
	}
	var all sync.WaitGroup
	for _, chat := range many(n) {
		all.Go(func() {
			answered, err := meter.Send(t.Context(), chat)
			if err != nil {
				t.Error(err)
				return
			}
			defer answered()
			time.Sleep(some(there))
			mu.Lock()
			cameIn = append(cameIn, time.Now())
			mu.Unlock()
			time.Sleep(some(back))
		})
	}
	all.Wait()
	return cameIn
}

// However uneven the network is, the platform never sees more than it allows, and little less.
func TestAMeterUsesAQuotaUpAndNeverMore(t *testing.T) {
	for _, c := range []struct {
		label       string
		there, back time.Duration
		least       float64 // of what is allowed
	}{
		{"at hand", 0, 10 * time.Millisecond, 0.97},
		{"far away", 80 * time.Millisecond, 80 * time.Millisecond, 0.85},
		{"a network that stalls", time.Second, 50 * time.Millisecond, 0.5},
	} {
		t.Run(c.label, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				meter := bots.NewMeter(quota, paces)
				began := time.Now()
				cameIn := calls(t, meter, 3000, c.there, c.back)
				if most := mostIn(cameIn, quota.In); most > quota.Most {
					t.Errorf("%d calls came in within %s, allowed are %d", most, quota.In, quota.Most)
				}
				if used := 3000 / time.Since(began).Seconds() / float64(quota.Most); used < c.least {
					t.Errorf("%.3f of the quota was used, want at least %.2f", used, c.least)
				}
			})
		})
	}
}

// The process before may have used the quota a moment ago.
func TestAMeterBeginsCarefully(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		meter := bots.NewMeter(quota, paces)
		began := time.Now()
		for _, chat := range many(6) {
			answered, err := meter.Send(t.Context(), chat)
			if err != nil {
				t.Fatal(err)
			}
			answered()
		}
		if waited := time.Since(began); waited < quota.In {
			t.Errorf("the sixth call waited %s", waited)
		}
	})
}

func TestAMeterKeepsASilenceAndLosesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		meter := bots.NewMeter(bots.Quota{Most: 1, In: time.Second}, paces)
		began := time.Now()
		meter.Shut("", 5*time.Second)
		if waited := calls(t, meter, 2, 0, 0)[0].Sub(began); waited != 5*time.Second {
			t.Errorf("the first call came after %s, want 5s", waited)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		if _, err := meter.Send(ctx, "3"); err != context.DeadlineExceeded {
			t.Errorf("got %v", err)
		}
		if _, err := meter.Send(t.Context(), "4"); err != nil || time.Since(began) != 7*time.Second {
			t.Errorf("after %s: %v; the call that was given up has kept its place", time.Since(began), err)
		}
	})
}
