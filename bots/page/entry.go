package page

import (
	"context"
	"net/http"
	"strings"

	"golang.org/x/text/language"
)

// land shows the landing page: the same bytes for every link, known or not.
func (s *site) land(w http.ResponseWriter, r *http.Request) {
	s.show(w, http.StatusOK, "landing", s.blank(r))
}

// enter spends the link and opens the page.
func (s *site) enter(w http.ResponseWriter, r *http.Request) {
	within(w, formWithin)
	link := r.PathValue("link")
	if !wellFormed(link) {
		s.gone(w, r)
		return
	}
	wait, done := context.WithTimeout(r.Context(), mostWait)
	defer done()
	if s.links.Call(wait, "") != nil {
		w.Header().Set("Retry-After", "10")
		s.refuse(w, r, http.StatusTooManyRequests)
		return
	}
	ctx, cancel := slow(r)
	defer cancel()
	session, ok, err := s.Doors.Enter(ctx, link)
	switch {
	case err != nil:
		s.Log.Error("link not looked up", "error", err)
		s.refuse(w, r, http.StatusServiceUnavailable)
	case !ok:
		s.gone(w, r)
	default:
		http.SetCookie(w, &http.Cookie{Name: s.cookie, Value: session, Path: s.path, Secure: s.secure(), HttpOnly: true, SameSite: http.SameSiteStrictMode})
		s.back(w)
	}
}

// back leads to what the conversation shows now, so that reloading it repeats nothing.
func (s *site) back(w http.ResponseWriter) {
	w.Header().Set("Location", s.path)
	w.WriteHeader(http.StatusSeeOther)
}

// gone is the one answer to every link and cookie that opens nothing.
func (s *site) gone(w http.ResponseWriter, r *http.Request) {
	s.show(w, http.StatusNotFound, "gone", s.blank(r))
}

// refuse says that it did not work and that nothing is lost.
func (s *site) refuse(w http.ResponseWriter, r *http.Request, status int) {
	s.show(w, status, "busy", s.blank(r))
}

// session is the word that opens a page; "" where the browser brings none.
func (s *site) session(r *http.Request) string {
	c, err := r.Cookie(s.cookie)
	if err != nil || !wellFormed(c.Value) {
		return ""
	}
	return c.Value
}

// wellFormed keeps from the store what cannot be a random word.
func wellFormed(word string) bool {
	foreign := func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_')
	}
	return word != "" && len(word) <= 128 && !strings.ContainsFunc(word, foreign)
}

// locale is the first language that a browser asks for and that we speak.
func (s *site) locale(r *http.Request) string {
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return defaultLanguage
	}
	for _, want := range wanted {
		base, _ := want.Base()
		for _, have := range s.Words.Languages() {
			if base.String() == have {
				return have
			}
		}
	}
	return defaultLanguage
}

const defaultLanguage = "en"
