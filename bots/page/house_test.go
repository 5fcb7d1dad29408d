package page_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"claimline/bots/page"
	"claimline/intake"
	"claimline/intake/campaign"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// house is everything behind the page, in memory: the store with its doors and its vault. Between
// any two turns a file goes through JSON, as it would through a restart.
type house struct {
	intake.Tx // what joins accounts, which no test here asks for

	clocked sync.Mutex
	now     time.Time

	mu       sync.Mutex
	down     error // what every call to the store answers
	seen     map[string]bool
	files    map[intake.Account][]byte
	asides   map[string][]byte // by account and campaign
	people   int
	out      []intake.Outgoing
	links    map[string]intake.Account
	sessions map[string]pass
	entered  int // how often a link was looked up
	kept     map[string][]byte
}

type pass struct {
	account intake.Account
	expires time.Time
	left    bool
}

func newHouse() *house {
	return &house{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), seen: map[string]bool{}, files: map[intake.Account][]byte{}, asides: map[string][]byte{},
		links: map[string]intake.Account{}, sessions: map[string]pass{}, kept: map[string][]byte{}}
}

var errDown = errors.New("the store is down")

func (h *house) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.down = err
}

func (h *house) clock() time.Time {
	h.clocked.Lock()
	defer h.clocked.Unlock()
	return h.now
}

func (h *house) wait(d time.Duration) {
	h.clocked.Lock()
	defer h.clocked.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) InTx(_ context.Context, fn func(intake.Tx) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down != nil {
		return h.down
	}
	return fn(h)
}

func (h *house) Once(identity string, _ time.Time) (bool, error) {
	fresh := !h.seen[identity]
	h.seen[identity] = true
	return fresh, nil
}

func (h *house) Find(a intake.Account) (*intake.File, error) {
	return opened(a, h.files[a])
}

func opened(a intake.Account, raw []byte) (*intake.File, error) {
	if raw == nil {
		return nil, intake.ErrNoFile
	}
	var f intake.File
	err := json.Unmarshal(raw, &f)
	f.Account = a
	return &f, err
}

func (h *house) Begin(f *intake.File) error {
	h.people++
	f.Person, f.Conversation.ID = fmt.Sprint("person", h.people), fmt.Sprint("conversation", h.people)
	return nil
}

func (h *house) Save(f *intake.File, t intake.Turn) error {
	h.out = append(h.out, t.Outgoing...)
	if t.Shut || t.Forget {
		for session, p := range h.sessions {
			switch {
			case p.account != f.Account:
			case t.Forget:
				delete(h.sessions, session)
			default:
				h.sessions[session] = pass{p.account, h.clock().Add(intake.PageLife), true}
			}
		}
	}
	if t.Open != "" {
		h.links[t.Open] = f.Account
	}
	if t.Forget {
		if current, err := h.Find(f.Account); err == nil && current.Conversation.ID == f.Conversation.ID {
			delete(h.files, f.Account)
		}
		delete(h.asides, string(f.Account)+f.Conversation.Campaign)
		return nil
	}
	raw, err := json.Marshal(f)
	h.files[f.Account] = raw
	return err
}

func (h *house) TurnTo(from *intake.File, campaign string) (*intake.File, error) {
	a := from.Account
	h.asides[string(a)+from.Conversation.Campaign] = h.files[a]
	h.files[a] = h.asides[string(a)+campaign]
	delete(h.asides, string(a)+campaign)
	return h.Find(a)
}

func (h *house) Aside(a intake.Account, campaign string) (*intake.File, error) {
	return opened(a, h.asides[string(a)+campaign])
}

func (h *house) Asides(a intake.Account) (all []*intake.File, err error) {
	for key := range h.asides {
		if campaign, ok := strings.CutPrefix(key, string(a)); ok {
			f, err := h.Aside(a, campaign)
			if err != nil {
				return nil, err
			}
			all = append(all, f)
		}
	}
	return all, nil
}

func (h *house) Matches(*intake.File, ...intake.Lookup) ([]intake.Match, error) { return nil, nil }

func (h *house) Crowds(string, time.Time, int) ([][]intake.Arrival, error) { return nil, nil }

func (h *house) FileOf(string) (*intake.File, error) { return nil, intake.ErrNoFile }

func (h *house) Burst(string, int) ([]intake.Arrival, []intake.File, error) { return nil, nil, nil }

// Enter implements page.Doors.
func (h *house) Enter(_ context.Context, link string) (string, bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entered++
	a, ok := h.links[link]
	if h.down != nil || !ok {
		return "", false, h.down
	}
	delete(h.links, link)
	session := rand.Text()
	h.sessions[session] = pass{a, h.clock().Add(intake.PageLife), false}
	return session, true, nil
}

// Visit implements page.Doors.
func (h *house) Visit(_ context.Context, session string) (intake.Account, bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, ok := h.sessions[session]
	if h.down != nil || !ok || p.left || h.clock().After(p.expires) {
		return "", false, h.down
	}
	h.sessions[session] = pass{p.account, h.clock().Add(intake.PageLife), false}
	return p.account, true, nil
}

// Reads implements page.Doors.
func (h *house) Reads(_ context.Context, session string) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, ok := h.sessions[session]
	return h.down == nil && ok && !h.clock().After(p.expires), h.down
}

type tooBig struct{}

func (tooBig) Error() string { return "file refused" }
func (tooBig) Unfit() string { return "file-too-big" }

