package page

import (
	"context"
	"net/http"
	"time"
)

// guard answers only what was done on the page itself, and says what a browser may do with it:
// nothing but show it, style it and post its forms back.
func (s *site) guard(next http.Handler) http.Handler {
	own := http.NewCrossOriginProtection()
	// Where a proxy changes the Host header, older browsers still name the public origin.
	if err := own.AddTrustedOrigin(s.URL.Scheme + "://" + s.URL.Host); err != nil {
		panic("page: " + err.Error()) // made of a URL with a scheme and a host
	}
	own.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.refuse(w, r, http.StatusForbidden) }))
	inner := own.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
		// Not "no-referrer": browsers that know no Sec-Fetch-Site would then send "Origin: null" with
		// every form, and could not be told from a foreign site. Nothing leaves for another origin.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
		inner.ServeHTTP(w, r)
	})
}

// within bounds how long the rest of a request's body may take, and with it the answer. A connection
// that has no deadlines, as in some tests, does without.
func within(w http.ResponseWriter, read time.Duration) {
	c := http.NewResponseController(w)
	now := time.Now()
	_ = c.SetReadDeadline(now.Add(read))
	_ = c.SetWriteDeadline(now.Add(read + answerWithin))
}

// slow is the context for what a person asked: it is done to its end when they go away meanwhile,
// since an answer that was sent is an answer.
func slow(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(r.Context()), turnWithin)
}

// pass lets a session ask something of the store, after a wait where it is too fast. Sessions that
// are not remembered wait for each other and for nobody else. With false the answer was given.
func (s *site) pass(w http.ResponseWriter, r *http.Request, session string) bool {
	ctx, cancel := context.WithTimeout(r.Context(), mostWait)
	defer cancel()
	var err error
	if _, remembered := s.guests.Get(session); remembered {
		err = s.turns.Send(ctx, session)
	} else {
		err = s.strangers.Call(ctx, "")
	}
	if err == nil {
		return true
	}
	w.Header().Set("Retry-After", "10")
	s.refuse(w, r, http.StatusTooManyRequests)
	return false
}
