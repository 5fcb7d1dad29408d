package discord

import (
	"fmt"
	"net/http"
	"strings"
)

// refusal is an error that is answered to the bot. Codes and texts are those of Discord
// (opcodes-and-status-codes.mdx).
type refusal struct {
	status int
	code   int
	text   string
	flaws  []flaw // with codeInvalidForm
}

// flaw is what is wrong with one field of a body.
type flaw struct {
	path string // "components.0.components.1.custom_id"; "" for the body
	code string
	text string
}

// Error implements error.
func (r *refusal) Error() string { return fmt.Sprintf("%d %s (%d)", r.status, r.text, r.code) }

// Discord's codes that the server answers with.
const (
	codeUnknownChannel     = 10003
	codeUnknownGuild       = 10004
	codeUnknownMember      = 10007
	codeUnknownMessage     = 10008
	codeUnknownUser        = 10013
	codeUnknownWebhook     = 10015
	codeUnknownInteraction = 10062
	codeUnknownApplication = 10002
	codeEntityTooLarge     = 40005
	codeAcknowledged       = 40060
	codeOthersMessage      = 50005
	codeEmptyMessage       = 50006
	codeClosedDMs          = 50007
	codeMissingPermissions = 50013
	codeInvalidToken       = 50027
	codeInvalidForm        = 50035
	codeInvalidVersion     = 50041
	codeInvalidBody        = 50109
)

func notFound(code int, what string) *refusal {
	return &refusal{status: http.StatusNotFound, code: code, text: what}
}

func unknownMessage() *refusal { return notFound(codeUnknownMessage, "Unknown Message") }

func unauthorized() *refusal {
	return &refusal{status: http.StatusUnauthorized, text: "401: Unauthorized"}
}

func forbidden(code int, what string) *refusal {
	return &refusal{status: http.StatusForbidden, code: code, text: what}
}

func invalidJSON() *refusal {
	return &refusal{status: http.StatusBadRequest, code: codeInvalidBody, text: "The request body contains invalid JSON."}
}

func tooLarge() *refusal {
	return &refusal{status: http.StatusRequestEntityTooLarge, code: codeEntityTooLarge, text: "Request entity too large"}
}

func invalidForm(list ...flaw) *refusal {
	return &refusal{status: http.StatusBadRequest, code: codeInvalidForm, text: "Invalid Form Body", flaws: list}
}

// wire is the body of the answer, with the flaws in the tree that their paths make.
func (r *refusal) wire() map[string]any {
	w := map[string]any{"message": r.text, "code": r.code}
	if len(r.flaws) == 0 {
		return w
	}
	tree := map[string]any{}
	for _, f := range r.flaws {
		at := tree
		for _, step := range strings.FieldsFunc(f.path, func(c rune) bool { return c == '.' }) {
			next, ok := at[step].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[step] = next
			}
			at = next
		}
		list, _ := at["_errors"].([]map[string]string)
		at["_errors"] = append(list, map[string]string{"code": f.code, "message": f.text})
	}
	w["errors"] = tree
	return w
}
