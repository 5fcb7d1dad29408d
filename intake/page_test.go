package intake_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"claimline/intake"
	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/story"
	"claimline/intake/wording"
)

const pages = "https://claim.example.org/p/"

// reader is a person on a platform that may not carry what is asked about a child: whatever belongs
// on the private page they answer there, and everything else in the chat.
type reader struct {
	*person
	onPage bool
	page   []intake.Message // what the page shows
	before [][]intake.Button
	boxes  map[string]bool // as they are ticked on the page, by label without its box
	seen   []string
}

var _ story.Surface = (*reader)(nil)

func sitBeforePage(t testing.TB, c *campaign.Campaign, status campaign.Status, locale string, at intake.Account) *reader {
	t.Helper()
	p := sit(t, c, status, locale)
	p.account, p.desk.Pages = at, pages
	return &reader{person: p}
}

// turn does something on the page.
func (r *reader) turn(did intake.Did) intake.Reply {
	r.Helper()
	r.count++
	r.now = r.now.Add(wink)
	e := intake.Event{Account: r.account, Identity: "page" + strconv.Itoa(r.count), At: r.now, Locale: r.locale, Page: true, Did: did}
	if help, ok := r.desk.Danger(e); ok {
		r.seen = append(r.seen, help.Text.Plain())
	}
	reply, err := r.desk.Handle(context.Background(), e)
	if err != nil {
		r.Fatal(err)
	}
	r.show(reply)
	return reply
}

func (r *reader) show(reply intake.Reply) {
	for _, m := range r.page {
		r.before = append(r.before, m.Buttons...)
	}
	r.page, r.boxes = reply.Page, map[string]bool{}
	for _, m := range r.page {
		r.seen = append(r.seen, wording.Lines(m.Above, m.Header, m.Text).Plain()+attached(m.File))
		for _, b := range flat(m.Buttons) {
			if b.Box != "" {
				r.boxes[plain(b.Label)] = b.On
			}
		}
	}
	r.onPage = !reply.Left
}

func flat(rows [][]intake.Button) []intake.Button {
	var all []intake.Button
	for _, row := range rows {
		all = append(all, row...)
	}
	return all
}

func plain(label string) string { return strings.TrimLeft(label, "☐☑ ") }

// follow opens the page where the chat's question is a link to it.
func (r *reader) follow() {
	chat := r.person.Seen()
	r.seen = append(r.seen, chat...)
	if r.onPage {
		return
	}
	for i := len(r.order) - 1; i >= 0; i-- {
		buttons := flat(r.shown[r.order[i]].Buttons)
		if len(buttons) == 0 {
			continue
		}
		if strings.HasPrefix(buttons[0].Link, pages) {
			r.turn(intake.Looked{})
		}
		return
	}
}

func (r *reader) Seen() []string {
	r.follow()
	seen := r.seen
	r.seen = nil
	return seen
}

func (r *reader) Labels() []string {
	r.follow()
	if !r.onPage {
		return r.person.Labels()
	}
	var labels []string
	for _, m := range r.page {
		for _, b := range flat(m.Buttons) {
			if b.Box != "" {
				b.Label = map[bool]string{true: "☑ ", false: "☐ "}[r.boxes[plain(b.Label)]] + plain(b.Label)
			}
			labels = append(labels, b.Label)
		}
	}
	return labels
}

// form is the question that can be answered on the page.
func (r *reader) form() string {
	if n := len(r.page); r.onPage && n > 0 {
		return r.page[n-1].Form
	}
	return ""
}

func (r *reader) Say(text string) {
	r.follow()
	if r.onPage && len(r.boxes) > 0 && r.tapped(text) {
		return
	}
	if form := r.form(); form != "" && !strings.HasPrefix(text, "/") {
		r.turn(intake.Said{Text: text, Form: form})
		return
	}
	if r.onPage && text == "/taal" {
		return // the page has a button for it, which keeps what is ticked
	}
	r.onPage = false
	r.person.Say(text)
}

// tapped taps what somebody in a chat would have typed, where there is nothing to type in.
func (r *reader) tapped(text string) bool {
	for i, label := range r.Labels() {
		if strconv.Itoa(i+1) == text || strings.EqualFold(plain(label), text) {
			r.Press(label, false)
			return true
		}
	}
	return false
}

func (r *reader) Forward(text string) { r.onPage = false; r.person.Forward(text) }
func (r *reader) Edit(text string)    { r.onPage = false; r.person.Edit(text) }
func (r *reader) Give(what string)    { r.onPage = false; r.person.Give(what) }
func (r *reader) Away()               { r.onPage = false; r.person.Away() }

