package intake

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// said handles words: a command, a person's own words in mid-conversation, or an answer.
func (t *talk) said(did Said) {
	if t.Words.dangerous(did.Text) {
		return // answered from memory, before any turn
	}
	if strings.HasPrefix(did.Text, "/") {
		t.command(did.Text)
		return
	}
	switch {
	case t.Conversation.Stage == StageStopped && !t.inMenu():
		t.showStopped()
	case did.Form != "" && !t.onForm(did.Form):
	case did.Damaged:
		t.again("unfit.damaged", nil)
	case did.Edited:
		// A message of its own: above a question it would go unsaid with it, when that is answered first.
		t.queue(Outgoing{Do: Say, Body: Message{Text: t.say("no-edits", nil)}})
		t.show()
	case did.Forwarded:
		t.again("no-forwards", nil)
	case t.typedLabel(did.Text):
	case t.ownWords(did.Text):
	default:
		t.typed(did)
	}
}

// typed takes words as an answer to what is showing.
func (t *talk) typed(did Said) {
	at := t.current()
	t.turnTo(at)
	if at.menu != "" {
		if action, ok := t.typedMenu(at, did.Text); ok {
			t.act(action, "")
			return
		}
		if at.menu == menuAsked {
			t.answeredWords(did)
			return
		}
		t.again("press-a-button", nil)
		return
	}
	if action, echo, ok := t.typedButton(at, did.Text); ok && !(at.q.Kind == answer.Signature && t.signs(did.Text)) {
		if echo != "" {
			t.above = append(t.above, t.say("understood", wording.Args{"answer": echo}))
		}
		t.act(action, "")
		return
	}
	if t.typedBoxes(at, did.Text) {
		return
	}
	if at.q.Kind == answer.File {
		t.again("unfit.file", nil)
		return
	}
	if !at.q.Kind.Typed() && !slices.Contains([]answer.Kind{answer.Country, answer.Year, answer.YesNo, answer.Maybe}, at.q.Kind) {
		t.again("press-a-button", nil)
		return
	}
	t.read(at, did)
}

func (t *talk) read(at position, did Said) {
	reading, unfit := answer.Read(at.q.Kind, did.Text, answer.Limits{
		Min: at.q.Min, Max: at.q.Max, Pattern: at.q.Pattern, Earliest: at.q.Earliest, Future: at.q.Future, Still: at.q.Still,
	}, answer.Situation{Language: t.Conversation.Language, Country: t.Conversation.Country, Today: t.today})
	switch {
	case unfit != nil && unfit.Reason == answer.ReasonDontKnow && at.q.Optional:
		t.skip(at)
	case unfit != nil:
		if unfit.Reason == answer.ReasonIDNumber {
			t.note("ID_NUMBER_IN_TEXT", at.q.ID)
			t.removeWords(did)
		}
		t.refuse(at, unfit)
	case len(reading.Options) > 0:
		t.state().Draft.Options = reading.Options
		t.removeWords(did)
		t.show()
	case at.q.Kind == answer.Signature && !t.signs(reading.Values[0]):
		t.again("unfit.signature-name", wording.Args{"name": t.signer()})
	default:
		t.takeRead(at, reading, did)
	}
}

// refuse says why an answer cannot be taken, and where there is one, which button passes the question over.
func (t *talk) refuse(at position, unfit *answer.Unfit) {
	if at.q.Optional {
		skip := t.textOf("questions."+at.q.ID+".skip", at.item).Plain()
		t.above = append(t.above, t.say("unfit."+unfit.Reason, unfit.Args))
		t.again("or-skip", wording.Args{"button": skip})
		return
	}
	t.again("unfit."+unfit.Reason, unfit.Args)
}

// signs reports whether a typed name is the one that the person gave, or one that holds all of it.
func (t *talk) signs(typed string) bool {
	given := t.signer()
	if given == "" || answer.SameName(typed, given) {
		return true
	}
	words := strings.Fields(fold(typed))
	return !slices.ContainsFunc(strings.Fields(fold(given)), func(w string) bool { return !slices.Contains(words, w) })
}

// signer is the name that the person gave as their own; "" where the campaign asks for none.
func (t *talk) signer() string {
	if q := t.own(); q != nil {
		return t.value(q.ID, 0)
	}
	return ""
}

