package discord

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"claimline/bots"
)

// Limits are how fast a bot may call where Discord's answers do not say: the buckets of single
// routes are learned from their headers.
type Limits struct {
	Overall bots.Quota // all calls but the answers to interactions
	// Invalid is after how many answers 401, 403 and 429 within ten minutes nothing is called any
	// more; 0 for no limit.
	Invalid int
}

// Published are the limits of Discord's documentation (topics/rate-limits.mdx): 50 calls a second,
// and an address that gets 10,000 invalid answers within ten minutes is shut out; of those half are
// left to whoever else has the address.
func Published() Limits {
	return Limits{Overall: bots.Quota{Most: 50, In: time.Second}, Invalid: 5000}
}

func (l Limits) gate() *bots.Meter {
	return bots.NewMeter(l.Overall, func(string) bots.Pace { return bots.Pace{} })
}

// sweeping is how long to wait between two people who are looked for, at two calls each: so that half
// of the limit is left for those who do something.
func (l Limits) sweeping() time.Duration {
	return 4 * l.Overall.In / time.Duration(max(l.Overall.Most, 1))
}

const (
	invalidSpan  = 10 // minutes
	bucketsKnown = 8192
)

// invalids counts the answers that Discord holds against an address, by the minute.
type invalids struct {
	most int
	mu   sync.Mutex
	in   [invalidSpan]int
	at   int64 // the latest minute
}

// note counts an answer in.
func (i *invalids) note(status int, h http.Header, now time.Time) {
	if status != http.StatusUnauthorized && status != http.StatusForbidden && status != http.StatusTooManyRequests ||
		h.Get("X-RateLimit-Scope") == "shared" {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.move(now)
	i.in[i.at%invalidSpan]++
}

// wait is how long nothing may be called because there were too many; 0 when there were not.
func (i *invalids) wait(now time.Time) time.Duration {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.move(now)
	sum := 0
	for _, n := range i.in {
		sum += n
	}
	if i.most == 0 || sum < i.most {
		return 0
	}
	return time.Minute
}

// move forgets the minutes that are ten minutes old.
func (i *invalids) move(now time.Time) {
	minute := now.Unix() / 60
	for ; i.at < minute; i.at++ {
		if minute-i.at > invalidSpan {
			i.at = minute - invalidSpan
		}
		i.in[(i.at+1)%invalidSpan] = 0
	}
}

// exhausted is how long a bucket is empty after an answer, by its headers; 0 when there is something
// left in it.
func exhausted(h http.Header) time.Duration {
	if h.Get("X-RateLimit-Remaining") != "0" {
		return 0
	}
	seconds, _ := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64)
	return waitOf(seconds)
}
