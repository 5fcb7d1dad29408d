package endtoend

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"claimline/bots/botstest"
	"claimline/intake"
	"claimline/intake/answer"
	"claimline/intake/story"
)

// reader is somebody with Discord and a browser, in whom a story moves between the two.
type reader struct {
	*botstest.Reader
	user    *user
	browser *botstest.Browser
}

// read makes a reader.
func (in *installation) read(t testing.TB, s story.Story) *reader {
	t.Helper()
	u := in.enter(t, s.Name, s.Locale)
	b := botstest.NewBrowser(t, in.public, s.Locale)
	b.Attach, b.Before = u.attach, func() { time.Sleep(glance) }
	return &reader{botstest.Read(u, b), u, b}
}

// glance is how long somebody looks at a page: two and a half seconds of their time.
const glance = 250 * time.Millisecond

// beyondDiscord is what Discord does not have.
func beyondDiscord(step story.Step) (why string) {
	if step.Gives == "location" {
		return "location: Discord has no places to send"
	}
	return ""
}

// withoutLinks: where no link leads into a chat, a child who is to pass one on is given the foundation's site.
func withoutLinks(s story.Story) {
	for _, step := range s.Steps {
		for n, seen := range step.Sees {
			if seen == "zoom-nl" {
				step.Sees[n] = "site.example"
			}
		}
	}
}

// typed are the stories in which somebody types at a question that has only buttons, or forwards something.
var typed = []string{"asks-for-dutch", "belgian-once-a-child", "boxes-in-two-languages", "changes-a-lot", "deletes", "minor", "not-safe", "own-words",
	"self-under-18", "shared-phone", "signs-with-other-words", "withdraws"}

// notWhispered says why a story cannot be told where only the person sees it; "" for one that can.
func notWhispered(s story.Story) (why string) {
	switch {
	case slices.Contains(typed, s.Name):
		return "something is typed that there is no form for: a server's channel has no room for it"
	case slices.ContainsFunc(s.Steps, func(step story.Step) bool { return step.Late != "" }):
		return "an old button is pressed: there is one message whose words change, and no old one"
	case s.Name == "ten-children":
		return "it takes longer than the quarter of an hour that an answer can be changed in"
	case s.Name == "evidence", s.Name == "minor-wants-to-erase":
		return "a file is sent in the chat: nothing but a direct message has room for one"
	case slices.ContainsFunc(s.Steps, func(step story.Step) bool { return strings.HasPrefix(step.Says, "/start "+zoom) }):
		return "another claim is begun than the first: /register leads to that one, and only a chat has room for its name"
	case slices.ContainsFunc(s.Steps, func(step story.Step) bool { return step.Away }):
		return "after an absence the question is asked again: where only the person sees it, the program cannot begin"
	}
	return ""
}

func (in *installation) tellOnDiscord(t *testing.T, s story.Story, heard *heard) string {
	return in.read(t, s).follow(s, heard)
}

// tellBehindClosedDoors tells a story to somebody whose direct messages are closed.
func (in *installation) tellBehindClosedDoors(t *testing.T, s story.Story, heard *heard) string {
	r := in.read(t, s)
	r.user.chat.CloseDMs()
	r.user.room = in.discord.Guild("Kanariestraat").Add(r.user.chat, false)
	return r.follow(s, heard)
}

// follow goes through a story.
func (r *reader) follow(s story.Story, heard *heard) string {
	heard.words.ofUser(s, r.user)
	heard.children.of(s)
	told := story.Tell(r.user, s, r)
	if f, err := r.user.file(); err == nil {
		heard.children.onFile(f)
	}
	heard.words.add(r.cookies()...)
	r.noChildInTheChat(s, &heard.children)
	return told
}

// noChildInTheChat looks for children in what was sent to the reader's chat: also their first names,
// which other people have as well, and files.
func (r *reader) noChildInTheChat(s story.Story, known *children) {
	chat := r.user.room
	for _, step := range s.Steps {
		if !strings.HasSuffix(step.Question, "c.name") || step.Reason != "" { // it was no name
			continue
		}
		first, _, _ := strings.Cut(step.Answers[0], " ")
		for _, e := range r.user.discord.History() {
			if e.Channel == chat.ChannelID() && strings.Contains(string(e.Body), first) {
				r.user.Errorf("the chat was sent the name %q by %s: %s", first, e.Route, e.Body)
			}
		}
	}
	for _, m := range chat.Chat().Messages {
		for _, f := range m.Files {
			if found := known.in(string(f.Body)); m.Bot && len(found) > 0 {
				r.user.Errorf("the file %s, sent to the chat, holds %q", f.Name, found)
			}
		}
	}
}

