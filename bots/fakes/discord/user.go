package discord

import "slices"

// user is a person or the bot as Discord shows them.
type user struct {
	ID            string
	Username      string
	GlobalName    string
	Discriminator string
	Bot           bool
}

func (u *user) wire() map[string]any {
	w := map[string]any{"id": u.ID, "username": u.Username, "discriminator": u.Discriminator, "global_name": nil,
		"avatar": nil, "bot": u.Bot, "public_flags": 0, "flags": 0, "primary_guild": nil}
	if u.GlobalName != "" {
		w["global_name"] = u.GlobalName
	}
	return w
}

func (s *Server) getMe(*call) (any, error) {
	w := s.bot.wire()
	w["mfa_enabled"], w["locale"], w["verified"], w["email"] = false, "en-US", true, nil
	return w, nil
}

func (s *Server) getUser(c *call) (any, error) {
	if c.path["user_id"] == s.bot.ID {
		return s.bot.wire(), nil
	}
	if p := s.people[c.path["user_id"]]; p != nil {
		return p.user.wire(), nil
	}
	return nil, notFound(codeUnknownUser, "Unknown User")
}

func (s *Server) getApplication(*call) (any, error) {
	return map[string]any{"id": ApplicationID, "name": s.bot.Username, "icon": nil, "description": "", "type": nil, "flags": 0, "flags_new": "0",
		"bot": s.bot.wire(), "bot_public": true, "verify_key": "00", "owner": s.bot.wire(), "team": nil, "redirect_uris": []string{},
		"interactions_endpoint_url": nil, "role_connections_verification_url": nil, "explicit_content_filter": 0,
		"approximate_guild_count": len(s.guilds), "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
		"eligible_oauth2_scopes": []string{}}, nil
}

// openDM opens the bot's private channel with a person. Whether the person lets it be used is told
// only when something is sent.
func (s *Server) openDM(c *call) (any, error) {
	var d struct {
		Recipient string `json:"recipient_id"`
	}
	if err := s.decode(c, &d); err != nil {
		return nil, err
	}
	p := s.people[d.Recipient]
	if p == nil {
		return nil, invalidForm(flaw{path: "recipient_id", code: "NUMBER_TYPE_COERCE", text: "Value \"" + d.Recipient + "\" is not a user."})
	}
	c.entry.Channel = p.channel.id
	return p.channel.wire(), nil
}

func (s *Server) getMyGuilds(*call) (any, error) {
	list := []map[string]any{}
	for _, g := range s.guilds {
		list = append(list, map[string]any{"id": g.id, "name": g.name, "icon": nil, "banner": nil, "owner": false, "permissions": memberPermissions, "features": []string{}})
	}
	return list, nil
}

func (s *Server) getGuild(c *call) (any, error) {
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	return g.wire(), nil
}

func (s *Server) getGuildChannels(c *call) (any, error) {
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	return []any{g.channel.wire()}, nil
}

func (s *Server) getGuildMember(c *call) (any, error) {
	g, err := s.guild(c)
	if err != nil {
		return nil, err
	}
	m := g.members[c.path["user_id"]]
	if m == nil {
		return nil, notFound(codeUnknownMember, "Unknown Member")
	}
	w := m.wire()
	w["user"] = m.person.user.wire()
	return w, nil
}

func (s *Server) guild(c *call) (*Guild, error) {
	i := slices.IndexFunc(s.guilds, func(g *Guild) bool { return g.id == c.path["guild_id"] })
	if i < 0 {
		return nil, notFound(codeUnknownGuild, "Unknown Guild")
	}
	return s.guilds[i], nil
}
