package intake

import (
	"fmt"
	"strconv"
	"time"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// Preview is what one path through a campaign asks of a person.
type Preview struct {
	Path    string
	Screens int
	Typed   int
	Seconds int
	Asked   []string // ids of the questions, in order, with their member
	Outcome string
}

// WalkPath walks a path of a campaign with the rules themselves, answering as the path says and
// with the first choice or a plain sample where it says nothing. It returns an error when the path
// does not come to an end.
func WalkPath(c *campaign.Campaign, words *Words, path campaign.Path, now time.Time) (Preview, error) {
	n := 0
	f := File{Account: "terminal:preview", Conversation: Conversation{ID: "preview", Campaign: c.ID, Stage: StageOpen, Language: c.Languages[0]}}
	t := begin(Place{Campaign: c, Status: campaign.Open, Words: words, Now: now, NewID: func() string { n++; return strconv.Itoa(n) }}, f)
	w := Preview{Path: path.ID}
	for range 1000 {
		at := t.current()
		if at.q == nil || t.Conversation.Stage != StageOpen {
			if t.Submission == nil {
				t.show()
			}
			if t.Submission != nil {
				w.Outcome = t.Submission.Outcome
			}
			return w, nil
		}
		t.turnTo(at)
		w.Screens++
		w.Asked = append(w.Asked, at.key().String())
		w.Seconds += secondsFor(at.q)
		if at.q.Kind.Typed() && !t.skips(path, at) {
			w.Typed++
		}
		before := at.String()
		t.walkOn(path, at)
		if t.state().At == before && t.Conversation.Stage == StageOpen {
			return w, fmt.Errorf("path %s: %s does not take the answer %q", path.ID, at, path.Answers[at.q.ID])
		}
	}
	return w, fmt.Errorf("path %s: no end after %d screens", path.ID, w.Screens)
}

func (t *talk) skips(path campaign.Path, at position) bool {
	said := path.Answers[at.q.ID]
	return len(said) == 1 && said[0] == "skip"
}

// walkOn answers the question showing as the path says.
func (t *talk) walkOn(path campaign.Path, at position) {
	said := path.Answers[at.q.ID]
	switch {
	case t.skips(path, at):
		t.record(at, at.q, Answer{How: Skipped})
		t.next(at, nil)
	case at.q.Kind == answer.Group:
		more := answer.No
		if len(t.state().Members) < path.Members {
			more = answer.Yes
		}
		t.pick(at, more)
	case at.screen.Toggles || at.q.Kind == answer.Several:
		if t.state().Draft.Chosen = said; len(said) == 0 && at.q.Kind == answer.Several {
			t.state().Draft.Chosen = t.offered(at)[:1]
		}
		t.done(at)
	case at.q.Kind == answer.File:
		t.done(at)
	case len(said) > 0 && len(t.offered(at)) == 0:
		t.take(at, said)
	case len(said) > 0:
		t.pick(at, said[0])
	case len(t.offered(at)) > 0:
		t.pick(at, t.offered(at)[0])
	default:
		t.take(at, []string{t.sample(at.q, at.item)})
	}
}

// sample is a plain answer of a kind.
func (t *talk) sample(q *campaign.Question, item int) string {
	switch q.Kind {
	case answer.Date:
		return t.today[:4] + "-01-01"
	case answer.Month, answer.Year:
		if q.Still {
			return answer.Still
		}
		return t.today[:4]
	case answer.Country:
		if near := t.Campaign.Countries.Near; len(near) > 0 {
			return near[0]
		}
		return "NL"
	case answer.Name, answer.Signature:
		if item > 1 {
			return "Kind" + string(rune('A'+item)) + " Voorbeeld"
		}
		return "Anna Voorbeeld"
	case answer.Number:
		return strconv.Itoa(max(1, q.Min))
	case answer.Money:
		return "10.00 EUR"
	case answer.Email:
		return "naam@example.org"
	case answer.Phone:
		return "+31612345678"
	case answer.Handle:
		return "voorbeeld"
	}
	return "Voorbeeld"
}
