package telegram

import (
	"slices"
	"strconv"
	"strings"
)

// find finds the chat a call is about.
func (s *Server) find(c *call) (*chat, error) {
	id := strings.TrimSpace(c.params["chat_id"])
	if id == "" {
		return nil, badRequest("chat_id is empty")
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, badRequest("chat not found") // public names of chats are not looked up
	}
	about := s.chats[n]
	switch {
	case about == nil, about.kind == private && !about.open && !s.people[n].met:
		return nil, badRequest("chat not found")
	case about.movedTo != 0:
		return nil, &refusal{code: 400, text: "Bad Request: " + upgraded, movedTo: about.movedTo}
	}
	return about, nil
}

// target finds the chat a call wants to write to, and refuses where it may not.
func (s *Server) target(c *call) (*chat, error) {
	to, err := s.find(c)
	switch {
	case err != nil:
		return nil, err
	case to.refusal != "":
		return nil, forbidden(to.refusal)
	case to.kind == private && !to.open:
		return nil, forbidden("bot can't initiate conversation with a user")
	}
	return to, nil
}

// compose makes the bot's next message, without text yet.
func (s *Server) compose(c *call) (*chat, *Message, error) {
	to, err := s.target(c)
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.keyboard(c)
	if err != nil {
		return nil, nil, err
	}
	m := &Message{From: s.bot.ID, Bot: true, sender: &s.bot, Rows: rows, Kind: "text",
		Protected: c.flag("protect_content"), Sent: s.now(), ReplyTo: int(c.number("reply_to_message_id"))}
	var reply struct {
		ID           int  `json:"message_id"`
		AllowMissing bool `json:"allow_sending_without_reply"`
	}
	if _, err := c.object("reply_parameters", &reply); err != nil {
		return nil, nil, badRequest("can't parse reply parameters JSON object")
	}
	m.ReplyTo = max(m.ReplyTo, reply.ID)
	if m.ReplyTo != 0 && to.message(m.ReplyTo) == nil {
		if !reply.AllowMissing && !c.flag("allow_sending_without_reply") {
			return nil, nil, badRequest("message to be replied not found")
		}
		m.ReplyTo = 0
	}
	return to, m, nil
}

// post gives a message its number and shows it.
func (s *Server) post(to *chat, m *Message) {
	if to.kind == supergroup || to.kind == channel {
		to.next++
		m.ID = to.next
	} else {
		s.counters.message++
		m.ID = s.counters.message
	}
	to.show(m)
}

func sendMessage(s *Server, c *call) (any, error) {
	to, m, err := s.compose(c)
	if err != nil {
		return nil, err
	}
	m.Text, m.Entities, err = s.text(c, "text", "entities")
	switch {
	case err != nil:
		return nil, err
	case m.Text == "":
		return nil, badRequest("message text is empty")
	case units(m.Text) > mostText:
		return nil, badRequest("message is too long")
	}
	s.post(to, m)
	return m.wire(to), nil
}

// actions are those that sendChatAction shows.
func actions() []string {
	return []string{"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
		"upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"}
}

func sendChatAction(s *Server, c *call) (any, error) {
	to, err := s.target(c)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(actions(), c.params["action"]) {
		return nil, badRequest("wrong parameter action in request")
	}
	to.typing++
	to.bell.ring()
	return true, nil
}
