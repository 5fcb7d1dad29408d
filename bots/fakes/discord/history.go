package discord

import (
	"context"
	"encoding/json"
	"time"
)

// Cut is where the network broke.
type Cut string

// Where a call can be cut off.
const (
	Whole     Cut = ""       // it was not
	CutUpload Cut = "upload" // while the request was being read: nothing was done
	CutBefore Cut = "before" // after the request was read: nothing was done
	CutMiddle Cut = "middle" // it was done, and half of the answer came back
	CutAfter  Cut = "after"  // it was done, and nothing came back
	CutAway   Cut = "away"   // whoever called went away before the answer
)

// Entry is one call of the bot, one thing that became of its gateway session, or one act of a
// person. Entries stand in the order in which they ended; Began and Ended are logical times, which
// no two moments share.
type Entry struct {
	Began, Ended int64
	At           time.Time // on the server's clock, when it began

	Route    string            // the call, for example CreateMessage; Download; one of the gateway's; "" for an act
	Path     map[string]string // the values in the call's path, by the names in Route
	Body     json.RawMessage   // of the call; of an upload its payload_json
	Files    []Upload          // of the call
	Bytes    int64             // of the request's body
	Done     bool              // the call had its effect
	Repeated bool              // the nonce was known: the effect was an earlier call's
	Status   int               // of the answer; of a gateway entry the close code
	Reply    json.RawMessage   // the answer; nil for a download
	Cut      Cut

	Act         string // what a person did or saw, for example "type", or "failed" for a press without an answer
	Person      string
	Channel     string // of the act or the call
	Message     string // the act's or the call's, also the one that the call made
	Interaction string
	CustomID    string // of what was pressed
}

// What becomes of the bot's gateway sessions, as Entry.Route names it.
const (
	Identified = "gateway identify" // a session began
	Resumed    = "gateway resume"   // a session went on
	Refused    = "gateway refused"  // neither: op 7, op 9, or a close code in Status
	Left       = "gateway left"     // the connection of a session ended
)

// record is the history and who waits for it.
type record struct {
	tick       int64
	entries    []Entry
	calls      map[string]int
	violations []Violation
	bell       bell
}

func (s *Server) begin(e *Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.underWay++
	s.record.tick++
	e.Began, e.At = s.record.tick, s.now()
	s.record.bell.ring()
}

func (s *Server) end(e *Entry, cut Cut) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.underWay--
	e.Cut = cut
	s.write(*e)
}

// UnderWay returns how many calls have begun and not ended.
func (s *Server) UnderWay() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.underWay
}

// write appends an entry. It is called under the server's lock.
func (s *Server) write(e Entry) {
	r := &s.record
	r.tick++
	e.Ended = r.tick
	if e.Began == 0 {
		e.Began, e.At = e.Ended, s.now()
	}
	if r.calls == nil {
		r.calls = map[string]int{}
	}
	if s.options.Brief {
		e.Path, e.Body, e.Files, e.Reply = nil, nil, nil, nil
	}
	if s.options.Trim != nil {
		s.options.Trim(&e)
	}
	r.calls[e.Route]++
	r.entries = append(r.entries, e)
	r.bell.ring()
}

// History returns everything that has happened so far. It is not copied: entries are never changed.
func (s *Server) History() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lapse()
	return s.record.entries[:len(s.record.entries):len(s.record.entries)]
}

// Calls returns how many calls of a route have ended.
func (s *Server) Calls(route string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record.calls[route]
}

// Wait returns when what has happened is as wished, or with ctx's error.
func (s *Server) Wait(ctx context.Context, wished func([]Entry) bool) error {
	for {
		s.mu.Lock()
		changed := s.record.bell.wait()
		s.mu.Unlock()
		if wished(s.History()) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
