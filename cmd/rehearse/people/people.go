// Package people invents parents who register a claim. They read what they are asked, in a chat on
// Telegram (Texter) or in one on Discord with the private page (Visitor), and answer it, knowing
// nothing of the program but the texts of its campaign. What they say is drawn from a seed, unlike
// anybody else's, and remembered, so that it can be held against the register in the end.
//
// They are patient: the program may be killed, paused and cut off while they wait for it.
package people

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	fake "claimline/bots/fakes/telegram"
	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// Parent is somebody who reads what is asked and answers it, whatever they do it through.
type Parent struct {
	Number  int
	Receipt string // the reference, once sent; "" before
	Pages   int    // how often a form of the private page was handed in
	Kind    Kind
	Left    bool // there will be no reference
	Past    Past

	campaign *campaign.Campaign
	readings []reading
	random   *rand.Rand

	child   int    // the child that is talked about
	role    string // what was answered to the question for whom
	name    string // as signed
	born    int
	said    map[string]string // canonical answers, by question and child
	taken   map[string]bool   // answers that a refusal took with it, likewise
	doubt   *doubt            // of the answer that was given last; nil for none
	secrets []string          // what they typed that nobody else does

	turn int // after how many questions they do what their kind does
	met  int // questions, so far
	over int // how often they have changed their mind
}

// Invent makes parents, the same ones for the same seed. Each has a number of their own, from 0.
func Invent(c *campaign.Campaign, seed uint64, many int, cast Cast) []*Parent {
	known := readings(c)
	var list []*Parent
	for i, kind := range cast.Kinds(seed, many) {
		list = append(list, &Parent{Number: i, Kind: kind, campaign: c, readings: known, random: rand.New(rand.NewPCG(seed, uint64(i)+2)),
			child: 1, said: map[string]string{}, taken: map[string]bool{}, Past: Past{Shown: map[string]string{}}, turn: 3 + i*7%9})
	}
	return list
}

// Secrets are the words that the parent has typed and that nobody else has: they may be found where
// they are meant to be, and nowhere else.
func (p *Parent) Secrets() []string { return p.secrets }

// Supports reports whether the parent has said that they register nobody: their interview is short.
func (p *Parent) Supports() bool { return p.said["tt.role"] == "supporter" }

// Asks is the id of the question that a message asks; "" for none.
func (p *Parent) Asks(text string) string {
	if q := p.read(text); q != nil {
		return q.ID
	}
	return ""
}

// asking is a question as somebody has it before them, with what they can do about it.
type asking struct {
	text   string
	labels []string
	press  func(label string) error
	write  func(text string) error
}

// Texter is a parent in a chat on Telegram.
type Texter struct {
	surfer
	*fake.Person
	answered int           // the message that was answered last
	taken    string        // its buttons; a message with the same is a copy of it, unless it says something else
	linked   *fake.Message // with the link that was followed last; nil once that has led on

	Foreign func() []string // what buttons of other people's chats send, for who forges; nil for none

	seen      []*fake.Message // questions, as they were answered
	corrected int             // how often something was changed in the summary
}

// NewTexter gives a parent a phone. public is what links to the private page begin with.
func NewTexter(p *Parent, phone *fake.Person, public string) *Texter {
	return &Texter{surfer: newSurfer(p, public), Person: phone}
}

// before is a message as something to be answered.
func (p *Texter) before(m *fake.Message) asking {
	return asking{m.Text, m.Labels(),
		func(label string) error { _, err := p.PressOld(m, label); return err },
		func(text string) error { _, err := p.Type(text); return err }}
}

// reading recognises a question by its words.
type reading struct {
	question *campaign.Question
	words    *regexp.Regexp
}

// readings makes the readings of a campaign's questions, as asked in English in every voice.
func readings(c *campaign.Campaign) []reading {
	placeholder := regexp.MustCompile(`\\\{[a-z_]+\\\}`)
	var list []reading
	for _, q := range c.Questions {
		for _, voice := range []string{"", "self", "supporter"} {
			asked, _, _ := strings.Cut(c.Text("en", "questions."+q.ID+".ask", voice, nil).Plain(), "\n")
			if asked == "" {
				continue
			}
			words := placeholder.ReplaceAllString(regexp.QuoteMeta(asked), `.+`)
			list = append(list, reading{q, regexp.MustCompile(words)})
		}
	}
	return list
}

// read finds what a message asks: the question whose words come first in it.
func (p *Parent) read(text string) *campaign.Question {
	var asked *campaign.Question
	at := len(text)
	for _, r := range p.readings {
		if found := r.words.FindStringIndex(text); found != nil && found[0] < at {
			asked, at = r.question, found[0]
		}
	}
	return asked
}

func (p *Parent) key(q *campaign.Question) string {
	if q.Member || q.Kind == answer.Group {
		return q.ID + "#" + strconv.Itoa(p.child)
	}
	return q.ID
}

// done reports whether a message asks for what was said already: a copy that a crash has left.
// It may speak of the child before, when the talk has come to the next one, or of the mandate whose
// refusal took with it what was said, or of what it took.
func (p *Parent) done(text string, q *campaign.Question) bool {
	switch {
	case p.doubt.of(text, q):
		return false
	case q.Kind == answer.Group && !strings.Contains(text, p.mark("Nadi")):
		return true
	case q.ID == "k.mandate" && p.Supports():
		return !p.reworded(text, q)
	case p.taken[p.key(q)]:
		return true
	}
	_, said := p.said[p.key(q)]
	return said && !p.reworded(text, q) // what says something else now is asked once more
}

