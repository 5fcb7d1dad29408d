package discord

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Fault makes calls go wrong. What is left at its zero value does not matter to it.
type Fault struct {
	Route   string        // of the calls; "" for all of the API; Download for files
	Channel string        // only calls about this channel
	Times   int           // how many calls; 0 for one, negative for all
	Delay   time.Duration // before anything else
	Cut     Cut           // where the network breaks

	Status     int     // of the answer; 0 for 200 where Body is set
	Code       int     // Discord's own, in an answer of its own
	Text       string  // the message in an answer of Discord's own; "" for the words of Status
	Body       string  // of the answer, instead of Discord's own
	Blank      bool    // the answer has no body
	HTML       bool    // the body is a page, as a gateway in between answers
	RetryAfter float64 // seconds: 429, with the header and in the body
	Scope      string  // of a 429: "user", "global" or "shared"; "" for "user"
	Bare       bool    // a 429 without any of the headers
	Effect     bool    // the call is done nevertheless
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
func (s *Server) uploadFault(e *Entry) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.takeFault(func(f *Fault) bool { return f.Cut == CutUpload && f.fits(e.Route, e.Channel) })
}

// fault takes the fault that is meant for a call; nil when there is none.
func (s *Server) fault(c *call) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.takeFault(func(f *Fault) bool { return f.Cut != CutUpload && f.fits(c.entry.Route, s.about(c)) })
	if f != nil && f.RetryAfter > 0 {
		s.hush(c, f)
	}
	return f
}

// about is the channel that a call is about; "" for none.
func (s *Server) about(c *call) string {
	if i := s.interactions[c.path["interaction_token"]+c.path["webhook_token"]]; i != nil {
		return i.channel.id
	}
	return c.path["channel_id"]
}

func (s *Server) takeFault(meant func(*Fault) bool) *Fault {
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

func (f *Fault) fits(route, channel string) bool {
	return (f.Route == route || f.Route == "" && route != Download) && (f.Channel == "" || f.Channel == channel)
}

// answers reports whether the fault puts an answer in the place of the true one.
func (f *Fault) answers() bool { return f.Status != 0 || f.Body != "" || f.Blank || f.RetryAfter > 0 }

func (f *Fault) reply() reply {
	switch {
	case f.RetryAfter > 0 && f.Body == "":
		return f.tooMany()
	case f.Body != "" || f.Blank:
		r := reply{status: max(f.Status, http.StatusOK), header: http.Header{}, body: []byte(f.Body), html: f.HTML}
		if f.RetryAfter > 0 {
			r.status = http.StatusTooManyRequests
			r.header.Set("Retry-After", whole(f.RetryAfter))
		}
		return r
	}
	text := f.Text
	if text == "" {
		text = strconv.Itoa(f.Status) + ": " + http.StatusText(f.Status)
	}
	no := &refusal{status: f.Status, code: f.Code, text: text}
	return reply{status: f.Status, header: http.Header{}, body: encode(no.wire())}
}

// tooMany is a 429 as the documentation shows it: one of a bucket has the bucket's headers, the
// global one has Retry-After and no more than the words that it is global.
func (f *Fault) tooMany() reply {
	r := reply{status: http.StatusTooManyRequests, header: http.Header{}}
	r.body = encode(map[string]any{"message": "You are being rate limited.", "retry_after": f.RetryAfter, "global": f.Scope == "global"})
	if f.Bare {
		return r
	}
	scope := f.Scope
	if scope == "" {
		scope = "user"
	}
	r.header.Set("Retry-After", whole(f.RetryAfter))
	r.header.Set("X-RateLimit-Scope", scope)
	if scope == "global" {
		r.header.Set("X-RateLimit-Global", "true")
		return r
	}
	r.header.Set("X-RateLimit-Limit", "5")
	r.header.Set("X-RateLimit-Remaining", "0")
	r.header.Set("X-RateLimit-Reset-After", decimal(f.RetryAfter))
	r.header.Set("X-RateLimit-Bucket", "fault")
	return r
}

func whole(seconds float64) string { return strconv.Itoa(int(math.Ceil(seconds))) }

func decimal(seconds float64) string { return strconv.FormatFloat(seconds, 'f', 3, 64) }
