package intake

import (
	"slices"
	"strings"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// What the team wants to know once more comes to the family as questions of the interview, or in the
// team's own words, before anything else that a sent file offers.

// AskedAgain asks the family questions again, or something in the team's own words.
type AskedAgain struct {
	Case string
	Keys []Key
	Note Note // in place of Keys
}

// AskedFor is what the team wants to know once more.
type AskedFor struct {
	Case  string
	Keys  []Key
	Words bool // asked in the team's own words; the answer is whatever is typed
}

// askedAgain asks the family what the team wants to know.
func (t *talk) askedAgain(did AskedAgain) {
	s := t.Submission
	if s == nil || s.Status == Withdrawn {
		return
	}
	asked := &AskedFor{Case: did.Case}
	for _, key := range did.Keys {
		if a, ok := t.state().Answers[key]; ok {
			a.Before = a.Values
			t.state().Answers[key] = a
			asked.Keys = append(asked.Keys, key)
		}
	}
	if did.Note.Text != "" {
		asked.Words = true
		s.Review.Letters = append(slices.Clone(s.Review.Letters), did.Note)
	}
	if len(asked.Keys) == 0 && !asked.Words {
		return
	}
	t.state().Asked, t.state().Pack, t.state().Focus = asked, nil, nil
	t.audit("asked", map[string]string{"submission": s.ID, "case": did.Case, "by": did.Note.By})
	t.state().At = ""
	if t.Aside { // they talk about another campaign now; the question waits here
		t.queue(Outgoing{Do: Say, Body: Message{Text: t.say("asked.elsewhere", wording.Args{"reference": s.Reference, "command": "/start " + t.Campaign.ID})}})
		return
	}
	t.above = append(t.above, t.words().Count("asked.hello", max(1, len(asked.Keys)), wording.Args{"reference": s.Reference}))
	t.show()
}

// unask takes back what was asked for a case that is decided without the answer.
func (t *talk) unask(id string) {
	if asked := t.state().Asked; asked != nil && asked.Case == id {
		t.state().Asked, t.state().At = nil, ""
	}
}

// menuAsked is where somebody stands who is asked something in the team's own words.
const menuAsked = "asked"

// askedNow is the question that the team asks again, before anything else that a sent file offers.
func (t *talk) askedNow() (position, bool) {
	asked := t.state().Asked
	if asked == nil || t.Conversation.Stage != StageSent {
		return position{}, false
	}
	for _, key := range asked.Keys {
		q := t.Campaign.Question(key.Question)
		if q == nil || !t.permitted(q) || key.Item != 0 && !slices.Contains(t.state().Members, key.Item) {
			continue
		}
		return position{screen: campaign.Screen{Part: 1, Ask: []string{q.ID}}, item: key.Item, q: q}, true
	}
	if asked.Words {
		return position{menu: menuAsked}, true
	}
	return position{}, false
}

// askMenu shows what the team wrote. It stands there as plain words.
func (t *talk) askMenu() Message {
	m := Message{Expect: ExpectLong, Form: actionForm}
	if n := len(t.Submission.Review.Letters); n > 0 {
		m.Text = t.say("asked.words", wording.Args{"words": t.Submission.Review.Letters[n-1].Text})
	}
	m.Buttons = [][]Button{{{Label: t.label("asked.no-answer"), Action: "go:asked-nothing"}}}
	return m
}

// answeredWords takes down what the family answers to the team.
func (t *talk) answeredWords(did Said) {
	text := strings.TrimSpace(did.Text)
	if answer.IDNumberIn(text) {
		t.note("ID_NUMBER_IN_TEXT")
		t.removeWords(did)
		t.again("unfit."+answer.ReasonIDNumber, nil)
		return
	}
	if len([]rune(text)) > mostLetter {
		t.again("asked.too-long", nil)
		return
	}
	s := t.Submission
	s.Review.Letters = append(slices.Clone(s.Review.Letters), Note{Text: text, At: t.Now})
	t.removeWords(did)
	t.state().Asked.Words = false
	t.answered(position{})
	t.show()
}

// mostLetter bounds what the team and a family write to each other, in characters.
const mostLetter = 600

// answered notes that a question of the team's is answered; with the last one the case returns.
func (t *talk) answered(at position) {
	asked := t.state().Asked
	if asked == nil {
		return
	}
	left := *asked
	left.Keys = slices.DeleteFunc(slices.Clone(asked.Keys), func(k Key) bool { return at.q != nil && k == at.key() })
	t.state().Asked = &left
	if _, more := t.askedNow(); more {
		return
	}
	t.state().Asked = nil
	for _, open := range t.Submission.Review.Cases {
		if open == asked.Case {
			t.turn.Rulings = append(t.turn.Rulings, Ruling{Case: asked.Case, State: Waiting})
		}
	}
	t.above = append(t.above, t.say("asked.thanks", nil))
	t.state().At = ""
}
