package telegram

import "errors"

// Group is a group chat or channel that the bot is in.
type Group struct{ Room }

// Ids of groups are negative; those of supergroups and channels begin with -100.
const (
	firstGroup      = -4_000_000_000
	firstSupergroup = -1_002_000_000_000
)

// ErrNobody says that a group needs somebody who makes it.
var ErrNobody = errors.New("a group needs somebody who makes it")

// Group makes a basic group. The first of the people made it and added the bot.
func (s *Server) Group(title string, people ...*Person) (*Group, error) {
	return s.group(basicGroup, title, people)
}

// Supergroup makes a supergroup, which numbers its own messages.
func (s *Server) Supergroup(title string, people ...*Person) (*Group, error) {
	return s.group(supergroup, title, people)
}

// Channel makes a channel, in which the bot is an administrator. Nobody else writes there; what the
// bot writes can be pressed by all the people.
func (s *Server) Channel(title string, people ...*Person) (*Group, error) {
	return s.group(channel, title, people)
}

func (s *Server) group(kind, title string, people []*Person) (*Group, error) {
	if len(people) == 0 {
		return nil, ErrNobody
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.newGroup(kind, title)
	for _, p := range people {
		c.members[p.user.ID] = "member"
		p.met = true
	}
	maker := people[0]
	c.members[maker.user.ID] = "creator"
	g := &Group{Room{server: s, chat: c}}
	s.write(Entry{Act: "group", Person: maker.user.ID, Chat: c.id})
	if kind == channel {
		c.botAdmin = true
		s.tellMember(c, &maker.user, "left", "administrator")
		return g, nil
	}
	s.tellMember(c, &maker.user, "left", "member")
	s.service(c, &maker.user, "new_chat_members", []user{s.bot})
	return g, nil
}

func (s *Server) newGroup(kind, title string) *chat {
	s.counters.group++
	id := firstGroup - s.counters.group
	if kind != basicGroup {
		id = firstSupergroup - s.counters.group
	}
	c := newChat(id, kind)
	c.title = title
	s.chats[id] = c
	return c
}

// service shows a message that Telegram itself writes, and tells the bot of it.
func (s *Server) service(c *chat, by *user, what string, content any) {
	m := &Message{From: by.ID, sender: by, Kind: what, content: content, Sent: s.now()}
	s.post(c, m)
	s.tell("message", m.wire(c), m.Sent.Add(keepUpdate))
}

// Member is a person in the group.
func (g *Group) Member(p *Person) *Member { return &Member{Room: g.Room, person: p} }

// Add takes a person into the group.
func (g *Group) Add(p *Person) { g.change("join", p, "member") }

// Promote makes a person an administrator of the group.
func (g *Group) Promote(p *Person) { g.change("promote", p, "administrator") }

// Remove takes a person out of the group.
func (g *Group) Remove(p *Person) { g.change("leave", p, "") }

func (g *Group) change(act string, p *Person, status string) {
	s, c := g.server, g.chat
	s.mu.Lock()
	defer s.mu.Unlock()
	was := c.members[p.user.ID]
	s.write(Entry{Act: act, Person: p.user.ID, Chat: c.id})
	if status == "" {
		delete(c.members, p.user.ID)
		s.service(c, &p.user, "left_chat_member", p.user)
		return
	}
	c.members[p.user.ID] = status
	p.met = true
	if was == "" {
		s.service(c, &p.user, "new_chat_members", []user{p.user})
	}
}

// PromoteBot makes the bot an administrator, which lets it delete what others wrote.
func (g *Group) PromoteBot(by *Person) { g.turn("promote bot", by, "", "administrator") }

// Kick throws the bot out.
func (g *Group) Kick(by *Person) {
	g.turn("kick bot", by, "bot was kicked from the "+g.chat.kind+" chat", "kicked")
}

// Dissolve deletes the group.
func (g *Group) Dissolve(by *Person) { g.turn("dissolve", by, "the group chat was deleted", "left") }

func (g *Group) turn(act string, by *Person, refusal, status string) {
	s, c := g.server, g.chat
	s.mu.Lock()
	defer s.mu.Unlock()
	was, _ := s.botMember(c)["status"].(string)
	c.refusal, c.botAdmin = refusal, status == "administrator"
	s.write(Entry{Act: act, Person: by.user.ID, Chat: c.id})
	s.tellMember(c, &by.user, was, status)
}

// Upgrade turns a basic group into a supergroup, which has another id. Service messages in both
// tell of it, and calls about the old id are refused with the new one. It returns the supergroup.
func (g *Group) Upgrade(by *Person) *Group {
	s, old := g.server, g.chat
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.newGroup(supergroup, old.title)
	c.members, c.botAdmin = old.members, old.botAdmin
	s.write(Entry{Act: "upgrade", Person: by.user.ID, Chat: old.id})
	s.service(old, &by.user, "migrate_to_chat_id", c.id)
	old.movedTo = c.id
	s.service(c, &by.user, "migrate_from_chat_id", old.id)
	return &Group{Room{server: s, chat: c}}
}
