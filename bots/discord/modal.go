package discord

import (
	"strings"

	"claimline/bots"
	"claimline/intake"
)

// A question that is answered in words can be answered in a form as well: its message has a button
// that opens one. Discord wants the form itself as the answer to that press, within three seconds,
// so it is made of the button and the message it hangs under, and nothing is looked up.

// Limits of a form (interactions/receiving-and-responding.mdx, components/reference.mdx).
const (
	mostTitle       = 45
	mostFieldLabel  = 45
	mostDescription = 100
	mostPlaceholder = 100
	mostWritten     = 4000
)

// The two sizes of a field, which are also part of the custom_id of the button that opens it.
const (
	oneLine   = 1
	manyLines = 2
)

const (
	fieldID = "answer"
	pencil  = "✎ "
)

// formButton is the button that opens a form; false where the message asks for nothing in words.
func formButton(m intake.Message, own labels) (component, bool) {
	if m.Form == "" {
		return component{}, false
	}
	kind := "1"
	switch m.Expect {
	case intake.ExpectText, intake.ExpectLong:
		kind = "2"
	case intake.ExpectName, intake.ExpectSign, intake.ExpectNumber, intake.ExpectEmail, intake.ExpectPhone:
	default:
		return component{}, false
	}
	id := formPrefix + kind + ":" + m.Form
	if len(id) > mostID {
		return component{}, false // it can still be answered by writing
	}
	label := m.Hint
	if label == "" {
		label = own.answer
	}
	return component{Type: typeButton, Style: styleGrey, Label: shorten(pencil+clean(label), mostLabel), CustomID: id}, true
}

// form is the modal that a press on the button opens: the question's last line, and one field. Its
// custom_id brings the Message.Form back.
type form struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []component `json:"components"`
}

// opening is a press on the button that opens a form: all that the form is made of.
type opening struct {
	customID string
	label    string // of the button
	question string // the message that it hangs under
}

func (o opening) form(title string) form {
	prefix, rest := formPrefix, o.customID
	if of, ok := strings.CutPrefix(rest, deskPrefix); ok {
		prefix, rest = deskPrefix+formPrefix, of
	}
	kind, id, _ := strings.Cut(strings.TrimPrefix(rest, formPrefix), ":")
	style := manyLines
	if kind == "1" {
		style = oneLine
	}
	required := true
	field := component{Type: typeTextInput, CustomID: fieldID, Style: style, MaxLength: mostWritten, Required: &required,
		Placeholder: shorten(strings.TrimPrefix(o.label, pencil), mostPlaceholder)}
	asked := component{Type: typeLabel, Label: nonEmpty(shorten(title, mostFieldLabel)), Component: &field,
		Description: shorten(lastLine(o.question), mostDescription)}
	return form{CustomID: shorten(prefix+id, mostID), Title: nonEmpty(shorten(title, mostTitle)), Components: []component{asked}}
}

// lastLine is what a message ends with, which in a question is the question, without markup.
func lastLine(content string) string {
	lines := strings.Split(strings.TrimSpace(content), "\n")
	return strings.TrimSpace(strings.NewReplacer("**", "", "\\", "").Replace(lines[len(lines)-1]))
}

// written is what was put into a form: the first field, in a label or in a row.
func written(list []component) (bots.Words, bool) {
	for _, c := range list {
		switch {
		case c.Type == typeTextInput && c.Value != nil:
			return *c.Value, true
		case c.Component != nil:
			if w, ok := written([]component{*c.Component}); ok {
				return w, true
			}
		}
		if w, ok := written(c.Components); ok {
			return w, true
		}
	}
	return bots.Words{}, false
}
