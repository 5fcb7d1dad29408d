package discord_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	fake "claimline/bots/fakes/discord"
)

// Each fault does to a call what it says, and its effect with it.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label  string
		fault  fake.Fault
		status int // 0 where no answer came
		says   string
		shown  bool // the message is there
	}{
		{"cut while it is read", fake.Fault{Cut: fake.CutUpload}, 0, "", false},
		{"cut before", fake.Fault{Cut: fake.CutBefore}, 0, "", false},
		{"cut in the middle", fake.Fault{Cut: fake.CutMiddle}, 0, "", true},
		{"cut after", fake.Fault{Cut: fake.CutAfter}, 0, "", true},
		{"500", fake.Fault{Status: 500}, 500, "500: Internal Server Error", false},
		{"502 after it was done", fake.Fault{Status: 502, Effect: true}, 502, "502: Bad Gateway", true},
		{"a code of its own", fake.Fault{Status: 403, Code: 50278, Text: "no mutual guilds"}, 403, `"code":50278`, false},
		{"a page", fake.Fault{Status: 503, Body: "<html>", HTML: true}, 503, "<html>", false},
		{"no body", fake.Fault{Status: 504, Blank: true}, 504, "", false},
		{"another channel's", fake.Fault{Status: 500, Channel: "5"}, 200, `"content":"Hello"`, true},
		{"another route's", fake.Fault{Status: 500, Route: fake.Callback}, 200, `"content":"Hello"`, true},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := fake.Start(t, fake.Options{})
			anna := s.Person("anna", fake.Profile{})
			s.Fail(c.fault)
			a, err := try(t, s, "POST", "/channels/"+anna.ChannelID()+"/messages", "application/json", []byte(hello))
			if (err != nil) != (c.status == 0) || err == nil && (a.status != c.status || !strings.Contains(string(a.body), c.says)) {
				t.Errorf("got %d %s and %v", a.status, a.body, err)
			}
			if got := anna.Chat().Last() != nil; got != c.shown {
				t.Errorf("the message is there: %v", got)
			}
			if e := s.History()[0]; e.Done != c.shown || e.Cut != c.fault.Cut {
				t.Errorf("got %+v", e)
			}
			if c.fault.Channel != "" || c.fault.Route != "" {
				return
			}
			if a := call(t, s, "GET", "/users/@me", ""); a.status != 200 {
				t.Errorf("the next call: got %d", a.status)
			}
		})
	}
}

// A fault waits, lasts as long as it is to, and can be ended.
func TestHowLongAFaultLasts(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	end := s.Fail(fake.Fault{Status: 500, Times: -1, Delay: 10 * time.Millisecond})
	for range 3 {
		began := time.Now()
		if a := call(t, s, "GET", "/users/@me", ""); a.status != 500 || time.Since(began) < 10*time.Millisecond {
			t.Errorf("got %d after %v", a.status, time.Since(began))
		}
	}
	end()
	if a := call(t, s, "GET", "/users/@me", ""); a.status != 200 {
		t.Errorf("got %d", a.status)
	}
}

// Files go wrong as well.
func TestFaultsOfFiles(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	_ = bot
	must(s.Person("anna", fake.Profile{}).SendFiles("", fake.File{Name: "a", Body: []byte("0123456789")}))(t)
	link := next(t, h.messages).Attachments[0].URL
	for _, c := range []fake.Fault{{Cut: fake.CutBefore}, {Cut: fake.CutMiddle}, {Cut: fake.CutAfter}} {
		c.Route = fake.Download
		s.Fail(c)
		if body, err := whole(t, link); err == nil {
			t.Errorf("%s: got %q", c.Cut, body)
		}
	}
	s.Fail(fake.Fault{Route: fake.Download, Status: 503})
	if status, _ := fetch(t, link); status != 503 {
		t.Errorf("got %d", status)
	}
	if status, body := fetch(t, link); status != 200 || body != "0123456789" {
		t.Errorf("got %d %q", status, body)
	}
}

func whole(t *testing.T, address string) (string, error) {
	t.Helper()
	// On a connection that was used before, a GET that is cut off would be tried again.
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(address)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	var b strings.Builder
	_, err = io.Copy(&b, resp.Body)
	return b.String(), err
}

