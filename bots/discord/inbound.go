package discord

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// mostEvent bounds one event; what a person can send in a message is a fraction of it.
const mostEvent = 1 << 20

// Why an event cannot be read. It is passed over, and the next ones go on.
var (
	errTooLong    = errors.New("the event is longer than 1 MB")
	errUnreadable = errors.New("the event is not what Discord describes")
)

// theirs marks a MessageID as a person's own message, which in a private channel nobody else can
// take away; shown marks one that was shown in answer to an interaction and has no address.
const (
	theirs = "theirs-"
	shown  = "shown-"
)

// registerPost is the command that puts a button for registering into a channel.
const registerPost = "register-post"

// arrival is what an event means.
type arrival struct {
	person  string         // user id; "" when it is nothing a person did
	id      int64          // the snowflake that tells when
	channel string         // the private channel that it came through; "" where it came through none
	events  []intake.Event // several where several files came in one message
	call    *call          // an interaction, which waits to be answered
	raw     json.RawMessage
	lost    error // why it could not be read; its events tell the sender so
}

// call is an interaction as far as answering it goes.
type call struct {
	id, token, app string
	kind           int
	guild          bool     // in a server: answers are for one person's eyes
	inPlace        bool     // it came from a message that can be changed in answer
	hidden         bool     // and that only one person sees
	post           bool     // the administrator's command
	desk           bool     // it came from the team's desk or from under the line in its room: no family talks there
	content        string   // desk: what the message says
	before         *room    // where the person saw answers until they ran this command
	opens          *opening // the form that the press asks for
	locale         string

	urgent   bool          // a call for help, which is answered by the help
	settled  chan struct{} // closed when the first answer is out or was given up
	promised bool          // it is out; to be read after settled
}

// inbound translates one event of the gateway. Presses carry no time of their own but their id's.
func inbound(kind string, raw json.RawMessage) (arrival, error) {
	if len(raw) > mostEvent {
		return arrival{}, errTooLong
	}
	switch kind {
	case "MESSAGE_CREATE", "MESSAGE_UPDATE":
		var m message
		if err := json.Unmarshal(raw, &m); err != nil {
			return arrival{}, errUnreadable // the decoder's error quotes the input
		}
		if kind == "MESSAGE_UPDATE" && m.Edited == nil {
			return arrival{}, nil // a preview was added
		}
		return m.arrival(kind == "MESSAGE_UPDATE"), nil
	case "INTERACTION_CREATE":
		var i interaction
		if err := json.Unmarshal(raw, &i); err != nil {
			return arrival{}, errUnreadable
		}
		return i.arrival()
	}
	return arrival{}, nil
}

// arrival is what a private message says. Notices, and what bots write, are nothing a person did.
func (m *message) arrival(edited bool) arrival {
	if m.ID == "" || m.Channel == "" || m.Guild != "" || m.Webhook != "" || m.Author == nil || m.Author.ID == "" || m.Author.Bot ||
		m.Type != messageDefault && m.Type != messageReply {
		return arrival{}
	}
	a := arrival{person: string(m.Author.ID), id: m.ID.number(), channel: string(m.Channel)}
	when := m.Sent
	if when.IsZero() {
		when = m.ID.at()
	}
	stamp := "0"
	if m.Edited != nil {
		stamp = strconv.FormatInt(m.Edited.UnixMicro(), 10)
	}
	for _, part := range m.parts(edited) {
		a.events = append(a.events, intake.Event{
			Account:  account(a.person),
			Identity: identity("message", string(m.Channel), string(m.ID), stamp, digest(part.content...)),
			At:       when.UTC(),
			Did:      part.did,
		})
	}
	return a
}

// part is one thing done with a message, and the content that makes it different from another edit.
type part struct {
	did     intake.Did
	content []string
}

func (m *message) parts(edited bool) []part {
	id := intake.MessageID(theirs + string(m.ID))
	what := m.gave()
	switch {
	case m.Reference.Type == forwarding:
		return m.forwarded(id, edited)
	case what != "" && edited:
		return nil
	case what != "":
		return []part{{intake.Gave{What: what, Message: id}, []string{"gave", what}}}
	case len(m.Files) > 0 && !edited:
		return m.files(id)
	case m.Content.Text != "":
		said := intake.Said{Text: m.Content.Text, Message: id, Edited: edited, Damaged: m.Content.Damaged}
		return []part{{said, []string{"text", m.Content.Text}}}
	case edited:
		return nil
	}
	return []part{{intake.Gave{What: "other", Message: id}, []string{"gave", "other"}}}
}

// gave names what the conversation has no use for.
func (m *message) gave() string {
	switch {
	case m.Flags&flagVoice != 0:
		return "voice"
	case len(m.Stickers) > 0:
		return "sticker"
	case bool(m.Poll):
		return "poll"
	}
	return ""
}

// forwarded is somebody else's message; its words are not read as an answer.
func (m *message) forwarded(id intake.MessageID, edited bool) []part {
	for _, s := range m.Snapshots {
		if w := s.Message.Content; w.Text != "" {
			said := intake.Said{Text: w.Text, Message: id, Edited: edited, Forwarded: true, Damaged: w.Damaged}
			return []part{{said, []string{"forward", w.Text}}}
		}
	}
	return []part{{intake.Gave{What: "other", Message: id}, []string{"gave", "forward"}}}
}

