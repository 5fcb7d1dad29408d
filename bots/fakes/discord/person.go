package discord

import "errors"

// Profile is what a person has told Discord about themselves.
type Profile struct {
	Username string // "" for "anna"
	Name     string // the name shown; "" for none
	Locale   string // of the client, for example "nl"; "" for "en-US"
}

// Person is a user of Discord. The embedded Member is the person in the private channel with the
// bot, on their first device.
type Person struct {
	Member
	user    user
	profile Profile
}

// Person returns the person with an id, or one whose id comes from a seed of other words. The first
// call makes the person, later ones with the same id or seed return the same.
func (s *Server) Person(seed string, p Profile) *Person {
	id := seed
	if !isSnowflake(seed) {
		id = seedID(seed)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.people[id]; known != nil {
		return known
	}
	if p.Username == "" {
		p.Username = "anna"
	}
	if p.Locale == "" {
		p.Locale = "en-US"
	}
	one := &Person{user: user{ID: id, Username: p.Username, GlobalName: p.Name, Discriminator: "0"}, profile: p}
	home := newChannel(s.id())
	home.person = one
	one.Member = Member{Room: Room{server: s, channel: home, person: one, device: &device{}}}
	s.people[id], s.channels[home.id] = one, home
	return one
}

// ID is the person's user id.
func (p *Person) ID() string { return p.user.ID }

// CloseDMs lets nobody from the person's servers write to them: the bot's messages are refused with
// 50007. What the person does still reaches the bot.
func (p *Person) CloseDMs() { p.setDMs("close", true) }

// OpenDMs takes CloseDMs back.
func (p *Person) OpenDMs() { p.setDMs("open", false) }

func (p *Person) setDMs(act string, closed bool) {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	p.channel.closed = closed
	s.write(Entry{Act: act, Person: p.user.ID, Channel: p.channel.id})
}

// device is a client of a person. Windows open on the one that asked for them, and ephemeral
// messages go when it starts anew.
type device struct {
	modal *Modal
	since int // the channel's version when the client started
}

// Device is the same person in the same channel on another device.
func (m *Member) Device() *Member {
	other := *m
	other.device = &device{}
	return &other
}

// Restart starts the device's client anew: ephemeral messages and an open modal are gone from it.
func (m *Member) Restart() {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	m.device.modal = nil
	m.device.since = m.channel.version + 1
	m.channel.touch()
	s.write(Entry{Act: "restart", Person: m.person.user.ID, Channel: m.channel.id})
}

// Why a person cannot do something.
var (
	ErrNoButton  = errors.New("no such button or menu is to be seen")
	ErrNoSuch    = errors.New("no such message is to be seen")
	ErrNoModal   = errors.New("no modal is open")
	ErrUnfit     = errors.New("the client does not let this be sent")
	ErrNoCommand = errors.New("no such command is offered here")
)
