package bots_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"claimline/bots"
)

func paces(chat string) bots.Pace {
	if chat[0] == '-' {
		return bots.Pace{Every: 4 * time.Second, Burst: 5}
	}
	return bots.Pace{Every: time.Second, Burst: 3}
}

var overall = bots.Pace{Every: time.Second / 25, Burst: 5}

// mostIn is the most sends in any stretch of time of a length.
func mostIn(sends []time.Time, stretch time.Duration) int {
	slices.SortFunc(sends, time.Time.Compare)
	most := 0
	for i := range sends {
		n := 0
		for n < len(sends)-i && sends[i+n].Sub(sends[i]) < stretch {
			n++
		}
		most = max(most, n)
	}
	return most
}

func TestGateKeepsThePlatformsLimits(t *testing.T) {
	for _, c := range []struct {
		label   string
		chats   []string
		each    int
		stretch time.Duration
		want    int // most sends in the stretch
	}{
		{"a private chat", []string{"1"}, 30, time.Second, 3},
		{"a private chat over a minute", []string{"1"}, 90, time.Minute, 63},
		{"a group", []string{"-1"}, 50, time.Minute, 20},
		{"everybody", many(200), 3, time.Second, 30},
	} {
		t.Run(c.label, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gate := bots.NewGate(overall, paces)
				var mu sync.Mutex
				var sends []time.Time
				var all sync.WaitGroup
				for _, chat := range c.chats {
					all.Go(func() {
						for range c.each {
							if err := gate.Send(t.Context(), chat); err != nil {
								t.Error(err)
							}
							mu.Lock()
							sends = append(sends, time.Now())
							mu.Unlock()
						}
					})
				}
				all.Wait()
				if most := mostIn(sends, c.stretch); most > c.want {
					t.Errorf("%d sends within %s, allowed are %d", most, c.stretch, c.want)
				}
			})
		})
	}
}

func many(n int) []string {
	chats := make([]string, n)
	for i := range chats {
		chats[i] = fmt.Sprint(i + 1)
	}
	return chats
}

func TestGateShutForOneChatOpensToTheMillisecondAndOthersGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := bots.NewGate(overall, paces)
		began := time.Now()
		gate.Shut("1", 7*time.Second)
		gate.Shut("1", time.Second) // a shorter one takes nothing back
		if err := gate.Send(t.Context(), "2"); err != nil || time.Since(began) != 0 {
			t.Errorf("another chat waited %s (%v)", time.Since(began), err)
		}
		if err := gate.Send(t.Context(), "1"); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited != 7*time.Second {
			t.Errorf("the chat waited %s, want 7s", waited)
		}
	})
}

func TestGateShutForAllHoldsThoseWhoWereWaitingTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := bots.NewGate(overall, paces)
		began := time.Now()
		var mu sync.Mutex
		var sends []time.Time
		var all sync.WaitGroup
		for _, chat := range many(100) {
			all.Go(func() {
				if err := gate.Send(t.Context(), chat); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				sends = append(sends, time.Now())
			})
		}
		time.Sleep(time.Second / 2)
		mu.Lock()
		before := len(sends)
		mu.Unlock()
		gate.Shut("", 10*time.Second)
		all.Wait()
		for _, at := range sends[before:] {
			if at.Sub(began) < 10*time.Second+time.Second/2 {
				t.Fatalf("a send %s after the start, inside the penalty", at.Sub(began))
			}
		}
		if most := mostIn(sends, time.Second); most > 30 {
			t.Errorf("%d sends in a second once the penalty was over", most)
		}
	})
}

func TestGateStopsWaitingWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := bots.NewGate(overall, paces)
		gate.Shut("", time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := gate.Send(ctx, "1"); err != context.DeadlineExceeded {
			t.Errorf("got %v", err)
		}
	})
}
