package people

import (
	"context"
	"fmt"
	"slices"
	"time"

	fake "claimline/bots/fakes/discord"
	"claimline/intake/answer"
)

// Visitor is a parent on Discord who is sent to the private page. What they press in vain they press
// again, and what their browser could not hand in it hands in again.
type Visitor struct {
	surfer
	*fake.Person
	answered string       // the chat's message that was answered last
	again    func() error // presses once more what was pressed last; nil for what was written
}

// NewVisitor gives a parent a client of Discord. public is what links to the private page begin with.
func NewVisitor(p *Parent, client *fake.Person, public string) *Visitor {
	return &Visitor{surfer: newSurfer(p, public), Person: client}
}

// Talk goes through the whole interview. The error shows the chat.
func (p *Visitor) Talk(ctx context.Context) error {
	if err := p.press(func() error { _, err := p.Run("register"); return err }); err != nil {
		return err
	}
	for p.Receipt == "" && !p.Left {
		m, err := p.wait(ctx)
		if err != nil {
			return fmt.Errorf("parent %d after message %s: %w", p.Number, p.answered, err)
		}
		switch {
		case p.Receipt != "":
		case p.link(m) != "":
			err = p.visit(ctx, p.link(m))
			p.again = func() error { return p.tap(m, newLink) }
		default:
			p.answered = m.ID
			err = p.meet(ctx, m, p.read(Unmarked(m.Text)))
		}
		if err == nil && p.Receipt != "" {
			err = p.after(ctx)
		}
		if err != nil {
			return fmt.Errorf("parent %d: %w\n%s", p.Number, err, p.Chat())
		}
	}
	return nil
}

// press does something that may have to be done again.
func (p *Visitor) press(act func() error) error {
	p.again = act
	return act()
}

// wait waits for something to answer, a link, or the reference that ends it all.
func (p *Visitor) wait(ctx context.Context) (*fake.Message, error) {
	for begun := time.Now(); ; {
		var next *fake.Message
		waiting, stop := context.WithTimeout(ctx, hoping)
		_, err := p.Wait(waiting, func(c fake.Chat) bool { next = p.next(c); return next != nil })
		stop()
		switch {
		case err == nil:
			return next, look(ctx, pondering)
		case ctx.Err() != nil || time.Since(begun) > patience:
			return nil, err
		case p.again != nil:
			if err := p.again(); err != nil {
				return nil, err
			}
		}
	}
}

// next is the oldest message that is not done with.
func (p *Visitor) next(c fake.Chat) *fake.Message {
	for _, m := range c.Messages {
		if !m.Bot || m.Thinking {
			continue
		}
		if found := sentAs.FindString(m.Text); found != "" {
			p.Receipt = found
			return m
		}
		if len(m.Rows) == 0 || m.ID <= p.answered { // ids are numbers of one length
			continue
		}
		if link := p.link(m); link != "" && link != p.followed {
			return m
		}
		if q := p.read(Unmarked(m.Text)); q != nil && !p.done(Unmarked(m.Text), q) {
			return m
		}
	}
	return nil
}

func (p *Visitor) link(m *fake.Message) string {
	if len(m.Rows) > 0 {
		return p.leads(m.Rows[0][0].URL)
	}
	return ""
}

// tap presses a button of a message, or of the newest one that has come in its place.
func (p *Visitor) tap(m *fake.Message, label string) error {
	asked := p.Asks(Unmarked(m.Text))
	for _, later := range p.Chat().Messages {
		if later.Bot && later.ID > m.ID && p.Asks(Unmarked(later.Text)) == asked && slices.Contains(later.Labels(), label) {
			m = later
		}
	}
	_, err := p.PressOld(m, label)
	return err
}

// before is a message as something to be answered. Every other parent types their country.
func (p *Visitor) before(m *fake.Message) asking {
	write := func(text string) error {
		p.again = nil // what is written is not lost
		_, err := p.Type(text)
		return err
	}
	press := func(label string) error {
		if q := p.read(Unmarked(m.Text)); q.Kind == answer.Country && p.Number%2 == 1 {
			return write(label)
		}
		return p.press(func() error { return p.tap(m, label) })
	}
	return asking{Unmarked(m.Text), m.Labels(), press, write}
}
