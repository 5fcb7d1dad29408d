package discord

import (
	"encoding/json"
	"fmt"
)

// Member is a person in one channel with the bot, on one device. What a member does becomes an event
// of the gateway, and the message or the press it was.
type Member struct{ Room }

// Type sends text. It is sent as it is: real clients trim it.
func (m *Member) Type(text string) (*Message, error) {
	return m.send("type", &Message{Text: text})
}

// TypeJSON sends text that is given as a JSON string, which can hold what a Go string cannot, for
// example a lone surrogate: "\ud800".
func (m *Member) TypeJSON(literal string) (*Message, error) {
	var text string
	if err := json.Unmarshal([]byte(literal), &text); err != nil {
		return nil, fmt.Errorf("not a JSON string: %w", err)
	}
	return m.send("type", &Message{Text: text, json: json.RawMessage(literal)})
}

// SendFiles sends files, with or without words: at most ten, as clients do.
func (m *Member) SendFiles(text string, files ...File) (*Message, error) {
	if len(files) == 0 || len(files) > 10 {
		return nil, fmt.Errorf("%w: %d files", ErrUnfit, len(files))
	}
	return m.send("send", &Message{Text: text, Files: files})
}

// send shows a message and tells the bot of it.
func (m *Member) send(act string, msg *Message) (*Message, error) {
	if length(msg.Text) > 4000 { // with the paid plan; 2000 without
		return nil, fmt.Errorf("%w: the text is too long", ErrUnfit)
	}
	s, c := m.server, m.channel
	s.mu.Lock()
	defer s.mu.Unlock()
	msg.ID, msg.From, msg.author = s.id(), m.person.user.ID, &m.person.user
	for _, f := range msg.Files {
		msg.attached = append(msg.attached, s.keep(f, c))
	}
	s.post(c, msg)
	c.acted = c.version
	s.write(Entry{Act: act, Person: msg.From, Channel: c.id, Message: msg.ID})
	return msg, nil
}

// mine finds a message that the member wrote.
func (m *Member) mine(id string) (*Message, error) {
	msg := m.channel.message(id)
	if msg == nil || msg.From != m.person.user.ID {
		return nil, ErrNoSuch
	}
	return msg, nil
}

// Edit changes the words of a message that the member wrote.
func (m *Member) Edit(id, text string) (*Message, error) {
	s, c := m.server, m.channel
	s.mu.Lock()
	defer s.mu.Unlock()
	was, err := m.mine(id)
	if err != nil {
		return nil, err
	}
	next := *was
	next.Text, next.json, next.Edited = text, nil, s.now()
	s.change(c, &next)
	c.acted = c.version
	s.write(Entry{Act: "edit", Person: next.From, Channel: c.id, Message: id})
	return &next, nil
}

// Delete takes a message of the member's away.
func (m *Member) Delete(id string) error {
	s, c := m.server, m.channel
	s.mu.Lock()
	defer s.mu.Unlock()
	msg, err := m.mine(id)
	if err != nil {
		return err
	}
	s.erase(c, msg)
	c.acted = c.version
	s.write(Entry{Act: "delete", Person: msg.From, Channel: c.id, Message: id})
	return nil
}
