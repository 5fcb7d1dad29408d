// Package page is the private page: what a platform may not carry is asked on a page of our own,
// by the same desk, with the same words. It is a surface like a chat that shows one message at a
// time, made of plain HTML forms, and needs no script.
//
// A link from the chat shows the same neutral landing page to everybody, so that opening it, which
// preview fetchers do as well, spends nothing and tells nothing. Its button spends the link and
// leaves a cookie that opens the page. From then on every form is posted to one address and
// answered with a redirect to what the conversation shows now, which is kept in a small memory.
//
// What is remembered is shown only while the store says that it may be: everything can be erased in
// the chat meanwhile. The danger button is answered before anything else and needs no store; without
// one it only shows no question beneath. Links, cookies and what people write stand in no log.
//
// Beside it, and apart from it, the team looks at what a chat may not hold: see Looks.
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
	// is false when it is closed or was left.
	Visit(ctx context.Context, session string) (a intake.Account, ok bool, err error)
	// Reads reports whether a session may be shown once more what it was shown: while its page is
	// open, and for an intake.PageLife after it was left. Asking keeps nothing open.
	Reads(ctx context.Context, session string) (ok bool, err error)
}

// Config is what a page is made of.
type Config struct {
	// URL is where people find the page, and the beginning of every link to it, as
	// intake.Desk.Pages: for example https://claim.example.org/p/. Its path may be longer where a
	// proxy takes a part of it away. http is for trying out on one machine only.
	URL   *url.URL
	Desk  bots.Desk
	Doors Doors
	Vault bots.Vault
	// Looks and Evidence are what the team sees here; nil where there is no team.
	Looks    Looks
	Evidence Evidence
	Words    *intake.Words
	Log      *slog.Logger
	Now      func() time.Time
	Random   io.Reader // crypto/rand.Reader but in tests
	Limits   Limits
}

// Limits bound what anybody can make the program do. Whoever is too fast waits, and is told to come
// back later where that takes too long. The danger button has no limit.
type Limits struct {
	Links     bots.Pace // links that are tried, by everybody together; random links of 128 bits are never guessed, this keeps trying cheap
	Strangers bots.Pace // cookies that are asked about and not remembered, by everybody together: invented ones slow no page that is
	Turns     bots.Pace // what is asked of the store by pages that are remembered, together
	Person    bots.Pace // what is asked of the store by one page
	Uploads   int       // forms of files that are on their way at once
	Pages     int       // pages that are remembered

	Idle time.Duration // how long an upload may stand still
}

// Usual are limits for a small machine.
func Usual() Limits {
	return Limits{
		Links:     bots.Pace{Every: 50 * time.Millisecond, Burst: 50},
		Strangers: bots.Pace{Every: 20 * time.Millisecond, Burst: 100},
		Turns:     bots.Pace{Every: 5 * time.Millisecond, Burst: 200},
		Person:    bots.Pace{Every: 500 * time.Millisecond, Burst: 20},
		Uploads:   8,
		Pages:     2000,
		Idle:      30 * time.Second,
	}
}

// How long things may take.
const (
	turnWithin = 20 * time.Second // a turn, with what waits before it
	readWithin = time.Second      // for the store to say that something may be shown again, before it is not
	mostWait   = 3 * time.Second  // for somebody who is too fast
	formWithin = 20 * time.Second // the bytes of a form
	fileWithin = 30 * time.Minute // the bytes of all files of one form

	answerWithin = mostWait + 3*turnWithin // from the last byte of a request to the last of its answer
)

// site is the page with what it remembers.
type site struct {
	Config
	path      string // the URL's
	cookie    string // its name
	lanes     *bots.Lanes
	links     *bots.Gate
	strangers *bots.Gate
	turns     *bots.Gate
	guests    *bots.Recent[string, *guest] // by session
	uploads   chan struct{}
}

// New returns the page, to be mounted at /p/.
func New(c Config) http.Handler {
	alike := func(string) bots.Pace { return bots.Pace{} }
	s := &site{
		Config:    c,
		path:      c.URL.EscapedPath(),
		cookie:    "__Secure-page",
		lanes:     bots.NewLanes(16, 256, c.Log),
		links:     bots.NewGate(c.Limits.Links, alike),
		strangers: bots.NewGate(c.Limits.Strangers, alike),
		turns:     bots.NewGate(c.Limits.Turns, func(string) bots.Pace { return c.Limits.Person }),
		guests:    bots.NewRecent[string, *guest](c.Limits.Pages),
		uploads:   make(chan struct{}, c.Limits.Uploads),
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
	if c.Looks != nil {
		s.serveLooks(mux)
	}
	mux.HandleFunc("/", s.gone)
	return s.guard(mux)
}

func (s *site) secure() bool { return s.URL.Scheme != "http" }
