package intake

import (
	"maps"
	"slices"
	"strings"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// pick takes a choice that was pressed, and does what follows from it.
func (t *talk) pick(at position, id string) {
	if at.q.Kind == answer.Country {
		t.take(at, []string{id})
		return
	}
	if at.q.Kind == answer.Year {
		t.pickYear(at, id)
		return
	}
	if !slices.Contains(t.offered(at), id) {
		t.show()
		return
	}
	c, _ := t.choice(at.q, id)
	switch {
	case c.Stays:
		t.tell(Message{Text: t.textOf("notes."+c.Opens, at.item), Buttons: t.backToQuestion()})
	case c.Exit:
		t.stop()
	case at.q.Kind == answer.Group:
		t.answerAnother(at, id)
	case at.q.Kind == answer.Agree:
		t.decide(at, c, id)
	default:
		t.takeChoice(at, c, id)
	}
}

func (t *talk) takeChoice(at position, c campaign.ChoiceOf, id string) {
	if !t.accept(at, []string{id}) {
		return
	}
	t.set(c.Sets, at.item)
	if c.Opens != "" && at.q.Sensitivity == campaign.Safety {
		t.tell(Message{Text: t.textOf("notes."+c.Opens, at.item), Buttons: t.helpButtons()})
		t.pause(at)
		return
	}
	if c.Opens != "" { // with the next question, and gone with it: it may name a child
		t.above = append(t.above, t.textOf("notes."+c.Opens, at.item))
	}
	t.next(at, t.closing(at, t.choiceLabel(at, id)))
}

// paused is where a conversation stands that does not go on by itself: after somebody said that a
// child is not safe, the claim waits until they choose to go on.
const paused = "paused"

func (t *talk) pause(at position) {
	t.retire(t.state().Prompt, t.closing(at, ""))
	if f := t.state().Focus; f != nil && f.Menu == "" {
		t.state().Focus = nil
	}
	t.state().At, t.state().Prompt, t.state().Draft = paused, Prompt{}, Draft{}
	t.Conversation.Showing++
}

func (t *talk) pickYear(at position, value string) {
	if _, narrow := t.boundary(at, value); narrow {
		t.state().Draft.Year = value
		t.show()
		return
	}
	t.take(at, []string{value})
}

// take accepts an answer and goes on; false when it was not taken and is asked again.
func (t *talk) take(at position, values []string) bool {
	label := ""
	if !at.q.Kind.Typed() {
		label = t.shown(at.q.Kind, values[0])
	}
	if !t.accept(at, values) {
		return false
	}
	t.next(at, t.closing(at, label))
	return true
}

// accept puts an answer on record unless the campaign objects to it.
func (t *talk) accept(at position, values []string) bool {
	key := at.key()
	before, had := t.state().Answers[key]
	t.record(at, at.q, Answer{How: Given, Values: values})
	note := t.objection(at.q.Refuse, at.item)
	if note == "" {
		note = t.doubt(at.q, at.item)
	}
	if note != "" {
		delete(t.state().Answers, key)
		if had {
			t.state().Answers[key] = before
		}
		t.changed()
		t.above = []wording.Text{t.textOf("notes."+note, at.item)} // in place of an echo
		t.state().Draft.Unfit++
		t.show()
		return false
	}
	if had && !slices.Equal(before.Values, values) && t.steers(at.q) {
		t.startGroupAnew()
	}
	for _, q := range t.boxes(at) {
		if !at.screen.Toggles {
			t.recordBox(at, q)
		}
	}
	t.afterChange(at)
	return true
}

// steers reports whether a question decides whom the interview is about.
func (t *talk) steers(q *campaign.Question) bool {
	g := t.Campaign.Group
	if g == nil || q.Member {
		return false
	}
	return slices.ContainsFunc([]campaign.Expression{g.When, g.One, t.Campaign.Voice}, func(e campaign.Expression) bool {
		return slices.Contains(t.Campaign.Mentions(e), q.ID)
	})
}

// startGroupAnew lets everybody go when it is no longer said about them: what a parent told of a
// child must never become an answer about the parent.
func (t *talk) startGroupAnew() {
	for _, item := range slices.Clone(t.state().Members) {
		t.letGo(item)
	}
	t.state().More = ""
	t.changed()
}

// doubt is a reason to ask once more; a second answer that raises the same one stands.
func (t *talk) doubt(q *campaign.Question, item int) string {
	note := t.objection(q.Doubt, item)
	asked := Key{q.ID, item}.String() + ":" + note
	if note == "" || slices.Contains(t.state().Doubted, asked) {
		return ""
	}
	t.state().Doubted = append(slices.Clone(t.state().Doubted), asked)
	return note
}

func (t *talk) objection(to []campaign.Objection, item int) string {
	for _, o := range to {
		if t.Campaign.Holds(o.When, t.env(item)) {
			return o.Say
		}
	}
	return ""
}

// record writes an answer down, sealed by the key of whom it is about.
func (t *talk) record(at position, q *campaign.Question, a Answer) {
	item := at.item
	if !q.Member {
		item = 0
	}
	if q.Kind == answer.Notice {
		a.How, a.TextSHA256, a.Language = Seen, t.agreementHash(q, t.Conversation.Language), t.Conversation.Language
	}
	a.Version, a.At, a.Compartment = t.Campaign.Version, t.Now, compartmentOf(q, item)
	t.state().Answers[Key{q.ID, item}] = a
	if q.Kind == answer.Country && !q.Member && len(a.Values) > 0 {
		t.Conversation.Country = a.Values[0]
	}
	if q.ID == at.q.ID && t.Conversation.Stage == StageOpen {
		t.state().Pace = append(t.state().Pace, int(t.Now.Sub(t.state().Prompted).Seconds()))
	}
	t.changed()
}

func compartmentOf(q *campaign.Question, item int) string {
	switch q.Sensitivity {
	case campaign.Special:
		return Special
	case campaign.Safety:
		return Safety
	}
	return Compartment(item)
}

// afterChange draws the consequences of an answer: a member who must be let go, answers that can
// no longer be right, and after submission the rules over the whole file once more.
func (t *talk) afterChange(at position) {
	if group := t.Campaign.Group; group != nil && at.item != 0 && t.Conversation.Stage == StageOpen {
		for _, leave := range group.Leave {
			if t.holds(leave.When, at.item) {
				t.leave(leave, at.item)
				break
			}
		}
	}
	if t.Conversation.Stage == StageStopped {
		return
	}
	t.recheck()
	t.settle()
	if t.Submission != nil {
		t.judge()
		t.audit("correction", map[string]string{"submission": t.Submission.ID, "question": at.q.ID})
		if t.sought(at.q) {
			t.turn.Lookups, t.turn.corrected = t.lookups(), at.q.ID
		}
	}
}

func (t *talk) leave(l campaign.Leave, item int) {
	if l.Exit {
		t.stop()
		return
	}
	args := t.argsAbout(item)
	args["link"] = t.link("forward")
	t.above = []wording.Text{t.campaignText("notes."+l.Say, args)} // in place of the echo of what is erased now
	t.note(l.Flag)
	t.letGo(item)
}

// recheck drops answers that a change elsewhere made impossible, or doubtful for the first time;
// they are asked again. After submission only those are that some screen still asks for.
func (t *talk) recheck() {
	keys := slices.SortedFunc(maps.Keys(t.state().Answers), func(a, b Key) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		q := t.Campaign.Question(key.Question)
		if q == nil || t.state().Answers[key].How != Given || !t.holds(q.When, key.Item) || t.Submission != nil && !t.onScreen(key) {
			continue
		}
		note := t.objection(q.Refuse, key.Item)
		if note == "" {
			note = t.doubt(q, key.Item)
		}
		if note != "" {
			delete(t.state().Answers, key)
			t.changed()
			t.above = append(t.above, t.textOf("notes."+note, key.Item))
		}
	}
}

// onScreen reports whether a screen that can be reached asks for an answer.
func (t *talk) onScreen(key Key) bool {
	return slices.ContainsFunc(t.walk(), func(at position) bool {
		return at.item == key.Item && slices.Contains(at.screen.Ask, key.Question)
	})
}

// set gives the answers that come along with a choice.
func (t *talk) set(sets map[string]campaign.Expression, item int) {
	values := map[string]string{}
	for id, e := range sets {
		values[id] = t.Campaign.Evaluate(e, t.env(item))
	}
	for _, id := range slices.Sorted(maps.Keys(values)) {
		q := t.Campaign.Question(id)
		if values[id] != "" {
			t.record(position{q: &campaign.Question{}, item: item}, q, Answer{How: Given, Values: []string{values[id]}})
		}
	}
	t.settle()
}

func (t *talk) answerAnother(at position, id string) {
	if id == answer.Yes {
		t.addMember()
	} else {
		t.state().More = answer.No
		c, _ := t.choice(at.q, id)
		t.set(c.Sets, 0)
	}
	t.next(at, t.closing(at, t.choiceLabel(at, id)))
}

// next leaves the question just answered, shows the following one and shrinks the old prompt.
func (t *talk) next(at position, closing wording.Text) {
	if t.Conversation.Stage == StageStopped {
		return
	}
	if f := t.state().Focus; f != nil && f.Menu == "" {
		t.state().Focus = nil
	}
	t.state().At, t.state().Draft, t.closed = "", Draft{}, closing
	t.answered(at)
	t.show()
}

// retire takes the buttons off an answered prompt and leaves a line in its place.
func (t *talk) retire(prompt Prompt, line wording.Text) {
	if prompt.ID != "" {
		t.queue(Outgoing{Do: Edit, Account: prompt.On, Of: prompt.ID, Body: Message{Text: line}})
	}
}

// closing is what remains of a question in the chat: what was chosen, or that it is stored.
func (t *talk) closing(at position, label string) wording.Text {
	if !t.chatCarries(at) { // nor may what was asked stand there
		return t.say("stored", nil)
	}
	short := t.campaignText("questions."+at.q.ID+".short", t.nameless(at.item)).Plain() // this line stays when all is sent
	quiet := at.q.Sensitivity == campaign.Special || at.q.Sensitivity == campaign.Safety || at.q.Sensitivity == campaign.ChildIdentity
	if label == "" || quiet || at.q.Kind.Typed() || t.Conversation.Stage == StageSent {
		label = t.label("stored")
	}
	return t.say("closed", wording.Args{"short": short, "answer": label})
}

// note remembers a code for the moderators and at which question it was, without any of the words
// that led to it.
func (t *talk) note(code string, at ...string) {
	state := t.state()
	if code == "" {
		return
	}
	if !slices.Contains(state.Notes, code) {
		state.Notes = append(state.Notes, code)
	}
	for _, id := range at {
		if !slices.Contains(state.NotedAt[code], id) {
			noted := maps.Clone(state.NotedAt)
			if noted == nil {
				noted = map[string][]string{}
			}
			noted[code] = append(slices.Clone(noted[code]), id)
			state.NotedAt = noted
		}
	}
}

// nameless fills texts about a member without saying who it is: "child 1".
func (t *talk) nameless(item int) wording.Args {
	args := t.argsAbout(item)
	args["first_name"], args["name"] = args["child"], args["child"]
	return args
}
