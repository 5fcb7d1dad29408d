package page_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/intake/story"
)

// reader is somebody on a platform that may not carry what is asked about a child, before a
// browser: what belongs on the private page they answer there, over HTTP, and the rest in the chat.
type reader struct {
	*rig
	locale string
	at     browser
	count  int
	heard  int // of what was sent to the chat
	shown  map[string]intake.Message
	order  []string
	late   []intake.Button
	seen   []string
	chatty []string // everything that the chat ever showed
	onPage bool
	pages  []sheet // as they were before
}

var _ story.Surface = (*reader)(nil)

// browser is what somebody has before them: one that is made of HTTP and nothing else, or a real one.
type browser interface {
	follow(link string)
	say(words string)   // into the question's field, and Enter
	press(label string) // a button
	tick(label string)  // a box, which nobody but the browser hears of
	send(names []string, body []byte)
	now() sheet
}

func (r *rig) read(locale string, at browser) *reader {
	return &reader{rig: r, locale: locale, at: at, shown: map[string]intake.Message{}}
}

// TestStoriesOnThePage tells every story through the page as a browser sees it.
func TestStoriesOnThePage(t *testing.T) {
	t.Parallel()
	for _, s := range story.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			r := open(t, s.Campaign, campaign.Status(s.Status), nil)
			on := r.read(s.Locale, r.visit(s.Locale))
			story.Tell(t, s, on)
			r.noneInTheLog(s)
		})
	}
}

// noneInTheLog looks for what was answered, and for links, in what the page logged.
func (r *rig) noneInTheLog(s story.Story) {
	r.Helper()
	if strings.Contains(r.log.String(), "level=ERROR") {
		r.Errorf("the log has an error: %s", r.log.String())
	}
	for _, step := range s.Steps {
		for _, words := range step.Answers {
			if strings.Contains(step.Question, "name") && strings.Contains(r.log.String(), words) {
				r.Errorf("the log holds %q", words)
			}
		}
	}
}

// chatted does something in the chat.
func (r *reader) chatted(did intake.Did) {
	r.Helper()
	r.count++
	if help, ok := r.desk.Danger(intake.Event{Account: anna, Locale: r.locale, Did: did}); ok {
		r.seen = append(r.seen, help.Text.Plain())
	}
	r.chat(anna, r.locale, strconv.Itoa(r.count), did)
}

// look takes in what the chat shows.
func (r *reader) look() {
	r.house.mu.Lock()
	fresh := slices.Clone(r.house.out[r.heard:])
	r.heard = len(r.house.out)
	r.house.mu.Unlock()
	for _, o := range fresh {
		switch o.Do {
		case intake.Say:
			r.shown[o.ID] = o.Body
			r.order = append(r.order, o.ID)
			words := o.Body.Text.Plain()
			if o.Body.File != nil {
				words += "\n📎 " + o.Body.File.Name
			}
			r.seen, r.chatty = append(r.seen, words), append(r.chatty, words)
		case intake.Edit:
			r.late = append(r.late, flat(r.shown[o.Of])...)
			r.shown[o.Of] = o.Body
		}
	}
}

func flat(m intake.Message) []intake.Button { return slices.Concat(m.Buttons...) }

// last are the buttons of the chat's last message that has any.
func (r *reader) last() []intake.Button {
	for i := len(r.order) - 1; i >= 0; i-- {
		if b := flat(r.shown[r.order[i]]); len(b) > 0 {
			return b
		}
	}
	return nil
}

// goOn opens the page where the chat's question is a link to it.
func (r *reader) goOn() {
	r.look()
	if r.onPage {
		return
	}
	if b := r.last(); len(b) > 0 && strings.HasPrefix(b[0].Link, r.base) {
		r.at.follow(b[0].Link)
		r.turned()
	}
}

// turned takes in what the page shows after something was done on it.
func (r *reader) turned() {
	r.Helper()
	r.onPage = r.at.now().ask() != nil
	r.seen = append(r.seen, r.at.now().texts...)
}

// will keeps the page as it is before something is done on it.
func (r *reader) will() { r.pages = append(r.pages, r.at.now()) }

func (r *reader) Seen() []string {
	r.goOn()
	seen := r.seen
	r.seen = nil
	return seen
}

func (r *reader) Labels() []string {
	r.goOn()
	var labels []string
	if !r.onPage {
		for _, b := range r.last() {
			labels = append(labels, b.Label)
		}
		return labels
	}
	for _, f := range r.at.now().forms {
		for _, b := range f.boxes {
			labels = append(labels, boxed(b.on)+b.label)
		}
		for _, b := range f.buttons {
			switch {
			case b.opens:
				labels = append(labels, boxed(b.on)+b.label)
			case !b.hidden:
				labels = append(labels, b.label)
			}
		}
	}
	return labels
}

func boxed(on bool) string { return map[bool]string{true: "☑ ", false: "☐ "}[on] }

func plain(label string) string { return strings.TrimLeft(label, "☐☑ ") }

