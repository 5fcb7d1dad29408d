package telegram

import "fmt"

// Violation is something a bot must not do: a call against the published description, or one of
// our own rules. Telegram itself would let some of them pass.
type Violation struct {
	Method string
	Why    string
}

// String names the method and what was wrong.
func (v Violation) String() string { return fmt.Sprintf("%s: %s", v.Method, v.Why) }

// Violations returns what the bot should not have done.
func (s *Server) Violations() []Violation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Violation(nil), s.record.violations...)
}

// violation notes one under the server's lock.
func (s *Server) violation(method, why string) {
	s.record.violations = append(s.record.violations, Violation{Method: method, Why: why})
}

func (s *Server) violate(method, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violation(method, why)
}
