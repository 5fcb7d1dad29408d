package telegram

import "fmt"

// refusal is an error that is answered to the bot. The texts are those of tdlib's Client.cpp.
type refusal struct {
	code       int
	text       string
	retryAfter int   // seconds, with 429
	movedTo    int64 // the supergroup a group has become
}

// Error implements error.
func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.code, r.text) }

func badRequest(format string, args ...any) *refusal {
	return &refusal{code: 400, text: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(why string) *refusal { return &refusal{code: 403, text: "Forbidden: " + why} }

func unauthorized() *refusal { return &refusal{code: 401, text: "Unauthorized"} }

func conflict(why string) *refusal { return &refusal{code: 409, text: "Conflict: " + why} }

func tooMany(seconds int) *refusal {
	return &refusal{code: 429, text: fmt.Sprintf("Too Many Requests: retry after %d", seconds), retryAfter: seconds}
}

const (
	otherPoll   = "terminated by other getUpdates request; make sure that only one bot instance is running"
	webhookSet  = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
	newWebhook  = "terminated by setWebhook request"
	notModified = "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
	queryTooOld = "query is too old and response timeout expired or query ID is invalid"
	upgraded    = "group chat was upgraded to a supergroup chat"
)