func (r *reader) Say(text string) {
	r.goOn()
	f := r.at.now().ask()
	switch {
	case !r.onPage:
	case len(f.boxes) > 0 && r.tapped(text):
		return
	case f.hidden.Get("form") != "" && !strings.HasPrefix(text, "/"):
		r.will()
		if v, ok := r.at.(*visitor); ok && !f.writes {
			v.sayAnyway(text)
		} else {
			r.at.say(text)
		}
		r.turned()
		return
	case text == "/taal":
		return // the page has a button for it, which keeps what is ticked
	}
	r.onPage = false
	r.chatted(intake.Said{Text: text, Message: intake.MessageID(fmt.Sprint("m", r.count))})
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

func (r *reader) Forward(text string) {
	r.onPage = false
	r.chatted(intake.Said{Text: text, Forwarded: true})
}

func (r *reader) Edit(text string) {
	r.onPage = false
	r.chatted(intake.Said{Text: text, Edited: true})
}

func (r *reader) Give(what string) { r.onPage = false; r.chatted(intake.Gave{What: what}) }
func (r *reader) Away()            { r.onPage = false; r.chatted(intake.Returned{}) }

func (r *reader) Press(label string, late bool) {
	r.Helper()
	r.goOn()
	if late {
		r.pressLate(label)
		return
	}
	if !r.onPage {
		r.pressInChat(label)
		return
	}
	if _, _, ok := r.at.now().find(plain(label)); !ok {
		r.at.tick(plain(label))
		return
	}
	r.will()
	r.at.press(plain(label))
	r.turned()
}

func (r *reader) pressInChat(label string) {
	r.Helper()
	for i := len(r.order) - 1; i >= 0; i-- {
		for _, b := range flat(r.shown[r.order[i]]) {
			if b.Label == label && b.Link == "" {
				r.chatted(intake.Pressed{Button: b.Token})
				return
			}
			if b.Label == label {
				return
			}
		}
	}
	r.Errorf("there is no button %q; there are %q", label, r.Labels())
}

// pressLate presses a button of a page, or of a message, that was before.
func (r *reader) pressLate(label string) {
	r.Helper()
	if v, ok := r.at.(*visitor); ok {
		for i := len(r.pages) - 1; i >= 0; i-- {
			if _, _, ok := r.pages[i].find(plain(label)); ok {
				v.sheet = r.pages[i]
				v.press(plain(label))
				r.turned()
				return
			}
		}
	}
	r.onPage = false
	for i := len(r.late) - 1; i >= 0; i-- {
		if r.late[i].Label == label {
			r.chatted(intake.Pressed{Button: r.late[i].Token})
			return
		}
	}
	r.Errorf("there was no button %q", label)
}

func (r *reader) Send(kind string) {
	r.Helper()
	r.goOn()
	if r.onPage {
		size := 1000
		if kind == "huge" {
			size = 2 << 20 // more than the vault of these tests takes
		}
		r.count++
		r.will()
		r.at.send([]string{kind + ".jpg"}, append(bytes.Repeat([]byte("0"), size), byte(r.count)))
		r.turned()
		return
	}
	r.count++
	sent := intake.Sent{Handle: fmt.Sprint("h", r.count), Name: kind + ".jpg", Type: "image/jpeg", Bytes: 1000, Compressed: kind == "photo", Message: "f1"}
	if kind == "huge" {
		sent.Bytes = 50 << 20
	}
	r.chatted(sent)
	r.house.mu.Lock()
	out := slices.Clone(r.house.out)
	r.house.mu.Unlock()
	for _, o := range out {
		if o.Do == intake.Fetch && o.File.Handle == sent.Handle {
			r.chatted(intake.Fetched{Job: o.ID, Stored: intake.StoredFile{ID: "file" + o.ID, SHA256: o.ID, Bytes: sent.Bytes, Type: sent.Type}})
		}
	}
}

func (r *reader) Question() string {
	f, err := r.house.Find(anna)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(f.Conversation.State.At, "#0")
}

func (r *reader) Reason(key string) string {
	lang := r.locale
	if f, err := r.house.Find(anna); err == nil {
		lang = f.Conversation.Language
	}
	before, _, _ := strings.Cut(r.words.In(lang).Text("unfit."+key, nil).Plain(), "{")
	return before
}

func (r *reader) Final() story.Final {
	f, err := r.house.Find(anna)
	if errors.Is(err, intake.ErrNoFile) {
		return story.Final{Stage: "gone"}
	}
	if err != nil {
		r.Fatal(err)
	}
	final := story.Final{Stage: string(f.Conversation.Stage), Language: f.Conversation.Language, Answers: map[string]string{}}
	for key, a := range f.Conversation.State.Answers {
		final.Answers[key.String()] = strings.Join(a.Values, ",")
	}
	if s := f.Submission; s != nil {
		final.Status, final.Outcome = s.Status, s.Outcome
		for _, m := range s.Members {
			final.Members, final.Reasons = append(final.Members, m.Outcome), append(final.Reasons, m.Reasons...)
		}
		for _, flag := range s.Flags {
			final.Flags = append(final.Flags, flag.Code)
		}
	}
	return final
}

func (r *reader) Wait(d time.Duration) { r.house.wait(d) }
