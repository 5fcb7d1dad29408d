package telegram

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// Telegram's limits on text, in UTF-16 code units.
const (
	mostText    = 4096
	mostCaption = 1024
	mostToast   = 200
)

// request is one call of the Bot API.
type request struct {
	method string
	params tgbotapi.Params
	files  []tgbotapi.RequestFile
	counts bool // as a message to the chat, for the limits
}

func (r request) chat() string { return r.params["chat_id"] }

// Why a letter cannot be turned into calls: sending it as it is would be refused.
var (
	errNothingToSay = errors.New("a message without words and file")
	errNoSuchID     = errors.New("a message id that is not Telegram's")
)

// outbound turns a letter into calls, made in this order; the id of the last one's message is the
// letter's. Formatting goes by entities alone: nothing a person typed can become markup.
//
// Message.Hint is not used: Telegram has it only together with a forced reply, which would quote
// every question in the answer.
func outbound(l bots.Letter, chat string) ([]request, error) {
	switch l.Do {
	case intake.Say:
		return say(l.Body, chat)
	case intake.Edit:
		r, err := edit(l, chat)
		return []request{r}, err
	case intake.Remove:
		id, err := messageID(l.Target)
		return []request{{method: "deleteMessage", params: tgbotapi.Params{"chat_id": chat, "message_id": id}}}, err
	}
	return nil, errNothingToSay
}

// say sends text that is too long in parts, and a file after its text when that is too long to be
// its caption. What can be pressed hangs under the last.
func say(m intake.Message, chat string) ([]request, error) {
	var requests []request
	text := m.Text
	if m.File == nil || text.Len16() > mostCaption {
		for _, part := range split(text, mostText) {
			p := params(chat, m.Protect)
			setText(p, "text", "entities", part)
			p["link_preview_options"] = `{"is_disabled":true}`
			requests = append(requests, request{method: "sendMessage", params: p, counts: true})
		}
		text = nil
	}
	if m.File != nil {
		p := params(chat, m.Protect)
		setText(p, "caption", "caption_entities", first(split(text, mostCaption)))
		method, field := "sendDocument", "document"
		if m.File.Type == "image/png" { // a chart, to be looked at where it is
			method, field = "sendPhoto", "photo"
		}
		file := tgbotapi.RequestFile{Name: field, Data: tgbotapi.FileBytes{Name: m.File.Name, Bytes: m.File.Body}}
		requests = append(requests, request{method: method, params: p, files: []tgbotapi.RequestFile{file}, counts: true})
	}
	if len(requests) == 0 {
		return nil, errNothingToSay
	}
	setButtons(requests[len(requests)-1].params, m.Buttons)
	return requests, nil
}

// edit changes a message's text, the caption of its file, or with no words given only its buttons.
// A text that is too long is cut: an edit cannot become two messages.
func edit(l bots.Letter, chat string) (request, error) {
	id, err := messageID(l.Target)
	if err != nil {
		return request{}, err
	}
	r := request{method: "editMessageText", params: tgbotapi.Params{"chat_id": chat, "message_id": id}, counts: isGroup(chat)}
	switch {
	case len(split(l.Body.Text, mostText)) == 0:
		r.method = "editMessageReplyMarkup"
	case l.Body.File != nil:
		return caption(l, r), nil
	default:
		setText(r.params, "text", "entities", first(split(l.Body.Text, mostText)))
		r.params["link_preview_options"] = `{"is_disabled":true}`
	}
	setButtons(r.params, l.Body.Buttons)
	return r, nil
}

// caption makes an edit of a message's text one of its file's caption.
func caption(l bots.Letter, r request) request {
	changed := request{method: "editMessageCaption", counts: r.counts,
		params: tgbotapi.Params{"chat_id": r.chat(), "message_id": r.params["message_id"]}}
	setText(changed.params, "caption", "caption_entities", first(split(l.Body.Text, mostCaption)))
	setButtons(changed.params, l.Body.Buttons)
	return changed
}

func params(chat string, protect bool) tgbotapi.Params {
	p := tgbotapi.Params{"chat_id": chat}
	p.AddBool("protect_content", protect)
	return p
}

func messageID(m intake.MessageID) (string, error) {
	if n, err := strconv.ParseInt(string(m), 10, 64); err != nil || n <= 0 {
		return "", errNoSuchID
	}
	return string(m), nil
}

type button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// setButtons hangs a keyboard under a message. Without buttons there is none, and an edit takes an
// earlier one away.
func setButtons(p tgbotapi.Params, rows [][]intake.Button) {
	var keyboard [][]button
	for _, row := range rows {
		var keys []button
		for _, b := range row {
			if b.Link != "" {
				keys = append(keys, button{Text: b.Label, URL: b.Link})
			} else {
				keys = append(keys, button{Text: b.Label, Data: b.Token})
			}
		}
		if len(keys) > 0 {
			keyboard = append(keyboard, keys)
		}
	}
	if len(keyboard) > 0 {
		p["reply_markup"] = encode(map[string]any{"inline_keyboard": keyboard})
	}
}

type entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"` // in UTF-16 code units, as Length
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"`
}

// setText sets a text and where in it what is bold or a link.
func setText(p tgbotapi.Params, text, entities string, t wording.Text) {
	p.AddNonEmpty(text, t.Plain())
	if list := entitiesOf(t); len(list) > 0 {
		p[entities] = encode(list)
	}
}

func entitiesOf(t wording.Text) []entity {
	var list []entity
	at := 0
	for _, s := range t {
		length := wording.Text{s}.Len16()
		if length > 0 && s.Bold {
			list = append(list, entity{Type: "bold", Offset: at, Length: length})
		}
		if length > 0 && strings.HasPrefix(s.Link, "https://") {
			list = append(list, entity{Type: "text_link", Offset: at, Length: length, URL: s.Link})
		}
		at += length
	}
	return list
}

// encode writes JSON of types that cannot fail to be written, without escaping < and & for web pages.
func encode(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n")
}

func first(parts []wording.Text) wording.Text {
	if len(parts) == 0 {
		return nil
	}
	return parts[0]
}
