package telegram

import "unicode/utf8"

// answerCallbackQuery ends the circle on a pressed button, with or without words.
func answerCallbackQuery(s *Server, c *call) (any, error) {
	p := s.queries[c.params["callback_query_id"]]
	if p == nil || s.now().Sub(p.At) > s.options.AnswerWithin {
		return nil, badRequest("%s", queryTooOld)
	}
	text := c.params["text"]
	switch {
	case !utf8.ValidString(text):
		return nil, badRequest("strings must be encoded in UTF-8")
	case units(text) > mostToast:
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	p.Answers++
	p.Toast, p.Alert, p.Link = text, c.flag("show_alert"), c.params["url"]
	s.chats[p.chat].bell.ring()
	return true, nil
}
