package discord

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
)

// body is what a bot says in a message, an edit, an answer to an interaction or a modal.
type body struct {
	Content         *string         `json:"content"`
	TTS             bool            `json:"tts"`
	Embeds          []Embed         `json:"embeds"`     // nil where there were none, or null
	Components      []Component     `json:"components"` // likewise
	AllowedMentions json.RawMessage `json:"allowed_mentions"`
	Flags           int             `json:"flags"`
	Attachments     []attachment    `json:"attachments"`
	Nonce           json.RawMessage `json:"nonce"`
	EnforceNonce    bool            `json:"enforce_nonce"`
	Reference       json.RawMessage `json:"message_reference"`
	Stickers        json.RawMessage `json:"sticker_ids"`
	Poll            json.RawMessage `json:"poll"`
	CustomID        string          `json:"custom_id"` // modals
	Title           string          `json:"title"`
	keys            map[string]json.RawMessage
}

// attachment names a file that is sent with the call, by its n, or one that is there already.
type attachment struct{ ID json.RawMessage }

// UnmarshalJSON takes the id and leaves the rest, which clients copy from what they were given.
func (a *attachment) UnmarshalJSON(raw []byte) error {
	var d struct{ ID json.RawMessage }
	if err := json.Unmarshal(raw, &d); err != nil {
		return err
	}
	a.ID = bytes.Trim(d.ID, `"`)
	return nil
}

// kindOfBody is the use that a body is put to.
type kindOfBody struct {
	name  string
	keys  string // that it may have
	spare string // that the library sends besides, because it cannot leave them out
	send  bool   // it makes a message, which must not be empty and must forbid mentions
}

var (
	creating = kindOfBody{name: "message", send: true,
		keys: "content tts embeds components allowed_mentions flags attachments nonce enforce_nonce message_reference sticker_ids poll"}
	editing   = kindOfBody{name: "edit", keys: "content embeds components allowed_mentions flags attachments sticker_ids", spare: "ID Channel"}
	replying  = kindOfBody{name: "reply", keys: "content tts embeds components allowed_mentions flags attachments poll", send: true}
	deferring = kindOfBody{name: "deferral", keys: "flags content embeds components", spare: "tts"}
	updating  = kindOfBody{name: "update", keys: "content embeds components allowed_mentions flags attachments", spare: "tts"}
	asking    = kindOfBody{name: "modal", keys: "custom_id title components content embeds", spare: "tts"}
	following = kindOfBody{name: "follow-up", send: true,
		keys: "content tts embeds components allowed_mentions flags attachments poll username avatar_url"}
)

// readBody decodes a body and holds it against Discord's limits and our rules. Where Discord would
// refuse it, so does this; all of it is a violation.
func (s *Server) readBody(c *call, raw json.RawMessage, k kindOfBody) (*body, error) {
	b := &body{}
	if raw == nil {
		raw = json.RawMessage("{}")
	}
	if err := json.Unmarshal(raw, &b.keys); err != nil {
		return nil, s.unfit(c, err)
	}
	for name := range b.keys {
		if slices.Contains(strings.Fields(k.keys), name) {
			continue
		}
		if !slices.Contains(strings.Fields(k.spare), name) {
			s.violation(c.route.name, fmt.Sprintf("a body for a %s has no %s", k.name, name))
		}
		delete(b.keys, name)
	}
	known := encode(b.keys)
	if err := strictly(known, &body{}); err != nil {
		s.violation(c.route.name, err.Error())
	}
	if err := json.Unmarshal(known, b); err != nil {
		return nil, s.unfit(c, err)
	}
	for _, why := range s.unwise(c, b, k) {
		s.violation(c.route.name, why)
	}
	flaws := b.flaws(k)
	for _, f := range flaws {
		s.violation(c.route.name, strings.TrimSpace(f.path+" "+f.text))
	}
	if len(flaws) > 0 {
		return nil, invalidForm(flaws...)
	}
	if k.send && b.empty(c) {
		s.violation(c.route.name, "an empty message")
		return nil, &refusal{status: 400, code: codeEmptyMessage, text: "Cannot send an empty message"}
	}
	return b, nil
}

// strictly decodes JSON that must not have more fields than v.
func strictly(raw json.RawMessage, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err != nil && !strings.Contains(err.Error(), "unknown field") {
		return nil // it does not fit at all, and is refused for that
	}
	return err
}

// empty reports whether a message would show nothing.
func (b *body) empty(c *call) bool {
	return (b.Content == nil || strings.TrimSpace(*b.Content) == "") && len(b.Embeds) == 0 && len(c.files) == 0 &&
		len(b.Components) == 0 && absent(b.Stickers) && absent(b.Poll)
}

// unwise lists what Discord would let pass and a bot of ours must not do.
func (s *Server) unwise(c *call, b *body, k kindOfBody) []string {
	var list []string
	says := k.send || b.Content != nil || len(b.Embeds) > 0
	if says && k.name != asking.name && k.name != deferring.name && !forbidsMentions(b.AllowedMentions) {
		list = append(list, `allowed_mentions is not {"parse":[]}: whatever a text mentions is called`)
	}
	if b.Flags&flagV2 != 0 {
		list = append(list, "components V2 are not known to the fake server")
	}
	if b.Flags&flagEphemeral != 0 && (k.name == creating.name || k.name == editing.name) {
		list = append(list, "only the first answer to an interaction can be ephemeral")
	}
	if raw, there := b.keys["components"]; there && absent(raw) && k.name == updating.name {
		list = append(list, "components is null: nobody says whether that takes them away; [] does")
	}
	if k.name == deferring.name && (b.Content != nil && *b.Content != "" || b.Embeds != nil || b.Components != nil) {
		list = append(list, "a deferral has no words")
	}
	if k.name == asking.name && (b.Content != nil && *b.Content != "" || b.Embeds != nil) {
		list = append(list, "a modal has no content")
	}
	return list
}

// forbidsMentions reports whether nobody is called. The library adds that the author of what is
// answered is not called either.
func forbidsMentions(raw json.RawMessage) bool {
	var m struct {
		Parse, Users, Roles []string
		RepliedUser         bool `json:"replied_user"`
	}
	return json.Unmarshal(raw, &m) == nil && m.Parse != nil && len(m.Parse)+len(m.Users)+len(m.Roles) == 0 && !m.RepliedUser
}

func absent(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// length counts text in UTF-16 code units. Discord does not say what it counts; this is the larger
// number of those that it may be.
func length(text string) int { return len(utf16.Encode([]rune(text))) }
