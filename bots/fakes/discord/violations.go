package discord

import "fmt"

// Violation is something a bot must not do: a call against the published description or Discord's
// limits, or one of our own rules. Discord itself would let some of them pass.
type Violation struct {
	Route string // of the call, or "gateway"
	Why   string
}

// String names the route and what was wrong.
func (v Violation) String() string { return fmt.Sprintf("%s: %s", v.Route, v.Why) }

// Violations returns what the bot should not have done.
func (s *Server) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Violation(nil), s.record.violations...)
}

// violation notes one under the server's lock.
func (s *Server) violation(route, why string) {
	s.record.violations = append(s.record.violations, Violation{Route: route, Why: why})
}
