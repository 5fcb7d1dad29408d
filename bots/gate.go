package bots

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Pace is how fast calls may follow each other: one every so often, and a few at once after a
// silence. In any stretch of time t there are at most Burst + t/Every. The zero Pace is no limit.
type Pace struct {
	Every time.Duration
	Burst int
}

// Gate keeps a platform's limits: a pace over all calls, a pace for each chat, and the times in
// which the platform has forbidden calls. Everything that is sent passes it, whether it came from
// the outbox or not. It measures by the machine's monotonic clock, so that a clock that is set does
// not open a window early. It may be used from many goroutines.
type Gate struct {
	pace    func(chat string) Pace
	overall *rate.Limiter
	chats   *Recent[string, *chatGate]

	mu   sync.Mutex
	shut time.Time // nothing to anybody before
}

type chatGate struct {
	limiter *rate.Limiter
	mu      sync.Mutex
	shut    time.Time // nothing to this chat before
}

// mostChats bounds what a gate remembers. A chat's limiter matters until it has filled up again,
// within a minute; no platform lets that many chats be written to in a minute.
const mostChats = 8192

// NewGate makes a gate with a pace over all calls and one for each chat.
func NewGate(overall Pace, chat func(chat string) Pace) *Gate {
	return &Gate{pace: chat, overall: overall.limiter(), chats: NewRecent[string, *chatGate](mostChats)}
}

func (p Pace) limiter() *rate.Limiter {
	if p.Every == 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Every(p.Every), p.Burst)
}

// Send waits until one message may go to a chat. It returns ctx's error when ctx ends before.
func (g *Gate) Send(ctx context.Context, chat string) error {
	if err := g.Open(ctx, chat); err != nil {
		return err
	}
	if err := take(ctx, g.chat(chat).limiter); err != nil {
		return err
	}
	return g.Call(ctx, chat)
}

// Call waits until a call about a chat may be made that does not count as a message to it.
func (g *Gate) Call(ctx context.Context, chat string) error {
	for {
		if err := g.Open(ctx, chat); err != nil {
			return err
		}
		if err := take(ctx, g.overall); err != nil {
			return err
		}
		if g.Closed(chat) <= 0 { // else it was shut while this one waited for its turn
			return nil
		}
	}
}

// Open waits until nothing is forbidden. It is enough for calls that no pace is about, such as a poll.
// It returns ctx's error when ctx ends before.
func (g *Gate) Open(ctx context.Context, chat string) error {
	for {
		wait := g.Closed(chat)
		if wait <= 0 {
			return ctx.Err()
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// Shut forbids calls about a chat, or with chat "" all calls, for a while from now.
func (g *Gate) Shut(chat string, wait time.Duration) {
	until := time.Now().Add(wait)
	mu, shut := &g.mu, &g.shut
	if chat != "" {
		c := g.chat(chat)
		mu, shut = &c.mu, &c.shut
	}
	mu.Lock()
	defer mu.Unlock()
	if until.After(*shut) {
		*shut = until
	}
}

// Closed is how long calls about a chat are still forbidden; zero or less when they are not.
func (g *Gate) Closed(chat string) time.Duration {
	now := time.Now()
	g.mu.Lock()
	wait := g.shut.Sub(now)
	g.mu.Unlock()
	if chat == "" {
		return wait
	}
	c := g.chat(chat)
	c.mu.Lock()
	defer c.mu.Unlock()
	return max(wait, c.shut.Sub(now))
}

func (g *Gate) chat(chat string) *chatGate {
	if c, ok := g.chats.Get(chat); ok {
		return c
	}
	c, _ := g.chats.Add(chat, &chatGate{limiter: g.pace(chat).limiter()})
	return c
}

func take(ctx context.Context, l *rate.Limiter) error {
	r := l.Reserve()
	err := sleep(ctx, r.Delay())
	if err != nil {
		r.Cancel()
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
