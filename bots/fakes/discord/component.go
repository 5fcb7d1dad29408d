package discord

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Types of components (components/reference.mdx).
const (
	typeRow       = 1
	typeButton    = 2
	typeSelect    = 3
	typeTextInput = 4
	typeLabel     = 18
	styleLink     = 5
	stylePremium  = 6
)

// Component is a button, a menu or a field of a modal, or the row or label around it.
type Component struct {
	Type        int             `json:"type"`
	ID          int             `json:"id,omitempty"`
	CustomID    string          `json:"custom_id,omitempty"`
	Style       int             `json:"style,omitempty"`
	Label       string          `json:"label,omitempty"`
	Description string          `json:"description,omitempty"`
	Emoji       json.RawMessage `json:"emoji,omitempty"`
	URL         string          `json:"url,omitempty"`
	Disabled    bool            `json:"disabled,omitempty"`
	Placeholder string          `json:"placeholder,omitempty"`
	Options     []Option        `json:"options,omitempty"`
	MinValues   *int            `json:"min_values,omitempty"`
	MaxValues   *int            `json:"max_values,omitempty"`
	MinLength   int             `json:"min_length,omitempty"`
	MaxLength   int             `json:"max_length,omitempty"`
	Required    *bool           `json:"required,omitempty"`
	Value       string          `json:"value,omitempty"`
	Components  []Component     `json:"components,omitempty"`
	Component   *Component      `json:"component,omitempty"` // of a label
}

// Option is one line of a menu.
type Option struct {
	Label       string          `json:"label"`
	Value       string          `json:"value"`
	Description string          `json:"description,omitempty"`
	Emoji       json.RawMessage `json:"emoji,omitempty"`
	Default     bool            `json:"default"`
}

// Embed is a framed text.
type Embed struct {
	Type        string          `json:"type"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	URL         string          `json:"url,omitempty"`
	Color       int             `json:"color,omitempty"`
	Timestamp   string          `json:"timestamp,omitempty"`
	Fields      []EmbedField    `json:"fields,omitempty"`
	Footer      *EmbedFooter    `json:"footer,omitempty"`
	Author      *EmbedAuthor    `json:"author,omitempty"`
	Image       json.RawMessage `json:"image,omitempty"`
	Thumbnail   json.RawMessage `json:"thumbnail,omitempty"`
}

// EmbedField is a named part of an embed.
type EmbedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

// EmbedFooter is the small print of an embed.
type EmbedFooter struct {
	Text    string `json:"text"`
	IconURL string `json:"icon_url,omitempty"`
}

// EmbedAuthor is who an embed names as its author.
type EmbedAuthor struct {
	Name    string `json:"name"`
	URL     string `json:"url,omitempty"`
	IconURL string `json:"icon_url,omitempty"`
}

// rows are the buttons and menus of a message as a client shows them.
func rows(list []Component) [][]Component {
	var r [][]Component
	for _, row := range list {
		r = append(r, row.Components)
	}
	return r
}

// numbered gives components the numbers and the values that Discord gives them where the bot gave
// none.
func numbered(list []Component) []any {
	n := 0
	var number func([]Component) []any
	number = func(list []Component) []any {
		made := make([]any, 0, len(list))
		for _, c := range list {
			n++
			raw := encode(c)
			var w map[string]any
			d := json.NewDecoder(bytes.NewReader(raw))
			d.UseNumber()
			_ = d.Decode(&w) // our own JSON
			w["id"] = json.Number(strconv.Itoa(n))
			switch c.Type {
			case typeRow:
				w["components"] = number(c.Components)
			case typeSelect:
				w["min_values"], w["max_values"] = c.least(), c.most()
			}
			made = append(made, w)
		}
		return made
	}
	return number(list)
}

// least and most are how many options of a menu must and can be chosen.
func (c Component) least() int {
	if c.MinValues == nil {
		return 1
	}
	return *c.MinValues
}

func (c Component) most() int {
	if c.MaxValues == nil {
		return 1
	}
	return *c.MaxValues
}
