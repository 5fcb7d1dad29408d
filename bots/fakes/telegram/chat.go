package telegram

import (
	"encoding/json"
	"time"
)

// user is a person or the bot as updates show them.
type user struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Language  string `json:"language_code,omitempty"`
}

// The kinds of chat.
const (
	private    = "private"
	basicGroup = "group"
	supergroup = "supergroup"
	channel    = "channel"
)

// chat is a conversation the bot can be part of.
type chat struct {
	id      int64
	kind    string
	title   string
	person  *user  // private: who it is with
	open    bool   // private: the person has written to the bot
	refusal string // why the bot may not write, with 403
	movedTo int64  // the supergroup a group has become

	members  map[int64]string // groups: status of each person
	botAdmin bool
	list     []*Message  // in the order they were sent; nil where one was deleted
	at       map[int]int // message id → index in list
	next     int         // supergroups and channels number their own messages

	version int // counts changes
	acted   int // the version at which a person last did something
	typing  int // chat actions shown
	presses []*Press
	bell    bell
	rate    chatRate
}

func newChat(id int64, kind string) *chat {
	return &chat{id: id, kind: kind, at: map[int]int{}, members: map[int64]string{}}
}

func (c *chat) wire() map[string]any {
	w := map[string]any{"id": c.id, "type": c.kind}
	if c.person != nil {
		w["first_name"] = c.person.FirstName
		if c.person.LastName != "" {
			w["last_name"] = c.person.LastName
		}
		if c.person.Username != "" {
			w["username"] = c.person.Username
		}
		return w
	}
	w["title"] = c.title
	return w
}

// Message is one message as a client shows it. It is not changed any more: an edit makes another.
type Message struct {
	ID        int
	From      int64 // the sender's user id
	Bot       bool  // the bot sent it
	Text      string
	Entities  []Entity
	Rows      [][]Button // of the inline keyboard
	Kind      string     // "text", "document", "photo", "voice" …; with a file Text is its caption
	File      *File      // nil without one
	Protected bool       // it cannot be forwarded or saved
	ReplyTo   int
	Sent      time.Time
	Edited    time.Time

	changed  int // the chat's version when it came to be as it is
	sender   *user
	json     json.RawMessage // the text as a person's client put it, where it is not well-formed
	content  any             // what stands in the field Kind
	album    string
	forwards bool
}

// Button is one button of an inline keyboard.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// Entity is a stretch of text with a meaning, counted in UTF-16 code units.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"`
}

// message finds a message by its id; nil when there is none or it was deleted.
func (c *chat) message(id int) *Message {
	if i, ok := c.at[id]; ok {
		return c.list[i]
	}
	return nil
}

// show adds a message, or puts it in the place of an earlier form of itself.
func (c *chat) show(m *Message) {
	c.version++
	m.changed = c.version
	if i, ok := c.at[m.ID]; ok {
		c.list[i] = m
	} else {
		c.at[m.ID] = len(c.list)
		c.list = append(c.list, m)
	}
	c.bell.ring()
}

// remove takes a message out of sight.
func (c *chat) remove(id int) {
	c.list[c.at[id]] = nil
	delete(c.at, id)
	c.version++
	c.bell.ring()
}

// wire is the message as updates and answers carry it.
func (m *Message) wire(c *chat) map[string]any {
	w := map[string]any{"message_id": m.ID, "chat": c.wire(), "date": m.Sent.Unix()}
	if c.kind == channel { // what stands in a channel is the channel's
		w["sender_chat"] = c.wire()
	} else {
		w["from"] = m.sender
	}
	if !m.Edited.IsZero() {
		w["edit_date"] = m.Edited.Unix()
	}
	if m.forwards {
		w["forward_origin"] = map[string]any{"type": "hidden_user", "sender_user_name": "Somebody", "date": m.Sent.Unix()}
	}
	if m.album != "" {
		w["media_group_id"] = m.album
	}
	if m.Protected {
		w["has_protected_content"] = true
	}
	if m.Rows != nil {
		w["reply_markup"] = map[string]any{"inline_keyboard": m.Rows}
	}
	if r := c.message(m.ReplyTo); r != nil {
		w["reply_to_message"] = map[string]any{"message_id": r.ID, "date": r.Sent.Unix(), "chat": c.wire(), "from": r.sender}
	}
	text, entities := "caption", "caption_entities"
	if m.Kind == "text" {
		text, entities = "text", "entities"
	} else {
		w[m.Kind] = m.content
	}
	if m.json != nil {
		w[text] = m.json
	} else if m.Text != "" {
		w[text] = m.Text
	}
	if len(m.Entities) > 0 {
		w[entities] = m.Entities
	}
	return w
}

// bell wakes everybody who waits for a change. It is used under the server's lock.
type bell struct{ rings chan struct{} }

func (b *bell) wait() <-chan struct{} {
	if b.rings == nil {
		b.rings = make(chan struct{})
	}
	return b.rings
}

func (b *bell) ring() {
	if b.rings != nil {
		close(b.rings)
		b.rings = nil
	}
}
