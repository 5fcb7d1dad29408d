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

// Block stops the bot, as the person's client offers it.
func (p *Person) Block() { p.turn("block", "bot was blocked by the user", "kicked") }

// Unblock lets the bot back in.
func (p *Person) Unblock() { p.turn("unblock", "", "member") }

// Deactivate is the person deleting their Telegram account. The bot is not told.
func (p *Person) Deactivate() {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	p.chat.refusal = "user is deactivated"
	s.write(Entry{Act: "deactivate", Person: p.user.ID, Chat: p.chat.id})
}

// turn changes whether the bot may write to the person, and tells it.
func (p *Person) turn(act, refusal, status string) {
	s, c := p.server, p.chat
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.refusal == refusal {
		return
	}
	c.refusal, c.open = refusal, true
	s.write(Entry{Act: act, Person: p.user.ID, Chat: c.id})
	was := map[string]string{"kicked": "member", "member": "kicked"}[status]
	s.tellMember(c, &p.user, was, status)
}

// tellMember tells the bot what has become of itself in a chat.
func (s *Server) tellMember(c *chat, by *user, was, is string) {
	state := func(status string) map[string]any {
		w := map[string]any{"user": &s.bot, "status": status}
		if status == "kicked" {
			w["until_date"] = 0
		}
		return w
	}
	now := s.now()
	s.tell("my_chat_member", map[string]any{"chat": c.wire(), "from": by, "date": now.Unix(),
		"old_chat_member": state(was), "new_chat_member": state(is)}, now.Add(keepUpdate))
}

// Why a person cannot do something.
var (
	ErrBlocked  = errors.New("the person has blocked the bot")
	ErrNoButton = errors.New("no such button is to be seen")
	ErrNoSuch   = errors.New("no such message is to be seen")
	ErrChannel  = errors.New("people do not write in a channel")
	ErrNotAdmin = errors.New("only an administrator deletes what others wrote")
)
