package intake

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"claimline/intake/campaign"
)

// Desk takes what people do, one event after the other, and puts it on file: dedupe, locked
// conversation, pure step, flags, submission, audit and outgoing messages in one transaction.
// Nothing in it waits for a network. Its methods may be called from many goroutines.
type Desk struct {
	Store  Store
	Words  *Words
	Signer Signer
	// Campaign returns a campaign and where it stands; "" asks for the one that new people join.
	Campaign func(id string) (*campaign.Campaign, campaign.Status, bool)
	// Links holds, by platform, the beginning of a deep link to the bot; "" where there are none.
	Links func(platform string) string
	// Pages is the beginning of a link to the private page, which a random word completes; "" where
	// there is no page.
	Pages string
	// Verified is how many submissions of a campaign count towards its threshold, as was known a
	// moment ago; ok is false while nobody has counted. nil where nobody does. It must not wait.
	Verified func(campaign string) (n int, ok bool)
	Now      func() time.Time
	Random   io.Reader // crypto/rand.Reader but in tests
	Practice bool
	// OnCall reports, from memory, whether somebody of the team is told at once of a child who is not
	// safe; nil for nobody.
	OnCall func() bool

	// Hear is the team's desk: it takes what somebody of the team does there, and what turns to the
	// team. ours is false for everything else. nil where there is no team.
	Hear func(tx Tx, e Event) (reply Reply, ours bool, err error)
	// Call words what those of the team are told at once about cases that were opened; nil likewise.
	Call func(tx Tx, f *File, opened []Case) ([]Outgoing, error)

	known knownPeople
}

// Handle runs one turn. An event that was handled before changes nothing and is no error. After
// Handle returns nil everything is committed; after an error nothing is, and the event may be
// brought again.
func (d *Desk) Handle(ctx context.Context, e Event) (Reply, error) {
	if e.Group && !d.toTeam(e) {
		return d.privately(e), nil
	}
	var reply Reply
	err := d.Store.InTx(ctx, func(tx Tx) error {
		var err error
		reply, err = d.turn(tx, e)
		return err
	})
	if err != nil {
		return Reply{}, fmt.Errorf("handle %T: %w", e.Did, err)
	}
	return reply, nil
}

func (d *Desk) turn(tx Tx, e Event) (Reply, error) {
	fresh, err := tx.Once(e.Identity, e.At)
	if err != nil || !fresh {
		return Reply{}, err
	}
	toTeam := d.toTeam(e)
	if toTeam {
		if reply, ours, err := d.Hear(tx, e); ours || err != nil || e.Group {
			return reply, err
		}
	}
	f, err := tx.Find(e.Account)
	if d.Hear != nil && !toTeam && (errors.Is(err, ErrNoFile) || err == nil && f.Team) {
		if reply, ours, err := d.Hear(tx, e); ours || err != nil {
			return reply, err
		}
	}
	if errors.Is(err, ErrNoFile) {
		return d.firstContact(tx, e)
	}
	if err != nil {
		return Reply{}, err
	}
	if f, err = d.owner(tx, f, e); err != nil {
		return Reply{}, err
	}
	if c := d.otherCampaign(*f, e); c != nil {
		return d.turnTo(tx, *f, e, c)
	}
	return d.advance(tx, *f, e)
}

// firstContact opens a file for somebody new. An outage or an unblocking is no contact.
func (d *Desk) firstContact(tx Tx, e Event) (Reply, error) {
	switch e.Did.(type) {
	case Returned, Blocked, Fetched:
		return Reply{}, nil
	}
	c, _, ok := d.Campaign(campaignOfLink(e))
	if !ok {
		if c, _, ok = d.Campaign(""); !ok {
			return Reply{}, errors.New("no campaign is loaded")
		}
	}
	f := d.newFile(e, c)
	if err := tx.Begin(&f); err != nil {
		return Reply{}, err
	}
	return d.advance(tx, f, e)
}

// owner is the file that a fetched file belongs to: the person may talk about another campaign by now.
func (d *Desk) owner(tx Tx, f *File, e Event) (*File, error) {
	fetched, ok := e.Did.(Fetched)
	if !ok || fetched.Conversation == "" || fetched.Conversation == f.Conversation.ID {
		return f, nil
	}
	asides, err := tx.Asides(e.Account)
	for _, aside := range asides {
		if aside.Conversation.ID == fetched.Conversation {
			f = aside
		}
	}
	return f, err
}

