package telegram

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
)

// guests counts the connections that are open.
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
	for {
		g.mu.Lock()
		open, changed := g.open, g.bell.wait()
		g.mu.Unlock()
		if open == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%d connections are open: %w", open, ctx.Err())
		}
	}
}

// knock is let in after everybody who has come before, because connections are accepted in order.
func (s *Server) knock(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL(), nil)
	if err != nil {
		return err
	}
	req.Close = true
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("knocking at the fake Telegram: %w", err)
	}
	return resp.Body.Close()
}