// reworded reports whether a question says something else than when the parent decided on it.
func (p *Parent) reworded(text string, q *campaign.Question) bool {
	shown := p.Past.Shown[q.ID]
	return shown != "" && edition(shown) != edition(text)
}

var editionOf = regexp.MustCompile(`Edition \d+\.`)

// edition is which edition of the campaign a text says that it is of.
func edition(text string) string { return editionOf.FindString(text) }

// decides notes what stands before somebody who decides on agreements. Who has signed already signs
// once more when they say something else.
func (p *Parent) decides(q *campaign.Question, text string) {
	if edition(p.Past.Shown[q.ID]) != edition(text) {
		delete(p.said, "k.sign")
	}
	p.Past.Shown[q.ID] = text
}

// Talk goes through the whole interview. A question that comes again though it was answered is a
// copy that a crash has left, and is not answered twice. The error shows the chat.
func (p *Texter) Talk(ctx context.Context) error {
	if p.Kind == Troll {
		return p.mock(ctx)
	}
	if _, err := p.Start("tiktok-en-school"); err != nil {
		return err
	}
	for p.Receipt == "" && !p.Left {
		if err := p.Step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Step waits for what comes next and answers it. The error shows the chat.
func (p *Texter) Step(ctx context.Context) error {
	asks, q, err := p.wait(ctx)
	if err != nil {
		return fmt.Errorf("parent %d after message %d: %w", p.Number, p.answered, err)
	}
	p.answered, p.taken, p.linked = asks.ID, buttons(asks), nil
	switch {
	case q != nil:
		err = p.meet(ctx, asks, q)
	case p.Receipt == "":
		p.linked, err = asks, p.visit(ctx, p.link(asks))
	}
	if err == nil && p.Receipt != "" {
		err = p.after(ctx)
	}
	if err != nil {
		return fmt.Errorf("parent %d: %w\n%s", p.Number, err, p.Chat())
	}
	return nil
}

// wait waits for what comes next. Whose link led nowhere asks for another.
func (p *Texter) wait(ctx context.Context) (asks *fake.Message, q *campaign.Question, err error) {
	for begun := time.Now(); ; {
		limit := patience
		if p.linked != nil {
			limit = hoping
		}
		waiting, stop := context.WithTimeout(ctx, limit)
		_, err = p.Wait(waiting, func(c fake.Chat) bool {
			asks, q = p.next(c)
			return asks != nil
		})
		stop()
		if err == nil || ctx.Err() != nil || time.Since(begun) > patience {
			return asks, q, err
		}
		if _, err := p.PressOld(p.linked, newLink); err != nil {
			return nil, nil, err
		}
	}
}

func (p *Texter) link(m *fake.Message) string {
	if len(m.Rows) > 0 {
		return p.leads(m.Rows[0][0].URL)
	}
	return ""
}

var sentAs = regexp.MustCompile(`\bTT-[0-9A-Z]{4}-[0-9A-Z]{4}\b`)

// next finds the next question to answer, a link to the page, or the reference that ends it all. A long question comes as
// its words and, after them, a file with the buttons.
func (p *Texter) next(c fake.Chat) (*fake.Message, *campaign.Question) {
	var asked *campaign.Question
	for _, m := range c.Messages {
		if !m.Bot || m.ID <= p.answered {
			continue
		}
		if found := sentAs.FindString(m.Text); found != "" {
			p.Receipt = found
			return m, nil
		}
		if p.link(m) != "" {
			return m, nil
		}
		if q := p.read(m.Text); q != nil {
			asked = q
		}
		if asked == nil || len(m.Rows) == 0 {
			continue
		}
		if p.taken != "" && buttons(m) == p.taken && !p.reworded(m.Text, asked) {
			asked = nil
			continue
		}
		if !p.done(m.Text, asked) {
			return m, asked
		}
		asked = nil
	}
	return nil, nil
}

// buttons are what the buttons of a message send.
func buttons(m *fake.Message) string {
	var all []string
	for _, b := range slices.Concat(m.Rows...) {
		all = append(all, b.Data)
	}
	return strings.Join(all, " ")
}

// answer answers a question.
func (p *Parent) answer(a asking, q *campaign.Question) error {
	p.decide(a.text, q)
	if q.Optional && p.random.IntN(3) == 0 {
		return p.press(a, q, "", p.campaign.Text("en", "questions."+q.ID+".skip", "", nil).Plain())
	}
	switch q.Kind {
	case answer.Name, answer.Text, answer.Date, answer.Email, answer.Handle, answer.Signature:
		typed, canonical := p.invent(q)
		p.said[p.key(q)] = canonical
		return a.write(typed)
	case answer.Country:
		return p.country(a, q)
	case answer.Year:
		return p.year(a, q)
	case answer.Several:
		return p.several(a, q)
	case answer.Agree:
		if slices.ContainsFunc(a.labels, func(l string) bool { return strings.HasPrefix(l, "☐") }) {
			return p.consents(a)
		}
	}
	return p.choose(a, q)
}

// press presses a button and notes what that says.
func (p *Parent) press(a asking, q *campaign.Question, canonical, label string) error {
	p.said[p.key(q)] = canonical
	return a.press(label)
}
