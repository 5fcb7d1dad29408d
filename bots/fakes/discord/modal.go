package discord

import (
	"fmt"
	"strings"
)

// Modal is a window with fields that is open for a person.
type Modal struct {
	CustomID string
	Title    string
	Inputs   []Component // the fields; Label and Value as they are shown
	Failed   string      // what the client says when no answer came to what was submitted

	message string // from whose component it came
	labels  bool   // the bot used labels, and is answered in them
}

func newModal(b *body, message string) *Modal {
	m := &Modal{CustomID: b.CustomID, Title: b.Title, message: message}
	for _, row := range b.Components {
		if row.Type == typeLabel {
			m.labels = true
			input := *row.Component
			input.Label = row.Label
			m.Inputs = append(m.Inputs, input)
			continue
		}
		m.Inputs = append(m.Inputs, row.Components[0])
	}
	return m
}

// Submit fills the open modal's fields, in their order, and sends it. Fields without a value keep
// what they show. It fails with ErrUnfit, as the client would, where a field must be filled, or is
// too long or too short; and with ErrNoModal when none is open on this device.
func (m *Member) Submit(values ...string) (*Press, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	open := m.device.modal
	if open == nil {
		return nil, ErrNoModal
	}
	if len(values) > len(open.Inputs) {
		return nil, fmt.Errorf("%w: there are %d fields", ErrUnfit, len(open.Inputs))
	}
	filled := *open
	filled.Failed, filled.Inputs = "", append([]Component{}, open.Inputs...)
	for i, v := range values {
		filled.Inputs[i].Value = v
	}
	for _, f := range filled.Inputs {
		if err := f.unfit(); err != nil {
			return nil, err
		}
	}
	m.device.modal = &filled
	return s.ask(&interaction{kind: kindSubmit, act: "submit", channel: m.channel, person: m.person, device: m.device,
		message: open.message, customID: open.CustomID, modal: &filled}, filled.data()), nil
}

// Dismiss closes the open modal without sending it. The bot does not hear of it.
func (m *Member) Dismiss() error {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.device.modal == nil {
		return ErrNoModal
	}
	m.device.modal = nil
	m.channel.touch()
	s.write(Entry{Act: "dismiss", Person: m.person.user.ID, Channel: m.channel.id})
	return nil
}

// unfit is what the client holds against a field's value.
func (c Component) unfit() error {
	required := c.Required == nil || *c.Required
	switch n := length(c.Value); {
	case c.Type == typeSelect && required && c.Value == "", c.Type != typeSelect && required && strings.TrimSpace(c.Value) == "":
		return fmt.Errorf("%w: %q must be filled", ErrUnfit, c.Label)
	case c.Type == typeSelect || n == 0:
		return nil
	case n < c.MinLength || n > 4000 || c.MaxLength > 0 && n > c.MaxLength:
		return fmt.Errorf("%w: %q has %d characters", ErrUnfit, c.Label, n)
	}
	return nil
}

// data is what the bot is told of a modal that was submitted.
func (m *Modal) data() map[string]any {
	var list []any
	for i, c := range m.Inputs {
		field := map[string]any{"type": c.Type, "id": 2 * (i + 1), "custom_id": c.CustomID, "value": c.Value}
		if c.Type == typeSelect {
			delete(field, "value")
			field["values"] = c.values([]string{c.Value})
		}
		if m.labels {
			list = append(list, map[string]any{"type": typeLabel, "id": 2*i + 1, "component": field})
		} else {
			list = append(list, map[string]any{"type": typeRow, "id": 2*i + 1, "components": []any{field}})
		}
	}
	return map[string]any{"custom_id": m.CustomID, "components": list}
}

// String writes the window down as plain text.
func (m *Modal) String() string {
	var b strings.Builder
	b.WriteString("= " + m.Title + "\n")
	for _, c := range m.Inputs {
		b.WriteString("= " + c.Label + ": " + c.Value + "_\n")
	}
	if m.Failed != "" {
		b.WriteString("! " + m.Failed + "\n")
	}
	return b.String()
}
