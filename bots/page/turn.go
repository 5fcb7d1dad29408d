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
		s.tooMuch(w, r, "unfit.too-long", nil)
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
	s.back(w)
}

// known finds whose page it is. With false the answer was given.
func (s *site) known(w http.ResponseWriter, r *http.Request) (g *guest, session string, ok bool) {
	session = s.session(r)
	if session == "" {
		s.gone(w, r)
		return nil, "", false
	}
	if g, ok := s.guest(session); ok && g.now().left {
		if r.Method != http.MethodGet {
			s.back(w)
			return nil, "", false
		}
		return g, session, true
	}
	if !s.pass(w, r, session) {
		return nil, "", false
	}
	ctx, cancel := slow(r)
	defer cancel()
	account, ok, err := s.Doors.Visit(ctx, session)
	switch {
	case err != nil:
		s.Log.Error("page not looked up", "error", err)
		s.refuse(w, r, http.StatusServiceUnavailable)
		return nil, "", false
	case !ok:
		s.guests.Forget(session)
		s.gone(w, r)
		return nil, "", false
	}
	return s.welcome(session, account), session, true
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
		if err == nil {
			g.take(reply, did)
		}
		return err
	}}})
	if errs[0] != nil {
		s.Log.Error("turn failed", "account", g.account, "error", errs[0])
	}
	return reply, errs[0]
}

func (s *site) event(r *http.Request, a intake.Account, id string, did intake.Did) intake.Event {
	return intake.Event{Account: a, Identity: id, At: s.Now(), Locale: s.locale(r), Page: true, Did: did}
}

// help answers a call for help: the numbers stand on top of what the page shows, which stays as it
// was filled in. Neither the store nor the doors are asked.
func (s *site) help(w http.ResponseWriter, r *http.Request, f form) bool {
	var seen shown
	var account intake.Account
	if g, ok := s.guest(s.session(r)); ok {
		seen, account = g.now(), g.account
	}
	for _, did := range f.did() {
		if m, ok := s.Desk.Danger(s.event(r, account, "", did)); ok {
			if f.press != intake.ActionDanger {
				f.said = "" // it was the call
			}
			s.render(w, r, http.StatusOK, seen, over{help: &m, filled: &f})
			return true
		}
	}
	return false
}

// tooMuch says why what was sent is more than anybody needs to send.
func (s *site) tooMuch(w http.ResponseWriter, r *http.Request, why string, args wording.Args) {
	g, ok := s.guest(s.session(r))
	if !ok {
		s.refuse(w, r, http.StatusRequestEntityTooLarge)
		return
	}
	seen := g.now()
	s.render(w, r, http.StatusRequestEntityTooLarge, seen, over{above: s.Words.In(seen.language).Text(why, args)})
}
