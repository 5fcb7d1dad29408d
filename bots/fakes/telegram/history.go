package telegram

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

// Entry is one call of the bot, or one act of a person. Entries stand in the order in which they
// ended; Began and Ended are logical times, which no two moments share.
type Entry struct {
	Began, Ended int64
	At           time.Time // on the server's clock, when it began

	Method string            // the call; "download" for a file; "" for an act
	Params map[string]string // of the call
	Files  []Upload          // of the call
	Bytes  int64             // of the request's body
	Done   bool              // the call had its effect
	Status int               // of the answer
	Reply  json.RawMessage   // the answer; nil for a download
	Cut    Cut

	Act     string // what a person did, for example "type"
	Person  int64
	Chat    int64
	Message int
}

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
	s.record.tick++
	e.Began, e.At = s.record.tick, s.now()
}

func (s *Server) end(e *Entry, cut Cut) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.Cut = cut
	s.write(*e)
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
		e.Params, e.Files, e.Reply = nil, nil, nil
	}
	if s.options.Trim != nil {
		s.options.Trim(&e)
	}
	r.calls[e.Method]++
	r.entries = append(r.entries, e)
	r.bell.ring()
}

// History returns everything that has happened so far. It is not copied: entries are never changed.
func (s *Server) History() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record.entries[:len(s.record.entries):len(s.record.entries)]
}

// Calls returns how many calls of a method have ended.
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record.calls[method]
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
