package telegram

import (
	"maps"
	"slices"
)

func getChat(s *Server, c *call) (any, error) {
	about, err := s.find(c)
	if err != nil {
		return nil, err
	}
	w := about.wire()
	w["accent_color_id"], w["max_reaction_count"] = 0, 11
	w["accepted_gift_types"] = map[string]bool{"unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false,
		"premium_subscription": false, "gifts_from_channels": false}
	return w, nil
}

func getChatMember(s *Server, c *call) (any, error) {
	about, err := s.find(c)
	if err != nil {
		return nil, err
	}
	id := c.number("user_id")
	if id == s.bot.ID {
		return s.botMember(about), nil
	}
	p := s.people[id]
	if p == nil {
		return nil, badRequest("PARTICIPANT_ID_INVALID")
	}
	status := about.members[id]
	switch {
	case about.kind == private && id == about.id:
		status = "member"
	case status == "":
		status = "left"
	}
	return map[string]any{"user": &p.user, "status": status}, nil
}

func (s *Server) botMember(about *chat) map[string]any {
	status := "member"
	if about.botAdmin {
		status = "administrator"
	}
	return map[string]any{"user": &s.bot, "status": status}
}

func getChatAdministrators(s *Server, c *call) (any, error) {
	about, err := s.find(c)
	switch {
	case err != nil:
		return nil, err
	case about.kind == private:
		return nil, badRequest("there are no administrators in the private chat")
	}
	list := []any{}
	for _, id := range slices.Sorted(maps.Keys(about.members)) {
		if status := about.members[id]; status == "creator" || status == "administrator" {
			list = append(list, map[string]any{"user": &s.people[id].user, "status": status})
		}
	}
	if about.botAdmin {
		list = append(list, s.botMember(about))
	}
	return list, nil
}

func getChatMemberCount(s *Server, c *call) (any, error) {
	about, err := s.find(c)
	if err != nil {
		return nil, err
	}
	if about.kind == private {
		return 2, nil
	}
	return len(about.members) + 1, nil // and the bot
}

func leaveChat(s *Server, c *call) (any, error) {
	about, err := s.target(c)
	switch {
	case err != nil:
		return nil, err
	case about.kind == private:
		return nil, badRequest("chat member status can't be changed in private chats")
	}
	about.refusal = "bot is not a member of the " + about.kind + " chat"
	return true, nil
}
