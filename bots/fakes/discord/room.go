package discord

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Room is a channel as one person sees it on one device.
type Room struct {
	server  *Server
	channel *channel
	person  *Person
	device  *device
}

// Chat is what is to be seen in a channel at one moment.
type Chat struct {
	Messages []*Message // oldest first, without those that were deleted
	Presses  []Press    // all that the person pressed, chose, submitted or ran, oldest first
	Modal    *Modal     // that is open; nil for none
	Typing   int        // how often the bot showed that it is typing

	acted int
}

// ChannelID is the channel's id.
func (r Room) ChannelID() string { return r.channel.id }

// Chat returns what is to be seen now.
func (r Room) Chat() Chat {
	r.server.mu.Lock()
	defer r.server.mu.Unlock()
	r.server.lapse()
	return r.view()
}

func (r Room) view() Chat {
	c := r.channel
	v := Chat{Messages: r.messages(), Modal: r.device.modal, Typing: c.typing, acted: c.acted}
	for _, i := range c.presses {
		if i.person == r.person {
			v.Presses = append(v.Presses, *i.press())
		}
	}
	return v
}

// messages are those that are to be seen.
func (r Room) messages() []*Message {
	list := make([]*Message, 0, len(r.channel.at))
	for _, m := range r.channel.list {
		if m != nil && r.sees(m) {
			list = append(list, m)
		}
	}
	return list
}

// sees reports whether a message is shown to the person, on this device.
func (r Room) sees(m *Message) bool {
	return m.only == "" || m.only == r.person.user.ID && m.changed >= r.device.since
}

// Wait returns the chat as soon as it is as wished. When ctx ends before, the error shows the chat.
func (r Room) Wait(ctx context.Context, wished func(Chat) bool) (Chat, error) {
	for {
		r.server.mu.Lock()
		r.server.lapse()
		changed, now := r.channel.bell.wait(), r.view()
		r.server.mu.Unlock()
		if wished(now) {
			return now, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return now, fmt.Errorf("waiting in channel %s: %w; it shows:\n%s", r.channel.id, ctx.Err(), now)
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

// WaitModal waits until a modal is open on this device, and returns it.
func (r Room) WaitModal(ctx context.Context) (*Modal, error) {
	c, err := r.Wait(ctx, func(c Chat) bool { return c.Modal != nil })
	return c.Modal, err
}

// New returns what the bot has written or changed since a person last did something, but for
// answers that it has only promised.
func (c Chat) New() []*Message {
	var list []*Message
	for _, m := range c.Messages {
		if m.Bot && !m.Thinking && m.changed > c.acted {
			list = append(list, m)
		}
	}
	return list
}

// Last returns the bot's newest message; nil when there is none.
func (c Chat) Last() *Message {
	for _, m := range slices.Backward(c.Messages) {
		if m.Bot {
			return m
		}
	}
	return nil
}

// Failed returns the presses that the person saw fail.
func (c Chat) Failed() []Press {
	return slices.DeleteFunc(slices.Clone(c.Presses), func(p Press) bool { return p.Failed == "" })
}

// Labels returns the labels of a message's buttons and of its menus' options that can be used, row
// after row.
func (m *Message) Labels() []string {
	var list []string
	for _, row := range m.Rows {
		for _, c := range row {
			switch {
			case c.Disabled:
			case c.Type == typeSelect:
				for _, o := range c.Options {
					list = append(list, o.Label)
				}
			default:
				list = append(list, c.Label)
			}
		}
	}
	return list
}

// String writes the chat down as plain text: "<" before what the bot says, ">" before what people
// do, "!" before what a client says of itself.
func (c Chat) String() string {
	var b strings.Builder
	for _, m := range c.Messages {
		m.print(&b)
		for _, p := range c.Presses {
			if p.Message == m.ID && p.Failed != "" && p.Act != "submit" {
				b.WriteString("! " + p.Failed + "\n")
			}
		}
	}
	for _, p := range c.Presses {
		if p.Message == "" && p.Failed != "" && p.Act != "submit" {
			b.WriteString("! " + p.Failed + "\n")
		}
	}
	if c.Modal != nil {
		b.WriteString(c.Modal.String())
	}
	return b.String()
}

func (m *Message) print(b *strings.Builder) {
	mark := "> "
	if m.Bot {
		mark = "< "
	}
	text := m.Text
	for _, e := range m.Embeds {
		text = strings.TrimSpace(text + "\n[" + strings.TrimSpace(e.Title+" "+e.Description) + "]")
	}
	for _, f := range m.Files {
		text = strings.TrimSpace(text + "\n[file " + f.Name + "]")
	}
	if m.Thinking {
		text = "… is thinking"
	}
	if m.Ephemeral {
		text = "(only you see this) " + text
	}
	b.WriteString(mark + strings.ReplaceAll(text, "\n", "\n"+mark) + "\n")
	for _, row := range m.Rows {
		b.WriteString(" ")
		for _, c := range row {
			b.WriteString(" " + c.String())
		}
		b.WriteString("\n")
	}
}

// String is the component as a line of text: "(…)" where it cannot be used.
func (c Component) String() string {
	text := c.Label
	if c.Type == typeSelect {
		var options []string
		for _, o := range c.Options {
			options = append(options, o.Label)
		}
		text = strings.TrimSpace(c.Placeholder + " ▾ " + strings.Join(options, " | "))
	}
	if c.Disabled {
		return "(" + text + ")"
	}
	return "[" + text + "]"
}
