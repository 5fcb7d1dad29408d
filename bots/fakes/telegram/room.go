package telegram

import (
	"context"
	"fmt"
	"strings"
)

// Room is a chat as the people in it see it.
type Room struct {
	server *Server
	chat   *chat
}

// Chat is what is to be seen in a chat at one moment.
type Chat struct {
	Messages []*Message // oldest first, without those that were deleted
	Presses  []Press    // oldest first, with what the bot answered
	Actions  int        // how often the bot showed that it is typing, or the like

	acted int
}

// ChatID is the chat's id.
func (r Room) ChatID() int64 { return r.chat.id }

// Chat returns what is to be seen now.
func (r Room) Chat() Chat {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	return r.chat.view()
}

func (c *chat) view() Chat {
	v := Chat{Messages: make([]*Message, 0, len(c.at)), Actions: c.typing, acted: c.acted}
	for _, m := range c.list {
		if m != nil {
			v.Messages = append(v.Messages, m)
		}
	}
	for _, p := range c.presses {
		v.Presses = append(v.Presses, *p)
	}
	return v
}

// Wait returns the chat as soon as it is as wished. When ctx ends before, the error shows the chat.
func (r Room) Wait(ctx context.Context, wished func(Chat) bool) (Chat, error) {
	for {
		r.server.mu.Lock()
		changed, now := r.chat.bell.wait(), r.chat.view()
		r.server.mu.Unlock()
		if wished(now) {
			return now, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return now, fmt.Errorf("waiting in chat %d: %w; it shows:\n%s", r.chat.id, ctx.Err(), now)
		}
	}
}

// WaitFor waits until the bot has written, or changed to, a message with a text in it since a
// person last did something, and returns that message.
func (r Room) WaitFor(ctx context.Context, text string) (*Message, error) {
	var found *Message
	_, err := r.Wait(ctx, func(c Chat) bool {
		for _, m := range c.New() {
			if strings.Contains(m.Text, text) {
				found = m
			}
		}
		return found != nil
	})
	if err != nil {
		return nil, fmt.Errorf("for %q: %w", text, err)
	}
	return found, nil
}

// WaitAnswer waits until the bot has written or changed anything since a person last did something,
// and returns the newest of it.
func (r Room) WaitAnswer(ctx context.Context) (*Message, error) {
	c, err := r.Wait(ctx, func(c Chat) bool { return len(c.New()) > 0 })
	if err != nil {
		return nil, err
	}
	list := c.New()
	return list[len(list)-1], nil
}

// New returns what the bot has written or changed since a person last did something.
func (c Chat) New() []*Message {
	var list []*Message
	for _, m := range c.Messages {
		if m.Bot && m.changed > c.acted {
			list = append(list, m)
		}
	}
	return list
}

// Last returns the bot's newest message; nil when there is none.
func (c Chat) Last() *Message {
	for i := len(c.Messages) - 1; i >= 0; i-- {
		if c.Messages[i].Bot {
			return c.Messages[i]
		}
	}
	return nil
}

// Labels returns the labels of a message's buttons, row after row.
func (m *Message) Labels() []string {
	var list []string
	for _, row := range m.Rows {
		for _, b := range row {
			list = append(list, b.Text)
		}
	}
	return list
}

// String writes the chat down as plain text: "<" before what the bot says, ">" before what people do.
func (c Chat) String() string {
	var b strings.Builder
	for _, m := range c.Messages {
		mark := "> "
		if m.Bot {
			mark = "< "
		}
		text := m.Text
		if m.Kind != "text" {
			text = strings.TrimSpace("[" + m.Kind + "] " + text)
		}
		b.WriteString(mark + strings.ReplaceAll(text, "\n", "\n"+mark) + "\n")
		for _, row := range m.Rows {
			b.WriteString(" ")
			for _, k := range row {
				b.WriteString(" [" + k.Text + "]")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}
