package discord

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// bounds are how long things may take before something is done about them.
type bounds struct {
	open    time.Duration // a session, from the first byte until it is ready
	silence time.Duration // between two bytes of the gateway; a heartbeat is acknowledged every 41 s
	pause   time.Duration // between two attempts, at most
	leave   time.Duration // the end of Run waits for the library, which sleeps a second after its last word
}

func usualBounds() bounds {
	return bounds{open: 20 * time.Second, silence: 55 * time.Second, pause: 30 * time.Second, leave: 2 * time.Second}
}

// errStuck is the outcome of a session that did not open in time.
var errStuck = errors.New("the session does not move")

// session is one of the library's, and what watches over it. The library can wait for ever, holding
// its own lock: when the first thing it is told is to connect elsewhere (op 7), and wherever nothing
// comes any more. So opening has a time limit, reading has another, and a session that missed one is
// cut off and left behind with whatever goroutine hangs in it.
type session struct {
	l     *listener
	lib   *discordgo.Session
	conn  atomic.Pointer[watched]
	dead  atomic.Bool   // left behind: what it still brings is not wanted
	gone  chan struct{} // receives when the connection has ended
	ready chan struct{} // receives when the session is begun or resumed
}

// newSession prepares a session; the library says its name in it and asks for no privileged intent.
func newSession(l *listener, gateway string) *session {
	s := &session{l: l, gone: make(chan struct{}, 1), ready: make(chan struct{}, 1)}
	lib, _ := discordgo.New("Bot " + string(l.Token)) // never fails
	lib.SyncEvents, lib.StateEnabled, lib.ShouldReconnectOnError = true, false, false
	lib.ShouldReconnectVoiceOnSessionError, lib.ShouldRetryOnRateLimit, lib.MaxRestRetries = false, false, 0
	lib.Compress = false
	lib.LogLevel = discordgo.LogError
	lib.Identify.Intents = discordgo.IntentDirectMessages
	lib.Client = &http.Client{Transport: onlyGateway{gateway}}
	allowed := gatewayHost(gateway)
	lib.Dialer = &websocket.Dialer{HandshakeTimeout: dialTimeout, NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		return s.dial(ctx, network, address, allowed)
	}}
	lib.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { s.event(e) })
	lib.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) { signal(s.gone) })
	s.lib = lib
	return s
}

func gatewayHost(gateway string) string {
	u, err := url.Parse(gateway)
	if err != nil {
		return ""
	}
	return hostPort(u)
}

func (s *session) dial(ctx context.Context, network, address, allowed string) (net.Conn, error) {
	if address != allowed || s.dead.Load() {
		return nil, errNotDialled
	}
	conn, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	w := &watched{Conn: conn, s: s, said: make(chan struct{})}
	s.conn.Store(w)
	return w, nil
}

// event is called by the library for every dispatch, on the goroutine that reads.
func (s *session) event(e *discordgo.Event) {
	if s.dead.Load() {
		return
	}
	if e.Type == "READY" || e.Type == "RESUMED" {
		signal(s.ready)
	}
	s.l.take(e.Type, e.RawData)
}

// open connects and waits until the session is begun or resumed.
func (s *session) open(ctx context.Context) error {
	drain(s.gone)
	drain(s.ready)
	opened := make(chan error, 1)
	go func() { opened <- s.lib.Open() }()
	limit := time.NewTimer(s.l.bound.open)
	defer limit.Stop()
	for up, ready := false, false; !up || !ready; {
		select {
		case err := <-opened:
			if err != nil {
				return err
			}
			up = true
		case <-s.ready:
			ready = true
		case <-s.gone:
			return errGone
		case <-limit.C:
			return errStuck
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

var errGone = errors.New("the connection ended before the session was ready")

// last returns when the session's connection has ended, or ctx.
func (s *session) last(ctx context.Context) {
	select {
	case <-s.gone:
	case <-ctx.Done():
	}
}

// close says goodbye and hangs up. What the library does after that takes a second, for which only the
// end of Run waits.
func (s *session) close() {
	s.dead.Store(true)
	w := s.conn.Load()
	if w == nil {
		return
	}
	s.l.leaving.Go(func() { _ = s.lib.Close() })
	select {
	case <-w.said:
	case <-time.After(goodbye):
	}
	s.abandon()
}

// goodbye is how long the last word may take.
const goodbye = time.Second

// abandon cuts a session off. Whatever waits in the library fails, or hangs and is forgotten.
func (s *session) abandon() {
	s.dead.Store(true)
	if w := s.conn.Load(); w != nil {
		_ = w.Conn.Close()
	}
}

// watched is a connection on which silence is a failure.
type watched struct {
	net.Conn
	s    *session
	once sync.Once
	said chan struct{} // closed when the last word is out
}

// Read implements net.Conn.
func (w *watched) Read(p []byte) (int, error) {
	if err := w.Conn.SetReadDeadline(time.Now().Add(w.s.l.bound.silence)); err != nil {
		return 0, err
	}
	n, err := w.Conn.Read(p)
	if n > 0 && !w.s.dead.Load() {
		w.s.l.last.Store(w.s.l.Now().UnixNano())
	}
	return n, err
}

// Write implements net.Conn.
func (w *watched) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	if w.s.dead.Load() {
		w.once.Do(func() { close(w.said) })
	}
	return n, err
}

// signal fills a channel of one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func drain(c chan struct{}) {
	select {
	case <-c:
	default:
	}
}