// forgetAsides erases what an account has in other campaigns.
func (d *Desk) forgetAsides(tx Tx, a Account) error {
	asides, err := tx.Asides(a)
	if err != nil {
		return err
	}
	for _, f := range asides {
		refs := map[string]string{}
		if f.Submission != nil {
			refs["submission"] = f.Submission.ID
		}
		erased := Turn{At: d.Now(), Forget: true, Audit: []Entry{{Kind: "erasure", Refs: refs}}}
		if err := tx.Save(f, erased); err != nil {
			return err
		}
	}
	return nil
}

// title is what a campaign is called in a language; its id where it is not loaded.
func (d *Desk) title(id, lang string) string {
	c, _, ok := d.Campaign(id)
	if !ok {
		return id
	}
	return c.Text(lang, "title", "", nil).Plain()
}

func (d *Desk) newFile(e Event, c *campaign.Campaign) File {
	now := d.Now()
	return File{Account: e.Account, Conversation: Conversation{
		Campaign: c.ID, Stage: StageOpen, Language: d.Words.Match(c.Languages, e.Locale),
		Started: now, Touched: now, Expires: now.AddDate(0, 0, c.Retention.UnsentDays),
	}}
}

func (d *Desk) advance(tx Tx, f File, e Event) (Reply, error) {
	_, reply, err := d.step(tx, f, e)
	return reply, err
}

// step is one turn of a file: what it is then, and what is said on the spot.
func (d *Desk) step(tx Tx, f File, e Event) (File, Reply, error) {
	if code, ok := d.Words.typedCode(e); ok {
		reply, err := d.join(tx, f, e, code)
		return f, reply, err
	}
	if agrees, code, ok := d.guardianSays(f, e); ok {
		reply, err := d.hearGuardian(tx, f, e, agrees, code)
		return f, reply, err
	}
	c, status, ok := d.Campaign(f.Conversation.Campaign)
	if !ok {
		return File{}, Reply{}, fmt.Errorf("conversation %s: campaign %q is not loaded", f.Conversation.ID, f.Conversation.Campaign)
	}
	before, err := d.before(tx, f)
	if err != nil {
		return File{}, Reply{}, err
	}
	place := Place{Before: before, Titles: d.title, Campaign: c, Status: status, Words: d.Words, Signer: d.Signer, Now: d.Now(),
		NewID: d.NewID, NewCode: d.NewCode, Practice: d.Practice, Link: d.link(e.Account), Pages: d.Pages}
	place.Verified = d.Verified
	next, turn, reply := Advance(place, f, e)
	if next.Submission != nil && turn.Lookups != nil {
		if err := d.compare(tx, c, &next, turn); err != nil {
			return File{}, Reply{}, err
		}
	}
	if next.Submission != nil && !turn.Forget {
		next.Submission.keepCases(&turn, d.NewID)
	}
	if turn.Others {
		if err := d.forgetAsides(tx, e.Account); err != nil {
			return File{}, Reply{}, err
		}
	}
	if d.Call != nil && len(turn.Cases) > 0 {
		calls, err := d.Call(tx, &next, turn.Cases)
		if err != nil {
			return File{}, Reply{}, err
		}
		turn.Outgoing = append(turn.Outgoing, calls...)
	}
	d.known.remember(next, e.Account)
	return next, reply, tx.Save(&next, turn)
}

// privately answers somebody who writes in a group. Nothing is stored about it.
func (d *Desk) privately(e Event) Reply {
	said, ok := e.Did.(Said)
	if !ok || len(said.Text) == 0 || said.Text[0] != '/' {
		return Reply{}
	}
	return Reply{Say: &Message{Text: d.Words.In(d.Words.Match(d.Words.Languages(), e.Locale)).Text("write-privately", nil)}}
}

