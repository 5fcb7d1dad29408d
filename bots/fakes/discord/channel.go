package discord

// channel is a private channel of the bot with a person, or the text channel of a guild.
type channel struct {
	id     string
	guild  *Guild  // nil for a private one
	person *Person // private: who it is with
	closed bool    // private: the person lets nobody from their servers write

	list    []*Message // in the order they were sent; nil where one was deleted
	at      map[string]int
	version int // counts changes
	acted   int // the version at which a person last did something
	typing  int // how often the bot showed that it is typing
	presses []*interaction
	bell    bell
}

func newChannel(id string) *channel { return &channel{id: id, at: map[string]int{}} }

func (c *channel) private() bool { return c.guild == nil }

func (c *channel) wire() map[string]any {
	w := map[string]any{"id": c.id, "flags": 0, "last_message_id": nil}
	for i := len(c.list) - 1; i >= 0; i-- {
		if m := c.list[i]; m != nil && m.only == "" {
			w["last_message_id"] = m.ID
			break
		}
	}
	if c.private() {
		w["type"], w["recipients"] = 1, []any{c.person.user.wire()}
		return w
	}
	w["type"], w["guild_id"], w["name"], w["position"], w["permission_overwrites"] = 0, c.guild.id, "general", 0, []any{}
	w["parent_id"], w["topic"], w["nsfw"] = nil, nil, false
	return w
}

// message finds a message by its id; nil when there is none or it was deleted.
func (c *channel) message(id string) *Message {
	if i, ok := c.at[id]; ok {
		return c.list[i]
	}
	return nil
}

// show adds a message, or puts it in the place of an earlier form of itself.
func (c *channel) show(m *Message) {
	c.version++
	m.changed = c.version
	if i, ok := c.at[m.ID]; ok {
		c.list[i] = m
	} else {
		c.at[m.ID] = len(c.list)
		c.list = append(c.list, m)
	}
	c.bell.ring()
}

// remove takes a message out of sight.
func (c *channel) remove(id string) {
	c.list[c.at[id]] = nil
	delete(c.at, id)
	c.touch()
}

// touch tells who watches the channel that something has changed.
func (c *channel) touch() {
	c.version++
	c.bell.ring()
}

// events is the intent that events of the channel's messages need.
func (c *channel) events() int {
	if c.private() {
		return intentDirectMessages
	}
	return intentGuildMessages
}

// channelOf finds the channel that a call is about.
func (s *Server) channelOf(c *call) (*channel, error) {
	if ch := s.channels[c.path["channel_id"]]; ch != nil {
		return ch, nil
	}
	return nil, notFound(codeUnknownChannel, "Unknown Channel")
}

func (s *Server) getChannel(c *call) (any, error) {
	ch, err := s.channelOf(c)
	if err != nil {
		return nil, err
	}
	return ch.wire(), nil
}

func (s *Server) showTyping(c *call) (any, error) {
	ch, err := s.channelOf(c)
	if err != nil {
		return nil, err
	}
	if ch.closed {
		return nil, forbidden(codeClosedDMs, "Cannot send messages to this user")
	}
	ch.typing++
	ch.touch()
	return nil, nil
}
