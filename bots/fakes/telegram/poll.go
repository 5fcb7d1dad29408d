package telegram

import (
	"bytes"
	"context"
	"net/http"
	"time"
)

// Limits of a poll, and how repeated ones are slowed down: the same offset again within
// repeatSeconds waits at least that long, and within half a second it gets one update (tdlib,
// Client.cpp: process_get_updates_query).
const (
	mostUpdates   = 100
	mostTimeout   = 50
	repeatSeconds = 3
)

// poll is a getUpdates that waits.
type poll struct {
	wake chan struct{} // has room for one
	end  chan error    // has room for one
}

type lastPoll struct {
	offset int64
	at     time.Time // on the machine's clock
}

// getUpdates answers when there is something to tell, when the time is over, or when another call
// has ended it.
func (s *Server) getUpdates(ctx context.Context, c *call) reply {
	p := &poll{wake: make(chan struct{}, 1), end: make(chan error, 1)}
	limit, wait, err := s.openPoll(c, p)
	if err != nil {
		return refused(err)
	}
	defer s.closePoll(p)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	last := wait <= 0
	for {
		if due := s.due(c.number("offset"), limit); len(due) > 0 || last {
			return updates(due)
		}
		select {
		case <-p.wake:
		case <-timer.C:
			last = true
		case err := <-p.end:
			return refused(err)
		case <-ctx.Done():
			return updates(nil)
		case <-s.closing:
			return refused(&refusal{code: http.StatusInternalServerError, text: "Internal Server Error: restart"})
		}
	}
}

// openPoll ends the poll before this one, and says how much this one may return and how long it
// may wait.
func (s *Server) openPoll(c *call, p *poll) (int, time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.webhook != "" {
		return 0, 0, conflict(webhookSet)
	}
	if err := s.throttle(c); err != nil {
		return 0, 0, err
	}
	if err := s.allow(c); err != nil {
		return 0, 0, err
	}
	s.endPoll(conflict(otherPoll))
	s.poll = p
	s.record.bell.ring()
	limit := int(c.number("limit"))
	if limit < 1 || limit > mostUpdates {
		limit = mostUpdates
	}
	seconds := min(max(c.number("timeout"), 0), mostTimeout)
	offset, at := c.number("offset"), time.Now()
	if since := at.Sub(s.lastPoll.at); offset == s.lastPoll.offset && !s.lastPoll.at.IsZero() {
		if since < repeatSeconds*s.options.PollSecond {
			seconds = max(seconds, repeatSeconds)
		}
		if since < s.options.PollSecond/2 {
			limit = 1
		}
	}
	s.lastPoll = lastPoll{offset: offset, at: at}
	return limit, time.Duration(seconds) * s.options.PollSecond, nil
}

// allow keeps which updates the bot wants from now on.
func (s *Server) allow(c *call) error {
	var kinds []string
	given, err := c.object("allowed_updates", &kinds)
	if err != nil {
		return badRequest("can't parse allowed updates JSON list")
	}
	if !given {
		return nil
	}
	s.queue.allowed = nil
	if len(kinds) > 0 {
		s.queue.allowed = make(map[string]bool, len(kinds))
		for _, k := range kinds {
			s.queue.allowed[k] = true
		}
	}
	return nil
}

func (s *Server) closePoll(p *poll) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.poll == p {
		s.poll = nil
	}
}

// WaitPoll returns when a poll of the bot waits for updates, or with ctx's error.
func (s *Server) WaitPoll(ctx context.Context) error {
	return s.Wait(ctx, func([]Entry) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.poll != nil
	})
}

// endPoll answers the poll that waits with an error.
func (s *Server) endPoll(why error) {
	if s.poll != nil {
		s.poll.end <- why // only one is ever sent: the poll is let go of here
		s.poll = nil
	}
}

func (s *Server) wakePoll() {
	if s.poll == nil {
		return
	}
	select {
	case s.poll.wake <- struct{}{}:
	default:
	}
}

func (s *Server) due(offset int64, limit int) [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out [][]byte
	for _, u := range s.queue.take(offset, limit, s.now()) {
		out = append(out, u.wire())
	}
	return out
}

// updates joins updates as they are: an injected one may be anything.
func updates(list [][]byte) reply {
	body := append([]byte(`{"ok":true,"result":[`), bytes.Join(list, []byte(","))...)
	return reply{status: http.StatusOK, body: append(body, "]}"...)}
}

// enqueue puts an update in the queue, or keeps it back while updates are held.
func (s *Server) enqueue(u *update) {
	if !s.queue.wants(u.kind) {
		return
	}
	if s.queue.holding > 0 {
		s.queue.held = append(s.queue.held, u)
		return
	}
	s.queue.push(u)
	s.wakePoll()
}

// tell enqueues an update made of one field.
func (s *Server) tell(kind string, value any, expires time.Time) *update {
	body, err := encode(value)
	if err != nil {
		panic("a person sent text that is not JSON: " + err.Error())
	}
	u := &update{kind: kind, body: body, expires: expires}
	s.enqueue(u)
	return u
}
