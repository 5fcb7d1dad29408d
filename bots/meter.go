package bots

import (
	"context"
	"time"
)

// Quota is how many calls a platform takes in any stretch of time of a length. The zero Quota is no limit.
type Quota struct {
	Most int
	In   time.Duration
}

// Meter is a Gate that has a quota of all calls in the place of a pace. Each call takes one of the
// quota's places and leaves it when the platform has answered; a stretch later it may be taken again.
// The platform counts a call when it comes in, which is before it answers: so no more come in in any
// stretch than the quota allows, however long the network holds some up, and nothing of the quota has
// to be left unused for that.
type Meter struct {
	*Gate
	quota Quota
	free  chan time.Time // when each place may be taken, the earliest first
}

// atStart is the part of a quota that is free at once. The process before may have used the others.
const atStart = 6

// NewMeter makes a meter with a quota of all calls and a pace for each chat.
func NewMeter(quota Quota, chat func(chat string) Pace) *Meter {
	m := &Meter{Gate: NewGate(Pace{}, chat), quota: quota, free: make(chan time.Time, quota.Most)}
	now := time.Now()
	for i := range quota.Most {
		if i < max(1, quota.Most/atStart) {
			m.free <- now
		} else {
			m.free <- now.Add(quota.In)
		}
	}
	return m
}

// Send waits until one message may go to a chat. answered must be called once, when the platform has
// answered or will not any more. It returns ctx's error when ctx ends before.
func (m *Meter) Send(ctx context.Context, chat string) (answered func(), err error) {
	if err := m.Gate.Send(ctx, chat); err != nil {
		return nil, err
	}
	return m.Call(ctx, chat)
}

// Call is Send for a call about a chat that does not count as a message to it.
func (m *Meter) Call(ctx context.Context, chat string) (answered func(), err error) {
	for {
		if err := m.Open(ctx, chat); err != nil {
			return nil, err
		}
		if m.quota.Most == 0 {
			return func() {}, nil
		}
		since, err := m.place(ctx)
		if err != nil {
			return nil, err
		}
		if m.Closed(chat) <= 0 {
			return func() { m.free <- time.Now().Add(m.quota.In) }, nil
		}
		m.free <- since // it was shut while this one waited for its turn
	}
}

// place waits for a place and returns since when it was free.
func (m *Meter) place(ctx context.Context) (since time.Time, err error) {
	select {
	case since = <-m.free:
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}
	if err := sleep(ctx, time.Until(since)); err != nil {
		m.free <- since
		return time.Time{}, err
	}
	return since, nil
}