// files offers each file of a message; the words beside them stand with the first.
func (m *message) files(id intake.MessageID) []part {
	var parts []part
	for i, f := range m.Files {
		if f.ID == "" {
			continue
		}
		sent := intake.Sent{Handle: strings.Join([]string{string(m.Channel), string(m.ID), string(f.ID), f.URL}, " "),
			Name: clean(f.Name.Text), Type: clean(f.Type.Text), Bytes: max(f.Size, 0), Message: id}
		if i == 0 {
			sent.Caption = clean(m.Content.Text)
		}
		if len(m.Files) > 1 {
			sent.Album = string(m.ID)
		}
		parts = append(parts, part{sent, []string{"file", string(f.ID), sent.Caption}})
	}
	return parts
}

// arrival is what was pressed, chosen, filled or run. An interaction that misses what every one has
// is refused: it could not be answered.
func (i *interaction) arrival() (arrival, error) {
	who := i.User
	if who == nil {
		who = i.Member.User
	}
	if i.ID == "" || i.App == "" || i.Token == "" || !tokenSafe(i.Token) || who == nil || who.ID == "" {
		return arrival{}, errUnreadable
	}
	if who.Bot || i.Type != kindCommand && i.Type != kindComponent && i.Type != kindSubmit {
		return arrival{}, nil
	}
	c := &call{settled: make(chan struct{}), id: string(i.ID), token: i.Token, app: string(i.App), kind: i.Type, locale: locale(i.Locale),
		guild: i.Guild != "" || i.Context != nil && *i.Context == contextGuild}
	c.hidden = i.Message.Flags&flagEphemeral != 0
	c.inPlace = i.Message.ID != "" && (!c.guild || c.hidden)
	a := arrival{person: string(who.ID), id: i.ID.number(), call: c}
	if i.Context != nil && *i.Context == contextPrivate {
		a.channel = string(i.Channel)
	}
	did := i.did(c)
	if did == nil {
		return a, nil
	}
	a.events = []intake.Event{{
		Account:  account(a.person),
		Identity: identity("interaction", c.id),
		At:       i.ID.at(),
		Locale:   c.locale,
		Did:      did,
	}}
	if c.guild && i.Channel != "" {
		_, pressed := did.(intake.Pressed)
		a.events[0].Room = Room(string(i.Channel))
		a.events[0].Group = pressed && !c.hidden // what only one person sees is nobody else's
		c.desk = c.desk || a.events[0].Group
	}
	return a, nil
}

// did is what the person did; nil where it is only about the surface: opening a form, or the
// administrator's post.
func (i *interaction) did(c *call) intake.Did {
	whole := i.Data.CustomID.Text
	text, desk := strings.CutPrefix(whole, deskPrefix)
	if desk {
		c.desk, c.content = true, i.Message.Content.Text
	}
	id := clean(unnumbered(text))
	switch i.Type {
	case kindCommand:
		c.post = i.Data.Name == registerPost
		if c.post {
			return nil
		}
		return intake.Said{Text: i.command()}
	case kindSubmit:
		w, _ := written(i.Data.Components)
		return intake.Said{Text: w.Text, Damaged: w.Damaged, Form: clean(strings.TrimPrefix(text, formPrefix))}
	}
	switch {
	case id == registerID:
		c.inPlace = false
		return intake.Said{Text: "/start"}
	case strings.HasPrefix(id, formPrefix):
		c.opens = &opening{clean(unnumbered(whole)), i.labelOf(whole), i.Message.Content.Text}
		return nil
	case i.Data.Component == typeSelect && len(i.Data.Values) > 0:
		id = unnumbered(i.Data.Values[0].Text)
	}
	message := intake.MessageID(i.Message.ID)
	if c.hidden {
		message = shown + message
	}
	return intake.Pressed{Button: clean(id), Message: message}
}

// command is a slash command as it would be typed. Discord's "register" is our "start".
func (i *interaction) command() string {
	name := clean(i.Data.Name)
	if name == "register" {
		name = "start"
	}
	for _, o := range i.Data.Options {
		var value string
		if json.Unmarshal(o.Value, &value) == nil && value != "" {
			name += " " + clean(value)
		}
	}
	return "/" + name
}

// labelOf finds the label of a button in the message that it hangs under.
func (i *interaction) labelOf(customID string) string {
	for _, row := range i.Message.Components {
		for _, c := range row.Components {
			if c.CustomID == customID {
				return c.Label
			}
		}
	}
	return ""
}

// tokenSafe refuses an interaction's token that could lead a call to another address.
func tokenSafe(token string) bool {
	return len(token) <= 1024 && !strings.ContainsFunc(token, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' || r == '=')
	})
}

// channelMark tells a channel of a server from a person.
const channelMark = "#"

// Room is a channel of a server, by its number, as the rest of the program knows it.
func Room(id string) intake.Account { return intake.Account(Name + ":" + channelMark + id) }

// account is a Discord user as the rest of the program knows it.
func account(user string) intake.Account { return intake.Account(Name + ":" + user) }

// identity joins what makes an event the same when it comes again.
func identity(parts ...string) string { return Name + ":" + strings.Join(parts, ":") }

// digest keeps an identity short and without a person's words.
func digest(content ...string) string {
	h := sha256.New()
	for _, c := range content {
		h.Write([]byte(strconv.Itoa(len(c))))
		h.Write([]byte{':'})
		h.Write([]byte(c))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// locale is the language of the client, where it can be one.
func locale(w bots.Words) string {
	const longest = 35 // RFC 5646, section 4.4.1
	if w.Damaged || len(w.Text) > longest {
		return ""
	}
	return w.Text
}

// earlier is a moment as an id before which nothing of that moment lies.
func earlier(id int64, by time.Duration) int64 {
	return max(id-int64(by/time.Millisecond)<<snowflakeShift, 0)
}
