package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"claimline/bots"
)

// How long a call may take, and how much it may answer.
const (
	callTimeout   = 30 * time.Second
	uploadTimeout = 2 * time.Minute
	dialTimeout   = 10 * time.Second
	mostAnswer    = 16 << 20 // bytes; a hundred updates are far less
)

// client makes Telegram's calls. Every error it returns is a *bots.Failure, and nothing of the
// library's own errors, which quote the address with the token, gets past it.
type client struct {
	bot  tgbotapi.BotAPI
	http *http.Client
	base string // of the Bot API, without a slash at the end
	gate *bots.Meter
	held func() bool
}

// The library logs through a variable of its package; once is enough, and no race.
var silenceLibrary = sync.OnceValue(func() error { return tgbotapi.SetLogger(silence{}) })

type silence struct{}

func (silence) Println(...any)        {}
func (silence) Printf(string, ...any) {}

// newClient makes a client that dials the API's host and nothing else.
func newClient(token Token, api string, limits Limits, held func() bool) (*client, error) {
	if err := token.check(); err != nil {
		return nil, err
	}
	base, err := url.Parse(strings.TrimSuffix(api, "/"))
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" || base.User != nil || base.RawQuery != "" {
		return nil, errors.New("the API's address must be of the form https://host or http://host:port")
	}
	if err := silenceLibrary(); err != nil {
		return nil, err
	}
	c := &client{http: httpClient(base), base: base.String(), held: held, gate: limits.gate()}
	c.bot = tgbotapi.BotAPI{Token: string(token)}
	c.bot.SetAPIEndpoint(strings.ReplaceAll(c.base, "%", "%%") + "/bot%s/%s")
	return c, nil
}

func httpClient(base *url.URL) *http.Client {
	allowed := base.Host
	if base.Port() == "" {
		allowed = net.JoinHostPort(base.Hostname(), map[string]string{"https": "443", "http": "80"}[base.Scheme])
	}
	dialer := &net.Dialer{Timeout: dialTimeout}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if address != allowed {
					return nil, errors.New("only the configured API is dialled")
				}
				return dialer.DialContext(ctx, network, address)
			},
			ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 64, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: dialTimeout,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// call makes one call and returns its result.
func (c *client) call(ctx context.Context, r request) (json.RawMessage, error) {
	timeout := callTimeout
	if len(r.files) > 0 {
		timeout = uploadTimeout
	}
	return c.within(ctx, timeout, r)
}

func (c *client) within(ctx context.Context, timeout time.Duration, r request) (json.RawMessage, error) {
	result, seen, err := c.raw(ctx, timeout, r)
	if err != nil {
		return nil, c.failed(r, seen, err)
	}
	return result, nil
}

// failed classifies a failed call, and closes the gate where Telegram asks for a pause.
func (c *client) failed(r request, seen *sighting, err error) *bots.Failure {
	f := classify(r.method, seen, err)
	if f.Class == bots.Throttled {
		f.All = r.chat() == ""
		c.gate.Shut(r.chat(), max(f.Wait, time.Second))
	}
	return f
}

// raw makes one call; its error still holds Telegram's words, and only the library's kind of error
// does: what the network says is dropped, because it quotes the address.
func (c *client) raw(ctx context.Context, timeout time.Duration, r request) (json.RawMessage, *sighting, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	line := &line{ctx: ctx, client: c}
	bot := c.bot
	bot.Client = line
	var response *tgbotapi.APIResponse
	var err error
	if len(r.files) > 0 {
		response, err = bot.UploadFiles(r.method, r.params, r.files)
	} else {
		response, err = bot.MakeRequest(r.method, r.params)
	}
	var said *tgbotapi.Error
	switch {
	case err == nil:
		return response.Result, line.seen(), nil
	case errors.As(err, &said):
		return nil, line.seen(), said
	}
	return nil, line.seen(), errNoAnswer
}

// errNoAnswer stands for every error that is not Telegram's own answer.
var errNoAnswer = errors.New("no answer that can be read")

// sighting is what was seen of a call besides its error.
type sighting struct {
	written bool   // the whole request went out: it may have been done
	status  int    // of HTTP; 0 without an answer
	retry   string // the header Retry-After
	broken  bool   // the network broke off in the answer
	head    []byte // how the answer begins
}

// line is the library's way to the network for one call: it carries the context, which the library
// does not, and notes how far the call got.
type line struct {
	ctx     context.Context
	client  *client
	written atomic.Bool
	status  int
	retry   string
	body    *limited // of the answer; nil without one
	head    head
}

// Do implements the library's HTTPClient.
func (l *line) Do(req *http.Request) (*http.Response, error) {
	if !l.client.held() {
		if req.Body != nil {
			_ = req.Body.Close() // ends the library's writer of an upload
		}
		return nil, errors.New("the lease is not held")
	}
	trace := &httptrace.ClientTrace{WroteRequest: func(w httptrace.WroteRequestInfo) {
		if w.Err == nil {
			l.written.Store(true)
		}
	}}
	resp, err := l.client.http.Do(req.WithContext(httptrace.WithClientTrace(l.ctx, trace)))
	if err != nil {
		return nil, err
	}
	l.status, l.retry = resp.StatusCode, resp.Header.Get("Retry-After")
	l.body = &limited{Reader: io.TeeReader(io.LimitReader(resp.Body, mostAnswer), &l.head), Closer: resp.Body}
	resp.Body = l.body
	return resp, nil
}

func (l *line) seen() *sighting {
	broken := l.body != nil && l.body.broken
	return &sighting{written: l.written.Load(), status: l.status, retry: l.retry, broken: broken, head: l.head.kept}
}

// limited is the body of an answer, as far as it is read.
type limited struct {
	io.Reader
	io.Closer
	broken bool // reading it failed
}

// Read implements io.Reader.
func (l *limited) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	l.broken = l.broken || err != nil && err != io.EOF
	return n, err
}

// head keeps the first bytes that are written to it.
type head struct{ kept []byte }

const headBytes = 4 << 10 // whose an update is stands at its beginning

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	h.kept = append(h.kept, p[:min(len(p), headBytes-len(h.kept))]...)
	return len(p), nil
}

// open begins to download a file that getFile has given a path to.
func (c *client) open(ctx context.Context, path string) (io.ReadCloser, error) {
	if !c.held() {
		return nil, &bots.Failure{Class: bots.Conflict, Doing: "download"}
	}
	address := fmt.Sprintf("%s/file/bot%s/%s", c.base, c.bot.Token, (&url.URL{Path: path}).EscapedPath())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &bots.Failure{Class: bots.Rejected, Doing: "download"}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &bots.Failure{Class: bots.Unreachable, Doing: "download"}
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, classify("download", &sighting{status: resp.StatusCode, retry: resp.Header.Get("Retry-After")}, errNoAnswer)
	}
	return resp.Body, nil
}