// A 429 says what it is about, in the documented headers, or in none.
func TestTooManyRequests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label  string
		fault  fake.Fault
		has    map[string]string // "" for none
		global bool
	}{
		{"of a bucket", fake.Fault{RetryAfter: 1.5}, map[string]string{"Retry-After": "2", "X-RateLimit-Scope": "user", "X-RateLimit-Reset-After": "1.500", "X-RateLimit-Global": ""}, false},
		{"shared", fake.Fault{RetryAfter: 1.5, Scope: "shared"}, map[string]string{"Retry-After": "2", "X-RateLimit-Scope": "shared"}, false},
		{"of all", fake.Fault{RetryAfter: 1.5, Scope: "global"}, map[string]string{"Retry-After": "2", "X-RateLimit-Global": "true", "X-RateLimit-Reset-After": ""}, true},
		{"bare", fake.Fault{RetryAfter: 1.5, Bare: true}, map[string]string{"Retry-After": "", "X-RateLimit-Scope": ""}, false},
	} {
		c2 := newClock()
		s := fake.Start(t, fake.Options{RateClock: c2.now})
		s.Fail(c.fault)
		a := call(t, s, "GET", "/users/@me", "")
		for name, want := range c.has {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", c.label, name, got, want)
			}
		}
		if a.status != 429 || !strings.Contains(string(a.body), `"retry_after":1.5`) {
			t.Errorf("%s: got %d %s", c.label, a.status, a.body)
		}
		c2.advance(time.Second)
		refused := call(t, s, "GET", "/users/@me", "")
		other := call(t, s, "GET", "/gateway/bot", "")
		if refused.status != 429 || (other.status == 429) != c.global {
			t.Errorf("%s: got %d, and elsewhere %d", c.label, refused.status, other.status)
		}
		if got := s.Excess().Impatient; got == 0 {
			t.Errorf("%s: nobody was impatient", c.label)
		}
		c2.advance(time.Second)
		if a := call(t, s, "GET", "/users/@me", ""); a.status != 200 {
			t.Errorf("%s: afterwards got %d", c.label, a.status)
		}
	}
}

// A page in the place of a 429 is no error of Discord's to the library.
func TestAPageForTooManyRequests(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	s.Fail(fake.Fault{Status: 429, Body: "<html>1015</html>", HTML: true})
	_, err := library(t, s).User("@me")
	var known *discordgo.RESTError
	if err == nil || errors.As(err, &known) {
		t.Errorf("got %v", err)
	}
}

// Buckets are of a route and a channel, and announce themselves.
func TestBuckets(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fake.Start(t, fake.Options{RateClock: c.now, Rates: fake.PublishedRates()})
	anna, bram := s.Person("anna", fake.Profile{}), s.Person("bram", fake.Profile{})
	to := func(p *fake.Person) answer {
		return call(t, s, "POST", "/channels/"+p.ChannelID()+"/messages", hello)
	}
	for i := range 5 {
		a := to(anna)
		if got := a.header.Get("X-RateLimit-Remaining"); a.status != 200 || got != []string{"4", "3", "2", "1", "0"}[i] {
			t.Errorf("call %d: got %d, %s remaining", i, a.status, got)
		}
	}
	if a := to(anna); a.status != 429 || a.header.Get("X-RateLimit-Reset-After") != "5.000" {
		t.Errorf("got %d %v", a.status, a.header)
	}
	if a := to(bram); a.status != 200 {
		t.Errorf("another channel: got %d", a.status)
	}
	c.advance(5 * time.Second)
	if a := to(anna); a.status != 200 {
		t.Errorf("afterwards: got %d", a.status)
	}
	if got := s.Excess(); got.Violations != 1 || got.Invalid != 1 || got.Impatient != 0 {
		t.Errorf("got %+v", got)
	}
}

// Fifty calls a second are allowed in all; answers to interactions are not counted among them.
func TestTheGlobalLimit(t *testing.T) {
	t.Parallel()
	c := newClock()
	rates := fake.PublishedRates()
	rates.Usual.Limit = 1000
	s := fake.Start(t, fake.Options{RateClock: c.now, Rates: rates})
	connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	c.advance(time.Minute)
	say(t, s, anna.ChannelID(), rowsOf(rowOf(buttonOf("w", "Write"))))
	p := must(anna.Press("Write"))(t)
	for range 49 {
		if a := call(t, s, "GET", "/users/@me", ""); a.status != 200 {
			t.Fatalf("got %d", a.status)
		}
	}
	if a := call(t, s, "GET", "/users/@me", ""); a.status != 429 || a.header.Get("X-RateLimit-Global") != "true" {
		t.Errorf("got %d %v", a.status, a.header)
	}
	if a := call(t, s, "POST", callbackOf(p), `{"type":6}`); a.status != 204 {
		t.Errorf("an answer to a press: got %d %s", a.status, a.body)
	}
	c.advance(time.Second)
	if a := call(t, s, "GET", "/users/@me", ""); a.status != 200 {
		t.Errorf("afterwards: got %d", a.status)
	}
}

// Too many invalid requests close the API to the bot, and a page says so. What others share is not
// the bot's fault.
func TestInvalidRequests(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := lawless(t, fake.Options{RateClock: c.now, Invalid: 3})
	s.Fail(fake.Fault{RetryAfter: 0.001, Scope: "shared"})
	call(t, s, "GET", "/users/@me", "")
	c.advance(time.Second)
	s.Fail(fake.Fault{Status: 403, Times: 3})
	call(t, s, "GET", "/users/@me", "")
	call(t, s, "GET", "/users/@me", "")
	if got := s.Excess().Invalid; got != 2 || len(s.Violations()) != 0 {
		t.Errorf("%d are counted", got)
	}
	call(t, s, "GET", "/users/@me", "")
	held(t, s, "too many invalid requests")
	if a := call(t, s, "GET", "/gateway", ""); a.status != 429 || !strings.HasPrefix(string(a.body), "<!doctype html>") {
		t.Errorf("got %d %s", a.status, a.body)
	}
	c.advance(11 * time.Minute)
	if a := call(t, s, "GET", "/users/@me", ""); a.status != 200 || s.Excess().Invalid != 0 {
		t.Errorf("afterwards: got %d", a.status)
	}
}
