package discord

import (
	"encoding/json"
	"math/rand/v2"
)

// What the gateway does on a bad day.

// held is a dispatch that Hold keeps back.
type held struct {
	to  *session
	raw []byte
}

// Outage ends all sessions and refuses new ones until the returned function is called; with api, all
// calls are answered 503 as well. What is pressed meanwhile fails before the person's eyes and is
// lost; messages stay and can be fetched.
func (s *Server) Outage(api bool) (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.out++
	s.gateway.apiOut = s.gateway.apiOut || api
	s.forget(0)
	return s.once(func() {
		if s.gateway.out--; s.gateway.out == 0 {
			s.gateway.apiOut = false
		}
	})
}

// once makes a function that does something under the lock, the first time it is called.
func (s *Server) once(do func()) func() {
	done := false
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !done {
			done = true
			do()
		}
	}
}

// forget ends all sessions and their connections, with a close code or 0 for cutting them.
func (s *Server) forget(code int) {
	for k := range s.gateway.sockets {
		s.shut(k, code)
	}
	clear(s.gateway.sessions)
	s.gateway.held = nil
}

// all sends a frame over every connection.
func (s *Server) all(f frame) {
	for k := range s.gateway.sockets {
		k.send(f)
	}
}

// CutGateway cuts all connections without a word. The sessions can be resumed.
func (s *Server) CutGateway() { s.CloseGateway(0) }

// CloseGateway closes all connections with a close code. Sessions can be resumed but after 4004,
// 4007, 4009 and what is wrong for good (opcodes-and-status-codes.mdx).
func (s *Server) CloseGateway(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch code {
	case closeAuthentication, closeSequence, closeTimedOut, 4010, 4011, closeVersion, closeIntents, closeDisallowed:
		s.forget(code)
		return
	}
	for k := range s.gateway.sockets {
		s.shut(k, code)
	}
}

// Reconnect asks the bot with op 7 to connect anew and resume.
func (s *Server) Reconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all(control(opReconnect, nil))
}

// Invalidate tells the bot with op 9 that its session is no more, or that it may be resumed.
func (s *Server) Invalidate(resumable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !resumable {
		clear(s.gateway.sessions)
	}
	for k := range s.gateway.sockets {
		s.part(k, 0)
	}
	s.all(control(opInvalid, resumable))
}

// RefuseLogin answers the next identify or resume with op 7 or op 9, which is then the first packet
// after Hello. It can be called several times for several logins.
func (s *Server) RefuseLogin(op int, resumable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var d any
	if op == opInvalid {
		d = resumable
	}
	s.gateway.refusals = append(s.gateway.refusals, control(op, d))
}

// Deafen leaves heartbeats without an acknowledgement until the returned function is called.
func (s *Server) Deafen() (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.deaf++
	return s.once(func() { s.gateway.deaf-- })
}

// Freeze sends nothing over any connection, without ending it, until the returned function is
// called: no Hello, no acknowledgement, no event.
func (s *Server) Freeze() (thaw func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.frozen++
	return s.once(func() {
		s.gateway.frozen--
		for k := range s.gateway.sockets {
			k.bell.ring()
		}
	})
}

// Hold keeps back what happens from now on, until the returned function is called. Then it goes out
// in its order, as far as its sessions are still connected.
func (s *Server) Hold() (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.holding++
	return s.once(func() {
		if s.gateway.holding--; s.gateway.holding > 0 {
			return
		}
		for _, h := range s.gateway.held {
			s.pass(h.to, h.raw)
		}
		s.gateway.held = nil
		s.record.bell.ring()
	})
}

// Shuffle puts what Hold keeps back in another order. Each event keeps its number.
func (s *Server) Shuffle(r *rand.Rand) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.gateway.held
	r.Shuffle(len(h), func(i, j int) { h[i], h[j] = h[j], h[i] })
}

// Repeat sends each of the next n events twice, under the same number.
func (s *Server) Repeat(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.repeating += n
}

// Inject sends any bytes as a text message to all connections. What is no JSON makes a strict client
// reconnect.
func (s *Server) Inject(raw string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all(text([]byte(raw)))
}

// Dispatch makes an event of any kind with any content, numbered as all others are. It fails unless
// the content is JSON, because the bot would not see the kind.
func (s *Server) Dispatch(kind, content string) error {
	var d json.RawMessage
	if err := json.Unmarshal([]byte(content), &d); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tellRaw(kind, always, d)
	return nil
}
