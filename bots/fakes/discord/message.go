package discord

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Flags of a message (message.mdx).
const (
	flagEphemeral = 1 << 6
	flagThinking  = 1 << 7
	flagV2        = 1 << 15
)

// Message is one message as a client shows it. It is not changed any more: an edit makes another.
type Message struct {
	ID        string
	From      string // the author's user id
	Bot       bool   // the bot sent it
	Text      string
	Embeds    []Embed
	Rows      [][]Component // buttons and menus
	Files     []File
	Ephemeral bool // only one person sees it
	Thinking  bool // the bot has deferred its answer
	Nonce     string
	Sent      time.Time
	Edited    time.Time

	changed    int // the channel's version when it came to be as it is
	author     *user
	only       string // whom it is shown to; "" for everybody in the channel
	json       json.RawMessage
	components []Component
	attached   []*file
	token      string // of the interaction that it answers
}

// wire is the message as events and answers carry it, with links that are fresh.
func (s *Server) wire(m *Message, c *channel) map[string]any {
	files := make([]any, 0, len(m.attached))
	for _, f := range m.attached {
		files = append(files, s.attachment(f, m.Ephemeral))
	}
	flags := 0
	if m.Ephemeral {
		flags |= flagEphemeral
	}
	if m.Thinking {
		flags |= flagThinking
	}
	w := map[string]any{"id": m.ID, "type": 0, "channel_id": c.id, "author": m.author.wire(), "content": m.content(),
		"timestamp": stamp(m.Sent), "edited_timestamp": stampOrNull(m.Edited), "tts": false, "mention_everyone": false,
		"mentions": []any{}, "mention_roles": []string{}, "attachments": files, "embeds": list(m.Embeds), "pinned": false,
		"flags": flags, "components": numbered(m.components)}
	if m.Nonce != "" {
		w["nonce"] = m.Nonce
	}
	if m.token != "" {
		w["type"], w["application_id"], w["webhook_id"] = 20, ApplicationID, ApplicationID
	}
	if !s.reads(m, c) {
		w["content"], w["embeds"], w["attachments"], w["components"] = "", []any{}, []any{}, []any{}
	}
	return w
}

// content is the text in JSON: as a person's client put it, where that is not well-formed.
func (m *Message) content() any {
	if m.json != nil {
		return m.json
	}
	return m.Text
}

// reads reports whether the bot sees what a message says: in guilds only its own messages and those
// that mention it, because it has no intent for more (gateway.mdx).
func (s *Server) reads(m *Message, c *channel) bool {
	return c.private() || m.Bot || strings.Contains(m.Text, "<@"+s.bot.ID+">")
}

// told is wire with what events of a guild have besides.
func (s *Server) told(m *Message, c *channel) map[string]any {
	w := s.wire(m, c)
	if !c.private() {
		w["guild_id"] = c.guild.id
		if member := c.guild.members[m.From]; member != nil {
			w["member"] = member.wire()
		}
	}
	return w
}

// post shows a message and tells of it everybody who sees it.
func (s *Server) post(c *channel, m *Message) {
	m.Sent = s.now()
	c.show(m)
	if m.only == "" {
		s.tell("MESSAGE_CREATE", c.events(), s.told(m, c))
	}
}

// change shows another form of a message and tells of it.
func (s *Server) change(c *channel, m *Message) {
	c.show(m)
	if m.only == "" {
		s.tell("MESSAGE_UPDATE", c.events(), s.told(m, c))
	}
}

// erase takes a message away and tells of it.
func (s *Server) erase(c *channel, m *Message) {
	c.remove(m.ID)
	if m.only != "" {
		return
	}
	d := map[string]any{"id": m.ID, "channel_id": c.id}
	if !c.private() {
		d["guild_id"] = c.guild.id
	}
	s.tell("MESSAGE_DELETE", c.events(), d)
}

// list is [] for nil.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// dress puts a body's words, embeds, components and files into a message, as far as it has them.
func (m *Message) dress(b *body, files []*file) {
	if b.Content != nil {
		m.Text, m.json = *b.Content, nil
	}
	if b.Embeds != nil {
		m.Embeds = slices.Clone(b.Embeds)
		for i := range m.Embeds {
			m.Embeds[i].Type = "rich"
		}
	}
	if b.Components != nil {
		m.components = b.Components
		m.Rows = rows(b.Components)
	}
	if b.Attachments != nil { // those that are named stay
		m.attached = slices.DeleteFunc(slices.Clone(m.attached), func(f *file) bool {
			return !slices.ContainsFunc(b.Attachments, func(a attachment) bool { return string(a.ID) == f.id })
		})
	}
	m.attached = append(slices.Clip(m.attached), files...)
	m.Files = nil
	for _, f := range m.attached {
		m.Files = append(m.Files, f.File)
	}
}
