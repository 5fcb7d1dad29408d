package discord

import "net/http"

// byToken finds the interaction whose token stands in a call's path. A token is good for 15 minutes
// (50027), and for nothing before the first answer (10015).
func (s *Server) byToken(c *call) (*interaction, error) {
	if c.path["webhook_id"] != ApplicationID {
		return nil, notFound(codeUnknownWebhook, "Unknown Webhook")
	}
	i := s.interactions[c.path["webhook_token"]]
	if i == nil || s.now().Sub(i.at) >= s.options.TokenLife {
		return nil, &refusal{status: http.StatusUnauthorized, code: codeInvalidToken, text: "Invalid Webhook Token"}
	}
	c.entry.Channel, c.entry.Interaction = i.channel.id, i.id
	if i.answer == 0 {
		return nil, notFound(codeUnknownWebhook, "Unknown Webhook")
	}
	return i, nil
}

// original finds the message that a call by token is about: @original, or one by its id that the
// interaction made.
func (s *Server) original(c *call) (*interaction, *Message, error) {
	i, err := s.byToken(c)
	if err != nil {
		return nil, nil, err
	}
	id := c.path["message_id"]
	if id == "" {
		id = i.original
	}
	m := i.channel.message(id)
	if m == nil || id != i.original && m.token != i.token {
		return nil, nil, unknownMessage()
	}
	c.entry.Message = m.ID
	return i, m, nil
}

func (s *Server) getOriginal(c *call) (any, error) {
	i, m, err := s.original(c)
	if err != nil {
		return nil, err
	}
	return s.wire(m, i.channel), nil
}

// editOriginal changes a message of an interaction; a promised answer is there with its first edit.
// Whether it is ephemeral was decided by the first answer.
func (s *Server) editOriginal(c *call) (any, error) {
	i, m, err := s.original(c)
	if err != nil {
		return nil, err
	}
	b, err := s.readBody(c, c.body, updating)
	if err != nil {
		return nil, err
	}
	if b.Flags&flagEphemeral != 0 && !m.Ephemeral {
		s.violation(c.route.name, "an answer is made ephemeral after it was first given")
	}
	next := *m
	next.dress(b, s.keepAll(c, i.channel))
	if m.Thinking && next.bare() {
		s.violation(c.route.name, "an empty message")
		return nil, &refusal{status: http.StatusBadRequest, code: codeEmptyMessage, text: "Cannot send an empty message"}
	}
	next.Thinking = false
	next.Edited = s.now()
	if m.ID == i.original {
		i.deferred = false
	}
	s.change(i.channel, &next)
	s.record.bell.ring()
	return s.wire(&next, i.channel), nil
}

// bare reports whether a message shows nothing.
func (m *Message) bare() bool {
	return m.Text == "" && len(m.Embeds) == 0 && len(m.Rows) == 0 && len(m.attached) == 0
}

func (s *Server) deleteOriginal(c *call) (any, error) {
	i, m, err := s.original(c)
	if err != nil {
		return nil, err
	}
	s.erase(i.channel, m)
	i.deferred = false
	return nil, nil
}

// followUp posts one more message. After a deferral it takes the place of what was promised; bots of
// ours do neither, because a repeated one cannot be told from the first.
func (s *Server) followUp(c *call) (any, error) {
	i, err := s.byToken(c)
	if err != nil {
		return nil, err
	}
	b, err := s.readBody(c, c.body, following)
	if err != nil {
		return nil, err
	}
	m := &Message{ID: s.id(), From: s.bot.ID, Bot: true, author: &s.bot, token: i.token, Ephemeral: b.Flags&flagEphemeral != 0}
	if i.deferred && i.channel.message(i.original) != nil {
		promised := i.channel.message(i.original)
		m.ID, m.Ephemeral, m.Sent = promised.ID, promised.Ephemeral, promised.Sent
		i.deferred = false
	}
	if m.Ephemeral {
		m.only = i.person.user.ID
	}
	m.dress(b, s.keepAll(c, i.channel))
	s.post(i.channel, m)
	c.entry.Message = m.ID
	return s.wire(m, i.channel), nil
}