// Put implements bots.Vault.
func (h *house) Put(_ context.Context, keep intake.Custody, name string, r io.Reader, limit int64) (intake.StoredFile, error) {
	var body bytes.Buffer
	n, err := io.Copy(&body, io.LimitReader(r, min(limit, 1<<20)+1)) // a megabyte is enough for a test
	switch {
	case err != nil:
		return intake.StoredFile{}, err
	case n > 1<<20:
		return intake.StoredFile{}, tooBig{}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if keep.Person == "" {
		return intake.StoredFile{}, errors.New("whose file is it?")
	}
	id := fmt.Sprint("file", len(h.kept))
	h.kept[id] = body.Bytes()
	return intake.StoredFile{ID: id, SHA256: fmt.Sprintf("%x", body.Bytes()), Bytes: n, Name: name}, nil
}

func (h *house) file(t testing.TB, a intake.Account) intake.File {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	f, err := h.Find(a)
	if err != nil {
		t.Fatal(err)
	}
	return *f
}

// rig is a page that is served on loopback, with the house behind it.
type rig struct {
	testing.TB
	house  *house
	desk   *intake.Desk
	words  *intake.Words
	server *httptest.Server
	base   string // where a link begins
	log    *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// open serves a page on which people begin with a campaign. change may be nil.
func open(t testing.TB, first string, status campaign.Status, change func(*page.Config)) *rig {
	t.Helper()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{TB: t, house: newHouse(), words: words, log: &lockedBuffer{}}
	r.server = httptest.NewUnstartedServer(nil)
	r.base = "http://" + r.server.Listener.Addr().String() + "/p/"
	r.desk = &intake.Desk{
		Store: r.house, Words: words, Signer: intake.Signer{Key: []byte("a key for tests")}, Now: r.house.clock, Pages: r.base,
		Links: func(string) string { return "https://chat.example/voorbeeldbot?start=" },
		Campaign: func(id string) (*campaign.Campaign, campaign.Status, bool) {
			c, ok := shipped()[id]
			if !ok {
				c = shipped()[first]
			}
			return c, status, true
		},
	}
	at, err := url.Parse(r.base)
	if err != nil {
		t.Fatal(err)
	}
	config := page.Config{URL: at, Desk: r.desk, Doors: r.house, Vault: r.house, Words: words, Now: r.house.clock, Random: rand.Reader,
		Log: slog.New(slog.NewTextHandler(r.log, nil)), Limits: page.Usual()}
	config.Limits.Person.Burst = 10_000 // a test answers faster than anybody
	if change != nil {
		change(&config)
	}
	r.server.Config.Handler = page.New(config)
	r.server.Start()
	t.Cleanup(r.server.Close)
	return r
}

// chat brings something done in the chat to the desk.
func (r *rig) chat(a intake.Account, locale, id string, did intake.Did) []intake.Message {
	r.Helper()
	r.house.wait(wink)
	before := len(r.house.said())
	if _, err := r.desk.Handle(context.Background(), intake.Event{Account: a, Identity: id, At: r.house.clock(), Locale: locale, Did: did}); err != nil {
		r.Fatal(err)
	}
	return r.house.said()[before:]
}

// wink is how long a person takes for anything.
const wink = 7 * time.Second

func (h *house) said() []intake.Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []intake.Message
	for _, o := range h.out {
		if o.Do == intake.Say {
			all = append(all, o.Body)
		}
	}
	return all
}

// link is the latest that a chat was given.
func (r *rig) link() string {
	r.Helper()
	said := r.house.said()
	for i := len(said) - 1; i >= 0; i-- {
		for _, row := range said[i].Buttons {
			for _, b := range row {
				if strings.HasPrefix(b.Link, r.base) {
					return b.Link
				}
			}
		}
	}
	r.Fatal("the chat was given no link")
	return ""
}

// shipped are the campaigns that come with the program.
var shipped = sync.OnceValue(func() map[string]*campaign.Campaign {
	all := map[string]*campaign.Campaign{}
	for _, id := range []string{"tiktok", "zoom"} {
		c, faults := campaign.Load(campaign.Embedded(), id)
		if len(faults) > 0 {
			panic(faults)
		}
		all[id] = c
	}
	return all
})

// anna is somebody whose platform may not carry what is asked about a child.
const anna = intake.Account("discord:2002")

// atThePage tells a chat what it may hold, up to the link.
func atThePage(t testing.TB, lang string, change func(*page.Config)) *rig {
	t.Helper()
	r := open(t, "tiktok", campaign.Open, change)
	r.talkUpToTheLink(anna, lang)
	return r
}

func (r *rig) talkUpToTheLink(a intake.Account, lang string) {
	r.Helper()
	n := 0
	do := func(did intake.Did) []intake.Message {
		n++
		return r.chat(a, lang, fmt.Sprint(a, n), did)
	}
	last := do(intake.Said{Text: "/start"})
	for range 12 {
		m := last[len(last)-1]
		if strings.HasPrefix(m.Buttons[0][0].Link, r.base) {
			return
		}
		if m.Expect == intake.ExpectName || m.Expect == intake.ExpectText && m.Buttons[0][0].Label != "Nederland" && m.Buttons[0][0].Label != "Netherlands" {
			last = do(intake.Said{Text: "Fatima Voorbeeld"})
			continue
		}
		last = do(intake.Pressed{Button: m.Buttons[0][0].Token})
	}
	r.Fatal("the chat never came to the page")
}
