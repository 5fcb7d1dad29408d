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

	"claimline/bots/botstest"
	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/intake/story"
)

// chat is the chat of somebody whose platform may not carry what is asked about a child: their
// events go to the desk, and what it says they see at once.
type chat struct {
	*rig
	locale string
	count  int
	heard  int // of what was sent to the chat
	shown  map[string]intake.Message
	order  []string
	late   []intake.Button
	seen   []string
}

var _ botstest.Chat = (*chat)(nil)

// read sits somebody down before a chat and a page.
func (r *rig) read(locale string, page botstest.Page) *botstest.Reader {
	return botstest.Read(&chat{rig: r, locale: locale, shown: map[string]intake.Message{}}, page)
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

// do does something in the chat.
func (c *chat) do(did intake.Did) {
	c.Helper()
	c.count++
	if help, ok := c.desk.Danger(intake.Event{Account: anna, Locale: c.locale, Did: did}); ok {
		c.seen = append(c.seen, help.Text.Plain())
	}
	c.rig.chat(anna, c.locale, strconv.Itoa(c.count), did)
}

// look takes in what the chat shows.
func (c *chat) look() {
	c.house.mu.Lock()
	fresh := slices.Clone(c.house.out[c.heard:])
	c.heard = len(c.house.out)
	c.house.mu.Unlock()
	for _, o := range fresh {
		switch o.Do {
		case intake.Say:
			c.shown[o.ID] = o.Body
			c.order = append(c.order, o.ID)
			words := o.Body.Text.Plain()
			if o.Body.File != nil {
				words += "\n📎 " + o.Body.File.Name
			}
			c.seen = append(c.seen, words)
		case intake.Edit:
			c.late = append(c.late, flat(c.shown[o.Of])...)
			c.shown[o.Of] = o.Body
		}
	}
}

func flat(m intake.Message) []intake.Button { return slices.Concat(m.Buttons...) }

// last are the buttons of the last message that has any.
func (c *chat) last() []intake.Button {
	c.look()
	for i := len(c.order) - 1; i >= 0; i-- {
		if b := flat(c.shown[c.order[i]]); len(b) > 0 {
			return b
		}
	}
	return nil
}

func (c *chat) Link() string {
	if b := c.last(); len(b) > 0 && strings.HasPrefix(b[0].Link, c.base) {
		return b[0].Link
	}
	return ""
}

func (c *chat) Seen() []string {
	c.look()
	seen := c.seen
	c.seen = nil
	return seen
}

func (c *chat) Labels() []string {
	var labels []string
	for _, b := range c.last() {
		labels = append(labels, b.Label)
	}
	return labels
}

func (c *chat) Say(text string) {
	c.do(intake.Said{Text: text, Message: intake.MessageID(fmt.Sprint("m", c.count))})
}

func (c *chat) Forward(text string)  { c.do(intake.Said{Text: text, Forwarded: true}) }
func (c *chat) Edit(text string)     { c.do(intake.Said{Text: text, Edited: true}) }
func (c *chat) Give(what string)     { c.do(intake.Gave{What: what}) }
func (c *chat) Away()                { c.do(intake.Returned{}) }
func (c *chat) Wait(d time.Duration) { c.house.wait(d) }

func (c *chat) Press(label string, late bool) {
	c.Helper()
	c.look()
	buttons := c.late
	if !late {
		buttons = nil
		for _, id := range c.order {
			buttons = append(buttons, flat(c.shown[id])...)
		}
	}
	for _, b := range slices.Backward(buttons) {
		if b.Label != label {
			continue
		}
		if b.Link == "" { // else it opens a page
			c.do(intake.Pressed{Button: b.Token})
		}
		return
	}
	c.Errorf("there is no button %q; there are %q", label, c.Labels())
}

func (c *chat) Send(kind string) {
	c.Helper()
	c.count++
	sent := intake.Sent{Handle: fmt.Sprint("h", c.count), Name: kind + ".jpg", Type: "image/jpeg", Bytes: 1000, Compressed: kind == "photo", Message: "f1"}
	if kind == "huge" {
		sent.Bytes = 50 << 20
	}
	c.do(sent)
	c.house.mu.Lock()
	out := slices.Clone(c.house.out)
	c.house.mu.Unlock()
	for _, o := range out {
		if o.Do == intake.Fetch && o.File.Handle == sent.Handle {
			c.do(intake.Fetched{Job: o.ID, Stored: intake.StoredFile{ID: "file" + o.ID, SHA256: o.ID, Bytes: sent.Bytes, Type: sent.Type}})
		}
	}
}

// attachments makes files, each another one.
func attachments() func(kind string) (string, []byte) {
	count := 0
	return func(kind string) (string, []byte) {
		size := 1000
		if kind == "huge" {
			size = 2 << 20 // more than the vault of these tests takes
		}
		count++
		return kind + ".jpg", append(bytes.Repeat([]byte("0"), size), byte(count))
	}
}

func (c *chat) Question() string {
	f, err := c.house.Find(anna)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(f.Conversation.State.At, "#0")
}

func (c *chat) Reason(key string) string {
	lang := c.locale
	if f, err := c.house.Find(anna); err == nil {
		lang = f.Conversation.Language
	}
	before, _, _ := strings.Cut(c.words.In(lang).Text("unfit."+key, nil).Plain(), "{")
	return before
}

func (c *chat) Final() story.Final {
	f, err := c.house.Find(anna)
	if errors.Is(err, intake.ErrNoFile) {
		return story.Final{Stage: "gone"}
	}
	if err != nil {
		c.Fatal(err)
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
