package discord

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// callback is the first answer to an interaction. After its time it is not known any more (10062),
// and a second one is refused (40060).
func (s *Server) callback(c *call) (any, error) {
	i := s.interactions[c.path["interaction_token"]]
	if i == nil || i.id != c.path["interaction_id"] {
		return nil, notFound(codeUnknownInteraction, "Unknown interaction")
	}
	c.entry.Channel, c.entry.Message = i.channel.id, i.message
	if i.answer != 0 {
		return nil, &refusal{status: http.StatusBadRequest, code: codeAcknowledged, text: "Interaction has already been acknowledged."}
	}
	if i.failed != "" {
		return nil, notFound(codeUnknownInteraction, "Unknown interaction")
	}
	var d struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := s.decode(c, &d); err != nil {
		return nil, err
	}
	if absent(d.Data) {
		d.Data = nil
	}
	if !slices.Contains(i.answers(), d.Type) {
		why := fmt.Sprintf("an interaction of type %d cannot be answered by type %d", i.kind, d.Type)
		s.violation(c.route.name, why)
		return nil, invalidForm(flaw{path: "type", code: "BASE_TYPE_CHOICES", text: why})
	}
	if err := s.respond(c, i, d.Type, d.Data); err != nil {
		return nil, err
	}
	i.timer.Stop()
	i.answer, i.answered = d.Type, s.now()
	if i.modal != nil && i.device.modal == i.modal {
		i.device.modal = nil
	}
	c.entry.Message = i.original
	i.channel.touch()
	if c.query.Get("with_response") == "true" {
		return map[string]any{"interaction": map[string]any{"id": i.id, "type": i.kind, "response_message_id": i.original}}, nil
	}
	return nil, nil
}

// answers are the types of first answer that an interaction may have. A modal cannot be answered by
// a modal, and only what came from a message can change one.
func (i *interaction) answers() []int {
	list := []int{answerMessage, answerDeferred}
	if i.message != "" {
		list = append(list, answerDeferredEdit, answerUpdate)
	}
	if i.kind != kindSubmit {
		list = append(list, answerModal)
	}
	return list
}

// respond does what the first answer says.
func (s *Server) respond(c *call, i *interaction, kind int, data json.RawMessage) error {
	use := map[int]kindOfBody{answerMessage: replying, answerDeferred: deferring, answerDeferredEdit: deferring,
		answerUpdate: updating, answerModal: asking}[kind]
	b, err := s.readBody(c, data, use)
	if err != nil {
		return err
	}
	switch kind {
	case answerMessage, answerDeferred:
		i.ephemeral, i.deferred = b.Flags&flagEphemeral != 0, kind == answerDeferred
		m := &Message{ID: s.id(), From: s.bot.ID, Bot: true, author: &s.bot, token: i.token, Ephemeral: i.ephemeral, Thinking: i.deferred}
		if i.ephemeral {
			m.only = i.person.user.ID
		}
		if !i.deferred {
			m.dress(b, s.keepAll(c, i.channel))
		}
		i.original = m.ID
		s.post(i.channel, m)
	case answerDeferredEdit:
		i.original = i.message
		if data != nil {
			s.violation(c.route.name, "an answer of type 6 has no data")
		}
	case answerUpdate:
		i.original = i.message
		if data == nil {
			return invalidForm(flaw{path: "data", code: "BASE_TYPE_REQUIRED", text: "This field is required"})
		}
		if m := i.channel.message(i.message); m != nil {
			next := *m
			next.dress(b, s.keepAll(c, i.channel))
			next.Edited = s.now()
			s.change(i.channel, &next)
		}
	case answerModal:
		i.device.modal = newModal(b, i.message)
	}
	return nil
}
