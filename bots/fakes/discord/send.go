package discord

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// nonce is a message that must not be sent twice.
type nonce struct {
	channel *channel
	message string
	at      time.Time
}

// nonceText is a nonce as a string: it may be one, or a number.
func nonceText(raw json.RawMessage) string {
	if absent(raw) {
		return ""
	}
	return strings.Trim(string(raw), `"`)
}

// createMessage posts a message of the bot. With enforce_nonce and a nonce that it used in the last
// minutes, the earlier message is returned and nothing is posted.
func (s *Server) createMessage(c *call) (any, error) {
	ch, err := s.channelOf(c)
	if err != nil {
		return nil, err
	}
	b, err := s.readBody(c, c.body, creating)
	if err != nil {
		return nil, err
	}
	if ch.closed {
		return nil, forbidden(codeClosedDMs, "Cannot send messages to this user")
	}
	word := nonceText(b.Nonce)
	if was := s.nonces[word]; word != "" && b.EnforceNonce && s.now().Sub(was.at) < s.options.NonceWindow {
		if was.channel != ch {
			s.violation(c.route.name, "a nonce that was used in another channel")
		}
		if m := was.channel.message(was.message); m != nil {
			c.entry.Repeated, c.entry.Message = true, m.ID
			return s.wire(m, was.channel), nil
		}
	}
	m := &Message{ID: s.id(), From: s.bot.ID, Bot: true, author: &s.bot, Nonce: word}
	m.dress(b, s.keepAll(c, ch))
	s.post(ch, m)
	if word != "" {
		s.nonces[word] = nonce{channel: ch, message: m.ID, at: m.Sent}
	}
	c.entry.Message = m.ID
	return s.wire(m, ch), nil
}

// public finds a message in a channel that the bot can reach without an interaction's token.
func (s *Server) public(c *call) (*channel, *Message, error) {
	ch, err := s.channelOf(c)
	if err != nil {
		return nil, nil, err
	}
	m := ch.message(c.path["message_id"])
	if m == nil || m.only != "" {
		return nil, nil, unknownMessage()
	}
	return ch, m, nil
}

func (s *Server) editMessage(c *call) (any, error) {
	ch, m, err := s.public(c)
	if err != nil {
		return nil, err
	}
	if !m.Bot {
		return nil, forbidden(codeOthersMessage, "Cannot edit a message authored by another user")
	}
	b, err := s.readBody(c, c.body, editing)
	if err != nil {
		return nil, err
	}
	next := *m
	next.dress(b, s.keepAll(c, ch))
	next.Edited = s.now()
	s.change(ch, &next)
	return s.wire(&next, ch), nil
}

func (s *Server) deleteMessage(c *call) (any, error) {
	ch, m, err := s.public(c)
	if err != nil {
		return nil, err
	}
	if !m.Bot {
		return nil, forbidden(codeMissingPermissions, "Missing Permissions")
	}
	s.erase(ch, m)
	return nil, nil
}

func (s *Server) getMessage(c *call) (any, error) {
	ch, m, err := s.public(c)
	if err != nil {
		return nil, err
	}
	return s.wire(m, ch), nil
}

// listMessages returns the newest messages first. With after they are the oldest ones behind an id,
// the newest of those first (message.mdx).
func (s *Server) listMessages(c *call) (any, error) {
	ch, err := s.channelOf(c)
	if err != nil {
		return nil, err
	}
	limit, err := c.limit(50, 100)
	if err != nil {
		return nil, err
	}
	before, after := number(c.query.Get("before")), number(c.query.Get("after"))
	if c.query.Has("around") || c.query.Has("before") && c.query.Has("after") {
		return nil, invalidForm(flaw{path: "after", code: "MUTUALLY_EXCLUSIVE", text: "Only one of before and after is known here."})
	}
	var found []*Message
	for _, m := range ch.list {
		if m != nil && m.only == "" && number(m.ID) > after && (before == 0 || number(m.ID) < before) {
			found = append(found, m)
		}
	}
	if n := len(found) - limit; n > 0 && c.query.Has("after") {
		found = found[:limit]
	} else if n > 0 {
		found = found[n:]
	}
	answer := make([]any, 0, len(found))
	for _, m := range slices.Backward(found) {
		answer = append(answer, s.wire(m, ch))
	}
	return answer, nil
}
