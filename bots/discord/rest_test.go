package discord

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func connect(t *testing.T, l Limits, handler http.HandlerFunc) *rest {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	r, err := newRest(Config{Token: "canary.of.secrets", API: server.URL, Limits: l, Held: func() bool { return true }, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.http.CloseIdleConnections)
	return r
}

// hangUp ends a connection without another byte.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func TestNoErrorTellsAnAddressOrAToken(t *testing.T) {
	t.Parallel()
	for label, handler := range map[string]http.HandlerFunc{
		"cut": func(w http.ResponseWriter, _ *http.Request) { hangUp(w) },
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/canary", http.StatusTemporaryRedirect)
		},
		"refused": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(400)
			_, _ = io.WriteString(w, `{"message":"canary","code":50035}`)
		},
		"a page": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(502)
			_, _ = io.WriteString(w, `<html>canary`)
		},
	} {
		r := connect(t, Limits{}, handler)
		for _, q := range []request{
			{doing: "try", method: "POST", path: "/interactions/1/canary/callback", body: map[string]string{"content": "canary"}},
			{doing: "try", method: "GET", path: "/x", bucket: "x"},
		} {
			_, err := r.do(t.Context(), q)
			if err == nil {
				t.Fatalf("%s: no error", label)
			}
			if shown := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(shown, "canary") || strings.Contains(shown, "127.0.0.1") {
				t.Errorf("%s: the error shows %s", label, shown)
			}
		}
	}
}

func TestOnlyTheConfiguredHostIsDialled(t *testing.T) {
	t.Parallel()
	r := connect(t, Limits{}, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, other.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.http.Do(req); err == nil {
		t.Error("another host was dialled")
	}
	for _, api := range []string{"", "discord.com", "ftp://discord.com", "https://user@discord.com", "https://discord.com?x=1", "https://"} {
		if _, err := newRest(Config{Token: "a.b.c", API: api}); err == nil {
			t.Errorf("%q was taken for an API", api)
		}
	}
	c := newCDN(r.base)
	for address, want := range map[string]bool{
		"https://cdn.discordapp.com/attachments/1/2/a?ex=1": true, "https://media.discordapp.net/x": true, "http://cdn.discordapp.com/x": false,
		r.base.String() + "/files/1": true, other.URL: false, "https://cdn.discordapp.com.example.com/": false, "https://cdn.discordapp.com@example.com/": false,
		"https://169.254.169.254/": false, "file:///etc/passwd": false, "": false, "https://cdn.discordapp.com:8443/": false,
	} {
		if c.allowed(address) != want {
			t.Errorf("%q: %t", address, !want)
		}
	}
}

func TestABucketThatIsEmptyIsWaitedForAndHelpIsNot(t *testing.T) {
	t.Parallel()
	var calls []time.Time
	r := connect(t, Limits{}, func(w http.ResponseWriter, _ *http.Request) {
		calls = append(calls, time.Now()) // one at a time: they are of one bucket
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset-After", "0.3")
		_, _ = io.WriteString(w, "{}")
	})
	for range 2 {
		if _, err := r.do(t.Context(), request{doing: "try", method: "GET", path: "/x", bucket: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if waited := calls[1].Sub(calls[0]); waited < 300*time.Millisecond {
		t.Errorf("after %s the bucket was still empty", waited)
	}
	began := time.Now()
	if _, err := r.do(t.Context(), request{doing: "help", method: "GET", path: "/x", bucket: "x", urgent: true}); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(began); waited > 250*time.Millisecond {
		t.Errorf("help waited %s", waited)
	}
}

func TestThePublishedLimitsKeepFiftyASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := Published().gate()
		var calls []time.Time
		for i := range 300 {
			answered, err := gate.Call(t.Context(), fmt.Sprint(i))
			if err != nil {
				t.Fatal(err)
			}
			calls = append(calls, time.Now())
			answered()
		}
		for i := range calls {
			n := 0
			for n < len(calls)-i && calls[i+n].Sub(calls[i]) < time.Second {
				n++
			}
			if n > 50 {
				t.Fatalf("%d calls in a second", n)
			}
		}
	})
}
