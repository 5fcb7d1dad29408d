package telegram

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// What Telegram sends, as far as it is used. The library's own types miss fields that came later,
// such as forward_origin, and decode words in a way that hides damage.

type update struct {
	ID           int64          `json:"update_id"`
	Message      *message       `json:"message"`
	Edited       *message       `json:"edited_message"`
	Callback     *callbackQuery `json:"callback_query"`
	MyChatMember *memberUpdate  `json:"my_chat_member"`
}

type user struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	Language words  `json:"language_code"`
	Username string `json:"username"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

func (c chat) private() bool { return c.Type == "private" }

func (c chat) id() string { return strconv.FormatInt(c.ID, 10) }

type message struct {
	ID       int64 `json:"message_id"`
	From     *user `json:"from"`
	Chat     chat  `json:"chat"`
	Date     int64 `json:"date"` // Unix time; 0 marks a message the bot cannot see any more
	EditDate int64 `json:"edit_date"`

	ForwardOrigin json.RawMessage `json:"forward_origin"` // since Bot API 7.0
	ForwardDate   int64           `json:"forward_date"`   // before
	MediaGroup    words           `json:"media_group_id"`

	Text     words       `json:"text"`
	Caption  words       `json:"caption"`
	Photo    []photoSize `json:"photo"`
	Document *file       `json:"document"`
	Video    *file       `json:"video"`
	Animated *file       `json:"animation"`

	Voice     present `json:"voice"`
	Audio     present `json:"audio"`
	VideoNote present `json:"video_note"`
	Sticker   present `json:"sticker"`
	Location  present `json:"location"`
	Venue     present `json:"venue"`
	Poll      present `json:"poll"`
	Contact   present `json:"contact"`
	Dice      present `json:"dice"`
	Game      present `json:"game"`
	Story     present `json:"story"`
	Checklist present `json:"checklist"`
	Paid      present `json:"paid_media"`
	Live      present `json:"live_photo"`
	Rich      present `json:"rich_message"`
	Invoice   present `json:"invoice"`

	MigrateTo int64 `json:"migrate_to_chat_id"`
}

type photoSize struct {
	FileID string `json:"file_id"`
	Unique string `json:"file_unique_id"`
	Width  int64  `json:"width"`
	Height int64  `json:"height"`
	Size   int64  `json:"file_size"`
}

type file struct {
	FileID string `json:"file_id"`
	Unique string `json:"file_unique_id"`
	Name   words  `json:"file_name"`
	Type   words  `json:"mime_type"`
	Size   int64  `json:"file_size"`
}

type callbackQuery struct {
	ID      words    `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"`
	Data    words    `json:"data"`
}

type memberUpdate struct {
	Chat chat   `json:"chat"`
	From user   `json:"from"`
	Date int64  `json:"date"`
	Old  member `json:"old_chat_member"`
	New  member `json:"new_chat_member"`
}

type member struct {
	Status string `json:"status"`
}

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
