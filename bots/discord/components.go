package discord

import (
	"slices"
	"strconv"
	"strings"

	"claimline/bots"
	"claimline/intake"
)

// Discord's limits on what hangs under a message (components/reference.mdx).
const (
	mostRows    = 5
	mostInRow   = 5
	mostOptions = 25
	mostLabel   = 80
	mostOption  = 100 // a label or a value of a menu
	mostID      = 100 // a custom_id
	mostLink    = 512

	// More choices than these are a menu: they would be a wall of buttons.
	mostButtons = 8
)

// Types of component and styles of button.
const (
	typeRow       = 1
	typeButton    = 2
	typeSelect    = 3
	typeTextInput = 4
	typeLabel     = 18

	styleBlue = 1
	styleGrey = 2
	styleLink = 5
)

// component is a row, a button, a menu, or a field of a modal.
type component struct {
	Type        int         `json:"type"`
	CustomID    string      `json:"custom_id,omitempty"`
	Style       int         `json:"style,omitempty"`
	Label       string      `json:"label,omitempty"`
	Description string      `json:"description,omitempty"`
	URL         string      `json:"url,omitempty"`
	Placeholder string      `json:"placeholder,omitempty"`
	Options     []option    `json:"options,omitempty"`
	Value       *bots.Words `json:"value,omitempty"`
	MaxLength   int         `json:"max_length,omitempty"`
	Required    *bool       `json:"required,omitempty"`
	Components  []component `json:"components,omitempty"`
	Component   *component  `json:"component,omitempty"` // of a label
}

type option struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Buttons of this package's own, told from tokens by their beginning.
const (
	ownPrefix  = "~"
	menuPrefix = "~menu"
	formPrefix = "~form:" // then the kind of field, a colon and the Message.Form
	registerID = "~register"
	deskPrefix = "~desk:" // then what would stand there elsewhere: of what lies on the team's desk
)

// labels are the words of this package's own that hang under a message.
type labels struct {
	answer string // the button that opens a form
	choose string // an empty menu
}

// components lays a message's buttons out. The last row is the service row and stays last; choices
// that do not fit into the rows before it are packed five a row, and many become menus.
func components(m intake.Message, own labels) []component {
	rows := slices.DeleteFunc(slices.Clone(m.Buttons), func(row []intake.Button) bool { return len(row) == 0 })
	var service []intake.Button
	if len(rows) > 1 {
		service = rows[len(rows)-1]
		rows = rows[:len(rows)-1]
	}
	var form, last []component
	if b, ok := formButton(m, own); ok {
		form = []component{{Type: typeRow, Components: []component{b}}}
	}
	last = packed(service)
	room := max(mostRows-len(form)-len(last), 1)
	out := append(append(choices(rows, room, own), form...), last...)
	return distinct(out[:min(len(out), mostRows)])
}

// choices fills at most so many rows.
func choices(rows [][]intake.Button, room int, own labels) []component {
	all := slices.Concat(rows...)
	plain := slices.DeleteFunc(slices.Clone(all), func(b intake.Button) bool { return b.Box != "" || b.Link != "" })
	switch {
	case len(plain) > mostButtons || len(all) > room*mostInRow:
		return menus(all, room, own)
	case len(rows) > room || slices.ContainsFunc(rows, func(r []intake.Button) bool { return len(r) > mostInRow }):
		return packed(all)
	}
	var out []component
	for _, row := range rows {
		out = append(out, packed(row)...)
	}
	return out
}

// packed puts buttons five a row.
func packed(buttons []intake.Button) []component {
	var out []component
	for chunk := range slices.Chunk(buttons, mostInRow) {
		row := component{Type: typeRow}
		for _, b := range chunk {
			row.Components = append(row.Components, button(b))
		}
		out = append(out, row)
	}
	return out
}

func button(b intake.Button) component {
	c := component{Type: typeButton, Style: styleGrey, Label: shorten(clean(b.Label), mostLabel)}
	if c.Label == "" {
		c.Label = "…"
	}
	if b.Link != "" && len(b.Link) <= mostLink {
		c.Style, c.URL = styleLink, b.Link
		return c
	}
	c.CustomID = shorten(b.Token, mostID)
	return c
}

// menus puts choices into menus of twenty-five, and links, which cannot be in one, into a row before
// them. A press on an option brings its button's token.
func menus(all []intake.Button, room int, own labels) []component {
	links := slices.DeleteFunc(slices.Clone(all), func(b intake.Button) bool { return b.Link == "" })
	all = slices.DeleteFunc(slices.Clone(all), func(b intake.Button) bool { return b.Link != "" })
	out := packed(links)
	for chunk := range slices.Chunk(all, mostOptions) {
		menu := component{Type: typeSelect, CustomID: menuPrefix, Placeholder: own.choose}
		for i, b := range chunk {
			value := shorten(b.Token, mostOption-3)
			if slices.ContainsFunc(menu.Options, func(o option) bool { return o.Value == value }) {
				value = numbered(value, i)
			}
			menu.Options = append(menu.Options, option{Label: nonEmpty(shorten(clean(b.Label), mostOption)), Value: value})
		}
		out = append(out, component{Type: typeRow, Components: []component{menu}})
	}
	return out[:min(len(out), room)]
}

func nonEmpty(label string) string {
	if strings.TrimSpace(label) == "" {
		return "…"
	}
	return label
}

// distinct gives every custom_id a number that was there before: two in one message are refused.
func distinct(rows []component) []component {
	seen := map[string]bool{}
	n := 0
	for i := range rows {
		for j := range rows[i].Components {
			c := &rows[i].Components[j]
			if c.Style == styleLink {
				continue
			}
			for c.CustomID == "" || seen[c.CustomID] {
				n++
				c.CustomID = numbered(unnumbered(c.CustomID), n)
			}
			seen[c.CustomID] = true
		}
	}
	return rows
}

// numbered and unnumbered put a number behind a token and take it off again; tokens have no "#".
func numbered(token string, n int) string {
	mark := "#" + strconv.Itoa(n)
	return shorten(token, mostID-len(mark)) + mark
}

func unnumbered(token string) string {
	i := strings.LastIndexByte(token, '#')
	if i < 0 {
		return token
	}
	if _, err := strconv.ParseUint(token[i+1:], 10, 16); err != nil {
		return token
	}
	return token[:i]
}
