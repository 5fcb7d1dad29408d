package page_test

import (
	"net/http"
	"strings"
	"testing"

	"claimline/intake"
)

// A link, a landing page, a button, a question, an answer.
func TestSomebodyComesInAndAnswers(t *testing.T) {
	t.Parallel()
	r := atThePage(t, "nl", nil)
	v := r.visit("nl")
	v.Follow(r.link())
	if v.Status != http.StatusOK || v.Sheet.Lang != "nl" || !strings.Contains(v.Sheet.Text(), "Deel 2 van") {
		t.Fatalf("%d %q shows\n%s", v.Status, v.Sheet.Lang, v.Sheet.Raw)
	}
	v.Say("Anna Voorbeeld")
	f := r.house.file(t, anna)
	if got := f.Conversation.State.Answers[intake.Key{Question: "c.name", Item: 1}].Values; len(got) != 1 || got[0] != "Anna Voorbeeld" {
		t.Errorf("the answer on file is %q", got)
	}
	if !strings.Contains(v.Sheet.Text(), "geboren") {
		t.Errorf("then the page shows\n%s", v.Sheet.Raw)
	}
}
