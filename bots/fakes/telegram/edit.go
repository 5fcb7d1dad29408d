package telegram

import (
	"slices"
	"time"
)

// deletable is how long a message can be taken back (Bot API: deleteMessage).
const deletable = 48 * time.Hour

// own finds the bot's message that a call wants to change.
func (s *Server) own(c *call) (*chat, *Message, error) {
	in, err := s.target(c)
	if err != nil {
		return nil, nil, err
	}
	id := int(c.number("message_id"))
	if id == 0 {
		return nil, nil, badRequest("message identifier is not specified")
	}
	m := in.message(id)
	switch {
	case m == nil:
		return nil, nil, badRequest("message to edit not found")
	case !m.Bot:
		return nil, nil, badRequest("message can't be edited")
	}
	return in, m, nil
}

func editMessageText(s *Server, c *call) (any, error) {
	in, m, err := s.own(c)
	if err != nil {
		return nil, err
	}
	if m.Kind != "text" {
		return nil, badRequest("there is no text in the message to edit")
	}
	next := *m
	next.Text, next.Entities, err = s.text(c, "text", "entities")
	switch {
	case err != nil:
		return nil, err
	case next.Text == "":
		return nil, badRequest("message text is empty")
	case units(next.Text) > mostText:
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	return s.change(c, in, m, &next)
}

func editMessageCaption(s *Server, c *call) (any, error) {
	in, m, err := s.own(c)
	if err != nil {
		return nil, err
	}
	if m.Kind == "text" {
		return nil, badRequest("there is no caption in the message to edit")
	}
	next := *m
	if err := c.caption(s, &next); err != nil {
		return nil, err
	}
	return s.change(c, in, m, &next)
}

func editMessageReplyMarkup(s *Server, c *call) (any, error) {
	in, m, err := s.own(c)
	if err != nil {
		return nil, err
	}
	next := *m
	return s.change(c, in, m, &next)
}

// change puts a message's next form in its place. A call without a keyboard takes the old one away.
func (s *Server) change(c *call, in *chat, m, next *Message) (any, error) {
	var err error
	if next.Rows, err = s.keyboard(c); err != nil {
		return nil, err
	}
	same := next.Text == m.Text && slices.Equal(next.Entities, m.Entities) &&
		slices.EqualFunc(next.Rows, m.Rows, slices.Equal[[]Button])
	if same {
		return nil, badRequest("%s", notModified)
	}
	next.Edited = s.now()
	in.show(next)
	return next.wire(in), nil
}

// deleteMessage takes back the bot's own messages, and in private chats also what the person wrote.
func deleteMessage(s *Server, c *call) (any, error) {
	in, err := s.target(c)
	if err != nil {
		return nil, err
	}
	m := in.message(int(c.number("message_id")))
	switch {
	case c.number("message_id") == 0:
		return nil, badRequest("message identifier is not specified")
	case m == nil:
		return nil, badRequest("message to delete not found")
	case !m.Bot && in.kind != private && !in.botAdmin:
		return nil, badRequest("message can't be deleted")
	case s.now().Sub(m.Sent) >= deletable:
		return nil, badRequest("message can't be deleted for everyone")
	}
	in.remove(m.ID)
	return true, nil
}
