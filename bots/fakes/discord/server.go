package discord

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Token is the bot's unless Options say otherwise, without the word Bot that stands before it in a
// header.
const Token = "MTIzNDU2Nzg5MDEyMzQ1Njc4.fake.token-of-the-loopback-server"

// ApplicationID is the application's id, which is the bot's user id as well.
const ApplicationID = "1100000000000000001"

// Options of a server; the zero value is a server that runs on the real clock, without limits on
// the rate of calls.
type Options struct {
	// Token is the bot's; "" for Token.
	Token string
	// Username is the bot's; "" for "ExampleBot".
	Username string
	// Now is the clock by which interactions, tokens, links, nonces and sessions age; nil for
	// time.Now. Heartbeats are watched on the machine's clock.
	Now func() time.Time
	// Heartbeat is the interval that Hello asks for; 0 for 41.25 s.
	Heartbeat time.Duration
	// AnswerWithin is how long the first answer to an interaction may take; 0 for 3 s.
	AnswerWithin time.Duration
	// TokenLife is how long an interaction's token is good; 0 for 15 minutes.
	TokenLife time.Duration
	// ResumeWindow is how long a session waits for its bot; 0 for 2 minutes. Discord says minutes.
	ResumeWindow time.Duration
	// NonceWindow is how long a nonce is remembered; 0 for 3 minutes. Discord says a few minutes.
	NonceWindow time.Duration
	// LinkLife is how long the address of a file is good; 0 for 24 hours.
	LinkLife time.Duration
	// Identifies is how often a bot may identify in 24 hours before its token is taken away; 0 for 1,000.
	Identifies int
	// Rates are enforced when set.
	Rates *Rates
	// RateClock is the clock for rates; nil for time.Now whatever Now is, because bots pace
	// themselves by the machine's clock.
	RateClock func() time.Time
	// Invalid is how many answers 401, 403 and 429 in ten minutes close the API to the bot's
	// address; 0 for 10,000.
	Invalid int
	// Brief leaves bodies and answers out of the history, for rehearsals of a million calls.
	Brief bool
	// Trim, where it is set, shortens each entry before it becomes part of the history.
	Trim func(*Entry)
	// Specs is the folder with discord-openapi.json, against which every request is checked; "" for
	// the folder that the environment variable PLATFORM_SPECS names. Without both only our own
	// rules are checked.
	Specs string
}

// Server is a loopback Discord with one bot. It may be used from many goroutines.
type Server struct {
	options Options
	bot     user
	spec    *spec // nil when requests are not checked against the description
	routes  []route

	listener net.Listener
	http     *http.Server
	closing  chan struct{}
	close    sync.Once
	guests   guests
	running  sync.WaitGroup // the gateway's connections

	mu           sync.Mutex // guards all below
	closed       bool
	token        string
	last         uint64 // the newest id
	gateway      gateway
	channels     map[string]*channel
	people       map[string]*Person
	guilds       []*Guild
	interactions map[string]*interaction // by token
	waiting      map[*interaction]bool   // those that are pending, and some that were
	files        map[string]*file        // by attachment id
	commands     []Command
	nonces       map[string]nonce
	faults       []*Fault
	rates        rateKeeper
	underWay     int // calls
	record       record
}

// New starts a server on a free port of 127.0.0.1. It fails when there is none, or when the
// published description is named but cannot be read.
func New(o Options) (*Server, error) {
	o = o.withDefaults()
	s := &Server{
		options: o, token: o.Token, closing: make(chan struct{}),
		bot:      user{ID: ApplicationID, Username: o.Username, Discriminator: "0", Bot: true},
		routes:   routes(),
		gateway:  newGateway(),
		channels: map[string]*channel{}, people: map[string]*Person{},
		interactions: map[string]*interaction{}, waiting: map[*interaction]bool{}, files: map[string]*file{}, nonces: map[string]nonce{},
	}
	var err error
	if s.spec, err = o.spec(); err != nil {
		return nil, fmt.Errorf("reading the published description: %w", err)
	}
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listening on the loopback interface: %w", err)
	}
	s.http = &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: time.Minute, ConnState: s.guests.note}
	go func() { _ = s.http.Serve(s.listener) }()
	return s, nil
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		field *time.Duration
		usual time.Duration
	}{
		{&o.Heartbeat, 41250 * time.Millisecond},
		{&o.AnswerWithin, 3 * time.Second},
		{&o.TokenLife, 15 * time.Minute},
		{&o.ResumeWindow, 2 * time.Minute},
		{&o.NonceWindow, 3 * time.Minute},
		{&o.LinkLife, 24 * time.Hour},
	} {
		if *d.field == 0 {
			*d.field = d.usual
		}
	}
	if o.Token == "" {
		o.Token = Token
	}
	if o.Username == "" {
		o.Username = "ExampleBot"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.RateClock == nil {
		o.RateClock = time.Now
	}
	if o.Identifies == 0 {
		o.Identifies = 1000
	}
	if o.Invalid == 0 {
		o.Invalid = 10_000
	}
	return o
}

// TB is the part of testing.TB that Start needs.
type TB interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Start is New for a test: the server is closed at the test's end, and the test fails when there
// was a violation.
func Start(t TB, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatalf("starting the fake Discord: %v", err)
	}
	t.Cleanup(func() {
		s.Close()
		for _, v := range s.Violations() {
			t.Errorf("violation of Discord's rules or ours: %s", v)
		}
	})
	return s
}

// URL is what stands in the place of https://discord.com, without a slash at the end.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close ends all calls and connections, also those that wait. It may be called twice.
func (s *Server) Close() {
	s.close.Do(func() {
		close(s.closing)
		_ = s.http.Close()
		s.mu.Lock()
		s.closed = true
		for _, i := range s.interactions {
			i.timer.Stop()
		}
		for k := range s.gateway.sockets {
			_ = k.conn.Close()
		}
		s.mu.Unlock()
	})
	s.running.Wait()
}

// Checked reports whether requests are checked against the published description.
func (s *Server) Checked() bool { return s.spec != nil }

// SetToken replaces the bot's token: the old one is answered 401 from now on, and its sessions end
// with close code 4004.
func (s *Server) SetToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
	s.forget(closeAuthentication)
}

func (s *Server) now() time.Time { return s.options.Now() }
