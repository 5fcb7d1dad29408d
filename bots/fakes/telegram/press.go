package telegram

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Press is one press on a button and what came of it.
type Press struct {
	ID      string // of the callback query
	Message int
	Data    string
	At      time.Time
	Person  int64

	Answers int    // how often the bot has answered
	Toast   string // what the last answer said; "" for one without words
	Alert   bool   // shown in a window that must be closed
	Link    string // opened by the answer

	chat int64
}

// Press presses the newest button that can be seen with a label, else the newest whose label
// contains it. It fails with ErrNoButton when there is none, or when the button is a link.
func (m *Member) Press(label string) (*Press, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	msg, b := m.chat.button(label)
	if msg == nil || b.URL != "" {
		return nil, fmt.Errorf("%w: %q", ErrNoButton, label)
	}
	return m.press(msg.ID, b.Data)
}

// PressOld presses a button of one message, whatever has come after it. The message may have been
// edited or deleted since: was is how the person saw it.
func (m *Member) PressOld(was *Message, label string) (*Press, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := was.button(label)
	if !ok || b.URL != "" {
		return nil, fmt.Errorf("%w: %q", ErrNoButton, label)
	}
	return m.press(was.ID, b.Data)
}

// PressData sends any bytes as the data of a button, as a client of one's own can. The message is
// the newest one of the bot.
func (m *Member) PressData(data string) (*Press, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	last := m.chat.last()
	if last == nil {
		return nil, ErrNoSuch
	}
	return m.press(last.ID, data)
}

func (m *Member) press(message int, data string) (*Press, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	s, c := m.server, m.chat
	s.counters.query++
	p := &Press{ID: strconv.FormatInt(1<<60+int64(s.counters.query), 10), Message: message, Data: data,
		At: s.now(), Person: m.person.user.ID, chat: c.id}
	s.queries[p.ID] = p
	c.presses = append(c.presses, p)
	c.acted = c.version
	s.write(Entry{Act: "press", Person: p.Person, Chat: c.id, Message: message})
	query := map[string]any{"id": p.ID, "from": &m.person.user, "chat_instance": strconv.FormatInt(c.id, 10), "data": data}
	if msg := c.message(message); msg != nil {
		query["message"] = msg.wire(c)
	} else { // an inaccessible message is its id and date 0
		query["message"] = map[string]any{"message_id": message, "chat": c.wire(), "date": 0}
	}
	s.tell("callback_query", query, p.At.Add(keepPress))
	return p, nil
}

// button finds the newest button with a label.
func (c *chat) button(label string) (*Message, Button) {
	for _, fits := range []func(string) bool{
		func(s string) bool { return s == label },
		func(s string) bool { return strings.Contains(s, label) },
	} {
		for i := len(c.list) - 1; i >= 0; i-- {
			if c.list[i] == nil {
				continue
			}
			for _, row := range c.list[i].Rows {
				for _, b := range row {
					if fits(b.Text) {
						return c.list[i], b
					}
				}
			}
		}
	}
	return nil, Button{}
}

func (m *Message) button(label string) (Button, bool) {
	one := chat{list: []*Message{m}}
	found, b := one.button(label)
	return b, found != nil
}

// last is the newest message of the bot.
func (c *chat) last() *Message {
	for i := len(c.list) - 1; i >= 0; i-- {
		if m := c.list[i]; m != nil && m.Bot {
			return m
		}
	}
	return nil
}
