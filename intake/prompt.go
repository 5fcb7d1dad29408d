package intake

import (
	"slices"
	"strconv"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// show queues the current question. A question that was not showing before gets a new showing, so
// that the buttons of all earlier ones die; one that is asked again keeps its showing and draft.
func (t *talk) show() {
	at := t.current()
	if at.menu == menuComplete && t.Conversation.Stage == StageOpen {
		t.submit()
		at = t.current()
	}
	if at.menu == menuComplete {
		t.closePack()
	}
	t.warn()
	opened := t.turnTo(at)
	t.state().Draft.Words = t.agreementsOf(at)
	old := t.state().Prompt
	switch {
	case !t.belongsOnPage(at):
		t.leavePage()
		body := t.render(at)
		if opened && at.q != nil {
			body.File = t.document(at.q)
		}
		t.prompt(t.under(body))
	case t.onPage:
		t.lay(at)
		return
	default:
		t.prompt(t.under(t.wayToPage(at)))
		t.state().Prompt.Link = true
	}
	t.shrink(old)
}

// prompt queues a message that is the current question.
func (t *talk) prompt(m Message) {
	t.state().Prompt = Prompt{ID: t.queue(Outgoing{Do: Say, Body: m, Showing: t.Conversation.Showing}), On: t.Account}
}

// under puts what is to be said above a question into its message.
func (t *talk) under(m Message) Message {
	m.Text = wording.Lines(append(t.above, m.Text)...)
	t.above = nil
	return m
}

// shrink leaves of the prompt that showed before what may stay in the chat when all is sent: the
// line that closed it, or an arrow to where it is asked again. Its words, which may hold names and
// the whole summary, go.
func (t *talk) shrink(old Prompt) {
	line := t.closed
	t.closed = nil
	if len(line) == 0 {
		line = t.say("further-down", nil)
	}
	t.retire(old, line)
}

// turnTo makes a position the one that shows, and reports whether another one showed before.
func (t *talk) turnTo(at position) (opened bool) {
	if t.state().At == at.String() {
		return false
	}
	state := t.state()
	state.At, state.Prompted = at.String(), t.Now
	t.Conversation.Showing++
	t.Conversation.Screen = at.menu
	if at.q != nil {
		t.Conversation.Screen = at.screen.ID()
		if state.Draft.Of != at.String() {
			state.Draft = Draft{Of: at.String()}
			state.Draft.Chosen = t.ticked(at)
		}
	}
	return true
}

// ticked is what a screen shows as chosen when it opens: the answer that is being changed. What was
// agreed to in other words is not.
func (t *talk) ticked(at position) []string {
	if at.q.Kind == answer.Several {
		return slices.Clone(t.state().Answers[at.key()].Values)
	}
	var on []string
	for _, q := range t.boxes(at) {
		if t.affirmed(q, at.item) && !t.outdated(q, t.state().Answers[Key{q.ID, at.item}]) {
			on = append(on, q.ID)
		}
	}
	return on
}

// boxes are the questions of a screen that are shown as boxes to tick.
func (t *talk) boxes(at position) []*campaign.Question {
	ids := at.screen.Ask
	if !at.screen.Toggles {
		ids = ids[1:]
	}
	var boxes []*campaign.Question
	for _, id := range ids {
		if q := t.Campaign.Question(id); t.holds(q.When, at.item) {
			boxes = append(boxes, q)
		}
	}
	return boxes
}

// refresh shows the current question in place, after a box was ticked.
func (t *talk) refresh(pressed MessageID) {
	if t.onPage {
		t.show()
		return
	}
	t.queue(Outgoing{Do: Edit, Of: t.state().Prompt.ID, Message: pressed, Body: t.render(t.current()), Showing: t.Conversation.Showing})
}

// render words a position as one message, with all that stands above the question.
func (t *talk) render(at position) Message {
	m := t.word(at)
	if at.q != nil && at.screen.Summary {
		m.Text = wording.Lines(m.Header, t.summary(), m.Text)
		m.Buttons = append(t.summaryButtons(), m.Buttons...)
	} else {
		m.Text = wording.Lines(m.Header, m.Text)
	}
	m.Header = nil
	return m
}

// word words a menu, or a question by itself.
func (t *talk) word(at position) Message {
	if at.menu != "" {
		return t.menu(at)
	}
	m := Message{Header: t.header(at), Text: t.ask(at), Expect: expect(at.q)}
	m.Hint = t.textOf("questions."+at.q.ID+".hint", at.item).Plain()
	m.Buttons = append(m.Buttons, t.choices(at)...)
	m.Buttons = append(m.Buttons, t.service(at))
	m.Form = actionForm
	return m
}

var expects = map[answer.Kind]Expect{
	answer.Text: ExpectText, answer.LongText: ExpectLong, answer.Name: ExpectName, answer.Signature: ExpectSign,
	answer.Date: ExpectText, answer.Month: ExpectText, answer.Country: ExpectText, answer.Handle: ExpectText,
	answer.Number: ExpectNumber, answer.Money: ExpectText, answer.Email: ExpectEmail, answer.Phone: ExpectPhone,
	answer.File: ExpectFile, answer.Notice: ExpectPress, answer.Agree: ExpectPress, answer.Choice: ExpectPress,
	answer.Several: ExpectPress, answer.YesNo: ExpectPress, answer.Maybe: ExpectPress, answer.Year: ExpectNumber,
	answer.Group: ExpectPress,
}

// expect is what a question hopes for. A member's name is nothing that the person's device knows.
func expect(q *campaign.Question) Expect {
	if e := expects[q.Kind]; e != ExpectName || !q.Member {
		return e
	}
	return ExpectText
}

// ask words the question itself, with the boxes' sentences below it.
func (t *talk) ask(at position) wording.Text {
	draft := t.state().Draft
	switch {
	case draft.Year != "":
		return t.askNarrow(at)
	case len(draft.Options) > 0:
		return t.say("which-one", nil)
	}
	text := t.questionText(at)
	if !at.screen.Toggles {
		return text
	}
	for _, q := range t.boxes(at) {
		if q.ID != at.q.ID {
			text = wording.Lines(text, t.textOf("questions."+q.ID+".ask", at.item))
		}
	}
	return wording.Lines(text, t.say("tick-then-done", nil))
}

func (t *talk) questionText(at position) wording.Text {
	key := "questions." + at.q.ID + ".ask"
	if at.q.Kind == answer.Group && at.item == 0 {
		key = "notes.nobody_left"
	}
	if at.q.Member && at.q.Kind == answer.Agree {
		return t.campaignText(key, t.argsAbout(t.agreeing(at)...))
	}
	return t.textOf(key, at.item)
}

// header says how far it is: "Part 2 of 4 · Anna · about 2 minutes left".
func (t *talk) header(at position) wording.Text {
	if t.Conversation.Stage != StageOpen || at.q.Kind == answer.Notice && at.screen.Part == 1 {
		return nil
	}
	walk := t.walk()
	parts, known := t.parts(walk)
	args := wording.Args{"part": strconv.Itoa(at.screen.Part), "parts": strconv.Itoa(parts), "who": ""}
	if at.item != 0 && len(t.agreeing(at)) == 1 && (t.nameOf(at.item) != "" || len(t.state().Members) > 1) {
		args["who"] = " · " + t.first(at.item)
	}
	switch {
	case !known:
		return t.say("header-start", args)
	case parts == 1:
		return t.words().Count("header-short", t.minutesLeft(walk), nil)
	}
	return t.words().Count("header", t.minutesLeft(walk), args)
}

// parts is how many parts there will be. It never grows: while the answer that decides where the
// way leads is still to come, it is the campaign's longest, and how long that takes is not known.
func (t *talk) parts(walk []position) (n int, known bool) {
	longest := 0
	for _, s := range t.Campaign.Screens {
		longest = max(longest, s.Part)
	}
	if g := t.Campaign.Group; g != nil {
		for _, id := range t.Campaign.Mentions(g.When) {
			if _, ok := t.state().Answers[Key{Question: id}]; !ok {
				return longest, false
			}
		}
	}
	return t.lastPart(walk), true
}

// warn says with every greeting, in a message that stays, that nothing counts: a draft campaign, or
// the practice store. What is begun like that stays a test, whatever is approved meanwhile.
func (t *talk) warn() {
	if len(t.state().Answers) > 0 || t.Conversation.Stage != StageOpen {
		return
	}
	t.state().Test = t.Practice || t.Status == campaign.Draft
	if t.state().Test {
		t.tell(Message{Text: t.say("test", nil)})
	}
}

// Seconds that a screen takes a parent on a phone, for the estimate in the header.
var seconds = map[answer.Kind]int{
	answer.Notice: 22, answer.Agree: 30, answer.Signature: 40, answer.Several: 20, answer.File: 30,
	answer.LongText: 45, answer.Date: 14, answer.Email: 16,
}

func secondsFor(q *campaign.Question) int {
	if s, ok := seconds[q.Kind]; ok {
		return s
	}
	if q.Kind.Typed() {
		return 12
	}
	return 8
}

func (t *talk) minutesLeft(walk []position) int {
	left := 0
	for _, at := range walk {
		if t.unanswered(at) {
			left += secondsFor(at.q)
		}
	}
	return max(1, (left+59)/60)
}
