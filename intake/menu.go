package intake

import (
	"slices"
	"strconv"
	"strings"

	"claimline/intake/answer"
	"claimline/intake/wording"
)

// menuComplete is where a file stands that has everything: the list of what can be added to it.
const menuComplete = "file"

// menu words a place that is no question.
func (t *talk) menu(at position) Message {
	name, arg, _ := strings.Cut(at.menu, ":")
	switch name {
	case menuComplete:
		return t.fileMenu()
	case menuAsked:
		return t.askMenu()
	case "edit":
		return t.editMenu(arg, at.item)
	case "language":
		return Message{Text: t.say("menu.language", nil), Buttons: t.languageButtons()}
	case "remove":
		return Message{Text: t.say("menu.remove", wording.Args{"who": t.first(at.item)}), Buttons: t.confirm("remove")}
	}
	args := t.days()
	if t.Submission != nil {
		args["reference"] = t.Submission.Reference
	}
	text := t.say("menu."+name, args)
	if name == "stop" || name == "withdraw" {
		text = wording.Lines(text, t.beside())
	}
	return Message{Text: text, Buttons: t.confirm(name)}
}

// confirm offers to do what a menu is about, or not. The harmless way comes first.
func (t *talk) confirm(name string) [][]Button {
	return [][]Button{
		{{Label: t.label("menu." + name + "-no"), Action: "go:no"}},
		{{Label: t.label("menu." + name + "-yes"), Action: "go:" + name}},
	}
}

// open shows a menu in place of the question.
func (t *talk) open(menu string) {
	t.state().Focus = &Focus{Menu: menu}
	t.show()
}

// typedMenu finds the button of a menu by its label or number.
func (t *talk) typedMenu(at position, typed string) (string, bool) {
	n := 0
	for _, row := range t.menu(at).Buttons {
		for _, b := range row {
			n++
			if b.Action != "" && (fold(b.Label) == fold(typed) || strconv.Itoa(n) == fold(typed)) {
				return b.Action, true
			}
		}
	}
	return "", false
}

// choose does what a menu's button says.
func (t *talk) choose(at position, verb, arg string) {
	switch verb {
	case "go":
		t.confirmed(at, arg)
	case "edit":
		t.edit(arg)
	case "pack":
		t.openPack(arg)
	case "adult":
		t.adult()
	case "parent":
		t.tell(Message{Text: t.say("for-your-parent", wording.Args{"link": t.link("child")})})
	case "status":
		t.status()
	case "invite":
		t.invite()
	default:
		t.show()
	}
}

func (t *talk) confirmed(at position, what string) {
	t.state().Focus = nil
	if at.menu == menuReuse {
		t.state().Reuse = ""
	}
	switch what {
	case menuReuse:
		t.takeOver(at.item)
		t.show()
	case "stop", "delete":
		t.forget(what)
	case "restart":
		t.restart()
	case "withdraw":
		t.withdraw()
	case "asked-nothing":
		t.state().Asked.Words = false
		t.answered(position{})
		t.show()
	case "remove":
		t.letGo(at.item)
		t.settle()
		t.show()
	case "add":
		t.addMember()
		t.state().More = addedLate
		t.show()
	default:
		if t.Conversation.Stage == StageStopped {
			t.showStopped()
			return
		}
		if section, ok := strings.CutPrefix(what, "edit:"); ok {
			name, item, _ := strings.Cut(section, ":")
			t.state().Focus = &Focus{Menu: "edit:" + name, Key: Key{Item: atoi(item)}, Summary: true}
		}
		t.show()
	}
}

// language changes the language, at any time and without losing an answer.
func (t *talk) language(to string) {
	switch {
	case slices.Contains(t.Campaign.Languages, to):
		t.Conversation.Language = to
		if f := t.state().Focus; f != nil && f.Menu == "language" {
			t.state().Focus = nil
		}
		t.state().At = ""
		t.show()
	case len(t.Campaign.Languages) == 2:
		i := slices.Index(t.Campaign.Languages, t.Conversation.Language)
		t.language(t.Campaign.Languages[1-max(i, 0)])
	default:
		t.open("language")
	}
}

func (t *talk) languageButtons() [][]Button {
	var buttons []Button
	for _, lang := range t.Campaign.Languages {
		buttons = append(buttons, Button{Label: t.Words.In(lang).Text("language-name", nil).Plain(), Action: "lang:" + lang})
	}
	return rows(buttons)
}

// back goes to the question before this one; its answer stays until another is given.
func (t *talk) back(at position) {
	state := t.state()
	if at.menu != "" {
		state.Focus = nil
		t.show()
		return
	}
	draft := &state.Draft
	if draft.Year != "" || len(draft.Options) > 0 {
		draft.Year, draft.Options = "", nil
		t.show()
		return
	}
	walk := t.walk()
	if f := state.Focus; f != nil && f.Summary {
		state.Focus = nil
		t.show()
		return
	}
	if t.addedByMistake(at) {
		before := ""
		if state.More == addedLate {
			before = answer.No
		}
		t.letGo(at.item)
		state.More, state.At = before, ""
		t.changed()
		t.show()
		return
	}
	i := slices.IndexFunc(walk, func(p position) bool { return p.String() == at.String() })
	if i <= 0 {
		state.Pack = nil
		t.changed()
		t.show()
		return
	}
	state.Focus = &Focus{Key: walk[i-1].key()}
	t.show()
}

// addedLate marks a member added from the summary, where nobody else was to come.
const addedLate = "added"

// addedByMistake reports whether somebody turns back at the first question about one more member.
func (t *talk) addedByMistake(at position) bool {
	members := t.state().Members
	if at.item == 0 || len(members) < 2 || members[len(members)-1] != at.item {
		return false
	}
	for key := range t.state().Answers {
		if key.Item == at.item {
			return false
		}
	}
	return true
}

// help tells why the question is asked and what can be done besides answering it.
func (t *talk) help(at position) {
	key := "help"
	if t.Conversation.Stage == StageSent {
		key = "help-sent"
	}
	if t.onPage { // where no command can be typed
		key += "-page"
	}
	args := t.days()
	args["platform"] = t.platform()
	text := t.say(key, args)
	if at.q != nil {
		args := t.argsAbout(at.item)
		if !t.onPage && !t.chatCarries(at) {
			args = t.nameless(at.item)
		}
		text = wording.Lines(t.campaignText("questions."+at.q.ID+".why", args), wording.Say(""), text)
	}
	t.tell(Message{Text: text, Buttons: t.helpButtons()})
}

func (t *talk) helpButtons() [][]Button {
	return append(t.backToQuestion(), []Button{{Label: t.label("danger-button"), Action: ActionDanger}})
}

func (t *talk) backToQuestion() [][]Button {
	label := "back-to-question"
	if t.Conversation.Stage == StageSent && t.state().Pack == nil {
		label = "back-to-file"
	}
	return [][]Button{{{Label: t.label(label), Action: ActionResume}}}
}

func (t *talk) days() wording.Args {
	return wording.Args{"days": strconv.Itoa(t.Campaign.Retention.UnsentDays), "title": t.textOf("title", 0).Plain()}
}

// adult takes back "I am under 18". Without it honest adults are stuck; it leaves a note.
func (t *talk) adult() {
	t.Conversation.Stage = StageOpen
	t.state().Focus = nil
	t.changed()
	t.note("SAID_UNDER_18")
	t.settle()
	t.state().At = ""
	t.show()
}
