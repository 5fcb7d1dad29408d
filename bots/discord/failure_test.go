package discord

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"claimline/bots"
)

func TestEveryRefusalHasItsClass(t *testing.T) {
	t.Parallel()
	code := func(status, code int) seen {
		return seen{written: true, status: status, body: fmt.Appendf(nil, `{"message":"secret words","code":%d}`, code)}
	}
	header := func(s seen, pairs ...string) seen {
		s.header = http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			s.header.Set(pairs[i], pairs[i+1])
		}
		return s
	}
	page := func(status int) seen {
		return seen{written: true, status: status, body: []byte("<html>secret words</html>")}
	}
	tooMany := seen{written: true, status: 429, body: []byte(`{"message":"slow down","retry_after":1.5,"global":false}`)}
	for _, c := range []struct {
		label string
		seen  seen
		want  bots.Class
		wait  time.Duration
		all   bool
	}{
		{"closed messages", code(403, 50007), bots.Gone, 0, false},
		{"no server in common", code(403, 50278), bots.Gone, 0, false},
		{"no access", code(403, 50001), bots.Gone, 0, false},
		{"no permission", code(403, 50013), bots.Gone, 0, false},
		{"unknown channel", code(404, 10003), bots.Gone, 0, false},
		{"unknown user", code(404, 10013), bots.Gone, 0, false},
		{"unknown message", code(404, 10008), bots.Stale, 0, false},
		{"unknown webhook", code(404, 10015), bots.Stale, 0, false},
		{"unknown interaction", code(404, 10062), bots.Stale, 0, false},
		{"answered already", code(400, 40060), bots.Stale, 0, false},
		{"the token is too old", code(401, 50027), bots.Stale, 0, false},
		{"somebody else's message", code(403, 50005), bots.Stale, 0, false},
		{"not in a private channel", code(403, 50003), bots.Stale, 0, false},
		{"edited too often", code(400, 30046), bots.Stale, 0, false},
		{"opening too fast", code(400, 40003), bots.Throttled, dmWait, false},
		{"write limit", code(400, 20028), bots.Throttled, 0, false},
		{"commands of a day", code(400, 30034), bots.Throttled, createsWait, false},
		{"invalid body", code(400, 50035), bots.Rejected, 0, false},
		{"empty message", code(400, 50006), bots.Rejected, 0, false},
		{"a code of tomorrow", code(400, 99999), bots.Rejected, 0, false},
		{"forbidden without a code", code(403, 0), bots.Gone, 0, false},
		{"too large", seen{written: true, status: 413, body: []byte(`{"code":40005}`)}, bots.Rejected, 0, false},
		{"too large, as a page", page(413), bots.Rejected, 0, false},
		{"the token is refused", code(401, 0), bots.Unauthorized, 0, false},
		{"forbidden by a page", page(403), bots.Unreachable, 0, false},
		{"not found by a page", page(404), bots.Unreachable, 0, false},
		{"overloaded", code(503, 130000), bots.Unreachable, 0, false},
		{"500", code(500, 0), bots.Unreachable, 0, false},
		{"502 as a page", page(502), bots.Unreachable, 0, false},
		{"504", page(504), bots.Ambiguous, 0, false},
		{"cut after asking", seen{written: true}, bots.Ambiguous, 0, false},
		{"cut before asking", seen{}, bots.Unreachable, 0, false},
		{"200 that is no JSON", page(200), bots.Ambiguous, 0, false},
		{"sent elsewhere", page(302), bots.Unreachable, 0, false},
		{"too many", header(tooMany, "X-RateLimit-Scope", "user"), bots.Throttled, 1500 * time.Millisecond, false},
		{"too many without headers", header(tooMany), bots.Throttled, 1500 * time.Millisecond, false},
		{"too many for all, by its header", header(tooMany, "X-RateLimit-Global", "true"), bots.Throttled, 1500 * time.Millisecond, true},
		{"too many for all, with no more than a time", header(seen{written: true, status: 429, body: []byte(`{"message":"x"}`)}, "Retry-After", "3"), bots.Throttled, 3 * time.Second, true},
		{"shut out by a page", header(page(429)), bots.Throttled, banWait, true},
		{"shut out by a page that tells for how long", header(page(429), "Retry-After", "7"), bots.Throttled, 7 * time.Second, true},
		{"for ever", header(seen{written: true, status: 429, body: []byte(`{"retry_after":1e30}`)}, "X-RateLimit-Scope", "user"), bots.Throttled, mostWait, false},
		{"for less than nothing", header(seen{written: true, status: 429, body: []byte(`{"retry_after":-5}`)}, "X-RateLimit-Scope", "user"), bots.Throttled, 0, false},
	} {
		f := classify("try", c.seen)
		if f.Class != c.want || f.Wait != c.wait || f.All != c.all {
			t.Errorf("%s: %+v, want %s %s %t", c.label, f, c.want, c.wait, c.all)
		}
		if strings.Contains(f.Error(), "secret") {
			t.Errorf("%s: the error quotes the answer: %s", c.label, f)
		}
	}
}

func TestAnswersThatCountAgainstTheAddress(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	i := &invalids{most: 4}
	for range 3 {
		i.note(403, nil, now)
		i.note(200, nil, now)
		i.note(429, http.Header{"X-Ratelimit-Scope": {"shared"}}, now)
		now = now.Add(2 * time.Minute)
	}
	if w := i.wait(now); w != 0 {
		t.Errorf("after three a pause of %s", w)
	}
	i.note(401, nil, now)
	if i.wait(now) == 0 {
		t.Error("after four no pause")
	}
	if w := i.wait(now.Add(4 * time.Minute)); w != 0 {
		t.Errorf("when the first is ten minutes old, a pause of %s", w)
	}
	if w := i.wait(now.Add(time.Hour)); w != 0 {
		t.Errorf("an hour later, a pause of %s", w)
	}
}

func TestATokenIsNeverShown(t *testing.T) {
	t.Parallel()
	const token Token = "canary.of.secrets"
	shown := fmt.Sprintf("%v %+v %#v %s %q %x %d", token, token, token, token, token, token, token)
	if strings.Contains(shown, "canary") || strings.Contains(shown, fmt.Sprintf("%x", "canary")) {
		t.Errorf("shown as %s", shown)
	}
	for _, bad := range []Token{"", "abc", "a.b", "a.b.c\n", " a.b.c", "a.b.c d"} {
		if bad.check() == nil {
			t.Errorf("%d characters were taken for a token", len(bad))
		}
	}
	if err := token.check(); err != nil {
		t.Error(err)
	}
}
