package discord

import "time"

// Permissions of an ordinary member, and of one who may do everything (bit 3).
const (
	memberPermissions = "277025770560"
	adminPermissions  = "2251799813685247"
	adminBit          = 1 << 3
)

// Guild is a server with the bot in it and one text channel.
type Guild struct {
	server  *Server
	id      string
	name    string
	channel *channel
	members map[string]*guildMember
}

type guildMember struct {
	person *Person
	admin  bool
	joined time.Time
}

// Guild makes a server and adds the bot to it.
func (s *Server) Guild(name string) *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &Guild{server: s, id: s.id(), name: name, members: map[string]*guildMember{}}
	g.channel = newChannel(s.id())
	g.channel.guild = g
	s.channels[g.channel.id] = g.channel
	s.guilds = append(s.guilds, g)
	s.tell("GUILD_CREATE", intentGuilds, s.guildCreate(g))
	return g
}

// ID is the guild's id.
func (g *Guild) ID() string { return g.id }

// Add lets a person in, as an administrator or not, and returns them in the guild's channel. Somebody
// who is in already gets the rights anew.
func (g *Guild) Add(p *Person, admin bool) *Member {
	s := g.server
	s.mu.Lock()
	defer s.mu.Unlock()
	g.members[p.user.ID] = &guildMember{person: p, admin: admin, joined: s.now()}
	return &Member{Room: Room{server: s, channel: g.channel, person: p, device: &device{}}}
}

// wire is the guild as Discord shows it, most of it at rest.
func (g *Guild) wire() map[string]any {
	w := map[string]any{"id": g.id, "name": g.name, "owner_id": "1", "preferred_locale": "en-US", "region": "deprecated",
		"features": []string{}, "roles": []any{}, "emojis": []any{}, "stickers": []any{}, "verification_level": 1,
		"default_message_notifications": 1, "explicit_content_filter": 0, "mfa_level": 0, "nsfw_level": 0, "nsfw": false, "premium_tier": 0,
		"premium_subscription_count": 0, "premium_progress_bar_enabled": false, "system_channel_flags": 0, "afk_timeout": 300,
		"widget_enabled": false, "max_members": 500000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25}
	for _, name := range []string{"icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id", "afk_channel_id",
		"system_channel_id", "widget_channel_id", "max_presences", "vanity_url_code", "rules_channel_id", "safety_alerts_channel_id",
		"public_updates_channel_id", "incidents_data"} {
		w[name] = nil
	}
	return w
}

// guildCreate is what a session is told of a guild it is in.
func (s *Server) guildCreate(g *Guild) map[string]any {
	w := g.wire()
	w["channels"], w["members"], w["threads"], w["presences"], w["voice_states"] = []any{g.channel.wire()}, []any{}, []any{}, []any{}, []any{}
	w["joined_at"], w["large"], w["unavailable"], w["member_count"] = stamp(s.now()), false, false, len(g.members)+1
	return w
}

// wire is a member without the user.
func (m *guildMember) wire() map[string]any {
	return map[string]any{"nick": nil, "avatar": nil, "banner": nil, "roles": []string{}, "joined_at": stamp(m.joined), "premium_since": nil,
		"deaf": false, "mute": false, "flags": 0, "pending": false, "communication_disabled_until": nil}
}
