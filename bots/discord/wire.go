package discord

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// What Discord sends, as far as it is used. The library's own types are not: it hands out an event
// that it could not read half empty, and hides damage in words.

type user struct {
	ID  snowflake `json:"id"`
	Bot bool      `json:"bot"`
}

type message struct {
	ID        snowflake  `json:"id"`
	Channel   snowflake  `json:"channel_id"`
	Guild     snowflake  `json:"guild_id"`
	Author    *user      `json:"author"`
	Webhook   snowflake  `json:"webhook_id"`
	Type      int        `json:"type"`
	Flags     int        `json:"flags"`
	Sent      time.Time  `json:"timestamp"`
	Edited    *time.Time `json:"edited_timestamp"`
	Content   words      `json:"content"`
	Files     []file     `json:"attachments"`
	Stickers  []struct{} `json:"sticker_items"`
	Poll      present    `json:"poll"`
	Reference struct {
		Type int `json:"type"`
	} `json:"message_reference"`
	Snapshots []struct {
		Message struct {
			Content words `json:"content"`
		} `json:"message"`
	} `json:"message_snapshots"`
}

type file struct {
	ID   snowflake `json:"id"`
	Name words     `json:"filename"`
	Type words     `json:"content_type"`
	Size int64     `json:"size"`
	URL  string    `json:"url"`
}

// Kinds of message that people write (resources/message.mdx), and the flags that matter.
const (
	messageDefault = 0
	messageReply   = 19
	flagEphemeral  = 1 << 6
	flagVoice      = 1 << 13
	flagNoEmbeds   = 1 << 2
	forwarding     = 1 // message_reference.type
)

type interaction struct {
	ID      snowflake `json:"id"`
	App     snowflake `json:"application_id"`
	Type    int       `json:"type"`
	Token   string    `json:"token"`
	Guild   snowflake `json:"guild_id"`
	Context *int      `json:"context"`
	User    *user     `json:"user"`
	Member  struct {
		User *user `json:"user"`
	} `json:"member"`
	Locale  words `json:"locale"`
	Message struct {
		ID         snowflake   `json:"id"`
		Flags      int         `json:"flags"`
		Content    words       `json:"content"`
		Components []component `json:"components"`
	} `json:"message"`
	Data struct {
		Name       string      `json:"name"`
		CustomID   words       `json:"custom_id"`
		Component  int         `json:"component_type"`
		Values     []words     `json:"values"`
		Components []component `json:"components"`
		Options    []struct {
			Value json.RawMessage `json:"value"`
		} `json:"options"`
	} `json:"data"`
}

// Kinds of interaction and of the first answer to one (interactions/receiving-and-responding.mdx).
const (
	kindCommand   = 2
	kindComponent = 3
	kindSubmit    = 5

	answerMessage    = 4
	answerLater      = 5
	answerLaterInIts = 6 // the message that the component hangs under
	answerModal      = 9

	contextGuild   = 0
	contextPrivate = 1
)

// snowflake is an id: a number that begins with the time it was given out.
type snowflake string

const (
	snowflakeEpoch = 1420070400000 // Unix milliseconds
	snowflakeShift = 22
)

// UnmarshalJSON refuses what is no id.
func (s *snowflake) UnmarshalJSON(raw []byte) error {
	var text *string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	if text == nil {
		return nil
	}
	if n, err := strconv.ParseUint(*text, 10, 63); *text != "" && (err != nil || n == 0) {
		return errUnreadable
	}
	*s = snowflake(*text)
	return nil
}

func (s snowflake) number() int64 {
	n, _ := strconv.ParseInt(string(s), 10, 64)
	return n
}

// at is when the id was given out.
func (s snowflake) at() time.Time {
	return time.UnixMilli(s.number()>>snowflakeShift + snowflakeEpoch).UTC()
}

// snowflakeAt is the least id of a moment.
func snowflakeAt(t time.Time) int64 { return max(t.UnixMilli()-snowflakeEpoch, 0) << snowflakeShift }

// present notes that a field is there, whatever is in it.
type present bool

// UnmarshalJSON implements json.Unmarshaler.
func (p *present) UnmarshalJSON(raw []byte) error {
	*p = present(!bytes.Equal(raw, []byte("null")))
	return nil
}

// words is a string that somebody chose. Damage is looked for in the bytes that came, because
// decoding silently turns a lone surrogate into U+FFFD.
type words struct {
	text    string
	damaged bool // it held NUL, a lone surrogate or bytes that are not UTF-8
}

// UnmarshalJSON implements json.Unmarshaler.
func (w *words) UnmarshalJSON(raw []byte) error {
	w.damaged = damaged(raw)
	return json.Unmarshal(raw, &w.text)
}

// damaged reports whether a JSON string holds what cannot be stored exactly.
func damaged(raw []byte) bool {
	if !utf8.Valid(raw) {
		return true
	}
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		i++
		unit, ok := escaped(raw, i)
		switch {
		case !ok: // a short escape such as \n, or none
			continue
		case unit == 0:
			return true
		case utf16.IsSurrogate(unit):
			next, ok := escaped(raw, i+6)
			if !ok || raw[i+5] != '\\' || utf16.DecodeRune(unit, next) == utf8.RuneError {
				return true
			}
			i += 6
		}
		i += 4
	}
	return false
}

// escaped reads the four digits of an escape whose "u" is at i.
func escaped(raw []byte, i int) (rune, bool) {
	if i+5 > len(raw) || raw[i] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(raw[i+1:i+5]), 16, 16)
	return rune(unit), err == nil
}
