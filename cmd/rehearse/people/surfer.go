package people

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"claimline/bots/botstest"
)

// surfer is a parent with a browser, for what is asked on the private page.
type surfer struct {
	*Parent
	public   string // what links to the page begin with
	browser  *botstest.Browser
	followed string // the latest link
}

func newSurfer(p *Parent, public string) surfer {
	return surfer{Parent: p, public: public, browser: botstest.Unattended(public, "en")}
}

// newLink is the button for another link, in place of one that was opened in vain.
const newLink = "Give me a new link"

// patience bounds every wait for something that must happen. A machine that is busy is forgiven.
const patience = 90 * time.Second

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

// leads is a link where it leads to the page, else "".
func (p *surfer) leads(link string) string {
	if strings.HasPrefix(link, p.public) {
		return link
	}
	return ""
}

// visit answers on the page until nothing is left to be answered there, or it is closed.
func (p *surfer) visit(ctx context.Context, link string) error {
	p.followed = link
	if err := p.insist(ctx, func() error { return p.browser.Get(link) }); err != nil {
		return err
	}
	if err := p.insist(ctx, func() error { return p.browser.Post(link, nil) }); err != nil {
		return err
	}
	handed := p.doubt // stays where this page asks nothing either
	for {
		sheet := p.browser.Sheet
		if sheet.Ask() == nil {
			p.Receipt, p.doubt = sentAs.FindString(sheet.Text()), handed
			return nil
		}
		if err := look(ctx, time.Duration(p.random.Int64N(int64(2*pondering)))); err != nil {
			return err
		}
		q := p.read(sheet.Text())
		if q == nil {
			return fmt.Errorf("what does the page ask?\n%s", sheet.Text())
		}
		if p.done(sheet.Text(), q) {
			return fmt.Errorf("%s was answered, and the page asks it again:\n%s", p.key(q), sheet.Text())
		}
		handed = p.doubts(q)
		if err := p.answer(p.onPage(ctx), q); err != nil {
			return fmt.Errorf("answering %s: %w", q.ID, err)
		}
	}
}

// insist does what a browser does until the program has answered.
func (p *surfer) insist(ctx context.Context, do func() error) error {
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
func (p *surfer) onPage(ctx context.Context) asking {
	hand := func(f *botstest.Form, values url.Values) error {
		p.Pages++
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
