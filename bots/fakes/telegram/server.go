package telegram

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Token is what the bot calls itself with unless Options say otherwise.
const Token = "123456789:fake-token-of-the-loopback-server_00"

// Options of a server; the zero value is a server that runs on the real clock, without limits on
// the rate of calls.
type Options struct {
	// Token is the bot's; "" for Token.
	Token string
	// Username is the bot's; "" for "ExampleBot".
	Username string
	// Now is the clock by which updates, messages and queries age and rates are counted; nil for
	// time.Now. Long polls wait on the machine's clock.
	Now func() time.Time
	// PollSecond is how long a second of a long poll takes; 0 for a second.
	PollSecond time.Duration
	// AnswerWithin is how long a callback query can be answered; 0 for 15 s. Telegram does not say;
	// bots report 5 to 20 s.
	AnswerWithin time.Duration
	// Rates are enforced when set.
	Rates *Rates
	// RateClock is the clock for rates; nil for time.Now whatever Now is, because bots pace
	// themselves by the machine's clock.
	RateClock func() time.Time
	// ReadsAll switches the bot's privacy mode off: it then sees all that is said in groups.
	ReadsAll bool
	// Brief leaves parameters and answers out of the history, for rehearsals of a million calls.
	Brief bool
	// Trim, where it is set, shortens each entry before it becomes part of the history.
	Trim func(*Entry)
	// Specs is the folder with telegram-api.json, against which every request is checked; "" for
	// the folder that the environment variable PLATFORM_SPECS names. Without both nothing is checked.
	Specs string
}

// Server is a loopback Bot API with one bot. It may be used from many goroutines.
type Server struct {
	options Options
	started time.Time
	bot     user
	spec    *spec // nil when requests are not checked
	methods map[string]handler

	listener net.Listener
	http     *http.Server
	closing  chan struct{}
	close    sync.Once
	guests   guests

	mu       sync.Mutex // guards all below
	token    string
	queue    queue
	poll     *poll // the poll that waits
	lastPoll lastPoll
	webhook  string
	chats    map[int64]*chat
	people   map[int64]*Person
	queries  map[string]*Press
	files    map[string]*file // by file_id
	links    map[string]link  // by file_path
	menus    map[menuKey][]Command
	profile  map[profileKey]string
	faults   []*Fault
	rates    rateKeeper
	counters counters
	record   record
}

// counters number what the server makes.
type counters struct {
	message int // of all private chats and basic groups together, as Telegram counts them
	query   int
	file    int
	album   int
	group   int64
}

// New starts a server on a free port of 127.0.0.1. It fails when there is none, or when the
// published description is named but cannot be read.
func New(o Options) (*Server, error) {
	o = o.withDefaults()
	s := &Server{
		options: o, started: o.Now(), token: o.Token, closing: make(chan struct{}),
		bot:     user{ID: botID(o.Token), IsBot: true, FirstName: "Example", Username: o.Username},
		methods: handlers(),
		chats:   map[int64]*chat{}, people: map[int64]*Person{}, queries: map[string]*Press{},
		files: map[string]*file{}, links: map[string]link{},
		menus: map[menuKey][]Command{}, profile: map[profileKey]string{},
		queue: newQueue(firstUpdate),
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
	if o.PollSecond == 0 {
		o.PollSecond = time.Second
	}
	if o.AnswerWithin == 0 {
		o.AnswerWithin = 15 * time.Second
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
		t.Fatalf("starting the fake Telegram: %v", err)
	}
	t.Cleanup(func() {
		s.Close()
		for _, v := range s.Violations() {
			t.Errorf("violation of the Bot API: %s", v)
		}
	})
	return s
}

// URL is the base of the API, without a slash at the end.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Endpoint is the form in which the library wants the address of a method.
func (s *Server) Endpoint() string { return s.URL() + "/bot%s/%s" }

// Close ends all calls, also those that wait. It may be called twice.
func (s *Server) Close() {
	s.close.Do(func() {
		close(s.closing)
		_ = s.http.Close()
	})
}

// Checked reports whether requests are checked against the published description.
func (s *Server) Checked() bool { return s.spec != nil }

// SetToken replaces the bot's token: the old one is answered 401 from now on.
func (s *Server) SetToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
	s.endPoll(unauthorized())
}

func (s *Server) now() time.Time { return s.options.Now() }
