package telegram

import (
	"encoding/json"
	"strconv"

	"claimline/bots"
	"claimline/intake"
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
	ID       int64      `json:"id"`
	IsBot    bool       `json:"is_bot"`
	Language bots.Words `json:"language_code"`
	Username string     `json:"username"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

func (c chat) private() bool { return c.Type == "private" }

func (c chat) id() string { return strconv.FormatInt(c.ID, 10) }

// room is a group, supergroup or channel as the rest of the program knows it; "" for a private chat.
func (c chat) room() intake.Account {
	if c.private() {
		return ""
	}
	return account(c.id())
}

type message struct {
	ID       int64 `json:"message_id"`
	From     *user `json:"from"`
	Chat     chat  `json:"chat"`
	Date     int64 `json:"date"` // Unix time; 0 marks a message the bot cannot see any more
	EditDate int64 `json:"edit_date"`

	ForwardOrigin json.RawMessage `json:"forward_origin"` // since Bot API 7.0
	ForwardDate   int64           `json:"forward_date"`   // before
	MediaGroup    bots.Words      `json:"media_group_id"`

	Text     bots.Words  `json:"text"`
	Caption  bots.Words  `json:"caption"`
	Photo    []photoSize `json:"photo"`
	Document *file       `json:"document"`
	Video    *file       `json:"video"`
	Animated *file       `json:"animation"`

	Voice     bots.Present `json:"voice"`
	Audio     bots.Present `json:"audio"`
	VideoNote bots.Present `json:"video_note"`
	Sticker   bots.Present `json:"sticker"`
	Location  bots.Present `json:"location"`
	Venue     bots.Present `json:"venue"`
	Poll      bots.Present `json:"poll"`
	Contact   bots.Present `json:"contact"`
	Dice      bots.Present `json:"dice"`
	Game      bots.Present `json:"game"`
	Story     bots.Present `json:"story"`
	Checklist bots.Present `json:"checklist"`
	Paid      bots.Present `json:"paid_media"`
	Live      bots.Present `json:"live_photo"`
	Rich      bots.Present `json:"rich_message"`
	Invoice   bots.Present `json:"invoice"`

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
	FileID string     `json:"file_id"`
	Unique string     `json:"file_unique_id"`
	Name   bots.Words `json:"file_name"`
	Type   bots.Words `json:"mime_type"`
	Size   int64      `json:"file_size"`
}

type callbackQuery struct {
	ID      bots.Words `json:"id"`
	From    user       `json:"from"`
	Message *message   `json:"message"`
	Data    bots.Words `json:"data"`
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
