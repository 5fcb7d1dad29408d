package discord

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Commands lists the commands that the member is offered in the channel, by the names and with the
// descriptions of their language.
func (m *Member) Commands() []Command {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	var offered []Command
	for _, c := range s.commands {
		if !m.offered(c) {
			continue
		}
		if name := c.NameLocalizations[m.person.profile.Locale]; name != "" {
			c.Name = name
		}
		if text := c.DescriptionLocalizations[m.person.profile.Locale]; text != "" {
			c.Description = text
		}
		offered = append(offered, c)
	}
	return offered
}

// offered reports whether a command is shown to the member in the channel.
func (m *Member) offered(c Command) bool {
	if m.channel.private() {
		return slices.Contains(c.Contexts, contextPrivate)
	}
	if !slices.Contains(c.Contexts, contextGuild) {
		return false
	}
	if absent(c.DefaultMemberPermissions) || m.channel.guild.members[m.person.user.ID].admin {
		return true
	}
	wanted, _ := strconv.ParseUint(strings.Trim(string(c.DefaultMemberPermissions), `"`), 10, 64)
	has, _ := strconv.ParseUint(memberPermissions, 10, 64)
	return wanted != 0 && has&wanted == wanted
}

// Run runs a command, by its name or its name in the member's language, with values for its text
// options in their order. It fails with ErrNoCommand when the command is not offered.
func (m *Member) Run(name string, values ...string) (*Press, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.commands {
		if (c.Name != name && c.NameLocalizations[m.person.profile.Locale] != name) || !m.offered(c) {
			continue
		}
		if len(values) > len(c.Options) {
			return nil, fmt.Errorf("%w: %d values", ErrUnfit, len(values))
		}
		options := []any{}
		for i, v := range values {
			options = append(options, map[string]any{"name": c.Options[i].Name, "type": c.Options[i].Type, "value": v})
		}
		return s.ask(&interaction{kind: kindCommand, act: "run", channel: m.channel, person: m.person, device: m.device},
			map[string]any{"id": c.ID, "name": c.Name, "type": c.Type, "options": options}), nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNoCommand, name)
}
