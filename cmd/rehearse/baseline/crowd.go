package baseline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"claimline/bots/fakes/telegram"
)

// patience bounds every wait for something that must happen.
const patience = time.Minute

// crowd are people who talk with one program at once. Whoever has come to the end is followed by
// somebody new.
type crowd struct {
	telegram *telegram.Server
	script   func(n int) script
	met      *atomic.Int64 // numbers of all who have talked with the program
	talkers  []*talker
	turns    atomic.Int64
	finished atomic.Int64 // interviews that came to their end
}

// talker is one place in the crowd.
type talker struct {
	person *telegram.Person
	script script
	next   int // step
}

func newCrowd(at *telegram.Server, met *atomic.Int64, people int, s func(n int) script) *crowd {
	c := &crowd{telegram: at, script: s, met: met}
	for range people {
		c.talkers = append(c.talkers, &talker{})
	}
	return c
}

// until lets everybody talk until a moment. The turns that have begun then come to their end.
func (c *crowd) until(ctx context.Context, end time.Time) error {
	return c.talk(ctx, func(*talker) bool { return time.Now().Before(end) })
}

// arrive lets everybody come to where they do the same again and again.
func (c *crowd) arrive(ctx context.Context) error {
	return c.talk(ctx, func(t *talker) bool { return t.person == nil || t.next < len(t.script.first) })
}

func (c *crowd) talk(ctx context.Context, on func(t *talker) bool) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, t := range c.talkers {
		all.Go(func() error {
			for on(t) {
				if err := c.turn(ctx, t); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all.Wait()
}

// turn does one thing and waits for what comes of it.
func (c *crowd) turn(ctx context.Context, t *talker) error {
	if t.person == nil {
		n := int(c.met.Add(1))
		t.person = c.telegram.Person(fmt.Sprint("talker ", n), telegram.Profile{Language: "en"})
		t.script, t.next = c.script(n), 0
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	now, then := t.script.at(t.next), t.script.at(t.next+1)
	var err error
	if now.press != "" {
		_, err = t.person.Press(now.press)
	} else {
		_, err = t.person.Type(now.write)
	}
	if err == nil {
		_, err = t.person.Wait(ctx, func(chat telegram.Chat) bool { return now.answered(then, chat.New()) })
	}
	if err != nil {
		return fmt.Errorf("step %d, %+v: %w", t.next, *now, err)
	}
	c.turns.Add(1)
	t.next++
	if t.next == len(t.script.first) && t.script.again == nil {
		c.finished.Add(1)
		t.person = nil
	}
	return nil
}

// at is the n-th step; nil after the last.
func (s script) at(n int) *step {
	switch {
	case n < len(s.first):
		return &s.first[n]
	case s.again != nil:
		return &s.again[(n-len(s.first))%len(s.again)]
	}
	return nil
}

// answered reports whether what came since is what the step leads to, with the button that is pressed
// next.
func (s *step) answered(then *step, fresh []*telegram.Message) bool {
	seen := func(m *telegram.Message) bool { return strings.Contains(m.Text, s.sees) }
	button := func(m *telegram.Message) bool {
		return slices.ContainsFunc(m.Labels(), func(l string) bool { return strings.Contains(l, then.press) })
	}
	return slices.ContainsFunc(fresh, seen) && (then == nil || then.press == "" || slices.ContainsFunc(fresh, button))
}
