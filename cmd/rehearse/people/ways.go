package people

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	fake "claimline/bots/fakes/telegram"
	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// Past is what a parent has done that the checker must know of, beside what they have answered.
type Past struct {
	Shown     map[string]string // what stood before them when they decided on an agreement, by its id
	Erased    time.Time         // when they were told that everything is erased; zero when not
	Withdrew  bool              // they were told so
	TurnedOff time.Time         // when they were told that they are too young; zero when not
	Reworded  int               // messages of theirs that they changed after sending
	Alarms    []time.Time       // when they called for help
	Typed     []string          // what they typed and nobody may repeat
	Added     int               // answers that they gave when their claim was on file
}

// what the program must say to whoever leaves, is too young, or calls for help.
const (
	saysErased    = "Everything is erased"
	saysWithdrawn = "Withdrawn."
	saysTooYoung  = "Thank you for being honest"
	saysHelp      = "112"
	saysAsked     = "has a question about your file"
)

// meet answers a question in the way of the parent's kind.
func (p *Texter) meet(ctx context.Context, m *fake.Message, q *campaign.Question) error {
	p.met++
	switch {
	case p.Kind == Minor && p.tooYoung(q):
		return p.turnedOff(ctx, m, q)
	case p.Kind == Deleter && p.Number%3 == 0 && p.met >= p.turn:
		p.Left = true
		return p.erase(ctx, "/cancel")
	case p.Kind == Endangered && p.met >= p.turn && len(p.Past.Alarms) < 2:
		if err := p.alarm(ctx, m); err != nil {
			return err
		}
	case p.Kind == Editor && q.Kind == answer.Signature && p.corrected < 2:
		return p.correct(ctx, m, q)
	case p.Kind == Blocker && p.met == p.turn:
		return p.blocks(ctx, m, q)
	case p.Kind == Tapper && p.met%5 == 0 && len(p.seen) > 4: // the question comes once more
		if err := p.pressOld(p.seen[p.random.IntN(len(p.seen)-3)]); err != nil {
			return err
		}
	}
	p.seen = append(p.seen, m)
	return p.answer(p.inTheirWay(ctx, m, q), q)
}

// stopped is for how long somebody has stopped the bot.
const stopped = 6 * time.Second

// blocks answers a question, stops the bot before it says anything to that, and lets it back in.
func (p *Texter) blocks(ctx context.Context, m *fake.Message, q *campaign.Question) error {
	if err := p.answer(p.before(m), q); err != nil {
		return err
	}
	p.Block()
	defer p.Unblock()
	return look(ctx, stopped)
}

// fumble types what is no answer, and waits until the question is asked again.
func (p *Texter) fumble(ctx context.Context, q *campaign.Question) error {
	sent, err := p.Type("the day before")
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	_, err = p.Wait(ctx, func(c fake.Chat) bool {
		return slices.ContainsFunc(c.Messages, func(m *fake.Message) bool { return m.Bot && m.ID > sent.ID && p.Asks(m.Text) == q.ID })
	})
	return err
}

// inTheirWay is a message as something to be answered by somebody whose finger bounces, who has two
// devices, or who changes what they have typed.
func (p *Texter) inTheirWay(ctx context.Context, m *fake.Message, q *campaign.Question) asking {
	a := p.before(m)
	press, write := a.press, a.write
	a.press = func(label string) error {
		switch p.Kind {
		case Tapper:
			for range 1 + p.random.IntN(2) {
				if err := press(label); err != nil {
					return err
				}
			}
		case Juggler:
			var other sync.WaitGroup
			other.Go(func() { _ = press(label) }) // either is enough
			defer other.Wait()
		}
		return press(label)
	}
	a.write = func(text string) error {
		if p.Kind == Fumbler && (q.Kind == answer.Date || q.Kind == answer.Email) {
			if err := p.fumble(ctx, q); err != nil {
				return err
			}
		}
		if p.Kind != Editor || p.random.IntN(3) > 0 {
			return write(text)
		}
		sent, err := p.Type(text)
		if err != nil {
			return err
		}
		if _, err := p.Edit(sent.ID, p.Canary("Anders")); err == nil { // it may have been removed already
			p.Past.Reworded++
			_, err = p.told(ctx, sent.ID, "I cannot see a change")
			return err
		}
		return nil
	}
	return a
}

// pressOld presses a button of a question that is long past, but none that is always good.
func (p *Texter) pressOld(m *fake.Message) error {
	for _, label := range m.Labels() {
		if !strings.HasPrefix(label, "🆘") {
			_, err := p.PressOld(m, label)
			return err
		}
	}
	return nil
}

// correct changes an answer from the summary: what is asked then is answered like any other.
func (p *Texter) correct(ctx context.Context, m *fake.Message, q *campaign.Question) error {
	p.corrected++
	line, about := "✎ You", []string{"tt.name", "tt.email"}
	if child := "✎ " + p.firstName(); p.corrected == 1 && slices.Contains(m.Labels(), child) {
		line, about = child, []string{"c.name"}
	}
	if !slices.Contains(m.Labels(), line) {
		return p.answer(p.before(m), q)
	}
	if _, err := p.PressOld(m, line); err != nil {
		return err
	}
	menu, err := p.told(ctx, m.ID, "What do you want to change?")
	if err != nil {
		return err
	}
	p.answered = menu.ID
	changed := p.campaign.Question(about[p.random.IntN(len(about))])
	label := p.campaign.Text("en", "questions."+changed.ID+".short", "", nil).Plain()
	if slices.Contains(menu.Labels(), label) {
		delete(p.said, p.key(changed))
		p.over++
		_, err := p.PressOld(menu, label)
		return err
	}
	_, err = p.PressOld(menu, "Back to the summary")
	return err
}

