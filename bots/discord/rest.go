package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// How long a call may take, and how much it may answer.
const (
	callTimeout   = 30 * time.Second
	uploadTimeout = 2 * time.Minute
	dialTimeout   = 10 * time.Second
	mostAnswer    = 8 << 20 // bytes; a hundred messages are far less
)

// apiPath is the version of the API that calls are made to; the gateway's is the library's own.
const apiPath = "/api/v10"

// agent names the program, as Discord asks for.
const agent = "DiscordBot (claimline, 1)"

// rest makes Discord's calls. The library's own way is not used: it repeats what must not be
// repeated, sleeps where nobody can wake it, knows no nonce, and its errors quote addresses that
// hold an interaction's token. Every error of this one is a *bots.Failure.
type rest struct {
	http    *http.Client
	base    *url.URL
	token   Token
	gate    *bots.Meter
	held    func() bool
	now     func() time.Time
	invalid invalids
	buckets *bots.Recent[string, chan struct{}] // one call at a time each
}

// request is one call of the API.
type request struct {
	doing  string // for failures
	method string
	path   string // below apiPath
	// bucket is the route and what of its path Discord counts by; "" for the answers to
	// interactions, which no limit over all is about and which need no token but their own.
	bucket string
	body   any // JSON; nil for none
	file   *intake.Attachment
	urgent bool // help: it waits for no limit
}

func newRest(c Config) (*rest, error) {
	if err := c.Token.check(); err != nil {
		return nil, err
	}
	base, err := url.Parse(strings.TrimSuffix(c.API, "/"))
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" || base.User != nil || base.RawQuery != "" {
		return nil, errors.New("the API's address must be of the form https://host or http://host:port")
	}
	r := &rest{base: base, token: c.Token, gate: c.Limits.gate(), held: c.Held, now: c.Now,
		buckets: bots.NewRecent[string, chan struct{}](bucketsKnown)}
	r.invalid.most = c.Limits.Invalid
	r.http = httpClient(hostPort(base))
	return r, nil
}

// httpClient dials the hosts given, as host:port, and nothing else. It follows no redirects.
func httpClient(hosts ...string) *http.Client {
	dialer := &net.Dialer{Timeout: dialTimeout}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				for _, allowed := range hosts {
					if address == allowed {
						return dialer.DialContext(ctx, network, address)
					}
				}
				return nil, errNotDialled
			},
			ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 64, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: dialTimeout,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var errNotDialled = errors.New("only Discord's own hosts are dialled")

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	return net.JoinHostPort(u.Hostname(), map[string]string{"https": "443", "http": "80", "wss": "443", "ws": "80"}[u.Scheme])
}

// do waits for the limits and makes one call.
func (r *rest) do(ctx context.Context, q request) (json.RawMessage, error) {
	release, err := r.admit(ctx, q)
	if err != nil {
		return nil, err
	}
	defer release()
	s := r.send(ctx, q)
	r.invalid.note(s.status, s.header, r.now())
	if wait := exhausted(s.header); wait > 0 && q.bucket != "" {
		r.gate.Shut(q.bucket, wait)
	}
	if s.status >= 200 && s.status < 300 && (s.status == http.StatusNoContent || json.Valid(s.body)) {
		return s.body, nil
	}
	f := classify(q.doing, s)
	if f.Class == bots.Throttled {
		r.shut(q, f)
	}
	return nil, f
}

// admit waits until a call may be made. Calls of one bucket go out one after the other, so that each
// knows what the one before was told of the limit.
func (r *rest) admit(ctx context.Context, q request) (release func(), err error) {
	if !r.held() {
		return nil, &bots.Failure{Class: bots.Conflict, Doing: q.doing}
	}
	if q.urgent {
		return func() {}, nil
	}
	if wait := r.invalid.wait(r.now()); wait > 0 {
		return nil, &bots.Failure{Class: bots.Throttled, Doing: q.doing, Wait: wait, All: true, Note: "too many refused calls, a pause before Discord shuts the address out"}
	}
	if q.bucket == "" {
		return func() {}, nil
	}
	place, ok := r.buckets.Get(q.bucket)
	if !ok {
		place, _ = r.buckets.Add(q.bucket, make(chan struct{}, 1))
	}
	select {
	case place <- struct{}{}:
	case <-ctx.Done():
		return nil, &bots.Failure{Class: bots.Unreachable, Doing: q.doing}
	}
	answered, err := r.gate.Call(ctx, q.bucket)
	if err != nil {
		<-place
		return nil, &bots.Failure{Class: bots.Unreachable, Doing: q.doing}
	}
	return func() { answered(); <-place }, nil
}

// shut keeps the silence that a 429 asks for. One about the answers to interactions is that call's
// own affair.
func (r *rest) shut(q request, f *bots.Failure) {
	switch {
	case f.All:
		r.gate.Shut("", max(f.Wait, time.Second))
	case q.bucket != "":
		r.gate.Shut(q.bucket, max(f.Wait, time.Second))
	}
}

// send makes one call. What the network says of a failure is dropped: it quotes the address.
func (r *rest) send(ctx context.Context, q request) (s seen) {
	timeout := callTimeout
	if q.file != nil {
		timeout = uploadTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var written atomic.Bool
	trace := &httptrace.ClientTrace{WroteRequest: func(w httptrace.WroteRequestInfo) {
		if w.Err == nil {
			written.Store(true)
		}
	}}
	body, kind, err := encode(q)
	if err != nil {
		return seen{status: http.StatusBadRequest, body: []byte(`{}`)}
	}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), q.method, r.base.String()+apiPath+q.path, body)
	if err != nil {
		return seen{status: http.StatusBadRequest, body: []byte(`{}`)}
	}
	req.Header.Set("User-Agent", agent)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if q.bucket != "" {
		req.Header.Set("Authorization", "Bot "+string(r.token))
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return seen{written: written.Load()}
	}
	defer resp.Body.Close()
	s = seen{written: true, status: resp.StatusCode, header: resp.Header}
	s.body, err = io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	if err != nil && s.status < 300 {
		return seen{written: true}
	}
	return s
}

// encode writes a call's body: JSON, or with a file a form that has the JSON beside it.
func encode(q request) (io.Reader, string, error) {
	if q.body == nil {
		return http.NoBody, "", nil
	}
	var b bytes.Buffer
	if q.file == nil {
		err := writeJSON(&b, q.body)
		return &b, "application/json", err
	}
	form := multipart.NewWriter(&b)
	head := textproto.MIMEHeader{}
	head.Set("Content-Disposition", `form-data; name="payload_json"`)
	head.Set("Content-Type", "application/json")
	payload, err := form.CreatePart(head)
	if err == nil {
		err = writeJSON(payload, q.body)
	}
	if err != nil {
		return nil, "", err
	}
	head = textproto.MIMEHeader{}
	head.Set("Content-Disposition", fmt.Sprintf(`form-data; name="files[0]"; filename="%s"`, fileName(q.file)))
	head.Set("Content-Type", "application/octet-stream")
	part, err := form.CreatePart(head)
	if err == nil {
		_, err = part.Write(q.file.Body)
	}
	if err == nil {
		err = form.Close()
	}
	return &b, form.FormDataContentType(), err
}

func fileName(f *intake.Attachment) string { return nonEmpty(strings.Map(plainName, f.Name)) }

// plainName leaves of a file's name what can stand in a header.
func plainName(c rune) rune {
	if c < ' ' || c == '"' || c == '\\' || c == 0x7f {
		return '_'
	}
	return c
}

// writeJSON writes without escaping < and & for web pages.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
