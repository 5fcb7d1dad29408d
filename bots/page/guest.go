package page

import (
	"cmp"
	"sync"
	"time"

	"claimline/intake"
)

// guest is what is remembered of somebody with an open page. It is forgotten when nothing was done
// for as long as a page stays open, and as long after it was left, whatever is done then.
type guest struct {
	account intake.Account
	forget  *time.Timer

	mu        sync.Mutex
	shown     shown
	unsure    bool // a turn failed: it may stand all the same, and then the page shows what was before it
	uploading bool
}

// shown is what the page shows.
type shown struct {
	language string
	page     []intake.Message // oldest first; nil when it has to be asked for
	left     bool             // that was all: it can be read for a while, and answered no more
	typed    string           // what was written and not taken, to be mended
	unfit    bool             // what was written last was not taken
}

// welcome remembers whose session it is. Only the doors know that: what a browser says is no reason
// to remember anything for longer.
func (s *site) welcome(session string, a intake.Account) *guest {
	if g, ok := s.guests.Get(session); ok {
		g.forget.Reset(intake.PageLife)
		return g
	}
	g, _ := s.guests.Add(session, &guest{account: a, forget: time.AfterFunc(intake.PageLife, func() { s.guests.Forget(session) })})
	return g
}

func (g *guest) now() shown {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shown
}

// take remembers what a turn answered. A turn that was there before answers nothing, and the page
// stays as it is; where it was there and had seemed to fail, the page has to be asked for.
func (g *guest) take(reply intake.Reply, did intake.Did) {
	if reply.Page == nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.unsure {
			g.shown.page, g.unsure = nil, false
		}
		return
	}
	next := shown{language: reply.Language, page: reply.Page, left: reply.Left}
	if said, ok := did.(intake.Said); ok && !reply.Left && next.form() == said.Form && len(next.ask().Above) > 0 {
		next.typed, next.unfit = said.Text, true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shown, g.unsure = next, false
}

// doubt remembers that a turn failed.
func (g *guest) doubt() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.unsure = true
}

// upload lets one form of files at a time be on its way.
func (g *guest) upload() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.uploading {
		return false
	}
	g.uploading = true
	return true
}

func (g *guest) uploaded() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.uploading = false
}

// ask is the question, or the menu, that is last on the page.
func (s shown) ask() intake.Message {
	if len(s.page) == 0 {
		return intake.Message{}
	}
	return s.page[len(s.page)-1]
}

func (s shown) form() string { return s.ask().Form }

// has reports whether a form is the one that the page shows.
func (s shown) has(f form) bool { return f.of == cmp.Or(s.form(), noForm) }
