package botstest

import (
	"strconv"
	"strings"

	"claimline/intake/story"
)

// Reader is somebody on a platform that may not carry all that is asked: what belongs on the private
// page they answer there, and everything else in the chat. A story is told to both as to one surface.
type Reader struct {
	Chat
	page   Page
	onPage bool
	seen   []string
	before []Sheet // the page as it was, oldest first
}

var _ story.Surface = (*Reader)(nil)

// Chat is the part of a story that a platform carries.
type Chat interface {
	story.Surface
	Helper()
	Errorf(format string, args ...any)
	// Link leads to the private page where it stands in place of a question; "" where none does.
	Link() string
}

// Page is a browser before the private page: one that is made of HTTP and nothing else, or a real one.
type Page interface {
	Follow(link string) // through the landing page
	Say(words string)   // into the question's field, and Enter
	Press(label string) // a button
	Tick(label string)  // a box, which nobody but the browser hears of
	Send(kind string)   // a file
	Now() Sheet
}

// bare is a browser that can also do what its page does not offer.
type bare interface {
	SayAnyway(words string)
	PressOn(was Sheet, label string)
}

var _ bare = (*Browser)(nil)

// Read sits somebody down before a chat and a page.
func Read(chat Chat, page Page) *Reader { return &Reader{Chat: chat, page: page} }

// goOn opens the page where the chat's question is a link to it.
func (r *Reader) goOn() {
	r.seen = append(r.seen, r.Chat.Seen()...)
	if r.onPage {
		return
	}
	if link := r.Link(); link != "" {
		r.page.Follow(link)
		r.turned()
	}
}

// turned takes in what the page shows after something was done on it.
func (r *Reader) turned() {
	r.onPage = r.page.Now().Ask() != nil
	r.seen = append(r.seen, r.page.Now().Texts...)
}

// will keeps the page as it is before something is done on it.
func (r *Reader) will() { r.before = append(r.before, r.page.Now()) }

// Seen implements story.Surface.
func (r *Reader) Seen() []string {
	r.goOn()
	seen := r.seen
	r.seen = nil
	return seen
}

// Labels implements story.Surface.
func (r *Reader) Labels() []string {
	r.goOn()
	if !r.onPage {
		return r.Chat.Labels()
	}
	return r.page.Now().Labels()
}

func plain(label string) string { return strings.TrimLeft(label, "☐☑ ") }

// Say implements story.Surface. On the page words go where there is a field for them; a command, and
// what somebody in a chat types in place of a tap, is done there as it can be.
func (r *Reader) Say(text string) {
	r.goOn()
	f := r.page.Now().Ask()
	switch {
	case !r.onPage:
	case len(f.Boxes) > 0 && r.tapped(text):
		return
	case f.Hidden.Get("form") != "" && !strings.HasPrefix(text, "/"):
		r.will()
		if b, ok := r.page.(bare); ok && !f.Writes {
			b.SayAnyway(text)
		} else {
			r.page.Say(text)
		}
		r.turned()
		return
	case text == "/taal":
		return // the page has a button for it, which keeps what is ticked
	}
	r.onPage = false
	r.Chat.Say(text)
}

// tapped taps what somebody in a chat would have typed, where there is nothing to type in.
func (r *Reader) tapped(text string) bool {
	for i, label := range r.Labels() {
		if strconv.Itoa(i+1) == text || strings.EqualFold(plain(label), text) {
			r.Press(label, false)
			return true
		}
	}
	return false
}

// Press implements story.Surface.
func (r *Reader) Press(label string, late bool) {
	r.Helper()
	r.goOn()
	switch _, _, button := r.page.Now().Find(plain(label)); {
	case late:
		r.pressLate(label)
	case !r.onPage:
		r.Chat.Press(label, false)
	case !button:
		r.page.Tick(plain(label))
	default:
		r.will()
		r.page.Press(plain(label))
		r.turned()
	}
}

// pressLate presses a button of a page, or of a message, that was before.
func (r *Reader) pressLate(label string) {
	r.Helper()
	if b, ok := r.page.(bare); ok {
		for i := len(r.before) - 1; i >= 0; i-- {
			if _, _, ok := r.before[i].Find(plain(label)); ok {
				b.PressOn(r.before[i], plain(label))
				r.turned()
				return
			}
		}
	}
	r.onPage = false
	r.Chat.Press(label, true)
}

// Send implements story.Surface.
func (r *Reader) Send(kind string) {
	r.goOn()
	if !r.onPage {
		r.Chat.Send(kind)
		return
	}
	r.will()
	r.page.Send(kind)
	r.turned()
}

// Give implements story.Surface.
func (r *Reader) Give(what string) { r.onPage = false; r.Chat.Give(what) }

// Forward implements story.Surface.
func (r *Reader) Forward(text string) { r.onPage = false; r.Chat.Forward(text) }

// Edit implements story.Surface.
func (r *Reader) Edit(text string) { r.onPage = false; r.Chat.Edit(text) }

// Away implements story.Surface.
func (r *Reader) Away() { r.onPage = false; r.Chat.Away() }
