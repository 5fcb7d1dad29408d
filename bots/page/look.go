package page

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"claimline/bots/page/copies"
	"claimline/intake"
)

// The team looks here at what a chat may not hold. A link leads to a landing page of its own, again
// the same for everybody; its button spends the link and leaves a cookie that is good for minutes.
// Nothing is remembered: each time it is shown, the desk reads anew and asks whether it may be.

// Looks is the team's desk. Package intake/review implements it.
type Looks interface {
	// OpenLook spends a link. session is the cookie's value; ok is false for a link that is unknown,
	// spent or too old, and for somebody who may not look any more.
	OpenLook(ctx context.Context, link string) (session string, ok bool, err error)
	// Sight is what a look shows now; nil when it is over.
	Sight(ctx context.Context, session string) (*intake.Sight, error)
	// LookFile enters that a file is opened, before it is; ok is false where it may not be.
	LookFile(ctx context.Context, session, sha256 string) (file intake.StoredFile, ok bool, err error)
}

// Evidence is where files lie that families sent. Package storage implements it.
type Evidence interface {
	// Open returns a file's content as it was sent. Reading fails at the first block that was altered.
	Open(ctx context.Context, id string) (io.ReadCloser, intake.StoredFile, error)
}

// lookPath is where looks are below the page.
const lookPath = "look/"

// serveLooks adds the team's part of the page.
func (s *site) serveLooks(mux *http.ServeMux) {
	mux.HandleFunc("GET /p/look/{$}", s.showLook)
	mux.HandleFunc("POST /p/look/{$}", s.openFile)
	mux.HandleFunc("GET /p/look/{link}", func(w http.ResponseWriter, r *http.Request) {
		s.show(w, http.StatusOK, "look-landing", s.teams(s.locale(r)))
	})
	mux.HandleFunc("POST /p/look/{link}", s.openLook)
}

// teams is a page for somebody of the team.
func (s *site) teams(lang string) view {
	v := s.view(lang)
	v.Path, v.Team = s.path+lookPath, true
	return v
}

// openLook spends the link of a look.
func (s *site) openLook(w http.ResponseWriter, r *http.Request) {
	within(w, formWithin)
	link := r.PathValue("link")
	if !wellFormed(link) {
		s.lookOver(w, r)
		return
	}
	wait, done := context.WithTimeout(r.Context(), mostWait)
	defer done()
	if s.links.Call(wait, "") != nil {
		w.Header().Set("Retry-After", "10")
		s.lookFailed(w, r, http.StatusTooManyRequests)
		return
	}
	ctx, cancel := slow(r)
	defer cancel()
	session, ok, err := s.Looks.OpenLook(ctx, link)
	switch {
	case err != nil:
		s.Log.Error("look not opened", "error", err)
		s.lookFailed(w, r, http.StatusServiceUnavailable)
	case !ok:
		s.lookOver(w, r)
	default:
		http.SetCookie(w, &http.Cookie{Name: s.lookCookie(), Value: session, Path: s.path + lookPath, MaxAge: int(intake.LookLife.Seconds()),
			Secure: s.secure(), HttpOnly: true, SameSite: http.SameSiteStrictMode})
		w.Header().Set("Location", s.path+lookPath)
		w.WriteHeader(http.StatusSeeOther)
	}
}

// lookCookie is a name beside that of the families' page: a member of the team may be a parent too.
func (s *site) lookCookie() string { return s.cookie + "-look" }

// looking is the word that shows a look, after a wait where somebody is too fast. With "" the answer
// was given.
func (s *site) looking(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(s.lookCookie())
	if err != nil || !wellFormed(c.Value) {
		s.lookOver(w, r)
		return ""
	}
	wait, done := context.WithTimeout(r.Context(), mostWait)
	defer done()
	if s.strangers.Call(wait, "") != nil {
		w.Header().Set("Retry-After", "10")
		s.lookFailed(w, r, http.StatusTooManyRequests)
		return ""
	}
	return c.Value
}

// showLook shows a look. The browser is told to ask again when it is over, so that it does not stay
// on the screen.
func (s *site) showLook(w http.ResponseWriter, r *http.Request) {
	within(w, formWithin)
	session := s.looking(w, r)
	if session == "" {
		return
	}
	ctx, cancel := slow(r)
	defer cancel()
	sight, err := s.Looks.Sight(ctx, session)
	switch {
	case err != nil:
		s.Log.Error("look not shown", "error", err)
		s.lookFailed(w, r, http.StatusServiceUnavailable)
	case sight == nil:
		s.lookOver(w, r)
	default:
		v := s.teams(sight.Language)
		v.Sight = sight
		left := max(sight.Until.Sub(s.Now()), 0) + time.Second
		w.Header().Set("Refresh", strconv.Itoa(int(left.Seconds())))
		s.show(w, http.StatusOK, "look", v)
	}
}

// openFile hands out one file, to be saved; if a browser opens it all the same, nothing in it can act.
func (s *site) openFile(w http.ResponseWriter, r *http.Request) {
	f, err := formOf(w, r)
	if err != nil {
		s.lookFailed(w, r, http.StatusBadRequest)
		return
	}
	session := s.looking(w, r)
	if session == "" {
		return
	}
	ctx, cancel := slow(r)
	defer cancel()
	file, ok, err := s.Looks.LookFile(ctx, session, f.press)
	if err == nil && !ok {
		s.lookOver(w, r)
		return
	}
	var content io.ReadCloser
	if err == nil {
		content, _, err = s.Evidence.Open(ctx, file.ID)
	}
	if err != nil {
		s.Log.Error("evidence not opened", "file", file.ID, "error", err)
		s.lookFailed(w, r, http.StatusServiceUnavailable)
		return
	}
	defer content.Close()
	s.handOver(w, file, content)
}

// handOver writes a file out: of a picture its working copy, where there is one. Where it turns out
// to be damaged the connection breaks off, so that no browser takes a part for the whole.
func (s *site) handOver(w http.ResponseWriter, file intake.StoredFile, content io.Reader) {
	kind, size := fileType(file.Type), file.Bytes
	if strings.HasPrefix(kind, "image/") {
		whole, err := io.ReadAll(content)
		if err != nil || int64(len(whole)) != file.Bytes {
			s.Log.Warn("evidence not read whole", "file", file.ID, "error", err)
			panic(http.ErrAbortHandler)
		}
		if picture, ok := copies.Of(kind, whole); ok {
			whole = picture
		}
		content, size = bytes.NewReader(whole), int64(len(whole))
	}
	within(w, fileWithin)
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("Content-Type", "application/octet-stream")
	if kind = mime.FormatMediaType(kind, nil); kind != "" {
		h.Set("Content-Type", kind)
	}
	h.Set("Content-Disposition", disposition(file.Name))
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	if n, err := io.Copy(w, content); err != nil || n != size {
		s.Log.Warn("evidence not handed out whole", "file", file.ID, "error", err)
		panic(http.ErrAbortHandler)
	}
}

// lookOver is the one answer to every link and cookie that shows nothing, whatever the reason.
func (s *site) lookOver(w http.ResponseWriter, r *http.Request) {
	s.show(w, http.StatusNotFound, "look-gone", s.teams(s.locale(r)))
}

func (s *site) lookFailed(w http.ResponseWriter, r *http.Request, status int) {
	s.show(w, status, "busy", s.teams(s.locale(r)))
}