// Danger answers the danger button, and its words, from memory.
func (d *Desk) Danger(e Event) (Message, bool) {
	switch did := e.Did.(type) {
	case Pressed:
		if did.Button != ActionDanger {
			return Message{}, false
		}
	case Filled:
		if did.Button != ActionDanger {
			return Message{}, false
		}
	case Said:
		if !d.Words.dangerous(did.Text) {
			return Message{}, false
		}
	default:
		return Message{}, false
	}
	if e.Group {
		return Message{}, false
	}
	who, ok := d.known.recall(e.Account)
	if !ok {
		who.language = d.Words.Match(d.Words.Languages(), e.Locale)
	}
	help := d.Words.Danger(who.language, who.country)
	if who.sent && d.OnCall != nil && d.OnCall() {
		tell := Button{Label: d.Words.In(who.language).Text("danger.tell", nil).Plain(), Token: ActionTell}
		help.Buttons = slices.Insert(help.Buttons, 1, []Button{tell})
	}
	return help, true
}

// owedAfter is when a help text comes out of the outbox that could not be said at once: when those who
// try to say it have given up, or are no more.
const owedAfter = 30 * time.Second

// Owe puts a help text that could not be said at once into the outbox, as something that waits for
// nothing. paid takes it out again. ErrNoFile where nobody is on file who could be told.
func (d *Desk) Owe(ctx context.Context, e Event, m Message) (paid func(context.Context) error, err error) {
	o := Outgoing{ID: d.NewID(), Account: e.Account, Do: Say, After: owedAfter, Body: m}
	turn := func(ctx context.Context, t Turn) error {
		return d.Store.InTx(ctx, func(tx Tx) error {
			f, err := tx.Find(e.Account)
			if err != nil {
				return err
			}
			t.At = d.Now()
			return tx.Save(f, t)
		})
	}
	if err := turn(ctx, Turn{Outgoing: []Outgoing{o}}); err != nil {
		return nil, fmt.Errorf("owe a help text: %w", err)
	}
	return func(ctx context.Context) error { return turn(ctx, Turn{Unsay: []string{o.ID}}) }, nil
}

// Overdue is a file that should have been erased by now: an account, and which of its campaigns.
type Overdue struct {
	Account  Account
	Campaign string
}

// Expire erases a conversation that was not sent in time, or of which only the fact that it stopped
// was remembered. A conversation that somebody took up again meanwhile stays.
func (d *Desk) Expire(ctx context.Context, o Overdue) error {
	return d.Store.InTx(ctx, func(tx Tx) error {
		f, err := tx.Find(o.Account)
		if err != nil && !errors.Is(err, ErrNoFile) {
			return err
		}
		if err != nil || f.Conversation.Campaign != o.Campaign {
			f, err = tx.Aside(o.Account, o.Campaign)
		}
		if errors.Is(err, ErrNoFile) {
			return nil
		}
		now := d.Now()
		if err != nil || f.Submission != nil || f.Conversation.Expires.IsZero() || f.Conversation.Expires.After(now) {
			return err
		}
		why := map[string]string{"why": "expired"}
		return tx.Save(f, Turn{At: now, Forget: true, Audit: []Entry{{Kind: "erasure", Refs: why}}})
	})
}

func (d *Desk) link(a Account) string {
	if d.Links == nil {
		return ""
	}
	return d.Links(a.Platform())
}

// NewID is a random id.
func (d *Desk) NewID() string {
	return hex.EncodeToString(d.randomBytes(16))
}

// NewCode is a random code, see ReadCode.
func (d *Desk) NewCode() string { return crockford.EncodeToString(d.randomBytes(8))[:codeLetters] }

func (d *Desk) randomBytes(n int) []byte {
	random := d.Random
	if random == nil {
		random = rand.Reader
	}
	bytes := make([]byte, n)
	if _, err := io.ReadFull(random, bytes); err != nil {
		// crypto/rand never fails on the systems Go supports; going on without randomness would.
		panic("no randomness: " + err.Error())
	}
	return bytes
}

// knownPeople remembers how somebody was last seen, so that help needs no store. It is bounded; who is
// forgotten gets help in the language of the device.
type knownPeople struct {
	mu   sync.Mutex
	seen map[Account]knownPerson
}

type knownPerson struct {
	language, country string
	sent              bool // a file of theirs has a number
}

const mostKnown = 20_000

func (k *knownPeople) remember(f File, as Account) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seen == nil || len(k.seen) >= mostKnown {
		k.seen = map[Account]knownPerson{}
	}
	k.seen[as] = knownPerson{f.Conversation.Language, f.Conversation.Country, f.Submission != nil}
}

func (k *knownPeople) recall(a Account) (knownPerson, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	p, ok := k.seen[a]
	return p, ok
}