// firstName is the first name of the child that was talked about last.
func (p *Parent) firstName() string {
	first, _, _ := strings.Cut(p.said[fmt.Sprintf("c.name#%d", p.child)], " ")
	return first
}

// after is what somebody does who has a reference.
func (p *Texter) after(ctx context.Context) error {
	switch {
	case p.Kind == Deleter && (p.Number%3 != 2 || !p.agreed()): // there is nothing to withdraw
		return p.erase(ctx, "/delete")
	case p.Kind == Deleter:
		newest := p.newest()
		if _, err := p.Type("/withdraw"); err != nil {
			return err
		}
		if _, err := p.pressSaid(ctx, newest, "Withdraw from contract", "Confirm withdrawal", saysWithdrawn); err != nil {
			return err
		}
		p.Past.Withdrew = true
	case p.Kind == Prover:
		return p.prove(ctx)
	case p.Kind == Tapper || p.Kind == Editor:
		for _, m := range p.seen[max(0, len(p.seen)-3):] {
			if err := p.pressOld(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// agreed reports whether the parent has agreed to anything. Supporters have not, and of the others who is
// asked for no mandate and ticks no box.
func (p *Parent) agreed() bool {
	for _, q := range p.campaign.Questions {
		for key, said := range p.said {
			about, _, _ := strings.Cut(key, "#")
			if q.Kind == answer.Agree && about == q.ID && slices.ContainsFunc(q.Choices, func(c campaign.ChoiceOf) bool { return c.ID == said && c.Means == answer.Yes }) {
				return true
			}
		}
	}
	return false
}

// erase has everything erased. Where the team asks something before the press is heard, it is late, and
// all is done once more.
func (p *Texter) erase(ctx context.Context, command string) error {
	for {
		newest := p.newest()
		if _, err := p.Type(command); err != nil {
			return err
		}
		said, err := p.pressSaid(ctx, newest, "cannot be undone", "Yes, erase everything", saysErased, saysAsked)
		if err != nil {
			return err
		}
		if strings.Contains(said.Text, saysErased) {
			p.Past.Erased = time.Now()
			return nil
		}
	}
}

// pressSaid waits for a message with some words, presses a button of it, and waits for the answer.
func (p *Texter) pressSaid(ctx context.Context, after int, words, label string, answers ...string) (*fake.Message, error) {
	m, err := p.told(ctx, after, words)
	if err != nil {
		return nil, err
	}
	if _, err := p.PressOld(m, label); err != nil {
		return nil, err
	}
	return p.told(ctx, m.ID-1, answers...)
}

// told waits for a message with some words, or others, that is newer than another.
func (p *Texter) told(ctx context.Context, after int, words ...string) (found *fake.Message, err error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	_, err = p.Wait(ctx, func(c fake.Chat) bool {
		i := slices.IndexFunc(c.Messages, func(m *fake.Message) bool {
			return m.Bot && m.ID > after && slices.ContainsFunc(words, func(w string) bool { return strings.Contains(m.Text, w) })
		})
		if i >= 0 {
			found = c.Messages[i]
		}
		return i >= 0
	})
	if err != nil {
		return nil, fmt.Errorf("waiting for %q: %w", words, err)
	}
	return found, nil
}

func (p *Texter) newest() int {
	newest := 0
	for _, m := range p.Chat().Messages {
		newest = max(newest, m.ID)
	}
	return newest
}

// alarm calls for help, with the button or in words, and reads what comes.
func (p *Texter) alarm(ctx context.Context, m *fake.Message) error {
	newest := p.newest()
	p.Past.Alarms = append(p.Past.Alarms, time.Now())
	var err error
	if i := slices.IndexFunc(m.Labels(), func(l string) bool { return strings.HasPrefix(l, "🆘") }); i >= 0 && len(p.Past.Alarms) == 1 {
		_, err = p.PressOld(m, m.Labels()[i])
	} else {
		_, err = p.Type("someone is in danger")
	}
	if err != nil {
		return err
	}
	_, err = p.told(ctx, newest, saysHelp)
	return err
}

// tooYoung reports whether a question is the one at which a minor says so: half of them say that they
// are under age, the others give a birth date.
func (p *Parent) tooYoung(q *campaign.Question) bool {
	return q.ID == "tt.role" || q.ID == "c.dob"
}

// turnedOff says how old they are, and reads that they are too young.
func (p *Texter) turnedOff(ctx context.Context, m *fake.Message, q *campaign.Question) error {
	role := "under18"
	if p.Number%2 == 1 {
		role = "self"
	}
	var err error
	if q.ID == "tt.role" {
		p.said[q.ID] = role
		_, err = p.PressOld(m, p.campaign.Text("en", "questions.tt.role.choices."+role, "", nil).Plain())
		if role == "self" || err != nil {
			return err
		}
	} else if _, err = p.Type("2 May 2012"); err != nil {
		return err
	}
	if _, err = p.told(ctx, m.ID, saysTooYoung); err != nil {
		return err
	}
	p.Past.TurnedOff, p.Left = time.Now(), true
	return nil
}
