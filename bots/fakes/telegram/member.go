package telegram

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Member is a person in one chat with the bot. What a member does becomes an update, and the
// message or the press it was.
type Member struct {
	Room
	person *Person
}

// Type sends text. It is sent as it is: real clients trim it and cut what is too long.
func (m *Member) Type(text string) (*Message, error) {
	return m.send("type", &Message{Kind: "text", Text: text, Entities: commandIn(text)})
}

// TypeJSON sends text that is given as a JSON string, which can hold what a Go string cannot, for
// example a lone surrogate: "\ud800".
func (m *Member) TypeJSON(literal string) (*Message, error) {
	var text string
	if err := json.Unmarshal([]byte(literal), &text); err != nil {
		return nil, fmt.Errorf("not a JSON string: %w", err)
	}
	return m.send("type", &Message{Kind: "text", Text: text, json: json.RawMessage(literal)})
}

// Forward forwards text that somebody else wrote.
func (m *Member) Forward(text string) (*Message, error) {
	return m.send("forward", &Message{Kind: "text", Text: text, forwards: true})
}

// Reply answers a message with text.
func (m *Member) Reply(to int, text string) (*Message, error) {
	return m.send("reply", &Message{Kind: "text", Text: text, ReplyTo: to, Entities: commandIn(text)})
}

// send shows a message and tells the bot of it.
func (m *Member) send(act string, msg *Message) (*Message, error) {
	return m.sendMade(act, func(*Server) *Message { return msg })
}

// sendMade is send with a message that is made under the server's lock.
func (m *Member) sendMade(act string, build func(*Server) *Message) (*Message, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := m.enter(); err != nil {
		return nil, err
	}
	if m.chat.kind == channel {
		return nil, ErrChannel
	}
	msg := build(s)
	m.say(act, msg)
	return msg, nil
}

// say is send under the server's lock.
func (m *Member) say(act string, msg *Message) {
	s, c := m.server, m.chat
	msg.From, msg.sender, msg.Sent = m.person.user.ID, &m.person.user, s.now()
	s.post(c, msg)
	c.acted = c.version
	s.write(Entry{Act: act, Person: msg.From, Chat: c.id, Message: msg.ID})
	if s.sees(c, msg) {
		s.tell("message", msg.wire(c), msg.Sent.Add(keepUpdate))
	}
}

// Edit changes what the member wrote: the text, or the caption of a file.
func (m *Member) Edit(id int, text string) (*Message, error) {
	s, c := m.server, m.chat
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := m.enter(); err != nil {
		return nil, err
	}
	was := c.message(id)
	if was == nil || was.From != m.person.user.ID {
		return nil, ErrNoSuch
	}
	next := *was
	next.Text, next.json, next.Entities, next.Edited = text, nil, commandIn(text), s.now()
	c.show(&next)
	c.acted = c.version
	s.write(Entry{Act: "edit", Person: next.From, Chat: c.id, Message: id})
	if s.sees(c, &next) {
		s.tell("edited_message", next.wire(c), next.Edited.Add(keepUpdate))
	}
	return &next, nil
}

// Delete takes a message away for everybody. In a group only its administrators may do so with what
// somebody else wrote. Telegram does not tell the bot.
func (m *Member) Delete(id int) error {
	s, c := m.server, m.chat
	s.mu.Lock()
	defer s.mu.Unlock()
	was, rank := c.message(id), c.members[m.person.user.ID]
	switch {
	case was == nil:
		return ErrNoSuch
	case c.kind != private && was.From != m.person.user.ID && rank != "creator" && rank != "administrator":
		return ErrNotAdmin
	}
	c.remove(id)
	c.acted = c.version
	s.write(Entry{Act: "delete", Person: m.person.user.ID, Chat: c.id, Message: id})
	return nil
}

// Clear deletes all messages of the chat for both sides.
func (m *Member) Clear() {
	for _, msg := range m.Chat().Messages {
		_ = m.Delete(msg.ID) // one that the bot deleted meanwhile is gone as well
	}
}

// enter lets a member do something in the chat.
func (m *Member) enter() error {
	c := m.chat
	switch {
	case c.movedTo != 0:
		return fmt.Errorf("the group has become the supergroup %d", c.movedTo)
	case c.kind == private && c.refusal != "":
		return ErrBlocked
	case c.kind != private && c.members[m.person.user.ID] == "":
		return fmt.Errorf("%d is not in the group", m.person.user.ID)
	}
	m.person.met = true
	c.open = true
	return nil
}

// sees reports whether the bot is told of a message: in groups, with its privacy mode on, only of
// commands and of answers to itself.
func (s *Server) sees(c *chat, m *Message) bool {
	if c.kind == private {
		return true
	}
	if c.refusal != "" {
		return false
	}
	if s.options.ReadsAll {
		return true
	}
	if to := c.message(m.ReplyTo); to != nil && to.Bot {
		return true
	}
	command, _, _ := strings.Cut(m.Text, " ")
	_, at, named := strings.Cut(command, "@")
	return strings.HasPrefix(command, "/") && (!named || strings.EqualFold(at, s.bot.Username))
}

// commandIn marks a command at the beginning of a text, as Telegram does.
func commandIn(text string) []Entity {
	end := strings.IndexAny(text, " \n")
	if end < 0 {
		end = len(text)
	}
	if !strings.HasPrefix(text, "/") || end < 2 {
		return nil
	}
	return []Entity{{Type: "bot_command", Length: len(utf16.Encode([]rune(text[:end])))}}
}
