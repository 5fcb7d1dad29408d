package botstest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// Desk is a bots.Desk that handles every event once, by its identity, and puts what the script
// answers into the outbox. An event that it could not handle leaves nothing behind.
type Desk struct {
	Outbox *Outbox
	Script func(e intake.Event) (intake.Reply, []intake.Outgoing, error)

	mu      sync.Mutex
	handled []intake.Event
	seen    map[string]bool
	err     error
}

var _ bots.Desk = (*Desk)(nil)

// HelpText is what the danger button is answered with.
const HelpText = "Call 112 now."

// Danger implements bots.Desk.
func (d *Desk) Danger(e intake.Event) (intake.Message, bool) {
	p, ok := e.Did.(intake.Pressed)
	return intake.Message{Text: wording.Say(HelpText)}, ok && p.Button == intake.ActionDanger
}

// Owe implements bots.Desk: what is owed stands in the outbox, due a minute later.
func (d *Desk) Owe(_ context.Context, e intake.Event, m intake.Message) (func(context.Context) error, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return nil, d.err
	}
	id := "owed " + e.Identity
	d.Outbox.Put(intake.Outgoing{ID: id, Account: e.Account, Do: intake.Say, Body: m, After: time.Minute})
	return func(ctx context.Context) error { return d.Outbox.Drop(ctx, id, "said") }, nil
}

// Handle implements bots.Desk.
func (d *Desk) Handle(ctx context.Context, e intake.Event) (intake.Reply, error) {
	if err := ctx.Err(); err != nil {
		return intake.Reply{}, err
	}
	d.mu.Lock()
	err, known := d.err, d.seen[e.Identity]
	d.mu.Unlock()
	if err != nil || known {
		return intake.Reply{}, err
	}
	reply, out, err := d.Script(e)
	if err != nil {
		return intake.Reply{}, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seen == nil {
		d.seen = map[string]bool{}
	}
	d.seen[e.Identity] = true
	d.handled = append(d.handled, e)
	for i := range out {
		out[i].Account = e.Account
		out[i].ID = fmt.Sprintf("%d-%d", len(d.handled), i)
	}
	d.Outbox.Put(out...)
	return reply, nil
}

// Fail makes Handle return an error, as a store that is down does, until it is called with nil.
func (d *Desk) Fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

// Handled returns what was handled, in order.
func (d *Desk) Handled() []intake.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]intake.Event(nil), d.handled...)
}

// Store stands in for what a platform needs of the store besides the outbox: settings, people, the
// vault and the parking, in memory.
type Store struct {
	mu       sync.Mutex
	settings map[string]string
	parked   []Parked
	full     error
	channels map[intake.Account]string
	Open     []intake.Account // who is in the middle of something
	Files    map[string][]byte
	Refuse   error // what Put returns instead of storing
}

var (
	_ bots.Settings = (*Store)(nil)
	_ bots.People   = (*Store)(nil)
	_ bots.Channels = (*Store)(nil)
	_ bots.Vault    = (*Store)(nil)
	_ bots.Parking  = (*Store)(nil)
)

// Parked is an update that could not be handled.
type Parked struct {
	Who    intake.Account
	Update string
}

// Park implements bots.Parking.
func (s *Store) Park(_ context.Context, _ string, who intake.Account, update []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full != nil {
		return s.full
	}
	if p := (Parked{who, string(update)}); !slices.Contains(s.parked, p) {
		s.parked = append(s.parked, p)
	}
	return nil
}

// FailParking makes Park return an error, until it is called with nil.
func (s *Store) FailParking(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.full = err
}

// Parked returns what was parked, in order.
func (s *Store) Parked() []Parked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.parked)
}

// Setting implements bots.Settings.
func (s *Store) Setting(_ context.Context, name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings[name], nil
}

// SetSetting implements bots.Settings.
func (s *Store) SetSetting(_ context.Context, name, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.settings == nil {
		s.settings = map[string]string{}
	}
	s.settings[name] = value
	return nil
}

// Channel implements bots.Channels.
func (s *Store) Channel(_ context.Context, a intake.Account) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.channels[a], nil
}

// SetChannel implements bots.Channels: everybody is on file here.
func (s *Store) SetChannel(_ context.Context, a intake.Account, channel string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.channels == nil {
		s.channels = map[intake.Account]string{}
	}
	s.channels[a] = channel
	return nil
}

// OpenAccounts implements bots.People.
func (s *Store) OpenAccounts(_ context.Context, _ string, _ time.Time, n int) ([]intake.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Open[:min(n, len(s.Open))], nil
}

// Put implements bots.Vault.
func (s *Store) Put(_ context.Context, _ intake.Custody, name string, r io.Reader, limit int64) (intake.StoredFile, error) {
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, limit+1))
	if err != nil {
		return intake.StoredFile{}, fmt.Errorf("read file: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Refuse != nil {
		return intake.StoredFile{}, s.Refuse
	}
	if s.Files == nil {
		s.Files = map[string][]byte{}
	}
	sum := sha256.Sum256(b.Bytes())
	id := fmt.Sprintf("file-%d", len(s.Files))
	s.Files[id] = b.Bytes()
	return intake.StoredFile{ID: id, SHA256: hex.EncodeToString(sum[:]), Bytes: n, Name: name}, nil
}
