package intake

import (
	"slices"
	"strings"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// tick turns a box on or off and shows it. Boxes hold while their screen shows.
func (t *talk) tick(at position, id string, on bool, pressed MessageID) {
	t.mark(at, id, on)
	t.refresh(pressed)
}

func (t *talk) mark(at position, id string, on bool) {
	chosen := &t.state().Draft.Chosen
	if *chosen = slices.DeleteFunc(*chosen, func(c string) bool { return c == id }); on {
		*chosen = append(*chosen, id)
		if c, ok := t.choice(at.q, id); ok && c.Opens != "" {
			t.tell(Message{Text: t.textOf("notes."+c.Opens, at.item), Buttons: t.helpButtons()})
		}
	}
}

// done closes a screen of boxes, a list of several choices, or the sending of files.
func (t *talk) done(at position) {
	switch {
	case at.screen.Toggles:
		for _, q := range t.boxes(at) {
			t.recordBox(at, q)
		}
		t.afterChange(at)
		t.next(at, t.closing(at, ""))
	case at.q.Kind == answer.File:
		how := Given
		files := t.values(at.q.ID, at.item)
		if len(files) == 0 {
			how = Skipped
		}
		t.record(at, at.q, Answer{How: how, Values: files})
		t.next(at, t.closing(at, ""))
	case len(t.state().Draft.Chosen) == 0 && !at.q.Optional:
		t.again("choose-at-least-one", nil)
	default:
		t.takeSeveral(at)
	}
}

func (t *talk) takeSeveral(at position) {
	var values, labels []string
	for _, id := range t.offered(at) {
		if slices.Contains(t.state().Draft.Chosen, id) {
			values, labels = append(values, id), append(labels, t.choiceLabel(at, id))
		}
	}
	if t.accept(at, values) {
		t.next(at, t.closing(at, strings.Join(labels, ", ")))
	}
}

// recordBox records a box as what it is: a yes or a no, or an agreement of its own.
func (t *talk) recordBox(at position, q *campaign.Question) {
	ticked := slices.Contains(t.state().Draft.Chosen, q.ID)
	if q.Kind == answer.Agree {
		t.agree(at, q, t.meaning(q, ticked))
		return
	}
	value := answer.No
	if ticked {
		value = answer.Yes
	}
	t.record(at, q, Answer{How: Given, Values: []string{value}})
}
