package telegram

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

// mostUpdate bounds one update; what a person can send in a message is a fraction of it.
const mostUpdate = 1 << 20

// Why an update cannot be read. Its sender is told, and the next ones go on.
var (
	errTooLong    = errors.New("the update is longer than 1 MB")
	errUnreadable = errors.New("the update is not what the Bot API describes")
)

// arrival is what an update means.
type arrival struct {
	event *intake.Event // nil when it is nothing a person did
	chat  string        // where it happened; "" when Telegram does not say
	query string        // a press that waits to be answered
	from  string        // with to: a group that became the supergroup to
	to    string
}

// updateID reads an update's number alone, so that one that makes no sense can still be passed over.
func updateID(raw json.RawMessage) (int64, bool) {
	var u struct {
		ID *int64 `json:"update_id"`
	}
	if err := json.Unmarshal(raw, &u); err != nil || u.ID == nil {
		return 0, false
	}
	return *u.ID, true
}

// inbound translates one update for the bot of a user name. Presses carry no time: theirs is when
// they were received.
func inbound(raw json.RawMessage, bot string, received time.Time) (arrival, error) {
	if len(raw) > mostUpdate {
		return arrival{}, errTooLong
	}
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		return arrival{}, errUnreadable // the decoder's error quotes the input
	}
	switch {
	case u.Message != nil:
		return u.Message.arrival(bot, false), nil
	case u.Edited != nil:
		return u.Edited.arrival(bot, true), nil
	case u.Callback != nil:
		return u.Callback.arrival(received), nil
	case u.MyChatMember != nil:
		return u.MyChatMember.arrival(), nil
	}
	return arrival{}, nil // channel posts, reactions and whatever is invented later
}

func (m *message) arrival(bot string, edited bool) arrival {
	a := arrival{chat: m.Chat.id()}
	if m.MigrateTo != 0 {
		a.from, a.to = a.chat, strconv.FormatInt(m.MigrateTo, 10)
		return a
	}
	if m.From == nil || m.From.IsBot || m.From.ID == 0 || m.Chat.Type == "channel" {
		return a
	}
	text, ours := command(m.Text.Text, bot)
	did, content := m.did(text, edited)
	if did == nil || !ours && !m.Chat.private() {
		return a
	}
	a.event = &intake.Event{
		Account:  account(strconv.FormatInt(m.From.ID, 10)),
		Identity: identity("message", a.chat, strconv.FormatInt(m.ID, 10), strconv.FormatInt(m.EditDate, 10), digest(content...)),
		At:       time.Unix(m.Date, 0).UTC(),
		Locale:   locale(m.From.Language),
		Group:    !m.Chat.private(),
		Room:     m.Chat.room(),
		Did:      did,
	}
	return a
}

// did is what the person did, and the content that makes it different from another edit of the same
// message. Service messages are nothing a person did to us.
func (m *message) did(text string, edited bool) (intake.Did, []string) {
	id := intake.MessageID(strconv.FormatInt(m.ID, 10))
	if text != "" {
		said := intake.Said{Text: text, Message: id, Edited: edited,
			Forwarded: len(m.ForwardOrigin) > 0 || m.ForwardDate != 0, Damaged: m.Text.Damaged}
		return said, []string{"text", m.Text.Text}
	}
	if f, compressed := m.file(); f != nil {
		sent := intake.Sent{Handle: f.FileID, Name: clean(f.Name.Text), Type: clean(f.Type.Text), Bytes: max(f.Size, 0), Compressed: compressed,
			Album: clean(m.MediaGroup.Text), Caption: clean(m.Caption.Text), Message: id}
		return sent, []string{"file", f.Unique, m.Caption.Text}
	}
	if what := m.gave(); what != "" && !edited { // a live location is edited every few seconds
		return intake.Gave{What: what, Message: id}, []string{"gave", what}
	}
	return nil, nil
}

