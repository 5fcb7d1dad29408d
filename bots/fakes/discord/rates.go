package discord

import (
	"hash/fnv"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// Bucket is how many calls of one kind may be made in a span.
type Bucket struct {
	Limit int
	Per   time.Duration
}

// Rates are how fast a bot may call. Each route has a bucket of its own for each channel, guild or
// interaction in its path.
type Rates struct {
	Second int               // calls in all in a second; what answers interactions is exempt
	Usual  Bucket            // of routes that are not in Routes
	Routes map[string]Bucket // by route, for example CreateMessage
}

// PublishedRates are 50 calls a second in all (rate-limits.mdx). How large a bucket is Discord tells
// only in headers, and may change: 5 in 5 s is what bots report for messages in a channel.
func PublishedRates() *Rates {
	return &Rates{Second: 50, Usual: Bucket{Limit: 5, Per: 5 * time.Second}}
}

// Excess is how often the bot was too fast.
type Excess struct {
	Violations int // calls beyond a rate
	Impatient  int // calls within the time for which a 429 had asked for silence
	Invalid    int // answers 401, 403 and 429 (but for scope shared) in the last ten minutes
}

// Excess returns how often the bot was too fast so far.
func (s *Server) Excess() Excess {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.rates.excess
	e.Invalid = s.rates.recent(s.options.RateClock())
	return e
}

// rateKeeper counts over all channels.
type rateKeeper struct {
	buckets map[string]*tally
	all     tally
	shut    map[string]silence // by bucket; "" for all
	excess  Excess
	invalid []time.Time // ascending
	closed  time.Time   // until when the address is banned
}

// tally counts in one span, which begins with its first call.
type tally struct {
	used int
	ends time.Time
}

// silence is the time for which a 429 forbids calls. Those that come so soon after it that the bot
// cannot have heard are refused and not counted.
type silence struct{ from, until time.Time }

const (
	unheard     = 100 * time.Millisecond
	invalidSpan = 10 * time.Minute
	mostBuckets = 10_000
	codeBanned  = -1 // no code of Discord's: the answer is a page
)

// take counts a call in, or tells how long it must wait.
func (t *tally) take(now time.Time, b Bucket) (wait time.Duration) {
	if !now.Before(t.ends) {
		t.used, t.ends = 0, now.Add(b.Per)
	}
	if t.used >= b.Limit {
		return t.ends.Sub(now)
	}
	t.used++
	return 0
}

// bucket names the bucket of a call: its route and what Discord calls its major parameters.
func (c *call) bucket() string {
	return c.route.name + " " + c.path["channel_id"] + c.path["guild_id"] + c.path["webhook_token"] + c.path["interaction_token"]
}

// throttle answers a call that comes too early, and counts it. Else it leaves the bucket's state in
// the answer's headers.
func (s *Server) throttle(c *call) *reply {
	k, now, name := &s.rates, s.options.RateClock(), c.bucket()
	for _, scope := range []string{"", name} {
		shut := k.shut[scope]
		if wait := shut.until.Sub(now); wait > 0 && !(scope == "" && c.route.exempt) {
			if now.Sub(shut.from) >= unheard {
				k.excess.Impatient++
			}
			return s.early(wait, scope == "")
		}
	}
	r := s.options.Rates
	if r == nil {
		return nil
	}
	if wait := k.all.peek(now, r.Second); wait > 0 && !c.route.exempt {
		return s.exceeded(c, wait, "global")
	}
	b, ok := r.Routes[c.route.name]
	if !ok {
		b = r.Usual
	}
	t := k.bucket(name, now)
	wait := t.take(now, b)
	t.announce(c, b, now)
	if wait > 0 {
		return s.exceeded(c, wait, "user")
	}
	if !c.route.exempt {
		k.all.take(now, Bucket{Limit: r.Second, Per: time.Second})
	}
	return nil
}

// bucket finds the tally of a bucket. Those whose span is over are dropped when there are many: each
// interaction has its own.
func (k *rateKeeper) bucket(name string, now time.Time) *tally {
	if len(k.buckets) > mostBuckets {
		maps.DeleteFunc(k.buckets, func(_ string, t *tally) bool { return now.After(t.ends) })
	}
	if k.buckets == nil {
		k.buckets = map[string]*tally{}
	}
	if k.buckets[name] == nil {
		k.buckets[name] = &tally{}
	}
	return k.buckets[name]
}

// announce leaves the bucket's state in the answer's headers.
func (t *tally) announce(c *call, b Bucket, now time.Time) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(c.route.name))
	c.header.Set("X-RateLimit-Limit", strconv.Itoa(b.Limit))
	c.header.Set("X-RateLimit-Remaining", strconv.Itoa(b.Limit-t.used))
	c.header.Set("X-RateLimit-Reset", decimal(float64(t.ends.UnixMilli())/1000))
	c.header.Set("X-RateLimit-Reset-After", decimal(t.ends.Sub(now).Seconds()))
	c.header.Set("X-RateLimit-Bucket", strconv.FormatUint(uint64(h.Sum32()), 16))
}