// own is the question for the person's own name; nil where the campaign does not ask for it.
func (t *talk) own() *campaign.Question {
	i := slices.IndexFunc(t.Campaign.Questions, func(q *campaign.Question) bool {
		return q.Kind == answer.Name && !q.Member && t.holds(q.When, 0)
	})
	if i < 0 {
		return nil
	}
	return t.Campaign.Questions[i]
}

func (t *talk) takeRead(at position, r answer.Reading, did Said) {
	if _, narrow := t.boundary(at, r.Values[0]); narrow {
		t.pickYear(at, r.Values[0])
		return
	}
	if r.Echo && t.Conversation.Stage == StageOpen { // afterwards nothing that was entered is repeated
		var shown []string
		for _, v := range r.Values {
			shown = append(shown, t.shown(at.q.Kind, v))
		}
		t.above = append(t.above, t.say("understood", wording.Args{"answer": strings.Join(shown, ", ")}))
	}
	t.worry(at, did.Text)
	if t.take(at, r.Values) {
		t.removeWords(did)
	}
}

// worry looks for words of harm in what was told freely. A hit adds the help numbers and a note to
// safeguarding; it blocks nothing and judges nobody.
func (t *talk) worry(at position, text string) {
	if at.q.Kind != answer.LongText {
		return
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	said := " " + strings.Join(words, " ") + " "
	if slices.ContainsFunc(t.words().List("words.harm"), func(w string) bool { return strings.Contains(said, " "+w) }) {
		t.note("THREAT_OR_SELF_HARM_WORDS", at.q.ID)
		t.tell(Message{Text: t.Words.numbers(t.Conversation.Language, t.Conversation.Country), Buttons: t.backToQuestion()})
	}
}

func (t *talk) skip(at position) {
	t.record(at, at.q, Answer{How: Skipped})
	t.next(at, t.closing(at, t.label("skipped")))
}

// typedLabel presses a button whose whole label was typed: it comes before anything else that the
// same words could mean.
func (t *talk) typedLabel(text string) bool {
	at := t.current()
	if at.q != nil && at.q.Kind == answer.Signature && t.signs(text) {
		return false
	}
	for _, row := range t.menuOrChoices(at) {
		for _, b := range row {
			if b.Action != "" && fold(b.Label) == fold(text) && fold(text) != "" {
				t.turnTo(at)
				t.act(b.Action, "")
				return true
			}
		}
	}
	return false
}

func (t *talk) menuOrChoices(at position) [][]Button {
	if at.menu != "" {
		return t.menu(at).Buttons
	}
	return t.answerButtons(at)
}

// removeWords takes a message away once what it said is stored or must not stay.
func (t *talk) removeWords(did Said) {
	if did.Message != "" {
		t.queue(Outgoing{Do: Remove, Message: did.Message})
	}
}

// again asks the same question once more and says why.
func (t *talk) again(key string, args wording.Args) {
	t.state().Draft.Unfit++
	t.above = append(t.above, t.say(key, args))
	t.show()
}

// onForm reports whether a form belongs to the question that is showing; else it says so.
func (t *talk) onForm(form string) bool {
	showing, action, ok := t.Signer.Action(t.Account, t.Conversation.ID, form)
	switch {
	case !ok || action != actionForm:
		t.reply.Toast = t.label("toast.not-yours")
	case showing != t.Conversation.Showing:
		t.late(showing)
	default:
		return true
	}
	return false
}

// filled takes a form of boxes: what was ticked in it holds, and nothing else. Then its button does
// what it does in a chat.
func (t *talk) filled(did Filled) {
	if !t.onForm(did.Form) {
		return
	}
	at := t.current()
	t.turnTo(at)
	for _, row := range t.choices(at) {
		for _, b := range row {
			if ticked := slices.Contains(did.Chosen, b.Box); b.Box != "" && ticked != b.On {
				t.mark(at, b.Box, ticked)
			}
		}
	}
	t.pressed(Pressed{Button: did.Button})
}

// pressed handles a button. Whatever it carries, only a token signed for this person and for the
// question that is showing has an effect.
func (t *talk) pressed(did Pressed) {
	showing, action, ok := t.Signer.Action(t.Account, t.Conversation.ID, did.Button)
	switch {
	case !ok:
		t.reply.Toast = t.label("toast.not-yours")
	case action == ActionDanger:
		return // answered from memory, before any turn
	case action == ActionResume:
		t.resume()
	case action == ActionErase:
		t.cancelOrDelete()
	case action == ActionTell:
		t.tellTeam()
	case t.Conversation.Stage == StageStopped && action != "adult" && action != "parent" && !t.inMenu():
		t.showStopped()
	case showing != t.Conversation.Showing:
		t.late(showing)
	default:
		t.act(action, did.Message)
	}
}

// inMenu reports whether a menu shows in place of a question.
func (t *talk) inMenu() bool {
	f := t.state().Focus
	return f != nil && f.Menu != ""
}

// doubleTap is how soon a second press on the question just answered is a finger that bounced.
const doubleTap = 5 * time.Second

// late answers a press on an earlier question: it changes nothing, and the current question comes
// once more, unless it has only just appeared.
func (t *talk) late(showing int) {
	t.reply.Toast = t.label("toast.late")
	if showing == t.Conversation.Showing-1 && t.Now.Sub(t.state().Prompted) < doubleTap {
		return
	}
	t.resume()
}

// resume shows the current question again, as a message of its own.
func (t *talk) resume() {
	if t.Conversation.Stage == StageStopped {
		t.showStopped()
		return
	}
	t.show()
}

// act does what a button of the current question stands for.
func (t *talk) act(action string, pressed MessageID) {
	at := t.current()
	verb, arg, _ := strings.Cut(action, ":")
	switch verb {
	case "lang":
		t.language(arg)
	case "back":
		t.back(at)
	case "help":
		t.help(at)
	default:
		if at.menu != "" || verb == "go" || t.Conversation.Stage == StageStopped {
			t.choose(at, verb, arg)
			return
		}
		t.answerByButton(at, verb, arg, pressed)
	}
}

func (t *talk) answerByButton(at position, verb, arg string, pressed MessageID) {
	state := t.state()
	switch verb {
	case "pick":
		t.pick(at, arg)
	case "on", "off":
		t.tick(at, arg, verb == "on", pressed)
	case "done":
		t.done(at)
	case "each":
		state.Draft.Chosen = []string{"each"}
		t.show()
	case "skip":
		t.skip(at)
	case "opt":
		if i, err := strconv.Atoi(arg); err == nil && i >= 0 && i < len(state.Draft.Options) {
			value := state.Draft.Options[i]
			state.Draft.Options = nil
			t.take(at, []string{value})
		}
	case "again":
		state.Draft.Options = nil
		t.show()
	case "half":
		if value, ok := t.half(at, arg); ok {
			state.Draft.Year = ""
			t.take(at, []string{value})
		}
	}
}

func (t *talk) gave(did Gave) {
	if t.Conversation.Stage == StageStopped {
		t.showStopped()
		return
	}
	key := "gave." + did.What
	if !t.words().Has(key) {
		key = "gave.other"
	}
	t.again(key, nil)
}

// returned shows the current question once more after an outage in which a press may have been lost.
func (t *talk) returned() {
	if t.Conversation.Stage != StageOpen || t.closedNow() || t.state().At == paused || t.elsewhereNow() {
		return
	}
	t.above = append(t.above, t.say("we-were-away", nil))
	t.show()
}

// elsewhereNow reports whether the person talks from another of their accounts.
func (t *talk) elsewhereNow() bool {
	on := t.state().Prompt.On
	return on != "" && on != t.Account
}

func (t *talk) blocked(did Blocked) {
	if !did.Back {
		t.state().Fetching = nil // nobody fetches for somebody who has gone
	}
	t.reached(did.Back)
	switch {
	case !did.Back:
	case t.Submission != nil: // what was to be said meanwhile was given up, and may have been the number
		t.status()
	case t.Conversation.Stage == StageOpen && !t.closedNow() && t.state().At != paused:
		t.show()
	}
}

// fold makes typed words comparable: lower case, one space, no punctuation at the ends.
func fold(words string) string {
	words = strings.Join(strings.Fields(strings.ToLower(words)), " ")
	return strings.TrimFunc(words, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
