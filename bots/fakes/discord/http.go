package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// serve answers the API, the gateway's address and file links.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == gatewayPath:
		s.serveGateway(w, r)
	case strings.HasPrefix(r.URL.Path, filesPath):
		s.serveFile(w, r)
	default:
		s.serveCall(w, r)
	}
}

// exchange is one call and the way back to whoever made it.
type exchange struct {
	entry Entry
	w     http.ResponseWriter
	ctx   context.Context // ends when the caller goes away
}

// serveCall takes one call from its first byte to its last, and writes it into the history.
func (s *Server) serveCall(w http.ResponseWriter, r *http.Request) {
	x := &exchange{entry: Entry{Route: r.Method + " " + r.URL.Path}, w: w, ctx: r.Context()}
	known, path := s.find(r)
	if known != nil {
		x.entry.Route, x.entry.Path = known.name, path
		x.entry.Channel, x.entry.Message, x.entry.Interaction = path["channel_id"], path["message_id"], path["interaction_id"]
	}
	s.begin(&x.entry)
	if f := s.uploadFault(&x.entry); f != nil {
		_, _ = io.CopyN(io.Discard, r.Body, 1)
		s.end(&x.entry, CutUpload)
		panic(http.ErrAbortHandler)
	}
	body := &counter{Reader: r.Body}
	c := &call{route: known, path: path, query: r.URL.Query(), entry: &x.entry, header: http.Header{}}
	err := c.parse(r, body)
	x.entry.Body, x.entry.Files, x.entry.Bytes = c.body, c.uploads(), body.n
	if why := s.admit(c, r, err); why != nil {
		err = why
	}
	if err != nil {
		s.answer(x, s.refused(c, err), nil)
		return
	}
	fault := s.fault(c)
	if fault != nil && (!s.pause(r.Context(), fault.Delay) || fault.Cut == CutBefore) {
		s.end(&x.entry, CutBefore)
		panic(http.ErrAbortHandler)
	}
	if fault != nil && fault.answers() && !fault.Effect {
		s.answer(x, s.counted(fault.reply()), fault)
		return
	}
	reply := s.perform(c)
	if fault != nil && fault.answers() {
		reply = s.counted(fault.reply())
	}
	s.answer(x, reply, fault)
}

// answer writes a reply, or as much of it as the fault lets through.
func (s *Server) answer(x *exchange, r reply, f *Fault) {
	x.entry.Status, x.entry.Reply = r.status, r.body
	cut := Whole
	switch {
	case x.ctx.Err() != nil:
		cut = CutAway
	case f != nil:
		cut = f.Cut
	}
	s.end(&x.entry, cut)
	switch {
	case cut == CutAfter, cut == CutMiddle && len(r.body) == 0:
		panic(http.ErrAbortHandler)
	case cut == CutMiddle:
		r.header.Set("Content-Length", strconv.Itoa(len(r.body)))
		r.body = r.body[:len(r.body)/2]
		r.write(x.w)
		_ = http.NewResponseController(x.w).Flush()
		panic(http.ErrAbortHandler)
	}
	r.write(x.w)
}

// admit lets a call in whose address exists and whose token is the bot's. An address that has
// a token in it asks for no other.
func (s *Server) admit(c *call, r *http.Request, unread error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gateway.apiOut {
		return &refusal{status: http.StatusServiceUnavailable, text: "503: Service Unavailable"}
	}
	if s.rates.banned(s.options) {
		return banned()
	}
	switch {
	case c.route == nil:
		s.violation(c.entry.Route, "the fake server does not know this address")
		return &refusal{status: http.StatusNotFound, text: "404: Not Found"}
	case !c.route.open && r.Header.Get("Authorization") != "Bot "+s.token:
		return unauthorized()
	}
	if why := misnamed(c.path); why != nil {
		return why
	}
	if unread != nil && r.Context().Err() == nil {
		s.violation(c.route.name, "a body that cannot be read: "+unread.Error())
	}
	return nil
}

// pause waits for d; it reports false when the caller went away or the server was closed meanwhile.
func (s *Server) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-s.closing:
	}
	return false
}

// perform does what a call asks for.
func (s *Server) perform(c *call) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lapse()
	s.check(c)
	if early := s.throttle(c); early != nil {
		return s.countedLocked(*early)
	}
	result, err := c.route.do(s, c)
	if err != nil {
		return s.refusedLocked(c, err)
	}
	c.entry.Done = true
	if result == nil {
		return reply{status: http.StatusNoContent, header: c.header}
	}
	return reply{status: http.StatusOK, header: c.header, body: encode(result)}
}

// refused is the reply that carries an error.
func (s *Server) refused(c *call, err error) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refusedLocked(c, err)
}

func (s *Server) refusedLocked(c *call, err error) reply {
	var no *refusal
	if !errors.As(err, &no) {
		no = &refusal{status: http.StatusInternalServerError, text: "500: Internal Server Error"}
	}
	if no.code == codeBanned {
		return reply{status: no.status, html: true, header: c.header, body: []byte(no.text)}
	}
	return s.countedLocked(reply{status: no.status, header: c.header, body: encode(no.wire())})
}

// reply is what goes back over the wire.
type reply struct {
	status int
	header http.Header
	body   []byte
	html   bool
}

func (r reply) write(w http.ResponseWriter) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	switch {
	case r.html:
		w.Header().Set("Content-Type", "text/html")
	case r.body != nil:
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body)
}

// encode writes JSON without escaping < and & for web pages. What it is given is the server's own,
// and always fits.
func encode(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

type counter struct {
	io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}
