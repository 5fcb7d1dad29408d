package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/people"
)

// The rhythm of the row: bursts of turns, each of which is answered with one message, close to as many a
// second as Telegram lets through. Were it as many, the least delay would be carried on for ever.
const (
	burst      = 100
	fullRate   = 29 // turns a second
	usualCount = 60 // bursts
	stepsEach  = 12 // of a parent: later ones are answered with a file or led to the page
)

// sinceStart is how long the program has been there when the first burst comes: in its first second it
// leaves room for what the process before it may have sent.
const sinceStart = 2 * time.Second

// latency plays a row in which parents on Telegram do something in bursts, as fast as Telegram's limits
// allow on average, and measures how much later than these allow they are answered.
func (r row) latency(ctx context.Context, program, dir string, out io.Writer) (res result, err error) {
	if r.Count == 0 {
		r.Count = usualCount
	}
	named := r
	r.Discord, r.People = 0, (r.Count/stepsEach+1)*burst+4*burst // a few groups side by side, and who is through early
	s, err := r.set(ctx, program, dir, nil)
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, s.clear(ctx)) }()
	if err := s.start(); err != nil {
		return result{}, err
	}
	if err := s.alive(ctx); err != nil {
		return result{}, err
	}
	pass(ctx, sinceStart)
	var done atomic.Int64
	stop := r.tell(out, func() string { return fmt.Sprintf("%d of %d bursts", done.Load(), r.Count) })
	began := time.Now()
	err = s.bursts(ctx, r.Count, func() { done.Add(1) })
	took := time.Since(began)
	stop()
	if err != nil {
		return result{}, err
	}
	if err := s.settle(ctx); err != nil {
		return result{}, err
	}
	e, err := s.gather(ctx)
	if err != nil {
		return result{}, err
	}
	e.deaths = s.lives.deaths
	res = named.result(s, e, took)
	beyond := e.beyondPacing(telegram.PublishedRates())
	res.Pacing = spreadOf(beyond)
	res.Figures = map[string]float64{beyondPacing: res.Pacing.P99}
	return res, nil
}

// bursts lets a hundred people at a time take a step, those whose turn was longest ago first. Who has
// taken enough, or will soon be through, makes room for somebody new.
func (s *stage) bursts(ctx context.Context, many int, done func()) error {
	type walker struct {
		*people.Texter
		steps int
	}
	var queue []*walker
	next := 0
	enter := func() {
		p := s.cast[next]
		queue = append(queue, &walker{Texter: people.NewTexter(p.Parent, p.phone, s.public)})
		next++
	}
	for range 4 * burst {
		enter()
	}
	tick := time.NewTicker(burst * time.Second / fullRate)
	defer tick.Stop()
	for range many {
		now := queue[:burst]
		queue = slices.Clone(queue[burst:])
		var all errgroup.Group
		for _, w := range now {
			all.Go(func() error {
				if w.steps == 0 {
					_, err := w.Start("tiktok-en-school")
					return err
				}
				return w.Step(ctx)
			})
		}
		if err := all.Wait(); err != nil {
			return err
		}
		for _, w := range now {
			if w.steps++; w.steps < stepsEach && !w.Supports() {
				queue = append(queue, w)
			} else {
				enter()
			}
		}
		done()
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// beyondPacing is how much later than the limits allow each thing that a person did was answered. The
// limits are applied to the messages as they went out, each from what it answers on: none may go out
// before there is room in its second and in its chat.
func (e *evidence) beyondPacing(limits *telegram.Rates) []time.Duration {
	said, answered := map[int64]time.Time{}, map[int64]bool{}
	var second []time.Time // when messages could have gone out
	chats := map[int64]time.Time{}
	var beyond []time.Duration
	for _, t := range inOrder(e.telegram) {
		switch {
		case t.Act != "":
			said[t.Chat], answered[t.Chat] = t.At, false
		case t.Done && isMessage(t.Method):
			chat := chatOf(t)
			could := said[chat]
			if n := len(second); n >= limits.Second && second[n-limits.Second].Add(time.Second).After(could) {
				could = second[n-limits.Second].Add(time.Second)
			}
			if room := chats[chat].Add(limits.ChatEvery - time.Duration(limits.ChatBurst)*limits.ChatEvery); room.After(could) {
				could = room
			}
			second = append(second, could)
			chats[chat] = later(chats[chat], could).Add(limits.ChatEvery)
			if !answered[chat] {
				answered[chat] = true
				beyond = append(beyond, t.At.Sub(could))
			}
		}
	}
	return beyond
}

// isMessage reports whether a call counts as a message sent.
func isMessage(method string) bool {
	return strings.HasPrefix(method, "send") && method != "sendChatAction"
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// inOrder sorts what happened by when it began.
func inOrder(all []telegram.Entry) []telegram.Entry {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b telegram.Entry) int { return a.At.Compare(b.At) })
	return all
}

func chatOf(t telegram.Entry) int64 {
	id, _ := strconv.ParseInt(t.Params["chat_id"], 10, 64)
	return id
}