func (r *reader) Press(label string, late bool) {
	r.Helper()
	r.follow()
	if !r.onPage && !late {
		r.person.Press(label, false)
		return
	}
	rows := r.before
	if !late {
		rows = nil
		for _, m := range r.page {
			rows = append(rows, m.Buttons...)
		}
	}
	buttons := flat(rows)
	for i := len(buttons) - 1; i >= 0; i-- {
		b := buttons[i]
		switch {
		case b.Box != "" && !b.Opens && plain(b.Label) == plain(label):
			r.boxes[plain(label)] = !r.boxes[plain(label)]
			return
		case plain(b.Label) == plain(label) && !late && len(r.boxes) > 0:
			r.hand(buttons, b.Token)
			return
		case b.Label == label:
			r.turn(intake.Pressed{Button: b.Token})
			return
		}
	}
	if late {
		r.onPage = false
		r.person.Press(label, true)
		return
	}
	r.Errorf("there is no button %q; there are %q", label, r.Labels())
}

// hand gives in a form of boxes by one of its buttons.
func (r *reader) hand(buttons []intake.Button, token string) {
	var chosen []string
	for _, b := range buttons {
		if b.Box != "" && r.boxes[plain(b.Label)] {
			chosen = append(chosen, b.Box)
		}
	}
	r.turn(intake.Filled{Form: r.form(), Chosen: chosen, Button: token})
}

func (r *reader) Send(kind string) {
	r.follow()
	if !r.onPage {
		r.person.Send(kind)
		return
	}
	sent := intake.Sent{Name: kind + ".jpg", Type: "image/jpeg", Bytes: 1000, Form: r.form()}
	if kind == "huge" {
		sent.Bytes = intake.MaxPageFileBytes + 1
	}
	reply := r.turn(sent)
	if f := reply.Fetch; f != nil {
		r.turn(intake.Fetched{Job: f.ID, Stored: intake.StoredFile{ID: "file" + f.ID, SHA256: f.ID, Bytes: sent.Bytes, Type: sent.Type}})
	}
}

// TestStoriesOnThePage tells every story to somebody whose platform may not carry children's data.
// Nothing of a child's name or birth date is ever in their chat, not even for a moment.
func TestStoriesOnThePage(t *testing.T) {
	t.Parallel()
	for _, s := range story.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			r := sitBeforePage(t, shipped()[s.Campaign], campaign.Status(s.Status), s.Locale, "discord:2002")
			story.Tell(t, s, r)
			r.follow()
			nothingOfAChild(t, r, s)
		})
	}
}

// nothingOfAChild looks through everything that was ever sent to the chat, new or in place of
// something else, for a child's name or birth date.
func nothingOfAChild(t *testing.T, r *reader, s story.Story) {
	t.Helper()
	var chat strings.Builder
	for _, o := range r.shelf.out {
		chat.WriteString(o.Body.Text.Plain() + "\n")
		for _, b := range flat(o.Body.Buttons) {
			chat.WriteString(b.Label + "\n")
		}
	}
	for _, step := range s.Steps {
		if !strings.HasSuffix(step.Question, "c.name") && !strings.HasSuffix(step.Question, "c.dob") {
			continue
		}
		for _, words := range step.Answers {
			first, _, named := strings.Cut(words, " ")
			named = named && strings.HasSuffix(step.Question, "c.name")
			if strings.Contains(chat.String(), words) || named && strings.Contains(chat.String(), first) {
				t.Errorf("the chat said %q", words)
			}
		}
	}
	f, err := r.file()
	if err != nil {
		return
	}
	for key, a := range f.Conversation.State.Answers {
		if strings.HasSuffix(key.Question, "c.dob") && strings.Contains(chat.String(), answer.Show(answer.Date, a.Values[0], f.Conversation.Language)) {
			t.Errorf("the chat said the birth date of %s", key)
		}
	}
}

// What somebody writes in the chat while the page asks is no answer to a question that the chat never
// showed, also where it could have.
func TestWordsInTheChatWhileThePageAsks(t *testing.T) {
	t.Parallel()
	r := sitBeforePage(t, shipped()["tiktok"], campaign.Open, "en", "discord:2002")
	for _, step := range []string{"/start", "start", "i have read this"} {
		r.Say(step)
	}
	r.Press("My child or children", false)
	r.Press("Netherlands", false)
	for _, words := range []string{"Anna Voorbeeld", "12 March 2014"} {
		r.Say(words)
	}
	for _, label := range []string{"Yes, I alone", "An own account", "2022", "Until now", "☐ Data taken without our permission", "Done", "I don't know now", "No, that is all"} {
		r.Press(label, false)
	}
	if r.Question() != "tt.name" {
		t.Fatalf("%s is showing", r.Question())
	}
	r.person.Say("my son Bram has a question about this")
	if f, err := r.file(); err != nil || f.Conversation.State.Answers[intake.Key{Question: "tt.name"}].Values != nil {
		t.Errorf("it was taken for the name: %v", err)
	}
	if chat := strings.Join(r.person.Seen(), "\n"); !strings.Contains(chat, "I have not read that") {
		t.Errorf("the chat says %q", chat)
	}
}
