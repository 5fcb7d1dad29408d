package intake_test

import (
	"context"
	"encoding/json"
	"maps"
	"math/rand"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
)

// shelf is a store in memory that forgets everything it was not given to keep: between any two
// turns a file goes through JSON, as it would through a restart.
type shelf struct {
	intake.TeamTx // nil: nobody of the team is here
	mu            sync.Mutex
	seen          map[string]bool
	files         map[intake.Account][]byte
	out           []intake.Outgoing
	audit         []intake.Entry
	ids           int
	asides        map[string][]byte // by account and campaign
	codes         map[string]intake.Account
	same          map[intake.Account]intake.Account // accounts that were joined to another's file
	held          register
}

func newShelf() *shelf {
	return &shelf{seen: map[string]bool{}, files: map[intake.Account][]byte{}, codes: map[string]intake.Account{}, asides: map[string][]byte{}, same: map[intake.Account]intake.Account{}}
}

func (s *shelf) InTx(_ context.Context, fn func(intake.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fn(s)
}

func (s *shelf) Once(identity string, _ time.Time) (bool, error) {
	fresh := !s.seen[identity]
	s.seen[identity] = true
	return fresh, nil
}

func (s *shelf) Find(a intake.Account) (*intake.File, error) {
	first := s.of(a)
	if s.files[first] == nil {
		for key, raw := range s.asides {
			if strings.HasPrefix(key, string(first)+"/") {
				s.files[first] = raw
				delete(s.asides, key)
				break
			}
		}
	}
	return opened(a, s.files[first])
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

func (s *shelf) Begin(f *intake.File) error {
	s.ids++
	f.Person, f.Conversation.ID = "person"+strconv.Itoa(s.ids), "conversation"+strconv.Itoa(s.ids)
	return nil
}

func (s *shelf) Save(f *intake.File, t intake.Turn) error {
	for i := range t.Outgoing {
		t.Outgoing[i].Seq = int64(len(s.out) + i + 1)
	}
	s.out = append(s.out, t.Outgoing...)
	s.audit = append(s.audit, t.Audit...)
	if t.Forget {
		s.held.forget(f)
		for _, a := range append(slices.Collect(maps.Keys(s.same)), s.of(f.Account)) {
			if t.Parting != nil && a != f.Account && s.of(a) == s.of(f.Account) {
				s.out = append(s.out, intake.Outgoing{ID: "parting", Do: intake.Say, Account: a, Body: *t.Parting})
			}
		}
		if opened, err := opened(f.Account, s.files[s.of(f.Account)]); err == nil && opened.Conversation.ID == f.Conversation.ID {
			delete(s.files, s.of(f.Account))
		}
		delete(s.asides, string(s.of(f.Account))+"/"+f.Conversation.Campaign)
		return nil
	}
	raw, err := json.Marshal(f)
	s.files[s.of(f.Account)] = raw
	s.held.save(f, t.Lookups)
	for _, code := range []string{t.Code, t.Invite} {
		if code != "" {
			s.codes[code] = f.Account
		}
	}
	return err
}

func (s *shelf) of(a intake.Account) intake.Account {
	if first, ok := s.same[a]; ok {
		return first
	}
	return a
}

func (s *shelf) TurnTo(from *intake.File, campaign string) (*intake.File, error) {
	a := s.of(from.Account)
	s.asides[string(a)+"/"+from.Conversation.Campaign] = s.files[a]
	delete(s.files, a)
	to, err := s.Aside(a, campaign)
	if err == nil {
		s.files[a] = s.asides[string(a)+"/"+campaign]
		delete(s.asides, string(a)+"/"+campaign)
	}
	return to, err
}

func (s *shelf) Aside(a intake.Account, campaign string) (*intake.File, error) {
	return opened(a, s.asides[string(s.of(a))+"/"+campaign])
}

func (s *shelf) Asides(a intake.Account) (all []*intake.File, err error) {
	for key := range s.asides {
		if campaign, ok := strings.CutPrefix(key, string(s.of(a))+"/"); ok {
			f, err := s.Aside(a, campaign)
			if err != nil {
				return nil, err
			}
			all = append(all, f)
		}
	}
	return all, nil
}

func (s *shelf) Redeem(_ intake.Pass, code string) (*intake.File, error) {
	a, ok := s.codes[code]
	if !ok {
		return nil, intake.ErrNoFile
	}
	return s.Find(a)
}

func (s *shelf) Spend(_ intake.Pass, code string) error {
	delete(s.codes, code)
	return nil
}

func (s *shelf) Adopt(to, other *intake.File, _ time.Time) error {
	delete(s.files, other.Account)
	s.same[other.Account], to.Account = s.of(to.Account), other.Account
	return nil
}

// person is somebody in front of the rules alone: a surface without a platform.
type person struct {
	testing.TB
	account intake.Account
	desk    *intake.Desk
	shelf   *shelf
	words   *intake.Words
	locale  string
	now     time.Time
	count   int
	read    int
	shown   map[string]intake.Message // what the chat shows, by Outgoing
	order   []string
	late    [][]intake.Button
	direct  []string
	toast   string // after what was done last
}

// sit puts somebody in front of a desk that runs one campaign.
func sit(t testing.TB, c *campaign.Campaign, status campaign.Status, locale string) *person {
	t.Helper()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	p := &person{TB: t, account: account, shelf: newShelf(), words: words, locale: locale, now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), shown: map[string]intake.Message{}}
	p.desk = &intake.Desk{
		Store: p.shelf, Words: words, Signer: intake.Signer{Key: []byte("a key for tests")}, Now: func() time.Time { return p.now },
		Random: rand.New(rand.NewSource(1)),
		Links:  func(string) string { return "https://t.me/voorbeeldbot?start=" },
		Campaign: func(id string) (*campaign.Campaign, campaign.Status, bool) {
			if other := shipped()[id]; other != nil && id != c.ID {
				return other, status, true
			}
			return c, status, true
		},
	}
	return p
}

// shipped are the campaigns that are part of the program.
var shipped = sync.OnceValue(func() map[string]*campaign.Campaign {
	all := map[string]*campaign.Campaign{}
	for _, id := range []string{"tiktok", "zoom"} {
		all[id], _ = campaign.Load(campaign.Embedded(), id)
	}
	return all
})

// account is that of somebody on Telegram.
const account = intake.Account("telegram:1001")

// wink is how long a person takes for anything.
const wink = 7 * time.Second

func (p *person) do(did intake.Did) {
	p.Helper()
	p.count++
	p.now = p.now.Add(wink)
	e := intake.Event{Account: p.account, Identity: string(p.account) + strconv.Itoa(p.count), At: p.now, Locale: p.locale, Did: did}
	if help, ok := p.desk.Danger(e); ok {
		p.direct = append(p.direct, help.Text.Plain())
	}
	reply, err := p.desk.Handle(context.Background(), e)
	if err != nil {
		p.Fatal(err)
	}
	p.toast = reply.Toast
}

func (p *person) Say(text string) {
	p.do(intake.Said{Text: text, Message: intake.MessageID("m" + strconv.Itoa(p.count))})
}
func (p *person) Forward(text string)  { p.do(intake.Said{Text: text, Forwarded: true}) }
func (p *person) Edit(text string)     { p.do(intake.Said{Text: text, Edited: true}) }
func (p *person) Give(what string)     { p.do(intake.Gave{What: what}) }
func (p *person) Wait(d time.Duration) { p.now = p.now.Add(d) }
func (p *person) Away()                { p.do(intake.Returned{}) }

func (p *person) Press(label string, late bool) {
	p.Helper()
	rows := p.buttons()
	if late {
		rows = p.late
	}
	for i := len(rows) - 1; i >= 0; i-- {
		for _, b := range rows[i] {
			if b.Label == label {
				if b.Link != "" {
					return
				}
				p.do(intake.Pressed{Button: b.Token})
				return
			}
		}
	}
	p.Errorf("there is no button %q; there are %q", label, p.Labels())
}

func (p *person) Send(kind string) {
	sent := intake.Sent{Handle: "h" + strconv.Itoa(p.count), Name: kind + ".jpg", Type: "image/jpeg", Bytes: 1000, Compressed: kind == "photo", Message: "f1"}
	if kind == "huge" {
		sent.Bytes = 50 << 20
	}
	p.do(sent)
	for _, o := range slices.Clone(p.shelf.out) {
		if o.Do == intake.Fetch && o.File.Handle == sent.Handle {
			p.do(intake.Fetched{Job: o.ID, Stored: intake.StoredFile{ID: "file" + o.ID, SHA256: o.ID, Bytes: sent.Bytes, Type: sent.Type}})
		}
	}
}

// look takes in what was sent since the last time.
func (p *person) look() []string {
	seen := p.direct
	p.direct = nil
	for ; p.read < len(p.shelf.out); p.read++ {
		o := p.shelf.out[p.read]
		switch o.Do {
		case intake.Say:
			p.shown[o.ID] = o.Body
			p.order = append(p.order, o.ID)
			seen = append(seen, o.Body.Text.Plain()+attached(o.Body.File))
		case intake.Edit:
			p.late = append(p.late, p.shown[o.Of].Buttons...)
			p.shown[o.Of] = o.Body
		}
	}
	return seen
}

func attached(a *intake.Attachment) string {
	if a == nil {
		return ""
	}
	return "\n📎 " + a.Name
}

func (p *person) buttons() [][]intake.Button {
	p.look()
	var rows [][]intake.Button
	for _, id := range p.order {
		rows = append(rows, p.shown[id].Buttons...)
	}
	return rows
}

func (p *person) Seen() []string { return p.look() }

// Labels are those of the last message that has buttons.
func (p *person) Labels() []string {
	p.look()
	for i := len(p.order) - 1; i >= 0; i-- {
		if rows := p.shown[p.order[i]].Buttons; len(rows) > 0 {
			var labels []string
			for _, row := range rows {
				for _, b := range row {
					labels = append(labels, b.Label)
				}
			}
			return labels
		}
	}
	return nil
}

func (p *person) file() (intake.File, error) {
	f, err := p.shelf.Find(p.account)
	if err != nil {
		return intake.File{}, err
	}
	return *f, nil
}

func (p *person) Question() string {
	f, err := p.file()
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(f.Conversation.State.At, "#0")
}

func (p *person) Reason(key string) string {
	lang := p.locale
	if f, err := p.file(); err == nil {
		lang = f.Conversation.Language
	}
	words := p.words.In(lang).Text("unfit."+key, nil).Plain()
	before, _, _ := strings.Cut(words, "{")
	return before
}
