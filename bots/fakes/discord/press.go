package discord

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Press is one press on a button, one choice in a menu, one modal submitted or one command run, and
// what came of it.
type Press struct {
	ID       string // of the interaction
	Token    string // with which it is answered
	Act      string // "press", "choose", "submit" or "run"
	Message  string // with the button or the menu; "" for a command
	CustomID string
	At       time.Time
	Person   string

	Answer   int // type of the bot's first answer; 0 for none yet
	Answered time.Time
	Waiting  bool   // for a first answer, or for one that was promised
	Failed   string // what the client says when no answer came; "" while or where one did
	InVain   bool   // what was pressed was there no more: Discord has told nobody
}

// press is the interaction as people see it.
func (i *interaction) press() *Press {
	return &Press{ID: i.id, Token: i.token, Act: i.act, Message: i.message, CustomID: i.customID, At: i.at, Person: i.person.user.ID,
		Answer: i.answer, Answered: i.answered, Waiting: i.pending(), Failed: i.failed, InVain: i.vain}
}

// Press presses the newest button that can be seen with a label, else the newest whose label
// contains it. It fails with ErrNoButton when there is none, or when it is a link or cannot be used.
func (m *Member) Press(label string) (*Press, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	msg, b := m.find(typeButton, label)
	if msg == nil || b.Style == styleLink || b.Disabled {
		return nil, fmt.Errorf("%w: %q", ErrNoButton, label)
	}
	return m.use("press", msg.ID, b, nil), nil
}

// PressOld presses a button of one message, whatever has come after it: was is how the person saw
// it. Where the message is gone, or has no such button any more, Discord refuses by itself: the
// press fails, and the bot does not hear of it.
func (m *Member) PressOld(was *Message, label string) (*Press, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := was.component(typeButton, fits(label))
	if !ok || b.Style == styleLink {
		return nil, fmt.Errorf("%w: %q", ErrNoButton, label)
	}
	if now := m.channel.message(was.ID); now != nil && m.sees(now) {
		still, ok := now.component(typeButton, func(c Component) bool { return c.CustomID == b.CustomID })
		if ok && !still.Disabled {
			return m.use("press", was.ID, b, nil), nil
		}
	}
	return m.vain(was.ID, b), nil
}

// PressData sends any custom_id as that of a button of the bot's newest message, which Discord lets
// no client do: for a bot that must trust none of it.
func (m *Member) PressData(customID string) (*Press, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	last := Chat{Messages: m.messages()}.Last()
	if last == nil {
		return nil, ErrNoSuch
	}
	return m.use("press", last.ID, Component{Type: typeButton, CustomID: customID}, nil), nil
}

// Choose chooses options by their labels, in the newest menu that can be seen and has all of them.
// It fails with ErrUnfit where they are too few or too many.
func (m *Member) Choose(labels ...string) (*Press, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	var values []string
	for _, msg := range slices.Backward(m.messages()) {
		menu, ok := msg.component(typeSelect, func(c Component) bool {
			values = c.values(labels)
			return !c.Disabled && len(values) == len(labels)
		})
		switch {
		case !ok:
			continue
		case len(values) < menu.least() || len(values) > menu.most():
			return nil, fmt.Errorf("%w: %d options", ErrUnfit, len(values))
		}
		return m.use("choose", msg.ID, menu, values), nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNoButton, labels)
}

// values are those of a menu's options with these labels.
func (c Component) values(labels []string) []string {
	values := []string{}
	for _, o := range c.Options {
		if slices.Contains(labels, o.Label) {
			values = append(values, o.Value)
		}
	}
	return values
}

// use is a press or a choice that reaches the bot.
func (m *Member) use(act, message string, c Component, values []string) *Press {
	data := map[string]any{"custom_id": c.CustomID, "component_type": c.Type, "id": 1}
	if c.Type == typeSelect {
		data["values"] = list(values)
	}
	return m.server.ask(&interaction{kind: kindComponent, act: act, channel: m.channel, person: m.person, device: m.device,
		message: message, customID: c.CustomID}, data)
}

// vain is a press that Discord refuses.
func (m *Member) vain(message string, c Component) *Press {
	s := m.server
	i := &interaction{id: s.id(), kind: kindComponent, act: "press", channel: m.channel, person: m.person, device: m.device,
		message: message, customID: c.CustomID, at: s.now(), timer: time.NewTimer(0), vain: true}
	m.channel.presses = append(m.channel.presses, i)
	s.write(Entry{Act: i.act, Person: m.person.user.ID, Channel: m.channel.id, Message: message, Interaction: i.id, CustomID: i.customID})
	s.fail(i)
	return i.press()
}

// find finds the newest component of a type with a label.
func (m *Member) find(kind int, label string) (*Message, Component) {
	seen := m.messages()
	for _, is := range []func(Component) bool{
		func(c Component) bool { return c.Label == label },
		func(c Component) bool { return strings.Contains(c.Label, label) },
	} {
		for _, msg := range slices.Backward(seen) {
			if c, ok := msg.component(kind, is); ok {
				return msg, c
			}
		}
	}
	return nil, Component{}
}

func fits(label string) func(Component) bool {
	return func(c Component) bool { return strings.Contains(c.Label, label) }
}

// component finds a component of a message.
func (m *Message) component(kind int, is func(Component) bool) (Component, bool) {
	for _, row := range m.Rows {
		for _, c := range row {
			if c.Type == kind && is(c) {
				return c, true
			}
		}
	}
	return Component{}, false
}
