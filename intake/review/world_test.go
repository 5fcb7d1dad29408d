package review_test

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/intake/review"
	"claimline/intake/story"
	"claimline/storage/testdb"
)

// world is a store, the desks before it, and everybody who comes to them. Nothing is between a person
// and the desks but an outbox that is emptied after everything anybody does.
type world struct {
	testing.TB
	store store
	desk  *intake.Desk
	team  *review.Desk

	verify func(context.Context) error // the audit

	mu     sync.Mutex
	now    time.Time
	nth    int
	wink   time.Duration // how long anything takes
	people map[intake.Account]*human
}

// store is what the desks, an outbox and a room need of it.
type store interface {
	intake.Store
	review.Unheard
	review.Count
	Due(ctx context.Context, platform string, now time.Time, most int, inWork map[string]bool) ([]intake.Letter, error)
	Delivered(ctx context.Context, id string, m intake.MessageID, at time.Time) error
	Rooms(ctx context.Context) ([]intake.Room, error)
	ButtonKey() []byte
}

// onBoth tells a story of the team on both databases.
func onBoth(t *testing.T, tell func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) { tell(t, begin(t, open)) })
}

func begin(t testing.TB, open testdb.Opener) *world {
	t.Helper()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, now: time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC), people: map[intake.Account]*human{}, wink: 7 * time.Second}
	s := open(t, testdb.Clock(w.Now))
	w.store = s
	w.verify = func(ctx context.Context) error {
		report, err := s.VerifyAudit(ctx)
		if err == nil && report.Faults != nil {
			err = fmt.Errorf("it holds %v", report.Faults)
		}
		return err
	}
	w.desk = &intake.Desk{Store: s, Words: words, Signer: intake.Signer{Key: s.ButtonKey()}, Now: w.Now,
		Random: &lockedRandom{source: rand.New(rand.NewSource(1))}, Campaign: open1}
	if w.team, err = review.New(w.desk); err != nil {
		t.Fatal(err)
	}
	return w
}

// open1 has every shipped campaign open; the first is TikTok's.
func open1(id string) (*campaign.Campaign, campaign.Status, bool) {
	if id == "" {
		id = "tiktok"
	}
	c := shipped()[id]
	return c, campaign.Open, c != nil
}

var shipped = sync.OnceValue(func() map[string]*campaign.Campaign {
	all := map[string]*campaign.Campaign{}
	for _, id := range []string{"tiktok", "zoom"} {
		all[id], _ = campaign.Load(campaign.Embedded(), id)
	}
	return all
})

type lockedRandom struct {
	mu     sync.Mutex
	source *rand.Rand
}

func (r *lockedRandom) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Read(p)
}

func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// pass lets time go by, and delivers what was put off until then.
func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	w.now = w.now.Add(d)
	w.mu.Unlock()
	w.deliver()
}

// deliver empties the outbox into the chats.
func (w *world) deliver() {
	w.Helper()
	for _, platform := range []string{"telegram", "discord", "terminal"} {
		for {
			letters, err := w.store.Due(w.Context(), platform, w.Now(), 50, nil)
			if err != nil {
				w.Fatal(err)
			}
			if len(letters) == 0 {
				break
			}
			for _, l := range letters {
				w.at(l.Account).receive(l)
				if err := w.store.Delivered(w.Context(), l.ID, intake.MessageID("1"+l.ID), w.Now()); err != nil {
					w.Fatal(err)
				}
			}
		}
	}
}

// at finds who is at an account, or sits somebody down there.
func (w *world) at(a intake.Account) *human {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.people[a] == nil {
		w.people[a] = &human{world: w, account: a, locale: "en", shown: map[string]intake.Message{}}
	}
	return w.people[a]
}

// human is one account, in front of the families' desk and the team's.
type human struct {
	*world
	account intake.Account
	locale  string
	shown   map[string]intake.Message // what the chat shows, by Outgoing
	order   []string
	unseen  []string
	card    intake.Message // on the team's desk
	toast   string
	said    string // Reply.Say
}

func (h *human) receive(l intake.Letter) {
	switch l.Do {
	case intake.Say:
		h.shown[l.ID] = l.Body
		h.order = append(h.order, l.ID)
		h.unseen = append(h.unseen, l.Body.Text.Plain())
	case intake.Edit:
		h.shown[l.Of] = l.Body
	case intake.Remove:
		delete(h.shown, l.Of)
	}
}

// event is something this account does, once.
func (h *human) event(did intake.Did) intake.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.nth++
	return intake.Event{Account: h.account, Identity: fmt.Sprintf("%s-%d", h.account, h.nth), At: h.now, Locale: h.locale, Did: did}
}

