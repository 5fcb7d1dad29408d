package intake

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// What a platform may not carry is asked on a private page. The page is a surface like a chat that
// shows one message at a time: the same conversation, questions and reasons. In the chat a link
// stands in place of such a question. Once somebody is on the page it keeps them there, also for
// what the chat could ask, until nothing is left that belongs on it; then the chat goes on.

// PageLife is how long a link, or a page that is open, holds without anybody doing anything.
const PageLife = 30 * time.Minute

// where says where people of this platform are asked for something so sensitive.
func (t *talk) where(s campaign.Sensitivity) string {
	return t.Campaign.Where(t.Account.Platform(), s)
}

// namesInChat reports whether the chat may hold the name of a member.
func (t *talk) namesInChat() bool { return t.where(campaign.ChildIdentity) == campaign.InChat }

// chatCarries reports whether the chat may show a position. What is asked about a member names
// them, and the summary says everything, so both are as delicate as the name.
func (t *talk) chatCarries(at position) bool {
	if at.menu != "" {
		menu, _, _ := strings.Cut(at.menu, ":")
		return t.namesInChat() || menu != "edit" && menu != "remove" && menu != menuAsked
	}
	if (at.item != 0 || at.q.Member || at.screen.Summary) && !t.namesInChat() {
		return false
	}
	return !slices.ContainsFunc(at.screen.Ask, func(id string) bool {
		return t.where(t.Campaign.Question(id).Sensitivity) != campaign.InChat
	})
}

// belongsOnPage reports whether a position is shown on the page: what the chat may not carry, and
// for somebody who is there, everything that comes before such a thing.
func (t *talk) belongsOnPage(at position) bool {
	switch {
	case !t.chatCarries(at):
		return true
	case !t.onPage || at.menu == menuComplete || t.Conversation.Stage == StageStopped:
		return false
	}
	return at.menu != "" || slices.ContainsFunc(t.walk(), func(at position) bool { return !t.chatCarries(at) && t.unanswered(at) })
}

// elsewhere keeps an answer out of the chat that belongs on the page: it is taken away, not read.
func (t *talk) elsewhere(e Event) bool {
	switch e.Did.(type) {
	case Said, Sent:
	default:
		return false
	}
	if t.onPage || !t.answers(e.Did) || t.Conversation.Stage == StageStopped || !t.askedOnPage() {
		return false
	}
	switch did := e.Did.(type) {
	case Said:
		if did.Edited || did.Forwarded || did.Damaged {
			return false // told so, and not read
		}
		if t.ownWords(did.Text) {
			return true
		}
		t.removeWords(did)
	case Sent:
		if at := t.current(); at.q == nil || at.q.Kind != answer.File || at.q.Sensitivity == campaign.Safety {
			return false // refused as everywhere else
		}
		t.queue(Outgoing{Do: Remove, Message: did.Message})
	}
	t.above = append(t.above, t.say("page.not-here", wording.Args{"platform": t.platform()}))
	t.show()
	return true
}

// askedOnPage reports whether the question showing stands on the page: also one that the chat could
// carry and never showed, since the page came to it first.
func (t *talk) askedOnPage() bool {
	at := t.current()
	return t.belongsOnPage(at) || at.q != nil && t.state().Prompt.Link
}

// platform is the platform's name as people know it.
func (t *talk) platform() string { return t.label("platforms." + t.Account.Platform()) }

// wayToPage is the link that stands in place of a question.
func (t *talk) wayToPage(at position) Message {
	if t.Pages == "" { // there was a page when this began
		return Message{Text: t.say("page.none", nil), Expect: ExpectPress, Buttons: [][]Button{t.service(at)}}
	}
	t.turn.Open = t.NewID()
	args := wording.Args{"platform": t.platform(), "minutes": strconv.Itoa(int(PageLife.Minutes()))}
	m := Message{Text: t.say("page.go-on", args), Expect: ExpectPress}
	m.Buttons = [][]Button{{{Label: t.label("page.open"), Link: t.Pages + t.turn.Open}}}
	m.Buttons = append(m.Buttons, []Button{{Label: t.label("page.new-link"), Action: ActionResume}})
	if at.q != nil {
		m.Buttons = append(m.Buttons, t.service(at))
	}
	return m
}

// leavePage ends a page on which nothing is left to ask. What was to be said above the next
// question is said there, since it may name a member.
func (t *talk) leavePage() {
	if !t.onPage || t.reply.Left {
		return
	}
	t.reply.Left, t.turn.Shut = true, true
	t.tell(t.under(Message{Text: t.say("page.left", wording.Args{"platform": t.platform()})}))
}

// turnPage ends a turn on the page: the question stands under whatever was said, except where the
// claim waits until the person chooses to go on.
func (t *talk) turnPage() {
	t.reply.Language = t.Conversation.Language
	switch {
	case !t.onPage || t.reply.Left:
	case t.turn.Forget:
		t.reply.Left = true
		t.tell(Message{Text: t.say("erased", nil)})
	case t.Conversation.Stage == StageStopped, t.Conversation.Stage == StageOpen && t.closedNow() && !t.inMenu():
		t.leavePage()
	case t.reply.Toast != "":
		if !t.asked {
			t.show()
		}
		notice := Message{Text: t.say("page.notice", wording.Args{"notice": t.reply.Toast})}
		t.reply.Page = slices.Insert(t.reply.Page, 0, notice)
	case !t.asked && (t.state().At != paused || t.reply.Page == nil):
		t.show()
	}
}

// lay puts a question on the page. What is said about it has a place of its own there, and its
// document stays with it.
func (t *talk) lay(at position) {
	t.asked = true
	m := t.word(at)
	if at.q != nil {
		m.File = t.document(at.q)
		if at.screen.Summary {
			t.tell(Message{Text: t.summary(), Buttons: t.summaryButtons()})
		}
	}
	m.Above, t.above = wording.Lines(t.above...), nil
	t.tell(m)
}

// handOut gives the person their own copy. Where the chat may not hold a name, the copy stays on the
// page, and with it what is said above it.
func (t *talk) handOut(m Message) {
	chat := m
	if !t.namesInChat() {
		chat.File = nil
	}
	t.tell(t.under(m))
	if t.onPage {
		t.queue(Outgoing{Do: Say, Body: chat})
	}
}

// takeIn asks for a file to be put into custody: by a job of the platform's, or by the page that
// has its bytes already. A page that never brought an earlier file does not count it any more.
func (t *talk) takeIn(o Outgoing) string {
	if !t.onPage {
		return t.queue(o)
	}
	o.ID, o.Account, o.Conversation = pageJob+t.NewID(), t.Account, t.Conversation.ID
	state := t.state()
	state.Fetching = maps.Clone(state.Fetching)
	maps.DeleteFunc(state.Fetching, func(job string, _ Key) bool { return strings.HasPrefix(job, pageJob) })
	t.reply.Fetch = &o
	return o.ID
}

// pageJob begins the id of a file's job that the page does itself.
const pageJob = "page-"
