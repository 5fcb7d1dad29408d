package telegram

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// unread makes of an update that cannot be read what it takes to tell its sender: whose it is and
// which. Without a private chat to tell it in, the event is nil.
func unread(raw []byte, why string, received time.Time) arrival {
	of := outline(raw)
	for _, kind := range []string{"message", "edited_message", "callback_query"} {
		within := kind
		if kind == "callback_query" {
			within += ".message"
		}
		chat, err := strconv.ParseInt(of[within+".chat.id"], 10, 64)
		if err != nil || chat <= 0 || of[within+".chat.type"] != "private" || of[kind+".from.is_bot"] == "true" {
			continue
		}
		at := received
		if date, err := strconv.ParseInt(of[kind+".date"], 10, 64); err == nil && date > 0 {
			at = time.Unix(date, 0).UTC()
		}
		return arrival{chat: of[within+".chat.id"], query: of["callback_query.id"], event: &intake.Event{
			Account:  account(strconv.FormatInt(chat, 10)), // a private chat has the person's own id
			Identity: identity("unread", of[within+".chat.id"], nameIn(of, kind, raw)),
			At:       at,
			Locale:   locale(bots.Words{Text: of[kind+".from.language_code"]}),
			Did:      intake.Unread{Why: why},
		}}
	}
	return arrival{}
}

// nameIn is what makes an update the same when it comes again, as far as it can be read.
func nameIn(of map[string]string, kind string, raw []byte) string {
	switch {
	case of["callback_query.id"] != "":
		return "press:" + digest(of["callback_query.id"])
	case of[kind+".message_id"] != "":
		return kind + ":" + digest(of[kind+".message_id"], of[kind+".edit_date"])
	}
	return digest(string(raw))
}

// step is one object or list that the outline is inside of.
type step struct {
	object bool
	key    string
	named  bool // the key was read and its value was not
}

// longestID bounds what the outline takes for an id.
const longestID = 64

// outline goes through an update as far as it can be read, and notes ids by their path, such as
// "message.chat.id". Other than a decoder it minds no size, no field of another type, and no end
// that is missing.
func outline(raw []byte) map[string]string {
	found := map[string]string{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var path []step
	for {
		token, err := d.Token()
		if err != nil {
			return found
		}
		top := len(path) - 1
		switch delim, isDelim := token.(json.Delim); {
		case isDelim && (delim == '{' || delim == '['):
			path = append(path, step{object: delim == '{'})
			continue
		case isDelim:
			path, top = path[:top], top-1
		case top >= 0 && path[top].object && !path[top].named:
			path[top].key, path[top].named = fmt.Sprint(token), true
			continue
		default:
			note(found, path, fmt.Sprint(token))
		}
		if top >= 0 {
			path[top].named = false
		}
	}
}

// note keeps a value if it is one that tells whose an update is.
func note(found map[string]string, path []step, value string) {
	const deepest = 4 // callback_query.message.chat.id
	if len(path) == 0 || len(path) > deepest || len(value) > longestID {
		return
	}
	var keys []string
	for _, s := range path {
		keys = append(keys, s.key)
	}
	switch keys[len(keys)-1] {
	case "id", "type", "is_bot", "language_code", "message_id", "date", "edit_date":
		found[strings.Join(keys, ".")] = value
	}
}