// cookies are the words that open the reader's page.
func (r *reader) cookies() []string {
	at, err := url.Parse(r.user.public + "/p/")
	if err != nil {
		r.user.Fatal(err)
	}
	var words []string
	for _, c := range r.browser.Client.Jar.Cookies(at) {
		words = append(words, c.Value)
	}
	return words
}

// refusedByDiscord fails the test where Discord refused a call: for what stood in it, or for being
// too fast. That direct messages are closed is what it takes to learn it.
func (in *installation) refusedByDiscord() {
	in.Helper()
	told := map[string]bool{}
	for _, e := range in.discord.History() {
		what := fmt.Sprint(e.Route, ": ", e.Status, " ", string(e.Reply))
		if e.Route != "" && e.Status >= http.StatusBadRequest && e.Status < 1000 && !strings.Contains(what, "50007") && !told[what] {
			told[what] = true
			in.Errorf("refused %s", what)
		}
	}
	if e := in.discord.Excess(); e.Violations+e.Impatient > 0 {
		in.Errorf("too fast: %+v", e)
	}
}

// children are what people said of children that Discord may never carry: names, birth dates, handles.
type children struct {
	mu  sync.Mutex
	all []string
}

// Questions whose answers name a child.
var ofAChild = regexp.MustCompile(`\bc\.(name|dob|handle)$`)

// of adds what a story says, as it is said.
func (c *children) of(s story.Story) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, step := range s.Steps {
		if !ofAChild.MatchString(step.Question) {
			continue
		}
		for _, typed := range step.Answers {
			if len(distinctive(typed)) > 0 || handle.MatchString(typed) {
				c.all = append(c.all, strings.TrimPrefix(typed, "@"))
			}
		}
	}
}

// onFile adds what became of it, in every way in which the program shows it.
func (c *children) onFile(f *intake.File) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, a := range f.Conversation.State.Answers {
		switch {
		case len(a.Values) == 0 || !ofAChild.MatchString(key.Question):
		case strings.HasSuffix(key.Question, "dob"):
			c.all = append(c.all, a.Values[0], answer.Show(answer.Date, a.Values[0], "en"), answer.Show(answer.Date, a.Values[0], "nl"))
		default:
			c.all = append(c.all, a.Values[0])
		}
	}
}

// in are those that a text holds.
func (c *children) in(text string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.all), func(secret string) bool { return !strings.Contains(text, secret) })
}

// keepsFromDiscord looks for what names a child in everything that the program ever sent to Discord.
func (in *installation) keepsFromDiscord(t *testing.T, secrets *children) {
	t.Helper()
	if len(secrets.all) == 0 {
		return
	}
	calls := 0
	for _, e := range in.discord.History() {
		if e.Route == "" || e.Body == nil {
			continue
		}
		calls++
		sent := strings.ReplaceAll(string(e.Body), `\\`, "") // the signs that markup is escaped with
		for _, secret := range secrets.in(sent) {
			t.Errorf("%q was sent to Discord by %s: %s", secret, e.Route, sent)
		}
	}
	t.Logf("looked for %d words of children in %d calls to Discord, for example %q", len(secrets.all), calls, secrets.all[len(secrets.all)/2])
	if calls < 10 {
		t.Error("too little was sent to Discord for the search to prove anything")
	}
}

// pageLink is a link to the private page; its random word opens it.
var pageLink = regexp.MustCompile(`/p/([0-9A-Za-z_-]+)`)

// passing are the words that open something for a while: interactions and links to the page.
func (in *installation) passing() []string {
	var list []string
	for _, e := range in.discord.History() {
		for _, name := range []string{"interaction_token", "webhook_token"} {
			if token := e.Path[name]; token != "" {
				list = append(list, token)
			}
		}
		for _, link := range pageLink.FindAllSubmatch(e.Body, -1) {
			list = append(list, string(link[1]))
		}
	}
	return list
}
