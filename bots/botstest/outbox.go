// Package botstest stands in for the desk and the store in the tests of platforms: an outbox in
// memory and a desk that follows a script. Besides it has what a person needs who reads the private
// page: a browser without scripts, and the way between page and chat in which stories are told.
package botstest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// Outbox is a bots.Outbox in memory.
type Outbox struct {
	kick chan struct{}

	mu      sync.Mutex
	waiting []entry
	ids     map[string]intake.MessageID // delivered, by Outgoing
	Fates   map[string]string           // by Outgoing: "delivered" or the class it was dropped with
	Err     error                       // what every call returns while it is set
}

type entry struct {
	bots.Letter
	after time.Time
}

var _ bots.Outbox = (*Outbox)(nil)

// NewOutbox makes an empty outbox.
func NewOutbox() *Outbox {
	return &Outbox{kick: make(chan struct{}, 1), ids: map[string]intake.MessageID{}, Fates: map[string]string{}}
}

// Put commits messages.
func (o *Outbox) Put(letters ...intake.Outgoing) {
	o.mu.Lock()
	for _, l := range letters {
		if l.ID == "" {
			l.ID = fmt.Sprintf("out-%d", len(o.waiting)+len(o.Fates))
		}
		e := entry{Letter: bots.Letter{Outgoing: l}}
		if l.After > 0 {
			e.after = time.Now().Add(l.After)
		}
		o.waiting = append(o.waiting, e)
	}
	o.mu.Unlock()
	select {
	case o.kick <- struct{}{}:
	default:
	}
}

// Fail makes every call return an error, until it is called with nil.
func (o *Outbox) Fail(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Err = err
}

// Fate is what became of a message: "" while it waits.
func (o *Outbox) Fate(id string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.Fates[id]
}

// Waiting is how many messages are unsent.
func (o *Outbox) Waiting() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.waiting)
}

// Due implements bots.Outbox.
func (o *Outbox) Due(_ context.Context, _ string, now time.Time, most int, inWork map[string]bool) ([]bots.Letter, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Err != nil {
		return nil, o.Err
	}
	held := map[intake.Account]bool{} // their chats wait
	for _, e := range o.waiting {
		held[e.Account] = held[e.Account] || inWork[e.ID] && e.Do != intake.Fetch
	}
	var due []bots.Letter
	for _, e := range o.waiting {
		if len(due) == most {
			break
		}
		job := e.Do == intake.Fetch || e.After > 0
		if inWork[e.ID] || !job && held[e.Account] {
			continue
		}
		if e.after.After(now) {
			held[e.Account] = held[e.Account] || !job
			continue
		}
		l := e.Letter
		l.Target = o.ids[l.Of]
		due = append(due, l)
	}
	return due, nil
}

// Delivered implements bots.Outbox.
func (o *Outbox) Delivered(_ context.Context, id string, m intake.MessageID, _ time.Time) error {
	return o.done(id, "delivered", m)
}

// Drop implements bots.Outbox.
func (o *Outbox) Drop(_ context.Context, id, why string) error { return o.done(id, why, "") }

func (o *Outbox) done(id, fate string, m intake.MessageID) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Err != nil {
		return o.Err
	}
	o.waiting = slices.DeleteFunc(o.waiting, func(e entry) bool { return e.ID == id })
	o.Fates[id] = fate
	o.ids[id] = m
	return nil
}

// Later implements bots.Outbox.
func (o *Outbox) Later(_ context.Context, id string, until time.Time, _ string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Err != nil {
		return o.Err
	}
	for i := range o.waiting {
		if o.waiting[i].ID == id {
			o.waiting[i].after = until
			o.waiting[i].Attempts++
		}
	}
	return nil
}

// Kick implements bots.Outbox.
func (o *Outbox) Kick(string) <-chan struct{} { return o.kick }
