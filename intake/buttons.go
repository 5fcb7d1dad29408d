package intake

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// Widths that a small phone shows whole: a label alone on its row, one of two, one of four.
const (
	wideTwo  = 16
	wideFour = 7
)

// rows lays buttons out as a small phone can show them.
func rows(buttons []Button) [][]Button {
	widest := 0
	for _, b := range buttons {
		widest = max(widest, uniseg.GraphemeClusterCount(b.Label))
	}
	across := 1
	switch {
	case widest <= wideFour && len(buttons) > 3:
		across = 4
	case widest <= wideTwo && len(buttons) > 1:
		across = 2
	}
	return slices.Collect(slices.Chunk(buttons, across))
}

// choices are the buttons that answer a question.
func (t *talk) choices(at position) [][]Button {
	draft := t.state().Draft
	if draft.Year != "" {
		return t.narrowButtons(at)
	}
	if len(draft.Options) > 0 {
		return t.optionButtons(at)
	}
	var out [][]Button
	switch {
	case at.screen.Toggles:
		out = t.boxButtons(at)
	case at.q.Kind == answer.Several:
		out = t.severalButtons(at)
	case at.q.Kind == answer.Country:
		out = t.countryButtons(at)
	case at.q.Kind == answer.Year:
		out = t.yearButtons(at)
	case at.q.Kind == answer.File:
		out = t.fileButtons(at)
	default:
		out = t.plainButtons(at)
	}
	if !at.screen.Toggles {
		out = append(out, t.boxButtons(at)...)
	}
	if at.q.Optional && at.q.Kind != answer.File {
		out = append(out, []Button{{Label: t.textOf("questions."+at.q.ID+".skip", at.item).Plain(), Action: "skip"}})
	}
	return out
}

// plainButtons offers the choices of a question, or yes, no and don't know.
func (t *talk) plainButtons(at position) [][]Button {
	var buttons []Button
	for _, id := range t.offered(at) {
		buttons = append(buttons, Button{Label: t.choiceLabel(at, id), Action: "pick:" + id})
	}
	out := rows(buttons)
	if at.q.Kind == answer.Agree && len(t.agreeing(at)) > 1 {
		out = append(out, []Button{{Label: t.label("choose-each"), Action: "each"}})
	}
	return out
}

// offered lists the ids of the choices that apply.
func (t *talk) offered(at position) []string {
	switch {
	case len(at.q.Choices) > 0:
		var ids []string
		for _, c := range at.q.Choices {
			if t.holds(c.When, at.item) {
				ids = append(ids, c.ID)
			}
		}
		return ids
	case at.q.Kind == answer.Maybe:
		return []string{answer.Yes, answer.No, answer.Unknown}
	case at.q.Kind == answer.YesNo, at.q.Kind == answer.Group, at.q.Kind == answer.Agree:
		return []string{answer.Yes, answer.No}
	case at.q.Kind == answer.Notice:
		return []string{"read"}
	}
	return nil
}

func (t *talk) choiceLabel(at position, id string) string {
	if own := t.textOf("questions."+at.q.ID+".choices."+id, at.item).Plain(); own != "" {
		return own
	}
	return t.label("answers." + id)
}

func (t *talk) severalButtons(at position) [][]Button {
	var buttons []Button
	for _, id := range t.offered(at) {
		b := t.box(t.choiceLabel(at, id), id)
		c, _ := t.choice(at.q, id)
		b.Opens = c.Opens != ""
		buttons = append(buttons, b)
	}
	return append(rows(buttons), []Button{{Label: t.label("done"), Action: "done"}})
}

func (t *talk) boxButtons(at position) [][]Button {
	var buttons []Button
	for _, q := range t.boxes(at) {
		buttons = append(buttons, t.box(t.textOf("questions."+q.ID+".short", at.item).Plain(), q.ID))
	}
	out := rows(buttons)
	if at.screen.Toggles {
		out = append(out, []Button{{Label: t.label("done"), Action: "done"}})
	}
	return out
}

// box says what a press will make of it, "on" or "off", so that quick taps are not lost and a
// repeated one changes nothing.
func (t *talk) box(label, id string) Button {
	if slices.Contains(t.state().Draft.Chosen, id) {
		return Button{Label: "☑ " + label, Action: "off:" + id, Box: id, On: true}
	}
	return Button{Label: "☐ " + label, Action: "on:" + id, Box: id}
}

