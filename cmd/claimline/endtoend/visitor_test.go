package endtoend

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"claimline/bots/botstest"
	fake "claimline/bots/fakes/discord"
	"claimline/intake/answer"
)

// visitor is a parent on Discord who is sent to the private page. What they press in vain they press
// again, and what their browser could not hand in it hands in again.
type visitor struct {
	*parent
	*fake.Person
	public   string // what links to the page begin with
	browser  *botstest.Browser
	answered string       // the chat's message that was answered last
	again    func() error // presses once more what was pressed last; nil for what was written
	tried    string       // the link that was followed last
}

// How long somebody looks at a question, waits for an answer to a press, and waits before the browser
// tries again.
const (
	pondering = 1500 * time.Millisecond
	hoping    = 4 * time.Second
	offline   = 200 * time.Millisecond
)

// look takes some time, but not as long as to forget what for.
func look(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// talk goes through the whole interview.
func (p *visitor) talk(ctx context.Context) error {
	if err := p.press(func() error { _, err := p.Run("register"); return err }); err != nil {
		return err
	}
	for p.receipt == "" {
		m, err := p.wait(ctx)
		if err != nil {
			return fmt.Errorf("parent %d after message %s: %w", p.number, p.answered, err)
		}
		switch link := p.link(m); {
		case p.receipt != "":
		case link != "":
			err = p.visit(ctx, link)
			p.again = func() error { _, err := p.PressOld(m, "Give me a new link"); return err }
		default:
			p.answered = m.ID
			err = p.answer(p.before(m), p.read(unmarked(m.Text)))
		}
		if err != nil {
			return fmt.Errorf("parent %d: %w\n%s", p.number, err, p.Chat())
		}
	}
	return nil
}

// press does something that may have to be done again.
func (p *visitor) press(act func() error) error {
	p.again = act
	return act()
}

// wait waits for something to answer, a link, or the reference that ends it all.
func (p *visitor) wait(ctx context.Context) (*fake.Message, error) {
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
func (p *visitor) next(c fake.Chat) *fake.Message {
	for _, m := range c.Messages {
		if !m.Bot || m.Thinking {
			continue
		}
		if found := sentAs.FindString(m.Text); found != "" {
			p.receipt = found
			return m
		}
		if len(m.Rows) == 0 || m.ID <= p.answered { // ids are numbers of one length
			continue
		}
		if link := p.link(m); link != "" && link != p.tried {
			return m
		}
		if q := p.read(unmarked(m.Text)); q != nil {
			if _, done := p.said[p.key(q)]; !done {
				return m
			}
		}
	}
	return nil
}

func (p *visitor) link(m *fake.Message) string {
	if len(m.Rows) > 0 && strings.HasPrefix(m.Rows[0][0].URL, p.public) {
		return m.Rows[0][0].URL
	}
	return ""
}

// before is a message as something to be answered. Every other parent types their country.
func (p *visitor) before(m *fake.Message) asking {
	write := func(text string) error {
		p.again = nil // what is written is not lost
		_, err := p.Type(text)
		return err
	}
	press := func(label string) error {
		if q := p.read(unmarked(m.Text)); q.Kind == answer.Country && p.number%2 == 1 {
			return write(label)
		}
		return p.press(func() error { _, err := p.PressOld(m, label); return err })
	}
	return asking{unmarked(m.Text), m.Labels(), press, write}
}

// visit answers on the page until nothing is left to be answered there, or it is closed.
func (p *visitor) visit(ctx context.Context, link string) error {
	p.tried = link
	if err := p.insist(ctx, func() error { return p.browser.Get(link) }); err != nil {
		return err
	}
	if err := p.insist(ctx, func() error { return p.browser.Post(link, nil) }); err != nil {
		return err
	}
	for {
		sheet := p.browser.Sheet
		if sheet.Ask() == nil {
			p.receipt = sentAs.FindString(sheet.Text())
			return nil
		}
		if err := look(ctx, time.Duration(p.random.Int64N(int64(2*pondering)))); err != nil {
			return err
		}
		q := p.read(sheet.Text())
		if q == nil {
			return fmt.Errorf("what does the page ask?\n%s", sheet.Text())
		}
		if _, done := p.said[p.key(q)]; done {
			return fmt.Errorf("%s was answered, and the page asks it again:\n%s", p.key(q), sheet.Text())
		}
		if err := p.answer(p.onPage(ctx), q); err != nil {
			return fmt.Errorf("answering %s: %w", q.ID, err)
		}
	}
}

// insist does what a browser does until the program has answered.
func (p *visitor) insist(ctx context.Context, do func() error) error {
	for {
		err := do()
		if busy := p.browser.Status == http.StatusServiceUnavailable || p.browser.Status == http.StatusTooManyRequests; err == nil && !busy {
			return nil
		}
		if err := look(ctx, offline); err != nil {
			return err
		}
	}
}

// onPage is what the page shows as something to be answered. A form is handed in again as it was.
func (p *visitor) onPage(ctx context.Context) asking {
	hand := func(f *botstest.Form, values url.Values) error {
		return p.insist(ctx, func() error { return p.browser.Post(f.Action, values) })
	}
	press := func(label string) error {
		sheet := p.browser.Sheet
		label = strings.TrimLeft(label, "☐☑ ")
		if f, b, ok := sheet.Find(label); ok {
			return hand(f, f.Pressed(b))
		}
		if !sheet.Ask().Tick(label) {
			return fmt.Errorf("there is no %q", label)
		}
		return nil
	}
	write := func(text string) error {
		f := p.browser.Sheet.Ask()
		return hand(f, f.Said(text))
	}
	return asking{p.browser.Sheet.Text(), p.browser.Sheet.Labels(), press, write}
}
