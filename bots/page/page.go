// Package page is the private page: what a platform may not carry is asked on a page of our own,
// by the same desk, with the same words. It is a surface like a chat that shows one message at a
// time, made of plain HTML forms, and needs no script.
//
// A link from the chat shows the same neutral landing page to everybody, so that opening it, which
// preview fetchers do as well, spends nothing and tells nothing. Its button spends the link and
// leaves a cookie that opens the page. From then on every form is posted to one address and
// answered with a redirect to what the conversation shows now, which is kept in a small memory.
//
// The danger button is answered before anything else, from memory. Links, cookies and what people
// write stand in no log.
package page

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// Doors decides who may come in. Package storage implements it.
type Doors interface {
	// Enter spends a link and opens its page; session is the cookie's value. ok is false for a link
	// that is unknown, spent or too old.
	Enter(ctx context.Context, link string) (session string, ok bool, err error)
	// Visit returns whose page a session opens, and keeps it open for another intake.PageLife. ok
	// is false when it is closed.
	Visit(ctx context.Context, session string) (a intake.Account, ok bool, err error)
}

// Config is what a page is made of.
type Config struct {
	// URL is where people find the page, and the beginning of every link to it, as
	// intake.Desk.Pages: for example https://claim.example.org/p/. Its path may be longer where a
	// proxy takes a part of it away. http is for trying out on one machine only.
	URL    *url.URL
	Desk   bots.Desk
	Doors  Doors
	Vault  bots.Vault
	Words  *intake.Words
	Log    *slog.Logger
	Now    func() time.Time
	Random io.Reader // crypto/rand.Reader but in tests
	Limits Limits
}

// Limits bound what anybody can make the program do. Whoever is too fast waits, and is told to come
// back later where that takes too long. The danger button has no limit.
type Limits struct {
	Links   bots.Pace // links that are tried, by everybody together; random links of 128 bits are never guessed, this keeps trying cheap
	Turns   bots.Pace // what is asked of the store, by everybody together
	Person  bots.Pace // what is asked of the store by one page
	Uploads int       // forms of files that are on their way at once
	Pages   int       // pages that are remembered

	Idle time.Duration // how long an upload may stand still
}

// Usual are limits for a small machine.
func Usual() Limits {
	return Limits{
		Links:   bots.Pace{Every: 50 * time.Millisecond, Burst: 50},
		Turns:   bots.Pace{Every: 5 * time.Millisecond, Burst: 200},
		Person:  bots.Pace{Every: 500 * time.Millisecond, Burst: 20},
		Uploads: 8,
		Pages:   2000,
		Idle:    30 * time.Second,
	}
}

// How long things may take.
const (
	turnWithin = 20 * time.Second // a turn, with what waits before it
	mostWait   = 3 * time.Second  // for somebody who is too fast
	formWithin = 20 * time.Second // the bytes of a form
	fileWithin = 30 * time.Minute // the bytes of all files of one form

	answerWithin = mostWait + 3*turnWithin // from the last byte of a request to the last of its answer
)

// site is the page with what it remembers.
type site struct {
	Config
	path    string // the URL's
	cookie  string // its name
	lanes   *bots.Lanes
	links   *bots.Gate
	turns   *bots.Gate
	guests  *bots.Recent[string, *guest] // by session
	uploads chan struct{}
}

// New returns the page, to be mounted at /p/.
func New(c Config) http.Handler {
	s := &site{
		Config:  c,
		path:    c.URL.EscapedPath(),
		cookie:  "__Secure-page",
		lanes:   bots.NewLanes(16, 256, c.Log),
		links:   bots.NewGate(c.Limits.Links, func(string) bots.Pace { return bots.Pace{} }),
		turns:   bots.NewGate(c.Limits.Turns, func(string) bots.Pace { return c.Limits.Person }),
		guests:  bots.NewRecent[string, *guest](c.Limits.Pages),
		uploads: make(chan struct{}, c.Limits.Uploads),
	}
	if !s.secure() {
		s.cookie = "page" // a browser takes no __Secure- cookie over http
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /p/{$}", s.look)
	mux.HandleFunc("POST /p/{$}", s.answer)
	mux.HandleFunc("GET /p/file/{n}", s.handOut)
	mux.HandleFunc("GET /p/page.css", s.style)
	mux.HandleFunc("GET /p/{link}", s.land)
	mux.HandleFunc("POST /p/{link}", s.enter)
	mux.HandleFunc("/", s.gone)
	return s.guard(mux)
}

func (s *site) secure() bool { return s.URL.Scheme != "http" }