func (h *human) do(did intake.Did) {
	h.Helper()
	h.mu.Lock()
	h.now = h.now.Add(h.wink)
	h.mu.Unlock()
	h.handle(h.event(did))
}

func (h *human) handle(e intake.Event) {
	h.Helper()
	h.desk.Danger(e)
	reply, err := h.desk.Handle(h.Context(), e)
	if err != nil {
		h.Fatalf("%T: %v", e.Did, err)
	}
	h.toast, h.said = reply.Toast, ""
	if reply.Desk != nil {
		h.card = *reply.Desk
	}
	if reply.Say != nil {
		h.said = reply.Say.Text.Plain()
	}
	h.deliver()
}

// The rest of a story.Surface.

func (h *human) Say(text string)      { h.do(intake.Said{Text: text, Message: "7"}) }
func (h *human) Forward(text string)  { h.do(intake.Said{Text: text, Forwarded: true}) }
func (h *human) Edit(text string)     { h.do(intake.Said{Text: text, Edited: true}) }
func (h *human) Give(what string)     { h.do(intake.Gave{What: what}) }
func (h *human) Wait(d time.Duration) { h.pass(d) }
func (h *human) Away()                { h.do(intake.Returned{}) }
func (h *human) Send(string)          { h.Fatal("nobody sends files here") }
func (h *human) Reason(string) string { return "" }

func (h *human) Seen() []string {
	seen := h.unseen
	h.unseen = nil
	return seen
}

// Labels are those of the last message that has buttons.
func (h *human) Labels() []string {
	for _, id := range slices.Backward(h.order) {
		if labels := labelsOf(h.shown[id]); labels != nil {
			return labels
		}
	}
	return nil
}

func labelsOf(m intake.Message) (labels []string) {
	for _, row := range m.Buttons {
		for _, b := range row {
			labels = append(labels, b.Label)
		}
	}
	return labels
}

func (h *human) Press(label string, _ bool) {
	h.Helper()
	for _, id := range slices.Backward(h.order) {
		if b, ok := find(h.shown[id], label); ok {
			h.do(intake.Pressed{Button: b.Token})
			return
		}
	}
	h.Fatalf("there is no button %q; there are %q", label, h.Labels())
}

func find(m intake.Message, label string) (intake.Button, bool) {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Label == label || strings.TrimLeft(b.Label, "☐☑ ") == label {
				return b, true
			}
		}
	}
	return intake.Button{}, false
}

func (h *human) file() *intake.File {
	h.Helper()
	var f *intake.File
	err := h.store.InTx(h.Context(), func(tx intake.Tx) (err error) {
		f, err = tx.Find(h.account)
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return f
}

func (h *human) Question() string {
	return strings.TrimSuffix(h.file().Conversation.State.At, "#0")
}

func (h *human) Final() story.Final { return story.Final{} }

// lives tells the steps of a story, up to where it is sent in; what is on file then is looked at by
// whoever calls.
func (h *human) lives(name string) *human {
	h.Helper()
	for _, s := range story.All(h) {
		if s.Name != name {
			continue
		}
		h.locale = s.Locale
		s.Ends = story.Ends{}
		story.Tell(h, s, h)
		return h
	}
	h.Fatalf("there is no story %s", name)
	return nil
}

// tap presses a button of the card on the team's desk.
func (h *human) tap(label string) *human {
	h.Helper()
	b, ok := find(h.card, label)
	if !ok {
		h.Fatalf("there is no %q on the desk; there is %q under\n%s", label, labelsOf(h.card), h.card.Text.Plain())
	}
	h.do(intake.Pressed{Button: b.Token, Message: "9"})
	return h
}

// sees fails unless the desk shows all of it.
func (h *human) sees(parts ...string) *human {
	h.Helper()
	for _, part := range parts {
		if !strings.Contains(h.card.Text.Plain(), part) {
			h.Fatalf("%q is not on the desk:\n%s\n%q", part, h.card.Text.Plain(), labelsOf(h.card))
		}
	}
	return h
}

// reads fails unless the last that came into the chat holds all of it.
func (h *human) reads(parts ...string) {
	h.Helper()
	all := strings.Join(h.Seen(), "\n")
	for _, part := range parts {
		if !strings.Contains(all, part) {
			h.Fatalf("%q was not said:\n%s", part, all)
		}
	}
}

// joins makes an account one of the team's, with roles.
func (w *world) joins(a intake.Account, name string, roles ...intake.Role) *human {
	w.Helper()
	h := w.at(a)
	var code string
	err := w.store.InTx(w.Context(), func(tx intake.Tx) (err error) {
		code, err = w.team.InviteFor(tx, intake.Invitation{Sort: intake.InviteJoin, Roles: roles, Name: name})
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	h.Say("/join " + code)
	return h
}
