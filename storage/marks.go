package storage

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// marks writes down what was handed over. While one is being written those that come wait, and then
// go in one statement and one commit together: a busy service marks as often as it sends, and has
// other uses for its connections. Whoever comes alone does not wait.
type marks struct {
	mu      sync.Mutex
	waiting []*handed
	writing bool
}

// handed is a message that a platform has.
type handed struct {
	id      string
	message []byte // the platform's id of it, sealed; nil for none
	at      int64
	noted   chan error // has room for one
}

// Marks that go together, at most; and how long they may take.
const (
	mostMarks   = 64
	marksWithin = 10 * time.Second
)

// handedOver waits until it is noted that a message was handed over.
func (s *Store) handedOver(ctx context.Context, h *handed) error {
	h.noted = make(chan error, 1)
	s.marks.mu.Lock()
	s.marks.waiting = append(s.marks.waiting, h)
	begin := !s.marks.writing
	s.marks.writing = true
	s.marks.mu.Unlock()
	if begin {
		go s.writeMarks(context.WithoutCancel(ctx))
	}
	select {
	case err := <-h.noted:
		return err
	case <-ctx.Done(): // it may be noted all the same
		return fmt.Errorf("marking outgoing %s: %w", h.id, ctx.Err())
	}
}

// writeMarks writes until nobody waits.
func (s *Store) writeMarks(ctx context.Context) {
	for {
		batch := s.marks.take()
		if batch == nil {
			return
		}
		err := s.writeTogether(ctx, batch)
		for _, h := range batch {
			if err != nil && len(batch) > 1 { // one that cannot be marked does not hold up the others
				h.noted <- s.writeTogether(ctx, []*handed{h})
				continue
			}
			h.noted <- err
		}
	}
}

// take returns those that wait; nil where nobody does, and then the next one begins anew.
func (m *marks) take() []*handed {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := min(len(m.waiting), mostMarks)
	batch := m.waiting[:n:n]
	m.waiting = m.waiting[n:]
	if n == 0 {
		m.waiting, m.writing = nil, false
		return nil
	}
	return batch
}

// writeTogether marks rows that are due. One that is not, because its person was erased meanwhile,
// needs nothing.
func (s *Store) writeTogether(ctx context.Context, batch []*handed) error {
	ctx, cancel := context.WithTimeout(ctx, marksWithin)
	defer cancel()
	if len(batch) == 1 {
		h := batch[0]
		columns := map[string]any{"state": stateSent, "done": h.at, "body": nil}
		if h.message != nil {
			columns["message"] = h.message
		}
		return s.mark(ctx, h.id, columns)
	}
	sealed := "?"
	if s.pg { // which takes a CASE for text where nobody says otherwise
		sealed = "?::bytea"
	}
	var done int64
	var messages, ids []any
	for _, h := range full(batch) {
		messages, ids, done = append(messages, h.id, h.message), append(ids, h.id), max(done, h.at)
	}
	statement := "UPDATE outbox SET state = ?, done = ?, body = NULL, message = CASE id" + strings.Repeat(" WHEN ? THEN "+sealed, len(ids)) +
		" END WHERE state = ? AND id IN (?" + strings.Repeat(", ?", len(ids)-1) + ")"
	args := append(append([]any{stateSent, done}, messages...), stateDue)
	if err := s.db.WithContext(ctx).Exec(statement, append(args, ids...)...).Error; err != nil {
		return fmt.Errorf("marking %d outgoing: %w", len(batch), err)
	}
	return nil
}

// full repeats the last one until there are 2, 4, 8 and so on, so that there are few statements to
// prepare.
func full(batch []*handed) []*handed {
	for len(batch)&(len(batch)-1) != 0 {
		batch = append(batch, batch[len(batch)-1])
	}
	return batch
}
