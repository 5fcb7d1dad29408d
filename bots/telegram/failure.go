package telegram

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"claimline/bots"
)

// mostWait bounds what is believed of a retry_after.
const mostWait = 24 * time.Hour

// noteCaption tells that the words of a message to edit are the caption of a file.
const noteCaption = "the message is a file with a caption"

// classify puts what a call came to into the closed list. Texts are those of the Bot API server's
// source (tdlib/telegram-bot-api, Client.cpp); they are compared in lower case and by their telling
// part, since prefixes differ between versions.
func classify(method string, seen *sighting, err error) *bots.Failure {
	f := &bots.Failure{Doing: method, Status: seen.status}
	var said *tgbotapi.Error
	if !errors.As(err, &said) {
		f.Class, f.Wait = unanswered(seen)
		return f
	}
	text := strings.ToLower(said.Message)
	f.Status = codeOf(said, seen, text)
	f.Class = classOf(f.Status, text)
	switch {
	case said.MigrateToChatID != 0:
		f.Class, f.To = bots.Moved, strconv.FormatInt(said.MigrateToChatID, 10)
	case said.RetryAfter > 0 || f.Class == bots.Throttled:
		f.Class, f.Wait = bots.Throttled, waitOf(said.RetryAfter)
	case f.Class == bots.Conflict && strings.Contains(text, "webhook"):
		f.Note = "a webhook is set for this bot; remove it with deleteWebhook, or give the bot to one program only"
	case strings.Contains(text, "no text in the message to edit"):
		f.Note = noteCaption
	}
	return f
}

// unanswered classifies a call without an answer of Telegram's own: the network's failure, a page
// of some gateway in between, or an answer cut short.
func unanswered(seen *sighting) (bots.Class, time.Duration) {
	switch {
	case seen.status == http.StatusTooManyRequests:
		seconds, _ := strconv.Atoi(seen.retry)
		return bots.Throttled, waitOf(seconds)
	case seen.status == http.StatusRequestEntityTooLarge:
		return bots.Rejected, 0
	case seen.status == http.StatusOK, seen.status == http.StatusGatewayTimeout:
		return bots.Ambiguous, 0
	case seen.status == 0 && seen.written:
		return bots.Ambiguous, 0
	}
	return bots.Unreachable, 0
}

// codeOf is Telegram's error code. The library leaves it out of failed uploads, and an ok:false may
// come with HTTP 200: then the text tells.
func codeOf(said *tgbotapi.Error, seen *sighting, text string) int {
	if said.Code != 0 {
		return said.Code
	}
	if seen.status >= http.StatusBadRequest {
		return seen.status
	}
	for _, p := range []struct {
		prefix string
		code   int
	}{
		{"too many requests", 429}, {"unauthorized", 401}, {"forbidden", 403}, {"conflict", 409}, {"not found", 404},
		{"bad request", 400}, {"request entity too large", 413}, {"internal server error", 500}, {"bad gateway", 502},
	} {
		if strings.HasPrefix(text, p.prefix) {
			return p.code
		}
	}
	return 0
}

func classOf(code int, text string) bots.Class {
	switch {
	case code == http.StatusTooManyRequests:
		return bots.Throttled
	case code == http.StatusUnauthorized, text == "not found": // so an address with a broken token is answered
		return bots.Unauthorized
	case code == http.StatusForbidden:
		return bots.Gone
	case code == http.StatusConflict:
		return bots.Conflict
	case code == http.StatusGatewayTimeout:
		return bots.Ambiguous
	case code >= http.StatusInternalServerError, code == 0:
		return bots.Unreachable
	}
	for _, k := range badRequests {
		if strings.Contains(text, k.says) {
			return k.class
		}
	}
	return bots.Rejected
}

// badRequests are the refusals with code 400 that mean something else than a message Telegram will
// never take.
var badRequests = []struct {
	says  string
	class bots.Class
}{
	{"message is not modified", bots.Unchanged},
	{"query is too old", bots.Stale},
	{"query id is invalid", bots.Stale},
	{"message to edit not found", bots.Stale},
	{"message to delete not found", bots.Stale},
	{"message can't be edited", bots.Stale},
	{"message can't be deleted", bots.Stale},
	{"message_id_invalid", bots.Stale},
	{"upgraded to a supergroup", bots.Moved},
	{"chat not found", bots.Gone},
	{"user not found", bots.Gone},
	{"peer_id_invalid", bots.Gone},
	{"chat was deleted", bots.Gone},
	{"chat is deactivated", bots.Gone},
	{"user is deactivated", bots.Gone},
	{"bot was kicked", bots.Gone},
	{"not enough rights to send", bots.Gone},
	{"have no rights to send", bots.Gone},
	{"chat_write_forbidden", bots.Gone},
}

// waitOf believes a retry_after within reason; 0 means that Telegram did not say.
func waitOf(seconds int) time.Duration {
	if seconds <= 0 {
		return 0
	}
	if seconds > int(mostWait/time.Second) {
		return mostWait
	}
	return time.Duration(seconds) * time.Second
}
