package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// meaning is the choice of an agreement that says yes, or no.
func (t *talk) meaning(q *campaign.Question, yes bool) string {
	want := answer.No
	if yes {
		want = answer.Yes
	}
	for _, c := range q.Choices {
		if c.Means == want {
			return c.ID
		}
	}
	return want
}

// affirmed reports whether a yes-no question or an agreement was answered with yes.
func (t *talk) affirmed(q *campaign.Question, item int) bool {
	value := t.value(q.ID, item)
	if c, ok := t.choice(q, value); ok {
		return c.Means == answer.Yes
	}
	return value == answer.Yes
}

// agree records a decision about an agreement with the exact text it was about.
func (t *talk) agree(at position, q *campaign.Question, choice string) {
	sum := t.agreementHash(q, t.Conversation.Language)
	t.record(at, q, Answer{How: Given, Values: []string{choice}, TextSHA256: sum, Language: t.Conversation.Language})
	t.audit("consent", map[string]string{
		"purpose": q.ID, "member": strconv.Itoa(at.item), "choice": choice,
		"version": strconv.Itoa(t.Campaign.Version), "text_sha256": sum, "language": t.Conversation.Language,
	})
}

// agreementText is what an agreement says, before names are filled in, followed by its button and
// its document: from the campaign's files alone anybody can make it, and its hash, again.
func (t *talk) agreementText(q *campaign.Question, lang string) string {
	parts := t.agreementWords(q, lang)
	if q.Document != "" {
		body, _, _ := t.Campaign.Document(q.Document, lang)
		parts = append(parts, string(body))
	}
	return strings.Join(parts, "\n\n")
}

func (t *talk) agreementWords(q *campaign.Question, lang string) []string {
	parts := []string{t.Campaign.Text(lang, "questions."+q.ID+".ask", t.voice(), nil).Plain()}
	for _, c := range q.Choices {
		if c.Means == answer.Yes {
			parts = append(parts, t.Campaign.Text(lang, "questions."+q.ID+".choices."+c.ID, "", nil).Plain())
		}
	}
	return parts
}

// agreementHash is the SHA-256 of what an agreement says, worked out once a turn.
func (t *talk) agreementHash(q *campaign.Question, lang string) string {
	key := q.ID + "." + lang + "." + t.voice()
	if sum, ok := t.hashes[key]; ok {
		return sum
	}
	sum := sha256.Sum256([]byte(t.agreementText(q, lang)))
	if t.hashes == nil {
		t.hashes = map[string]string{}
	}
	t.hashes[key] = hex.EncodeToString(sum[:])
	return t.hashes[key]
}

// agreementsOf is what the agreements and notices of a screen say, as hashes; "" where it has none.
func (t *talk) agreementsOf(at position) string {
	if at.q == nil {
		return ""
	}
	var hashes []string
	for _, q := range append([]*campaign.Question{at.q}, t.boxes(at)...) {
		if q.Kind == answer.Agree || q.Kind == answer.Notice {
			hashes = append(hashes, t.agreementHash(q, t.Conversation.Language))
		}
	}
	return strings.Join(hashes, " ")
}

// takeBack takes back the question that shows where another one is in turn by now, or where an agreement
// on it reads differently: the campaign's file was edited, or a day has passed. Nobody answers what was not
// shown: buttons are late then, and what was ticked is not. It reports whether it did.
func (t *talk) takeBack() bool {
	state, at := t.state(), t.current()
	switch {
	case t.Conversation.Stage != StageOpen || state.At == "" || state.At == paused:
		return false
	case state.At != at.String():
		state.Draft = Draft{}
	case state.Draft.Of != at.String() || state.Draft.Words == "" || state.Draft.Words == t.agreementsOf(at):
		return false
	default:
		state.Draft = Draft{Of: at.String()}
	}
	t.Conversation.Showing++
	state.Prompted = time.Time{}
	return true
}

// agreeing lists whom the agreement on the screen is about: all members not decided yet, and those for
// whom the decision was about words that read differently now; or one.
func (t *talk) agreeing(at position) []int {
	if !at.q.Member || at.q.Kind != answer.Agree || slices.Contains(t.state().Draft.Chosen, "each") {
		return []int{at.item}
	}
	items := []int{at.item}
	for _, item := range t.state().Members {
		if a, decided := t.state().Answers[Key{at.q.ID, item}]; decided && !t.outdated(at.q, a) {
			continue
		}
		if item != at.item && t.holds(at.q.When, item) {
			items = append(items, item)
		}
	}
	return items
}

// decide records an agreement for everybody it is about. Refusing one that carries the claim
// erases at once what was told about the members concerned.
func (t *talk) decide(at position, c campaign.ChoiceOf, id string) {
	items := t.agreeing(at)
	args := t.argsAbout(items...)
	args["children"] = t.firstNames(items) // what stays in the chat holds no full name
	note := t.campaignText("notes."+t.noteAfter(c, len(items)), args)
	for _, item := range items {
		t.agree(position{screen: at.screen, item: item, q: at.q}, at.q, id)
	}
	if c.Opens != "" {
		t.above = append(t.above, note)
	}
	closing := t.closing(at, t.choiceLabel(at, id))
	if c.Erases {
		for _, item := range items {
			t.letGo(item)
		}
	}
	if !c.Erases || len(t.state().Members) == 0 {
		t.set(c.Sets, 0)
	}
	t.afterChange(position{q: at.q})
	t.next(at, closing)
}

// noteAfter is the note of a decision; where it leaves nobody of the group there may be one of its own.
func (t *talk) noteAfter(c campaign.ChoiceOf, items int) string {
	all := c.Opens + "_all"
	if c.Erases && items == len(t.state().Members) && len(t.campaignText("notes."+all, nil)) > 0 {
		return all
	}
	return c.Opens
}
