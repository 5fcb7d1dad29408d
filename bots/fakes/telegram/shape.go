package telegram

import (
	"math/rand/v2"
	"strings"
)

// What the way from people to the bot does on a bad day.

// Hold keeps back what people do from now on, until the returned function is called. Then it
// arrives, numbered in the order in which it was done, after everything that came meanwhile.
func (s *Server) Hold() (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.holding++
	done := false
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if done {
			return
		}
		done = true
		if s.queue.holding--; s.queue.holding > 0 {
			return
		}
		for _, u := range s.queue.held {
			s.queue.push(u)
		}
		s.queue.held = nil
		s.wakePoll()
	}
}

// Shuffle puts the updates that wait for the bot in another order. Their ids still ascend.
func (s *Server) Shuffle(r *rand.Rand) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.queue.waiting
	r.Shuffle(len(w), func(i, j int) {
		w[i], w[j] = w[j], w[i]
		w[i].id, w[j].id = w[j].id, w[i].id
	})
}

// Repeat delivers the n newest of the updates that wait once more, behind them and under new ids.
func (s *Server) Repeat(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.queue.waiting
	for _, u := range w[max(len(w)-n, 0):] {
		twin := *u
		s.queue.push(&twin)
	}
	s.wakePoll()
}

// Redeliver hands out the n updates confirmed last once more, under their old ids and whatever
// offset the bot asks for, as if the confirmation had been lost. It remembers at least a thousand.
func (s *Server) Redeliver(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.queue.confirmed
	var again []*update
	for _, u := range c[max(len(c)-n, 0):] {
		twin := *u
		twin.again = true
		again = append(again, &twin)
	}
	s.queue.waiting = append(again, s.queue.waiting...)
	s.wakePoll()
}

// RestartIDs numbers updates from next on, those that wait as well. Telegram does so, with a random
// number, when nothing has happened for a week.
func (s *Server) RestartIDs(next int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting := s.queue.waiting
	s.queue.waiting, s.queue.tail = nil, next
	for _, u := range waiting {
		s.queue.push(u)
	}
	s.wakePoll()
}

// UpdateID stands in an injected update for the number it gets.
const UpdateID = "UPDATE_ID"

// Inject delivers any bytes as one element of the array of updates: another kind of update, one
// that makes no sense, or something that is not even JSON. It returns the update's number.
func (s *Server) Inject(raw string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := &update{expires: s.now().Add(keepUpdate)}
	s.queue.push(u)
	u.body = []byte(strings.ReplaceAll(raw, UpdateID, u.number()))
	s.wakePoll()
	return u.id
}

// Waiting returns how many updates wait to be confirmed, and how many were thrown away unread
// because they had become too old.
func (s *Server) Waiting() (waiting, expired int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue.waiting), s.queue.expired
}
