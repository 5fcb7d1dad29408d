package discord

import "time"

// Types of interactions, and of the first answers to them.
const (
	kindCommand   = 2
	kindComponent = 3
	kindSubmit    = 5

	answerMessage      = 4
	answerDeferred     = 5
	answerDeferredEdit = 6
	answerUpdate       = 7
	answerModal        = 9
)

// What a client shows where no answer came.
const (
	noticeFailed      = "This interaction failed"
	noticeNoResponse  = "The application did not respond"
	noticeModalFailed = "Something went wrong. Try again."
)

const (
	contextGuild   = 0
	contextPrivate = 1
	inGuild        = "0" // installed there, as authorizing_integration_owners has it
	tokenPrefix    = "aW50ZXJhY3Rpb246"
)

// interaction is something that a person did with a part of the bot, and wants an answer to.
type interaction struct {
	id, token string
	kind      int
	act       string
	channel   *channel
	person    *Person
	device    *device
	message   string // whose component it is, or from which the modal came; "" for none
	customID  string
	at        time.Time
	timer     *time.Timer
	modal     *Modal // that was submitted

	answer    int // type of the first answer; 0 for none
	answered  time.Time
	original  string // the message that @original is; "" for none
	deferred  bool   // an answer was promised and is not there
	ephemeral bool
	failed    string // what the person's client says
	vain      bool   // see Member.vain
}

// pending reports whether a person waits.
func (i *interaction) pending() bool { return i.failed == "" && (i.answer == 0 || i.deferred) }

// ask tells the bot of an interaction and waits for its answer. One that nobody will hear of fails
// at once.
func (s *Server) ask(i *interaction, data map[string]any) *Press {
	i.id, i.at = s.id(), s.now()
	i.token = tokenPrefix + seedID(i.id) + i.id
	s.interactions[i.token], s.waiting[i] = i, true
	i.channel.presses = append(i.channel.presses, i)
	i.channel.touch()
	i.channel.acted = i.channel.version
	s.write(Entry{Act: i.act, Person: i.person.user.ID, Channel: i.channel.id, Message: i.message, Interaction: i.id, CustomID: i.customID})
	i.timer = time.AfterFunc(s.options.AnswerWithin, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.lapse()
	})
	if !s.reached() {
		s.fail(i)
		return i.press()
	}
	s.tell("INTERACTION_CREATE", always, s.interactionWire(i, data))
	return i.press()
}

// interactionWire is an interaction as the gateway tells it.
func (s *Server) interactionWire(i *interaction, data map[string]any) map[string]any {
	c, who := i.channel, i.person.user.wire()
	w := map[string]any{"id": i.id, "application_id": ApplicationID, "type": i.kind, "token": i.token, "version": 1,
		"data": data, "channel_id": c.id, "channel": c.wire(), "locale": i.person.profile.Locale, "entitlements": []any{},
		"attachment_size_limit": mostFile}
	if m := c.message(i.message); m != nil {
		w["message"] = s.wire(m, c)
	}
	if c.private() {
		w["user"], w["context"], w["app_permissions"] = who, contextPrivate, memberPermissions
		w["authorizing_integration_owners"] = map[string]string{inGuild: "0"}
		return w
	}
	member := c.guild.members[i.person.user.ID]
	m := member.wire()
	m["user"], m["permissions"] = who, memberPermissions
	if member.admin {
		m["permissions"] = adminPermissions
	}
	w["member"], w["guild_id"], w["guild_locale"], w["context"], w["app_permissions"] = m, c.guild.id, "en-US", contextGuild, memberPermissions
	w["guild"] = map[string]any{"id": c.guild.id, "locale": "en-US", "features": []string{}}
	w["authorizing_integration_owners"] = map[string]string{inGuild: c.guild.id}
	return w
}

// lapse fails what has waited too long: for a first answer, or for a promised one until the token
// is no good any more.
func (s *Server) lapse() {
	now := s.now()
	for i := range s.waiting {
		switch waited := now.Sub(i.at); {
		case !i.pending():
			delete(s.waiting, i)
		case i.answer == 0 && waited >= s.options.AnswerWithin, i.deferred && waited >= s.options.TokenLife:
			s.fail(i)
		}
	}
}

// fail shows a person that nothing came.
func (s *Server) fail(i *interaction) {
	i.timer.Stop()
	switch i.kind {
	case kindCommand:
		i.failed = noticeNoResponse
	case kindComponent:
		i.failed = noticeFailed
	case kindSubmit:
		i.failed = noticeModalFailed
		if i.device.modal == i.modal { // the window stays, with what was written
			again := *i.modal
			again.Failed = noticeModalFailed
			i.device.modal = &again
		}
	}
	if i.deferred {
		i.failed = noticeNoResponse
	}
	i.channel.touch()
	s.write(Entry{Act: "failed", Person: i.person.user.ID, Channel: i.channel.id, Message: i.message, Interaction: i.id, CustomID: i.customID})
}