// file is the file of a message, and whether Telegram has shrunk it.
func (m *message) file() (*file, bool) {
	for _, f := range []*file{m.Document, m.Video, m.Animated} {
		if f != nil && f.FileID != "" {
			return f, f != m.Document
		}
	}
	var largest photoSize
	for _, p := range m.Photo {
		if p.FileID != "" && (largest.FileID == "" || p.Width*p.Height >= largest.Width*largest.Height) {
			largest = p
		}
	}
	if largest.FileID == "" {
		return nil, false
	}
	return &file{FileID: largest.FileID, Unique: largest.Unique, Type: bots.Words{Text: "image/jpeg"}, Size: largest.Size}, true
}

// gave names what the conversation has no use for.
func (m *message) gave() string {
	switch {
	case bool(m.Voice), bool(m.Audio):
		return "voice"
	case bool(m.VideoNote):
		return "video-note"
	case bool(m.Sticker):
		return "sticker"
	case bool(m.Location), bool(m.Venue):
		return "location"
	case bool(m.Poll):
		return "poll"
	case bool(m.Contact):
		return "contact"
	case bool(m.Dice), bool(m.Game), bool(m.Story), bool(m.Checklist), bool(m.Paid), bool(m.Live), bool(m.Rich), bool(m.Invoice):
		return "other"
	}
	return ""
}

func (q *callbackQuery) arrival(received time.Time) arrival {
	a := arrival{query: q.ID.Text}
	if q.From.IsBot || q.From.ID == 0 || q.ID.Text == "" {
		return a
	}
	pressed := intake.Pressed{Button: clean(q.Data.Text)}
	if q.Message != nil { // one that is out of reach has date 0, and still an id and a chat
		a.chat = q.Message.Chat.id()
		pressed.Message = intake.MessageID(strconv.FormatInt(q.Message.ID, 10))
	}
	a.event = &intake.Event{
		Account:  account(strconv.FormatInt(q.From.ID, 10)),
		Identity: identity("press", q.ID.Text),
		At:       received,
		Locale:   locale(q.From.Language),
		Did:      pressed,
	}
	if q.Message != nil {
		a.event.Group, a.event.Room = !q.Message.Chat.private(), q.Message.Chat.room()
	}
	return a
}

// arrival tells that a person has stopped the bot, or let it back in. That somebody starts it for
// the first time is told by the message that follows.
func (m *memberUpdate) arrival() arrival {
	a := arrival{chat: m.Chat.id()}
	blocked := m.New.Status == "kicked"
	back := m.Old.Status == "kicked" && m.New.Status == "member"
	if !m.Chat.private() || m.From.ID == 0 || !blocked && !back {
		return a
	}
	a.event = &intake.Event{
		Account:  account(strconv.FormatInt(m.From.ID, 10)),
		Identity: identity("member", a.chat, strconv.FormatInt(m.Date, 10), m.New.Status),
		At:       time.Unix(m.Date, 0).UTC(),
		Locale:   locale(m.From.Language),
		Did:      intake.Blocked{Back: back},
	}
	return a
}

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

// command drops the name of a bot that clients add to a command where several listen: "/help@OurBot
// me" is "/help me". ours is false for another bot's command.
func command(text, bot string) (words string, ours bool) {
	if !strings.HasPrefix(text, "/") {
		return text, true
	}
	end := strings.IndexAny(text, " \n\t")
	if end < 0 {
		end = len(text)
	}
	name, to, named := strings.Cut(text[:end], "@")
	if !named {
		return text, true
	}
	return name + text[end:], bot == "" || strings.EqualFold(to, bot)
}

// locale is the language of the client, where it can be one.
func locale(w bots.Words) string {
	const longest = 35 // RFC 5646, section 4.4.1
	if w.Damaged || len(w.Text) > longest {
		return ""
	}
	return w.Text
}

// clean makes text that is no answer storable: without NUL, in UTF-8.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}
