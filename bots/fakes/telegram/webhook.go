package telegram

import "strings"

// Webhooks are kept and shown, and keep getUpdates from working; nothing is ever sent to them.

func setWebhook(s *Server, c *call) (any, error) {
	if c.params["url"] != "" && !strings.HasPrefix(c.params["url"], "https://") {
		return nil, badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if err := s.allow(c); err != nil {
		return nil, err
	}
	s.useWebhook(c.params["url"], c.flag("drop_pending_updates"))
	return true, nil
}

func deleteWebhook(s *Server, c *call) (any, error) {
	s.useWebhook("", c.flag("drop_pending_updates"))
	return true, nil
}

func (s *Server) useWebhook(url string, drop bool) {
	s.webhook = url
	if url != "" {
		s.endPoll(conflict(newWebhook))
	}
	if drop {
		s.queue.waiting = nil
	}
}

func getWebhookInfo(s *Server, _ *call) (any, error) {
	return map[string]any{"url": s.webhook, "has_custom_certificate": false, "pending_update_count": len(s.queue.waiting)}, nil
}

// SetWebhook is somebody else setting a webhook for the same bot; "" takes it away.
func (s *Server) SetWebhook(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.useWebhook(url, false)
}
