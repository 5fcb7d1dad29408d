package intake

import (
	"maps"
	"slices"
	"strings"
	"time"

	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// Place is what a turn depends on besides the file and the event.
type Place struct {
	Campaign *campaign.Campaign
	Status   campaign.Status
	Words    *Words
	Signer   Signer
	Now      time.Time
	NewID    func() string                          // random ids; a reference is made of one
	NewCode  func() string                          // random codes, see offerCode
	Practice bool                                   // the terminal's practice store: everything is a test
	Link     string                                 // the beginning of a deep link to the bot, "" where there is none
	Pages    string                                 // the beginning of a link to the private page, "" where there is none
	Titles   func(campaign, language string) string // of other campaigns
	Verified func(campaign string) (n int, ok bool) // see Desk.Verified
	Before   *Before                                // the file that State.Reuse names; nil where it is not there
}

// Advance is one turn of a conversation: what is on file and what a person did go in, what is on
// file then and what is said go out. It is a pure function of its arguments.
func Advance(p Place, f File, e Event) (File, Turn, Reply) {
	t := begin(p, f)
	t.onPage = e.Page
	t.leaveOther()
	if byHand(e.Did) {
		t.reached(true)
	}
	if !t.shut(e) && !t.elsewhere(e) {
		t.handle(e.Did)
		t.touch(e.Did)
	}
	t.turnPage()
	t.sign()
	return t.File, t.turn, t.reply
}

func (t *talk) handle(did Did) {
	takenBack := t.takeBack()
	switch did := did.(type) {
	case Said:
		if takenBack && t.answers(did) {
			t.show() // what is said was about the question before
			return
		}
		t.said(did)
	case Filled:
		t.filled(did)
	case Looked:
		t.show()
	case Pressed:
		t.pressed(did)
	case Sent:
		t.sent(did)
	case Fetched:
		t.fetched(did)
	case Gave:
		t.gave(did)
	case turnedAway:
		args := wording.Args{"title": did.from.Text(t.Conversation.Language, "title", "", nil).Plain()}
		t.tell(Message{Text: t.say("takes-nothing", args), Buttons: t.backToQuestion()})
	case linked:
		t.linked(did)
	case guardianAnswer:
		t.guardianAnswered(did)
	case guardianThanks:
		t.thankGuardian(did)
	case Decided:
		t.decided(did)
	case Reopened:
		t.reopened(did)
	case Proposed:
		t.proposed(did)
	case Noted:
		t.keepNote(did)
	case Carried:
		t.carried(did)
	case AskedAgain:
		t.askedAgain(did)
	case Unread:
		t.unread(did)
	case Returned:
		t.returned()
	case Blocked:
		t.blocked(did)
	}
}

// touch notes that the person did something: the time after which an unsent interview is erased
// begins anew. What happens without them does not count.
func (t *talk) touch(did Did) {
	if !byHand(did) {
		return
	}
	t.Conversation.Touched = t.Now
	if t.Conversation.Stage == StageOpen {
		t.Conversation.Expires = t.Now.AddDate(0, 0, t.Campaign.Retention.UnsentDays)
	}
}

// byHand reports whether the person did it, and it did not just happen.
func byHand(did Did) bool {
	switch did.(type) {
	case Said, Filled, Pressed, Sent, Gave, Unread:
		return true
	}
	return false
}

// shut answers in place of the interview: while the campaign takes nothing new, to somebody whose
// first words were no /start, and where the claim waits because a child is not safe. Commands,
// rights and the danger button work all the same.
func (t *talk) shut(e Event) bool {
	if t.Conversation.Stage != StageOpen || !t.answers(e.Did) {
		return false
	}
	if t.closedNow() {
		if t.inMenu() {
			return false
		}
		t.tell(Message{Text: t.say("paused", t.days())})
		return true
	}
	sent, isFile := e.Did.(Sent)
	switch at := t.state().At; {
	case at == paused && isFile:
		t.keepOut(sent)
		t.tell(Message{Text: t.say("file-in-safety", nil), Buttons: t.helpButtons()})
		return true
	case at == paused || at == "":
		t.show()
		return true
	}
	return false
}

// answers reports whether somebody did what goes on with the interview: not a command, a call for
// help or to stop, and not what happened without them.
func (t *talk) answers(did Did) bool {
	switch did := did.(type) {
	case Said:
		return !strings.HasPrefix(did.Text, "/") && !t.Words.dangerous(did.Text) && !slices.Contains(t.words().List("words.stop"), fold(did.Text))
	case Pressed:
		return did.Button != ActionDanger && did.Button != ActionErase
	case Sent, Gave, Filled, Looked:
		return true
	}
	return false
}

func (t *talk) closedNow() bool { return t.Status == campaign.Paused || t.Status == campaign.Closed }

// talk is the workbench of one turn.
type talk struct {
	Place
	File
	today  string
	envs   map[int]campaign.Env // expressions' view of the answers, by member; dropped on every change
	walked []position           // the screens that apply; dropped with envs
	hashes map[string]string    // of agreements, see agreementHash
	turn   Turn
	reply  Reply
	above  []wording.Text // said above the next question, in the same message
	closed wording.Text   // what stays of the question that was answered
	onPage bool           // the turn happens on the private page
	asked  bool           // and the question stands there
}

func begin(p Place, f File) *talk {
	state := &f.Conversation.State
	state.Answers = maps.Clone(state.Answers)
	if state.Answers == nil {
		state.Answers = map[Key]Answer{}
	}
	state.Members, state.Notes, state.Pace = slices.Clone(state.Members), slices.Clone(state.Notes), slices.Clone(state.Pace)
	state.Draft.Chosen = slices.Clone(state.Draft.Chosen)
	if f.Submission != nil {
		copied := *f.Submission
		copied.Consents, copied.Flags = slices.Clone(copied.Consents), slices.Clone(copied.Flags)
		f.Submission = &copied
	}
	t := &talk{Place: p, File: f, turn: Turn{At: p.Now}}
	t.today = p.Now.In(p.Campaign.Location()).Format(time.DateOnly)
	t.settle()
	return t
}

func (t *talk) state() *State { return &t.Conversation.State }

// values is a question's answer in canonical form: what was given, else the default.
func (t *talk) values(id string, item int) []string {
	if a, ok := t.state().Answers[Key{id, item}]; ok {
		return a.Values
	}
	q := t.Campaign.Question(id)
	if q == nil || q.Default == "" || q.Member != (item != 0) {
		return nil
	}
	if v := t.Campaign.Evaluate(q.Default, t.given(item)); v != "" {
		return []string{v}
	}
	return nil
}

func (t *talk) value(id string, item int) string {
	if v := t.values(id, item); len(v) > 0 {
		return v[0]
	}
	return ""
}

// env is what expressions see: the person's answers, and the member's where there is one.
func (t *talk) env(item int) campaign.Env {
	if env, ok := t.envs[item]; ok {
		return env
	}
	if t.envs == nil {
		t.envs = map[int]campaign.Env{}
	}
	env := t.Campaign.Env(withDefaults{t}, item, t.today)
	t.envs[item] = env
	return env
}

// given is the same without defaults, for the expressions that are the defaults.
func (t *talk) given(item int) campaign.Env {
	return t.Campaign.Env(onlyGiven{t}, item, t.today)
}

func (t *talk) holds(e campaign.Expression, item int) bool {
	return e == "" || t.Campaign.Holds(e, t.env(item))
}

// withDefaults and onlyGiven show a talk's answers to expressions.
type withDefaults struct{ *talk }

func (a withDefaults) Values(question string, item int) []string { return a.values(question, item) }
func (a withDefaults) Items() []int                              { return a.state().Members }

type onlyGiven struct{ *talk }

func (a onlyGiven) Values(question string, item int) []string {
	return a.state().Answers[Key{question, item}].Values
}
func (a onlyGiven) Items() []int { return a.state().Members }

// changed forgets what was derived from the answers.
func (t *talk) changed() { t.envs, t.walked = nil, nil }

// queue adds something to be said or done, and returns its id.
func (t *talk) queue(o Outgoing) string {
	if o.Account == "" {
		o.Account = t.Account
	}
	o.ID, o.Conversation = t.NewID(), t.Conversation.ID
	t.turn.Outgoing = append(t.turn.Outgoing, o)
	return o.ID
}

// tell says something that is not the current question, where the person is.
func (t *talk) tell(m Message) {
	if t.onPage {
		t.reply.Page = append(t.reply.Page, m)
		return
	}
	t.queue(Outgoing{Do: Say, Body: m})
}

func (t *talk) audit(kind string, refs map[string]string) {
	t.turn.Audit = append(t.turn.Audit, Entry{Kind: kind, Refs: refs})
}

// sign turns the actions behind buttons into tokens that only this account can use.
func (t *talk) sign() {
	for i := range t.turn.Outgoing {
		t.signMessage(&t.turn.Outgoing[i].Body)
	}
	for i := range t.reply.Page {
		t.signMessage(&t.reply.Page[i])
	}
}

func (t *talk) signMessage(m *Message) {
	for _, row := range m.Buttons {
		for i, b := range row {
			if b.Action != "" {
				row[i].Token = t.token(b.Action)
			}
		}
	}
	if m.Form != "" {
		m.Form = t.token(m.Form)
	}
}

func (t *talk) token(action string) string {
	return t.Signer.Token(t.Account, t.Conversation.ID, t.Conversation.Showing, action)
}
