package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var tokenForm = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)

// botID is the number before the colon, which is the bot's user id.
func botID(token string) int64 {
	number, _, _ := strings.Cut(token, ":")
	id, _ := strconv.ParseInt(number, 10, 64)
	return id
}

// serve answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		token, path, _ := strings.Cut(rest, "/")
		s.serveFile(w, r, token, path)
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, method, slash := strings.Cut(rest, "/")
	if !ok || !slash {
		writeReply(w, refused(&refusal{code: 404, text: "Not Found"}))
		return
	}
	s.serveMethod(w, r, token, method)
}

// serveMethod takes one call from its first byte to its last, and writes it into the history.
func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request, token, method string) {
	x := &exchange{entry: Entry{Method: method}, w: w, ctx: r.Context()}
	s.begin(&x.entry)
	if f := s.uploadFault(method); f != nil {
		_, _ = io.CopyN(io.Discard, r.Body, 1)
		s.end(&x.entry, CutUpload)
		panic(http.ErrAbortHandler)
	}
	body := &counter{Reader: r.Body}
	c, err := parse(method, r, body)
	x.entry.Bytes = body.n
	if err != nil {
		s.answer(x, refused(err), nil)
		return
	}
	x.entry.Params, x.entry.Files = c.params, c.uploads()
	if err := s.admit(token); err != nil {
		s.answer(x, refused(err), nil)
		return
	}
	fault := s.fault(c)
	if fault != nil && (!s.pause(r.Context(), fault.Delay) || fault.Cut == CutBefore) {
		s.end(&x.entry, CutBefore)
		panic(http.ErrAbortHandler)
	}
	if fault != nil && fault.answers() && !fault.Effect {
		s.answer(x, fault.reply(), fault)
		return
	}
	reply := s.perform(r.Context(), c, &x.entry)
	if fault != nil && fault.answers() {
		reply = fault.reply()
	}
	s.answer(x, reply, fault)
}

// exchange is one call and the way back to whoever made it.
type exchange struct {
	entry Entry
	w     http.ResponseWriter
	ctx   context.Context // ends when the caller goes away
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
	switch cut {
	case CutAfter:
		panic(http.ErrAbortHandler)
	case CutMiddle:
		x.w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
		writeReply(x.w, reply{status: r.status, body: r.body[:len(r.body)/2], html: r.html})
		_ = http.NewResponseController(x.w).Flush()
		panic(http.ErrAbortHandler)
	}
	writeReply(x.w, r)
}

// admit checks a token as the server does: what cannot be one is an address that does not exist.
func (s *Server) admit(token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case token == s.token:
		return nil
	case !tokenForm.MatchString(token):
		return &refusal{code: 404, text: "Not Found"}
	}
	return unauthorized()
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
func (s *Server) perform(ctx context.Context, c *call, e *Entry) reply {
	s.check(c)
	if c.method == "getUpdates" {
		r := s.getUpdates(ctx, c)
		e.Done = r.status == http.StatusOK
		return r
	}
	do, known := s.methods[c.method]
	if !known {
		s.violate(c.method, "the fake server does not know this method")
		return refused(&refusal{code: 404, text: "Not Found: method not found"})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.throttle(c); err != nil {
		return refused(err)
	}
	result, err := do(s, c)
	if err != nil {
		return refused(err)
	}
	e.Done = true
	body, err := encode(map[string]any{"ok": true, "result": result})
	if err != nil {
		return refused(&refusal{code: 500, text: "Internal Server Error: " + err.Error()})
	}
	return reply{status: http.StatusOK, body: body}
}

// reply is what goes back over the wire.
type reply struct {
	status int
	body   []byte
	html   bool
}

func writeReply(w http.ResponseWriter, r reply) {
	kind := "application/json"
	if r.html {
		kind = "text/html"
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(r.status)
	_, _ = w.Write(r.body)
}

// refused is the reply that carries an error.
func refused(err error) reply {
	var no *refusal
	if !errors.As(err, &no) {
		no = &refusal{code: 500, text: "Internal Server Error: " + err.Error()}
	}
	answer := map[string]any{"ok": false, "error_code": no.code, "description": no.text}
	parameters := map[string]any{}
	if no.retryAfter > 0 {
		parameters["retry_after"] = no.retryAfter
	}
	if no.movedTo != 0 {
		parameters["migrate_to_chat_id"] = no.movedTo
	}
	if len(parameters) > 0 {
		answer["parameters"] = parameters
	}
	body, _ := encode(answer) // numbers and strings only
	return reply{status: no.code, body: body}
}

// encode writes JSON without escaping < and & for web pages.
func encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
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
