package telegram

import (
	"errors"
	"hash/fnv"
	"strconv"
)

// Profile is what a person has told Telegram about themselves.
type Profile struct {
	FirstName string // "" for "Anna"
	LastName  string
	Username  string
	Language  string // language_code of the client, for example "nl"; "" when it does not say
}

// Person is a user of Telegram. The embedded Member is the person in the private chat with the bot.
type Person struct {
	Member
	user user
	met  bool // the bot has seen the person, in a group or in private
}

// firstPerson makes ids that need more than 32 bits, as many real ones do.
const firstPerson = 5_000_000_000

// Person returns the person with an id, or one whose id comes from a seed of other words. The first
// call makes the person, later ones with the same id or seed return the same.
func (s *Server) Person(seed string, p Profile) *Person {
	id, err := strconv.ParseInt(seed, 10, 64)
	if err != nil {
		h := fnv.New64a()
		_, _ = h.Write([]byte(seed))
		id = firstPerson + int64(h.Sum64()%1_000_000_000)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.people[id]; known != nil {
		return known
	}
	if p.FirstName == "" {
		p.FirstName = "Anna"
	}
	one := &Person{user: user{ID: id, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username, Language: p.Language}}
	home := newChat(id, private)
	home.person = &one.user
	one.Member = Member{Room: Room{server: s, chat: home}, person: one}
	s.people[id], s.chats[id] = one, home
	return one
}

// ID is the person's user id, and that of their private chat with the bot.
func (p *Person) ID() int64 { return p.user.ID }

// Start opens the chat as a link with a payload does; "" is the plain start button.
func (p *Person) Start(payload string) (*Message, error) {
	if payload == "" {
		return p.Type("/start")
	}
	return p.Type("/start " + payload)
}

// Why a person cannot do something.
var (
	ErrBlocked  = errors.New("the person has blocked the bot")
	ErrNoButton = errors.New("no such button is to be seen")
	ErrNoSuch   = errors.New("no such message is to be seen")
)
