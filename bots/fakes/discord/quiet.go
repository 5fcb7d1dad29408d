package discord

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
)

// guests counts the connections that are open, but for the gateway's.
type guests struct {
	mu   sync.Mutex
	open int
	bell bell
}

// note is the http.Server's ConnState.
func (g *guests) note(_ net.Conn, state http.ConnState) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch state {
	case http.StateNew:
		g.open++
	case http.StateClosed, http.StateHijacked:
		g.open--
		g.bell.ring()
	}
}

// Quiet waits until everything that a bot that is no more had sent is handled and stands in the
// history: nobody is connected any more. It returns ctx's error when ctx ends before.
func (s *Server) Quiet(ctx context.Context) error {
	if err := s.knock(ctx); err != nil {
		return err
	}
	g := &s.guests
	err := until(ctx, func() (bool, <-chan struct{}) {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.open == 0, g.bell.wait()
	})
	if err != nil {
		return fmt.Errorf("connections to the API are open: %w", err)
	}
	return until(ctx, func() (bool, <-chan struct{}) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.gateway.sockets) == 0, s.record.bell.wait()
	})
}

// Idle waits until nothing is under way that the server knows of: no call, no dispatch that the
// connected bot has not been sent, no interaction that waits for its first answer or whose deferral
// waits for its words. What a bot does without having been asked cannot be known. It returns ctx's
// error when ctx ends before.
func (s *Server) Idle(ctx context.Context) error {
	return until(ctx, func() (bool, <-chan struct{}) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.lapse()
		return s.idle(), s.record.bell.wait()
	})
}

func (s *Server) idle() bool {
	if s.underWay > 0 || len(s.gateway.held) > 0 {
		return false
	}
	for k := range s.gateway.sockets {
		if k.session != nil && (k.busy || len(k.out) > 0) {
			return false
		}
	}
	for i := range s.waiting {
		if i.pending() {
			return false
		}
	}
	return true
}

// until returns when done, asked again after each ring of the bell that it names.
func until(ctx context.Context, done func() (bool, <-chan struct{})) error {
	for {
		ok, changed := done()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// knock is let in after everybody who has come before, because connections are accepted in order.
func (s *Server) knock(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+filesPath, nil)
	if err != nil {
		return err
	}
	req.Close = true
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("knocking at the fake Discord: %w", err)
	}
	return resp.Body.Close()
}
