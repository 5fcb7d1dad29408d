package discord

import (
	"claimline/bots"
	"encoding/json"
	"strconv"
	"time"
)

// What Discord sends, as far as it is used. The library's own types are not: it hands out an event
// that it could not read half empty, and hides damage in words.

type user struct {
	ID  snowflake `json:"id"`
	Bot bool      `json:"bot"`
}

type message struct {
	ID        snowflake    `json:"id"`
	Channel   snowflake    `json:"channel_id"`
	Guild     snowflake    `json:"guild_id"`
	Author    *user        `json:"author"`
	Webhook   snowflake    `json:"webhook_id"`
	Type      int          `json:"type"`
	Flags     int          `json:"flags"`
	Sent      time.Time    `json:"timestamp"`
	Edited    *time.Time   `json:"edited_timestamp"`
	Content   bots.Words   `json:"content"`
	Files     []file       `json:"attachments"`
	Stickers  []struct{}   `json:"sticker_items"`
	Poll      bots.Present `json:"poll"`
	Reference struct {
		Type int `json:"type"`
	} `json:"message_reference"`
	Snapshots []struct {
		Message struct {
			Content bots.Words `json:"content"`
		} `json:"message"`
	} `json:"message_snapshots"`
}

type file struct {
	ID   snowflake  `json:"id"`
	Name bots.Words `json:"filename"`
	Type bots.Words `json:"content_type"`
	Size int64      `json:"size"`
	URL  string     `json:"url"`
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
	Channel snowflake `json:"channel_id"`
	Context *int      `json:"context"`
	User    *user     `json:"user"`
	Member  struct {
		User *user `json:"user"`
	} `json:"member"`
	Locale  bots.Words `json:"locale"`
	Message struct {
		ID         snowflake   `json:"id"`
		Flags      int         `json:"flags"`
		Content    bots.Words  `json:"content"`
		Components []component `json:"components"`
	} `json:"message"`
	Data struct {
		Name       string       `json:"name"`
		CustomID   bots.Words   `json:"custom_id"`
		Component  int          `json:"component_type"`
		Values     []bots.Words `json:"values"`
		Components []component  `json:"components"`
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