// peek is take without counting.
func (t *tally) peek(now time.Time, limit int) time.Duration {
	if limit > 0 && now.Before(t.ends) && t.used >= limit {
		return t.ends.Sub(now)
	}
	return 0
}

// exceeded counts a call beyond a rate and refuses it.
func (s *Server) exceeded(c *call, wait time.Duration, scope string) *reply {
	s.rates.excess.Violations++
	f := &Fault{RetryAfter: wait.Seconds(), Scope: scope}
	s.hush(c, f)
	r := f.tooMany()
	for name, values := range c.header {
		r.header[name] = values
	}
	return &r
}

// early refuses a call in the time of a silence.
func (s *Server) early(wait time.Duration, global bool) *reply {
	f := &Fault{RetryAfter: wait.Seconds()}
	if global {
		f.Scope = "global"
	}
	r := f.tooMany()
	return &r
}

// hush begins the time in which a 429 forbids calls: to its bucket, or all where it is global.
func (s *Server) hush(c *call, f *Fault) {
	if s.rates.shut == nil {
		s.rates.shut = map[string]silence{}
	}
	name := ""
	if f.Scope != "global" {
		name = c.bucket()
	}
	now := s.options.RateClock()
	s.rates.shut[name] = silence{from: now, until: now.Add(time.Duration(f.RetryAfter * float64(time.Second)))}
}

// counted notes an answer that counts as invalid.
func (s *Server) counted(r reply) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.countedLocked(r)
}

func (s *Server) countedLocked(r reply) reply {
	shared := r.header.Get("X-RateLimit-Scope") == "shared"
	if r.status != http.StatusUnauthorized && r.status != http.StatusForbidden && (r.status != http.StatusTooManyRequests || shared) {
		return r
	}
	k, now := &s.rates, s.options.RateClock()
	k.invalid = append(k.invalid, now)
	if k.recent(now) >= s.options.Invalid && !now.Before(k.closed) {
		k.closed = now.Add(invalidSpan)
		s.violation("all", "too many invalid requests: "+strconv.Itoa(len(k.invalid))+" in ten minutes")
	}
	return r
}

// recent is how many invalid requests lie in the last ten minutes.
func (k *rateKeeper) recent(now time.Time) int {
	for len(k.invalid) > 0 && now.Sub(k.invalid[0]) > invalidSpan {
		k.invalid = k.invalid[1:]
	}
	return len(k.invalid)
}

func (k *rateKeeper) banned(o Options) bool { return o.RateClock().Before(k.closed) }

// banned is the page of the company in between, which knows nothing of Discord's JSON.
func banned() *refusal {
	return &refusal{status: http.StatusTooManyRequests, code: codeBanned, text: "<!doctype html><title>Access denied</title><h1>Error 1015</h1><p>You are being rate limited</p>"}
}
