package telegram

import (
	"net/http"
	"time"
)

// Fault makes calls go wrong. What is left at its zero value does not matter to it.
type Fault struct {
	Method string        // of the calls; "" for all but getUpdates; "download" for files
	Chat   int64         // only calls about this chat
	Times  int           // how many calls; 0 for one, negative for all
	Delay  time.Duration // before anything else
	Cut    Cut           // where the network breaks

	Status     int    // of the answer; 0 for 200 where Body is set
	Text       string // the description in an answer of Telegram's own; "" for the words of Status
	Body       string // of the answer, instead of Telegram's own
	Blank      bool   // the answer has no body
	HTML       bool   // the body is a page, as a gateway in between answers
	RetryAfter int    // seconds: 429 with parameters.retry_after; calls meanwhile are counted
	Effect     bool   // the call is done nevertheless
}

// Fail makes the next calls that fit go wrong. Of several faults that fit a call the first one
// counts. The returned function ends the fault.
func (s *Server) Fail(f Fault) (end func()) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.drop(&f)
	}
}

func (s *Server) drop(f *Fault) {
	for i, other := range s.faults {
		if other == f {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			return
		}
	}
}

// uploadFault takes a fault that strikes before the request is read.
func (s *Server) uploadFault(method string) *Fault {
	return s.takeFault(func(f *Fault) bool { return f.Cut == CutUpload && f.fits(method) })
}

// fault takes the fault that is meant for a call; nil when there is none.
func (s *Server) fault(c *call) *Fault {
	f := s.takeFault(func(f *Fault) bool {
		return f.Cut != CutUpload && f.fits(c.method) && (f.Chat == 0 || f.Chat == c.number("chat_id"))
	})
	if f != nil && f.RetryAfter > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.hush(c.number("chat_id"), f.RetryAfter)
	}
	return f
}

func (s *Server) takeFault(meant func(*Fault) bool) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if !meant(f) {
			continue
		}
		if f.Times--; f.Times == 0 {
			s.drop(f)
		}
		return f
	}
	return nil
}

func (f *Fault) fits(method string) bool {
	return f.Method == method || f.Method == "" && method != "getUpdates" && method != "download"
}

// answers reports whether the fault puts an answer in the place of the true one.
func (f *Fault) answers() bool { return f.Status != 0 || f.Body != "" || f.Blank || f.RetryAfter > 0 }

func (f *Fault) reply() reply {
	text := f.Text
	if text == "" {
		text = http.StatusText(f.Status)
	}
	switch {
	case f.Body != "" || f.Blank:
		return reply{status: max(f.Status, http.StatusOK), body: []byte(f.Body), html: f.HTML}
	case f.RetryAfter > 0:
		return refused(tooMany(f.RetryAfter))
	}
	return refused(&refusal{code: f.Status, text: text})
}