func (t *talk) countryButtons(at position) [][]Button {
	var buttons []Button
	offers := t.Campaign.Countries.Near
	if at.q.Offer != "" {
		if code := t.Campaign.Evaluate(at.q.Offer, t.env(at.item)); code != "" {
			offers = append([]string{code}, offers...)
		}
	}
	seen := map[string]bool{}
	for _, code := range offers {
		if !seen[code] {
			seen[code] = true
			buttons = append(buttons, Button{Label: t.shown(answer.Country, code), Action: "pick:" + code})
		}
	}
	return rows(buttons)
}

func (t *talk) optionButtons(at position) [][]Button {
	var buttons []Button
	for i, value := range t.state().Draft.Options {
		buttons = append(buttons, Button{Label: t.shown(at.q.Kind, value), Action: "opt:" + strconv.Itoa(i)})
	}
	return append(rows(buttons), []Button{{Label: t.label("none-of-these"), Action: "again"}})
}

func (t *talk) fileButtons(at position) [][]Button {
	label := t.label("done")
	if len(t.values(at.q.ID, at.item)) == 0 {
		label = t.textOf("questions."+at.q.ID+".skip", at.item).Plain()
	}
	return [][]Button{{{Label: label, Action: "done"}}}
}

// service is the small row under every question: back, help, danger. Where somebody starts, the
// words are written out.
func (t *talk) service(at position) []Button {
	if t.greeting(at) {
		return []Button{{Label: t.label("language-button"), Action: "lang"}, {Label: t.label("danger-button"), Action: ActionDanger}}
	}
	row := []Button{{Label: t.label("back"), Action: "back"}, {Label: t.label("help-button"), Action: "help"}, {Label: "🆘", Action: ActionDanger}}
	if t.onPage && !t.reply.Left { // where no command can be typed
		row = append(row, Button{Label: t.label("language-button"), Action: "lang"})
	}
	return row
}

func (t *talk) greeting(at position) bool {
	return at.q != nil && len(t.Campaign.Screens) > 0 && at.q.ID == t.Campaign.Screens[0].ID()
}

// typedButton finds a button of the question shown by what a person typed: its label, its number
// in reading order, or the label's beginning where only one begins so. A beginning may have been
// meant for another question: echo is then the label, to be said back.
func (t *talk) typedButton(at position, typed string) (action, echo string, ok bool) {
	want := fold(typed)
	if want == "" {
		return "", "", false
	}
	var begins []Button
	numbered := !at.q.Kind.Typed() || len(t.state().Draft.Options) > 0 // elsewhere a number is an answer
	n := 0
	for _, row := range t.answerButtons(at) {
		for _, b := range row {
			n++
			label := fold(b.Label)
			if label == want || numbered && strconv.Itoa(n) == want {
				return b.Action, "", true
			}
			if strings.HasPrefix(label, want) && len(want) > 2 {
				begins = append(begins, b)
			}
		}
	}
	if len(begins) == 1 {
		return begins[0].Action, begins[0].Label, true
	}
	return "", "", false
}

// answerButtons are all buttons of a question but those of the service row.
func (t *talk) answerButtons(at position) [][]Button {
	if at.screen.Summary {
		return append(t.summaryButtons(), t.choices(at)...)
	}
	return t.choices(at)
}

// typedBoxes ticks several boxes that were typed in one line: "1, 3" or "1 en 3".
func (t *talk) typedBoxes(at position, typed string) bool {
	if at.q.Kind != answer.Several && !at.screen.Toggles {
		return false
	}
	var ids []string
	for _, part := range strings.FieldsFunc(strings.ReplaceAll(typed, " "+t.label("and")+" ", ","), func(r rune) bool { return strings.ContainsRune(",;&+\n", r) }) {
		action, _, ok := t.typedButton(at, part)
		id, isOn := strings.CutPrefix(action, "on:")
		if !ok || !isOn {
			return false
		}
		ids = append(ids, id)
	}
	if len(ids) < 2 {
		return false
	}
	for _, id := range ids {
		t.mark(at, id, true)
	}
	t.show()
	return true
}

func (t *talk) choice(q *campaign.Question, id string) (campaign.ChoiceOf, bool) {
	i := slices.IndexFunc(q.Choices, func(c campaign.ChoiceOf) bool { return c.ID == id })
	if i < 0 {
		return campaign.ChoiceOf{}, false
	}
	return q.Choices[i], true
}
