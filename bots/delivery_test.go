package bots_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"claimline/bots"
	"claimline/bots/botstest"
	"claimline/intake"
)

// platform notes what it is asked to deliver, and answers as the test says.
type platform struct {
	mu     sync.Mutex
	calls  []call
	answer func(l bots.Letter) error
}

type call struct {
	id, target string
	at         time.Time
}

func (p *platform) Name() string { return "test" }

func (p *platform) Deliver(_ context.Context, l bots.Letter) (intake.MessageID, error) {
	p.mu.Lock()
	p.calls = append(p.calls, call{l.ID, string(l.Target), time.Now()})
	p.mu.Unlock()
	if p.answer != nil {
		if err := p.answer(l); err != nil {
			return "", err
		}
	}
	return intake.MessageID("m-" + l.ID), nil
}

func (p *platform) made() []call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

func (p *platform) ids() string {
	var ids []string
	for _, c := range p.made() {
		ids = append(ids, c.id)
	}
	return strings.Join(ids, " ")
}

func say(id, chat string) intake.Outgoing {
	return intake.Outgoing{ID: id, Account: intake.Account("test:" + chat), Do: intake.Say}
}

// bench is a delivery that runs until the test ends.
func bench(t *testing.T, answer func(bots.Letter) error) (*botstest.Outbox, *platform) {
	outbox, p := botstest.NewOutbox(), &platform{answer: answer}
	d := bots.NewDelivery(outbox, p, slog.New(slog.DiscardHandler), time.Now)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := d.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	return outbox, p
}

// Nothing rings when its time has come, and yet it goes out in time; the chat goes on meanwhile.
func TestWhatIsPutOffGoesOutInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		outbox, p := bench(t, nil)
		began := time.Now()
		later := say("later", "1")
		later.After = 10 * time.Minute
		outbox.Put(later, say("now", "1"))
		time.Sleep(11 * time.Minute)
		if ids := p.ids(); ids != "now later" {
			t.Fatalf("sent %s", ids)
		}
		if late := p.made()[1].at.Sub(began) - later.After; late < 0 || late > 15*time.Second {
			t.Errorf("it was %s late", late)
		}
	})
}

func TestWhatFollowsFromEachFailure(t *testing.T) {
	for _, c := range []struct {
		label   string
		failure *bots.Failure
		do      intake.Doing
		fate    string
		calls   int
		within  [2]time.Duration // between the first call and the second
	}{
		{"too fast: not before the wait is over", &bots.Failure{Class: bots.Throttled, Wait: 5 * time.Second}, intake.Say, "delivered", 2, [2]time.Duration{5 * time.Second, 5 * time.Second}},
		{"no answer: again after a pause", &bots.Failure{Class: bots.Unreachable}, intake.Say, "delivered", 2, [2]time.Duration{300 * time.Millisecond, 700 * time.Millisecond}},
		{"an answer cut off: once more", &bots.Failure{Class: bots.Ambiguous}, intake.Say, "delivered", 2, [2]time.Duration{300 * time.Millisecond, 700 * time.Millisecond}},
		{"an error nobody classified", nil, intake.Say, "delivered", 2, [2]time.Duration{300 * time.Millisecond, 700 * time.Millisecond}},
		{"moved: at once, to where the platform noted", &bots.Failure{Class: bots.Moved, To: "2"}, intake.Say, "delivered", 2, [2]time.Duration{0, 0}},
		{"the token is refused: a minute later", &bots.Failure{Class: bots.Unauthorized}, intake.Say, "delivered", 2, [2]time.Duration{time.Minute, time.Minute}},
		{"blocked by the person: never", &bots.Failure{Class: bots.Gone}, intake.Say, "gone", 1, [2]time.Duration{}},
		{"never acceptable: dropped", &bots.Failure{Class: bots.Rejected}, intake.Say, "rejected", 1, [2]time.Duration{}},
		{"already so", &bots.Failure{Class: bots.Unchanged}, intake.Edit, "delivered", 1, [2]time.Duration{}},
		{"too old to change", &bots.Failure{Class: bots.Stale}, intake.Remove, "delivered", 1, [2]time.Duration{}},
	} {
		t.Run(c.label, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failed := false
				outbox, p := bench(t, func(bots.Letter) error {
					if failed {
						return nil
					}
					failed = true
					if c.failure == nil {
						return errors.New("out of the blue")
					}
					return c.failure
				})
				l := say("a", "1")
				l.Do, l.Message = c.do, "77"
				outbox.Put(l)
				time.Sleep(3 * time.Minute)
				if fate := outbox.Fate("a"); fate != c.fate {
					t.Errorf("fate %q, want %q", fate, c.fate)
				}
				calls := p.made()
				if len(calls) != c.calls {
					t.Fatalf("%d calls, want %d", len(calls), c.calls)
				}
				if c.calls == 2 {
					if gap := calls[1].at.Sub(calls[0].at); gap < c.within[0] || gap > c.within[1] {
						t.Errorf("the second call came %s after the first, want %s to %s", gap, c.within[0], c.within[1])
					}
				}
			})
		})
	}
}

func TestEachPenaltyEndsInItsOwnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		outbox, p := bench(t, func(l bots.Letter) error {
			if l.Attempts > 0 {
				return nil
			}
			wait, _ := time.ParseDuration(l.ID)
			return &bots.Failure{Class: bots.Throttled, Wait: wait}
		})
		for i, wait := range []string{"2s", "9s", "5s", "5.001s"} {
			outbox.Put(say(wait, fmt.Sprint(i)))
		}
		time.Sleep(time.Minute)
		for _, c := range p.made()[4:] {
			if after := c.at.Sub(began).String(); after != c.id {
				t.Errorf("a penalty of %s ended after %s", c.id, after)
			}
		}
	})
}

func TestDeliveryKeepsEachChatsOrderThroughFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, p := bench(t, func(l bots.Letter) error {
			if l.Attempts == 0 && strings.HasSuffix(l.ID, "3") {
				return &bots.Failure{Class: bots.Unreachable}
			}
			return nil
		})
		for n := range 8 {
			for chat := range 50 {
				outbox.Put(say(fmt.Sprintf("%d-%d", chat, n), fmt.Sprint(chat)))
			}
		}
		time.Sleep(time.Minute)
		if outbox.Waiting() != 0 {
			t.Fatalf("%d unsent", outbox.Waiting())
		}
		last := map[string]string{}
		for _, c := range p.made() {
			chat, n, _ := strings.Cut(c.id, "-")
			if n < last[chat] {
				t.Fatalf("chat %s: %s after %s", chat, n, last[chat])
			}
			last[chat] = n
		}
	})
}

func TestOneSlowChatBlocksNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, p := bench(t, func(l bots.Letter) error {
			if l.Account == "test:slow" {
				time.Sleep(20 * time.Second)
			}
			return nil
		})
		outbox.Put(say("slow-1", "slow"), say("slow-2", "slow"), say("quick", "2"))
		time.Sleep(time.Second)
		if p.ids() != "slow-1 quick" && p.ids() != "quick slow-1" || outbox.Fate("quick") != "delivered" {
			t.Errorf("after a second: %s", p.ids())
		}
		outbox.Put(say("later", "3"))
		time.Sleep(time.Second)
		if outbox.Fate("later") != "delivered" {
			t.Error("a message that came later waited too")
		}
		time.Sleep(time.Minute)
		if outbox.Waiting() != 0 {
			t.Errorf("%d unsent", outbox.Waiting())
		}
	})
}

func TestAFetchHoldsUpNoPrompt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _ := bench(t, func(l bots.Letter) error {
			if l.Do == intake.Fetch {
				time.Sleep(time.Minute)
			}
			return nil
		})
		fetch := say("file", "1")
		fetch.Do = intake.Fetch
		outbox.Put(fetch, say("prompt", "1"))
		time.Sleep(time.Second)
		if outbox.Fate("prompt") != "delivered" || outbox.Fate("file") != "" {
			t.Errorf("prompt %q, file %q", outbox.Fate("prompt"), outbox.Fate("file"))
		}
		time.Sleep(time.Minute)
		if outbox.Fate("file") != "delivered" {
			t.Error("the file was never fetched")
		}
	})
}

func TestPausesGrowAndStayWithinAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, p := bench(t, func(bots.Letter) error { return &bots.Failure{Class: bots.Unreachable} })
		outbox.Put(say("a", "1"))
		time.Sleep(20 * time.Minute)
		calls := p.made()
		if len(calls) < 20 {
			t.Fatalf("only %d attempts in 20 minutes", len(calls))
		}
		var early, late time.Duration
		for i := 1; i < len(calls); i++ {
			gap := calls[i].at.Sub(calls[i-1].at)
			if gap > bots.MaxPause {
				t.Errorf("a pause of %s", gap)
			}
			if i <= 4 {
				early += gap
			}
			if i > len(calls)-5 {
				late += gap
			}
		}
		if late < 5*early {
			t.Errorf("the first pauses take %s together, the last %s: they do not grow", early, late)
		}
	})
}

