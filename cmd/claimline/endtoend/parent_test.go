package endtoend

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	fake "claimline/bots/fakes/telegram"
	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// parent is somebody who reads what is asked and answers it, knowing nothing of the program but the
// campaign's own texts. What they say is drawn at random and unlike anybody else's.
type parent struct {
	*fake.Person
	campaign *campaign.Campaign
	readings []reading
	random   *rand.Rand
	number   int

	child    int    // the child that is talked about
	role     string // what was answered to the question for whom
	name     string // as signed
	born     int
	said     map[string]string // canonical answers, by question and child
	answered int               // the message that was answered last
	receipt  string            // the reference, once sent
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
func (p *parent) read(m *fake.Message) *campaign.Question {
	var asked *campaign.Question
	at := len(m.Text)
	for _, r := range p.readings {
		if found := r.words.FindStringIndex(m.Text); found != nil && found[0] < at {
			asked, at = r.question, found[0]
		}
	}
	return asked
}

func (p *parent) key(q *campaign.Question) string {
	if q.Member || q.Kind == answer.Group {
		return q.ID + "#" + strconv.Itoa(p.child)
	}
	return q.ID
}

// talk goes through the whole interview. A question that comes again though it was answered is a
// copy that a crash has left, and is not answered twice.
func (p *parent) talk(ctx context.Context) error {
	if _, err := p.Start("tiktok-en-" + "school"); err != nil {
		return err
	}
	for p.receipt == "" {
		var asks *fake.Message
		var q *campaign.Question
		waiting, stop := context.WithTimeout(ctx, patience)
		_, err := p.Wait(waiting, func(c fake.Chat) bool {
			asks, q = p.next(c)
			return asks != nil
		})
		stop()
		if err != nil {
			return fmt.Errorf("parent %d after message %d: %w", p.number, p.answered, err)
		}
		if q == nil {
			return nil
		}
		p.answered = asks.ID
		if err := p.answer(asks, q); err != nil {
			return fmt.Errorf("parent %d answering %s: %w\n%s", p.number, q.ID, err, p.Chat())
		}
	}
	return nil
}

var sentAs = regexp.MustCompile(`\bTT-[0-9A-Z]{4}-[0-9A-Z]{4}\b`)

// next finds the next question to answer, or the reference that ends it. A long question comes as
// its words and, after them, a file with the buttons.
func (p *parent) next(c fake.Chat) (*fake.Message, *campaign.Question) {
	var asked *campaign.Question
	for _, m := range c.Messages {
		if !m.Bot || m.ID <= p.answered {
			continue
		}
		if found := sentAs.FindString(m.Text); found != "" {
			p.receipt = found
			return m, nil
		}
		if q := p.read(m); q != nil {
			asked = q
		}
		if asked == nil || len(m.Rows) == 0 {
			continue
		}
		if _, done := p.said[p.key(asked)]; !done {
			return m, asked
		}
		asked = nil
	}
	return nil, nil
}

func (p *parent) answer(m *fake.Message, q *campaign.Question) error {
	if q.Optional && p.random.IntN(3) == 0 {
		return p.press(m, q, "", p.campaign.Text("en", "questions."+q.ID+".skip", "", nil).Plain())
	}
	switch q.Kind {
	case answer.Name, answer.Text, answer.Date, answer.Email, answer.Handle, answer.Signature:
		typed, canonical := p.invent(q)
		p.said[p.key(q)] = canonical
		_, err := p.Type(typed)
		return err
	case answer.Country:
		return p.country(m, q)
	case answer.Year:
		return p.year(m, q)
	case answer.Several:
		return p.several(m, q)
	case answer.Agree:
		if slices.ContainsFunc(m.Labels(), func(l string) bool { return strings.HasPrefix(l, "☐") }) {
			return p.consents(m)
		}
	}
	return p.choose(m, q)
}

// press presses a button and notes what that says.
func (p *parent) press(m *fake.Message, q *campaign.Question, canonical, label string) error {
	p.said[p.key(q)] = canonical
	_, err := p.PressOld(m, label)
	return err
}
