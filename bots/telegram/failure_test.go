package telegram

import (
	"strings"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
	"github.com/google/go-cmp/cmp"

	"claimline/bots"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	said := func(code int, text string, more ...tgbotapi.ResponseParameters) error {
		e := &tgbotapi.Error{Code: code, Message: text}
		if len(more) > 0 {
			e.ResponseParameters = more[0]
		}
		return e
	}
	wait := func(s int) tgbotapi.ResponseParameters { return tgbotapi.ResponseParameters{RetryAfter: s} }
	const (
		kicked = "Forbidden: bot was kicked from the supergroup chat"
		edited = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
		stale  = "Bad Request: query is too old and response timeout expired or query ID is invalid"
		other  = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
		hook   = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
	)
	for _, c := range []struct {
		label string
		seen  sighting
		err   error
		want  bots.Failure
	}{
		{"429 says how long", sighting{status: 429}, said(429, "Too Many Requests: retry after 5", wait(5)), bots.Failure{Class: bots.Throttled, Status: 429, Wait: 5 * time.Second}},
		{"429 without a time", sighting{status: 429}, said(429, "Too Many Requests"), bots.Failure{Class: bots.Throttled, Status: 429}},
		{"429 with a negative time", sighting{status: 429}, said(429, "Too Many Requests: retry after -3", wait(-3)), bots.Failure{Class: bots.Throttled, Status: 429}},
		{"429 with a huge time", sighting{status: 429}, said(429, "Too Many Requests", wait(1<<40)), bots.Failure{Class: bots.Throttled, Status: 429, Wait: mostWait}},
		{"429 of an upload has code 0", sighting{status: 429}, said(0, "Too Many Requests: retry after 35", wait(35)), bots.Failure{Class: bots.Throttled, Status: 429, Wait: 35 * time.Second}},
		{"429 as a page", sighting{status: 429, retry: "12"}, errNoAnswer, bots.Failure{Class: bots.Throttled, Status: 429, Wait: 12 * time.Second}},
		{"blocked", sighting{status: 403}, said(403, "Forbidden: bot was blocked by the user"), bots.Failure{Class: bots.Gone, Status: 403}},
		{"blocked, at an upload", sighting{status: 403}, said(0, "Forbidden: bot was blocked by the user"), bots.Failure{Class: bots.Gone, Status: 403}},
		{"deactivated", sighting{status: 403}, said(403, "Forbidden: user is deactivated"), bots.Failure{Class: bots.Gone, Status: 403}},
		{"kicked", sighting{status: 403}, said(403, kicked), bots.Failure{Class: bots.Gone, Status: 403}},
		{"not a member", sighting{status: 403}, said(403, "Forbidden: bot is not a member of the channel chat"), bots.Failure{Class: bots.Gone, Status: 403}},
		{"never started", sighting{status: 403}, said(403, "Forbidden: bot can't initiate conversation with a user"), bots.Failure{Class: bots.Gone, Status: 403}},
		{"group deleted", sighting{status: 403}, said(403, "Forbidden: the group chat was deleted"), bots.Failure{Class: bots.Gone, Status: 403}},
		{"chat unknown", sighting{status: 400}, said(400, "Bad Request: chat not found"), bots.Failure{Class: bots.Gone, Status: 400}},
		{"migrated, with the new id", sighting{status: 400}, said(400, "Bad Request: group chat was upgraded to a supergroup chat", tgbotapi.ResponseParameters{MigrateToChatID: -100123}), bots.Failure{Class: bots.Moved, Status: 400, To: "-100123"}},
		{"unchanged", sighting{status: 400}, said(400, edited), bots.Failure{Class: bots.Unchanged, Status: 400}},
		{"stale press", sighting{status: 400}, said(400, stale), bots.Failure{Class: bots.Stale, Status: 400}},
		{"edit of a deleted message", sighting{status: 400}, said(400, "Bad Request: message to edit not found"), bots.Failure{Class: bots.Stale, Status: 400}},
		{"too old to edit", sighting{status: 400}, said(400, "Bad Request: message can't be edited"), bots.Failure{Class: bots.Stale, Status: 400}},
		{"too old to delete", sighting{status: 400}, said(400, "Bad Request: message can't be deleted for everyone"), bots.Failure{Class: bots.Stale, Status: 400}},
		{"bad button", sighting{status: 400}, said(400, "Bad Request: BUTTON_DATA_INVALID"), bots.Failure{Class: bots.Rejected, Status: 400}},
		{"too long", sighting{status: 400}, said(400, "Bad Request: message is too long"), bots.Failure{Class: bots.Rejected, Status: 400}},
		{"upload refused with HTTP 200", sighting{status: 200}, said(0, "Bad Request: file must be non-empty"), bots.Failure{Class: bots.Rejected, Status: 400}},
		{"upload too large", sighting{status: 413}, said(0, "Request Entity Too Large"), bots.Failure{Class: bots.Rejected, Status: 413}},
		{"token revoked", sighting{status: 401}, said(401, "Unauthorized"), bots.Failure{Class: bots.Unauthorized, Status: 401}},
		{"token misspelt", sighting{status: 404}, said(404, "Not Found"), bots.Failure{Class: bots.Unauthorized, Status: 404}},
		{"method unknown to an old server", sighting{status: 404}, said(404, "Not Found: method not found"), bots.Failure{Class: bots.Rejected, Status: 404}},
		{"second poller", sighting{status: 409}, said(409, other), bots.Failure{Class: bots.Conflict, Status: 409}},
		{"webhook", sighting{status: 409}, said(409, hook), bots.Failure{Class: bots.Conflict, Status: 409, Note: "a webhook is set for this bot; remove it with deleteWebhook, or give the bot to one program only"}},
		{"Telegram is ill", sighting{status: 500}, said(500, "Internal Server Error: sent message was immediately deleted"), bots.Failure{Class: bots.Unreachable, Status: 500}},
		{"ok:false and nothing else", sighting{status: 200}, said(0, ""), bots.Failure{Class: bots.Unreachable, Status: 0}},
		{"502 as a page", sighting{status: 502, written: true}, errNoAnswer, bots.Failure{Class: bots.Unreachable, Status: 502}},
		{"403 as a page is somebody else's", sighting{status: 403, written: true}, errNoAnswer, bots.Failure{Class: bots.Unreachable, Status: 403}},
		{"a redirect", sighting{status: 302, written: true}, errNoAnswer, bots.Failure{Class: bots.Unreachable, Status: 302}},
		{"504: it may have been done", sighting{status: 504, written: true}, errNoAnswer, bots.Failure{Class: bots.Ambiguous, Status: 504}},
		{"JSON cut off", sighting{status: 200, written: true}, errNoAnswer, bots.Failure{Class: bots.Ambiguous, Status: 200}},
		{"asked, and the line went dead", sighting{written: true}, errNoAnswer, bots.Failure{Class: bots.Ambiguous}},
		{"never asked", sighting{}, errNoAnswer, bots.Failure{Class: bots.Unreachable}},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			c.want.Doing = "sendMessage"
			got := classify("sendMessage", &c.seen, c.err)
			if diff := cmp.Diff(&c.want, got); diff != "" {
				t.Error(diff)
			}
			if text := c.err.Error(); text != "" && strings.Contains(got.Error(), text) {
				t.Errorf("the failure quotes Telegram: %v", got)
			}
		})
	}
}