func TestAnEditOfWhatWasNeverDeliveredNeedsNoCall(t *testing.T) {
	t.Parallel()
	outbox, p := botstest.NewOutbox(), &platform{}
	outbox.Put(say("first", "1"), intake.Outgoing{ID: "edit", Account: "test:1", Do: intake.Edit, Of: "first"},
		intake.Outgoing{ID: "orphan", Account: "test:1", Do: intake.Edit, Of: "never"})
	d := bots.NewDelivery(outbox, p, slog.New(slog.DiscardHandler), time.Now)
	if err := d.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []call{{id: "first"}, {id: "edit", target: "m-first"}}
	if !slices.EqualFunc(p.made(), want, func(a, b call) bool { return a.id == b.id && a.target == b.target }) {
		t.Errorf("calls %v", p.made())
	}
	if outbox.Fate("orphan") != "delivered" {
		t.Errorf("the orphan is %q", outbox.Fate("orphan"))
	}
}

func TestAStoreThatIsAwayAfterASendDoesNotMakeItTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var outbox *botstest.Outbox
		outbox, p := bench(t, func(bots.Letter) error {
			outbox.Fail(errors.New("the store is away"))
			return nil
		})
		outbox.Put(say("a", "1"))
		time.Sleep(30 * time.Second)
		outbox.Fail(nil)
		time.Sleep(2 * time.Minute)
		if p.ids() != "a" || outbox.Fate("a") != "delivered" {
			t.Errorf("calls %q, fate %q", p.ids(), outbox.Fate("a"))
		}
	})
}

// slowAnswer is an outbox whose answers are old when they arrive.
type slowAnswer struct {
	*botstest.Outbox
	hold func()
}

func (o slowAnswer) Due(ctx context.Context, platform string, now time.Time, most int, inWork map[string]bool) ([]bots.Letter, error) {
	due, err := o.Outbox.Due(ctx, platform, now, most, inWork)
	o.hold()
	return due, err
}

func TestAnOldAnswerOfTheOutboxMakesNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox := slowAnswer{botstest.NewOutbox(), func() { time.Sleep(time.Second) }}
		p := &platform{answer: func(bots.Letter) error { time.Sleep(time.Second / 2); return nil }}
		d := bots.NewDelivery(outbox, p, slog.New(slog.DiscardHandler), time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = d.Run(ctx) })
		outbox.Put(say("a", "1"))
		time.Sleep(time.Second + time.Second/4) // a is in work
		outbox.Put(say("b", "1"), say("c", "2"))
		time.Sleep(time.Minute)
		cancel()
		running.Wait()
		if p.ids() != "a b c" && p.ids() != "a c b" {
			t.Errorf("sent %s", p.ids())
		}
	})
}

// countedOutbox counts how often it is asked.
type countedOutbox struct {
	*botstest.Outbox
	asked atomic.Int64
}

func (o *countedOutbox) Due(ctx context.Context, platform string, now time.Time, most int, inWork map[string]bool) ([]bots.Letter, error) {
	o.asked.Add(1)
	return o.Outbox.Due(ctx, platform, now, most, inWork)
}

func TestAFullDeliveryAsksForNothingUntilAPlaceIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox := &countedOutbox{Outbox: botstest.NewOutbox()}
		p := &platform{answer: func(bots.Letter) error { time.Sleep(time.Minute); return nil }}
		d := bots.NewDelivery(outbox, p, slog.New(slog.DiscardHandler), time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = d.Run(ctx) })
		for chat := range 64 {
			outbox.Put(say(fmt.Sprint("early ", chat), fmt.Sprint(chat)))
		}
		time.Sleep(time.Second)
		before := outbox.asked.Load()
		for chat := range 100 {
			outbox.Put(say(fmt.Sprint("late ", chat), fmt.Sprint("late ", chat)))
			time.Sleep(time.Millisecond)
		}
		if asked := outbox.asked.Load() - before; asked != 0 {
			t.Errorf("the outbox was asked %d times while every place was taken", asked)
		}
		time.Sleep(10 * time.Minute)
		if outbox.Waiting() != 0 {
			t.Errorf("%d unsent", outbox.Waiting())
		}
		cancel()
		running.Wait()
	})
}

func TestTheEndLetsACallArriveAndBeginsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox := botstest.NewOutbox()
		p := &platform{answer: func(bots.Letter) error { time.Sleep(time.Second); return nil }}
		d := bots.NewDelivery(outbox, p, slog.New(slog.DiscardHandler), time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		outbox.Put(say("a", "1"), say("b", "1"))
		time.AfterFunc(time.Second/2, cancel)
		if err := d.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if outbox.Fate("a") != "delivered" || outbox.Fate("b") != "" || p.ids() != "a" {
			t.Errorf("a is %q, b is %q, calls %q", outbox.Fate("a"), outbox.Fate("b"), p.ids())
		}
		synctest.Wait()
	})
}

func TestAPlatformThatPanicsGetsThreeChances(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, p := bench(t, func(l bots.Letter) error {
			if l.ID == "bad" {
				panic("oh")
			}
			return nil
		})
		outbox.Put(say("bad", "1"), say("good", "1"))
		time.Sleep(time.Minute)
		if p.ids() != "bad bad bad good" || outbox.Fate("bad") != "rejected" {
			t.Errorf("calls %q, fate %q", p.ids(), outbox.Fate("bad"))
		}
	})
}

func TestARefusedTokenIsLoggedOnceAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var refused atomic.Bool
		refused.Store(true)
		outbox, p := bench(t, func(bots.Letter) error {
			if refused.Load() {
				return &bots.Failure{Class: bots.Unauthorized}
			}
			return nil
		})
		for chat := range 10 {
			outbox.Put(say(fmt.Sprint("m", chat), fmt.Sprint(chat)))
		}
		time.Sleep(10 * time.Minute)
		if n := len(p.made()); n > 11*10 {
			t.Errorf("%d calls in ten minutes with a token that is refused", n)
		}
		refused.Store(false)
		time.Sleep(2 * time.Minute)
		if outbox.Waiting() != 0 {
			t.Errorf("%d unsent after the token was accepted", outbox.Waiting())
		}
	})
}

// What a chat is told goes out together, and what changes a message that went out a moment before knows
// which that is. Where one stays, what follows it stays too.
func TestAChatIsToldEverythingInOneGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := true
		outbox := &countedOutbox{Outbox: botstest.NewOutbox()}
		p := &platform{answer: func(l bots.Letter) error {
			if l.ID == "c" && refused {
				refused = false
				return &bots.Failure{Class: bots.Throttled, Wait: time.Second}
			}
			return nil
		}}
		change := say("b", "1")
		change.Do, change.Of = intake.Edit, "a"
		outbox.Put(say("a", "1"), change, say("c", "1"), say("d", "1"))
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = bots.NewDelivery(outbox, p, slog.New(slog.DiscardHandler), time.Now).Run(ctx) })
		time.Sleep(time.Minute)
		cancel()
		running.Wait()
		if p.ids() != "a b c c d" {
			t.Fatalf("sent %s", p.ids())
		}
		calls := p.made()
		if calls[1].target != "m-a" {
			t.Errorf("the change was made to %q", calls[1].target)
		}
		if between := calls[3].at.Sub(calls[2].at); between != time.Second {
			t.Errorf("the refused one came again after %s", between)
		}
	})
}

// heldOutbox notes what it is told to be in work when it is asked.
type heldOutbox struct {
	*botstest.Outbox
	told []string
}

func (o *heldOutbox) Due(ctx context.Context, platform string, now time.Time, most int, inWork map[string]bool) ([]bots.Letter, error) {
	o.told = append(o.told, strings.Join(slices.Sorted(maps.Keys(inWork)), " "))
	return o.Outbox.Due(ctx, platform, now, most, inWork)
}

// What is about to go out is in work as well as what is going out: a question that is answered at that
// moment must not be dropped, or nobody would know which message it became.
func TestAllThatAChatIsAboutToBeToldIsInWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox := &heldOutbox{Outbox: botstest.NewOutbox()}
		p := &platform{answer: func(bots.Letter) error { time.Sleep(time.Second); return nil }}
		outbox.Put(say("a", "1"), say("b", "1"))
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { _ = bots.NewDelivery(outbox, p, slog.New(slog.DiscardHandler), time.Now).Run(ctx) })
		time.Sleep(time.Second / 2) // a is going out
		outbox.Put(say("c", "2"))
		time.Sleep(time.Minute)
		cancel()
		running.Wait()
		if len(outbox.told) < 2 || outbox.told[0] != "" || !slices.Contains(outbox.told, "a b") {
			t.Errorf("in work were %q", outbox.told)
		}
	})
}
