package discord

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"

	"claimline/bots"
	"claimline/intake"
)

// Why a letter cannot be turned into calls: sending it as it is would be refused.
var (
	errNothingToSay = errors.New("a message without words and file")
	errNoSuchID     = errors.New("a message id that is not Discord's")
)

// saying is the body of a message, of a change to one, or of an answer to an interaction.
type saying struct {
	Content    *string      `json:"content,omitempty"`
	Components *[]component `json:"components,omitempty"`
	Mentions   mentions     `json:"allowed_mentions"`
	Flags      int          `json:"flags,omitempty"`
	Nonce      string       `json:"nonce,omitempty"`
	Enforce    bool         `json:"enforce_nonce,omitempty"`
	Files      *[]attached  `json:"attachments,omitempty"` // that the message has then; nil for those that it has
}

// attached is a file of a message: the number of one that is sent along.
type attached struct {
	ID   string `json:"id"`
	Name string `json:"filename"`
}

// mentions is who is called by a message: nobody. Left out it would be everybody that the words
// look like.
type mentions struct {
	Parse []string `json:"parse"`
}

var nobody = mentions{Parse: []string{}}

// outbound turns a letter into calls about a channel, made in this order; the id of the last one's
// message is the letter's.
func outbound(l bots.Letter, channel string, own labels) ([]request, error) {
	switch l.Do {
	case intake.Say:
		return say(l.Body, channel, l.ID, own)
	case intake.Edit:
		r, err := edit(l, channel, own)
		return []request{r}, err
	case intake.Remove:
		path, err := messagePath(channel, l.Target)
		return []request{{doing: "delete message", method: http.MethodDelete, path: path, bucket: "delete " + channel}}, err
	}
	return nil, errNothingToSay
}

// say sends text that is too long in parts; the file and what can be pressed hang under the last.
// Each part carries a nonce made of the letter's id, the same in every attempt, so that Discord shows
// it once however often it is sent.
func say(m intake.Message, channel, letter string, own labels) ([]request, error) {
	parts := split(m.Text, mostText)
	if len(parts) == 0 && m.File != nil {
		parts = []string{""}
	}
	var requests []request
	for i, part := range parts {
		body := &saying{Mentions: nobody, Flags: flagNoEmbeds, Nonce: nonceOf(letter, i), Enforce: true}
		if part != "" {
			body.Content = &part
		}
		requests = append(requests, request{doing: "create message", method: http.MethodPost,
			path: "/channels/" + channel + "/messages", bucket: "create " + channel, body: body})
	}
	if len(requests) == 0 {
		return nil, errNothingToSay
	}
	last := &requests[len(requests)-1]
	last.file = m.File
	if rows := components(m, own); len(rows) > 0 {
		last.body.(*saying).Components = &rows
	}
	return requests, nil
}

// nonceOf is 22 characters of the 25 that Discord allows.
func nonceOf(letter string, part int) string {
	sum := sha256.Sum256([]byte(letter + "/" + strconv.Itoa(part)))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// edit changes a message's text and buttons, or with no words given only its buttons. A text that is
// too long is cut: an edit cannot become two messages.
func edit(l bots.Letter, channel string, own labels) (request, error) {
	path, err := messagePath(channel, l.Target)
	return request{doing: "edit message", method: http.MethodPatch, path: path, bucket: "edit " + channel, body: change(l.Body, own)}, err
}

// change is the body that makes an earlier message into this one.
func change(m intake.Message, own labels) *saying {
	rows := components(m, own)
	if rows == nil {
		rows = []component{} // takes the earlier ones away
	}
	body := &saying{Components: &rows, Mentions: nobody, Flags: flagNoEmbeds}
	if parts := split(m.Text, mostText); len(parts) > 0 {
		body.Content = &parts[0]
	}
	return body
}

func messagePath(channel string, m intake.MessageID) (string, error) {
	if n, err := strconv.ParseUint(string(m), 10, 63); err != nil || n == 0 {
		return "", errNoSuchID
	}
	return "/channels/" + channel + "/messages/" + string(m), nil
}
