package page

import (
	"context"
	"errors"
	"net/http"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// look shows what the conversation shows now.
func (s *site) look(w http.ResponseWriter, r *http.Request) {
	within(w, formWithin)
	g, _, ok := s.known(w, r)
	if !ok {
		return
	}
	if g.now().page == nil {
		if _, err := s.turn(r, g, s.identityOfLook(), intake.Looked{}); err != nil {
			s.refuse(w, r, http.StatusServiceUnavailable)
			return
		}
	}
	s.render(w, r, http.StatusOK, g.now(), over{})
}

// answer takes a form: words, a button or boxes.
func (s *site) answer(w http.ResponseWriter, r *http.Request) {
	if isMultipart(r) {
		s.takeFiles(w, r)
		return
	}
	f, err := formOf(w, r)
	switch {
	case errors.Is(err, errTooLong):
		if g, _, ok := s.known(w, r); ok {
			s.tooMuch(w, r, g, "unfit.too-long", nil)
		}
		return
	case err != nil:
		s.refuse(w, r, http.StatusBadRequest)
		return
	case s.help(w, r, f):
		return
	}
	g, session, ok := s.known(w, r)
	if !ok {
		return
	}
	for nth, did := range f.did() {
		if _, err := s.turn(r, g, identity(session, nth, f.hash[:]), did); err != nil {
			// The form stays as it was filled in, and is the same when it is handed in again.
			s.render(w, r, http.StatusServiceUnavailable, g.now(), over{busy: true, filled: &f, nonce: f.nonce})
			return
		}
	}
	if seen := g.now(); seen.left && !s.reads(r, session) { // as when all is erased: it is said now or never
		s.render(w, r, http.StatusOK, seen, over{})
		return
	}
	s.back(w)
}

// known finds whose page it is. One that was left can be looked at and not answered. With false the
// answer was given.
func (s *site) known(w http.ResponseWriter, r *http.Request) (g *guest, session string, ok bool) {
	session = s.session(r)
	if session == "" {
		s.gone(w, r)
		return nil, "", false
	}
	if !s.pass(w, r, session) {
		return nil, "", false
	}
	ctx, cancel := slow(r)
	defer cancel()
	g, ok, err := s.find(ctx, session)
	switch {
	case err != nil:
		s.Log.Error("page not looked up", "error", err)
		s.refuse(w, r, http.StatusServiceUnavailable)
	case !ok:
		s.guests.Forget(session)
		s.gone(w, r)
	case g.now().left && r.Method != http.MethodGet:
		s.back(w)
	default:
		return g, session, true
	}
	return nil, "", false
}

// find asks the doors who has come, and of a page that was left, whether it may still be read.
func (s *site) find(ctx context.Context, session string) (g *guest, ok bool, err error) {
	if g, ok := s.guests.Get(session); ok && g.now().left {
		ok, err := s.Doors.Reads(ctx, session)
		return g, ok, err
	}
	account, ok, err := s.Doors.Visit(ctx, session)
	if err != nil || !ok {
		return nil, false, err
	}
	return s.welcome(session, account), true, nil
}

// reads reports whether the doors say, at once, that a session may be shown what it was shown.
func (s *site) reads(r *http.Request, session string) bool {
	ctx, cancel := context.WithTimeout(r.Context(), readWithin)
	defer cancel()
	if s.turns.Send(ctx, session) != nil {
		return false
	}
	ok, err := s.Doors.Reads(ctx, session)
	return err == nil && ok
}

// beneath is what a guest was shown, to lay something over it: nothing unless the doors say that it
// may be shown.
func (s *site) beneath(r *http.Request, session string, g *guest) shown {
	seen := g.now()
	if s.reads(r, session) {
		return seen
	}
	return shown{language: seen.language}
}

// turn brings one thing that a person did to the desk, after everything that they did before, and
// remembers what the page shows then.
func (s *site) turn(r *http.Request, g *guest, id string, did intake.Did) (intake.Reply, error) {
	ctx, cancel := slow(r)
	defer cancel()
	var reply intake.Reply
	errs := s.lanes.Run(ctx, []bots.Task{{Person: string(g.account), ID: "a turn on the page", Do: func(ctx context.Context) error {
		var err error
		reply, err = s.Desk.Handle(ctx, s.event(r, g.account, id, did))
		if err != nil {
			g.doubt()
			return err
		}
		g.take(reply, did)
		return nil
	}}})
	if errs[0] != nil {
		s.Log.Error("turn failed", "error", errs[0])
	}
	return reply, errs[0]
}

func (s *site) event(r *http.Request, a intake.Account, id string, did intake.Did) intake.Event {
	return intake.Event{Account: a, Identity: id, At: s.Now(), Locale: s.locale(r), Page: true, Did: did}
}

// help answers a call for help: the numbers stand on top of what the page shows, which stays as it
// was filled in. Where the form is of something else, or the doors do not say at once that it may be
// shown, the numbers stand alone.
func (s *site) help(w http.ResponseWriter, r *http.Request, f form) bool {
	session := s.session(r)
	g, remembered := s.guests.Get(session)
	if !remembered {
		g = &guest{}
	}
	for _, did := range f.did() {
		m, ok := s.Desk.Danger(s.event(r, g.account, "", did))
		if !ok {
			continue
		}
		if f.press != intake.ActionDanger {
			f.said = "" // it was the call
		}
		seen := shown{language: g.now().language}
		if remembered && g.now().has(f) {
			seen = s.beneath(r, session, g)
		}
		s.render(w, r, http.StatusOK, seen, over{help: &m, filled: &f})
		return true
	}
	return false
}

// tooMuch says why what was sent is more than anybody needs to send.
func (s *site) tooMuch(w http.ResponseWriter, r *http.Request, g *guest, why string, args wording.Args) {
	seen := g.now()
	s.render(w, r, http.StatusRequestEntityTooLarge, seen, over{above: s.Words.In(seen.language).Text(why, args)})
}
