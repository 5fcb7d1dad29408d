package discord

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"claimline/bots"
)

const (
	// mostWait bounds what is believed of a retry_after.
	mostWait = 24 * time.Hour
	// banWait is for a 429 that does not come from Discord but from the network before it, which
	// keeps an address out and says nothing of how long.
	banWait = 10 * time.Minute
	// dmWait follows "opening direct messages too fast", which names no time.
	dmWait = time.Minute
	// createsWait follows 200 created commands within a day.
	createsWait = time.Hour
)

// seen is what came back of a call.
type seen struct {
	written bool // the whole request went out: it may have been done
	status  int  // of HTTP; 0 without an answer
	header  http.Header
	body    []byte
}

// complaint is an error as Discord words it. Its message is not kept: it may quote what was sent.
type complaint struct {
	Code       int      `json:"code"`
	RetryAfter *float64 `json:"retry_after"` // seconds
	Global     bool     `json:"global"`
}

// classify puts what a call came to into the closed list. The numbers are Discord's JSON error codes
// (topics/opcodes-and-status-codes.mdx).
func classify(doing string, s seen) *bots.Failure {
	f := &bots.Failure{Doing: doing, Status: s.status}
	var said complaint
	readable := json.Unmarshal(s.body, &said) == nil
	switch {
	case s.status == 0 && s.written, s.status >= 200 && s.status < 300, s.status == http.StatusGatewayTimeout:
		f.Class = bots.Ambiguous
	case s.status == http.StatusTooManyRequests:
		f.Class, f.Wait, f.All = throttled(s, said, readable)
	case s.status == http.StatusRequestEntityTooLarge:
		f.Class = bots.Rejected
	case s.status == 0, s.status < 400, s.status == http.StatusRequestTimeout, s.status >= 500, !readable:
		f.Class = bots.Unreachable
	default:
		if said.Code != 0 {
			f.Status = said.Code
		}
		f.Class, f.Wait = classOf(s.status, said.Code)
	}
	return f
}

// throttled reads a 429. One for the whole bot has no more than Retry-After; one that is no JSON is
// not Discord's own, and is for the whole address.
func throttled(s seen, said complaint, readable bool) (bots.Class, time.Duration, bool) {
	all := said.Global || s.header.Get("X-RateLimit-Global") == "true" || s.header.Get("X-RateLimit-Scope") == "global"
	seconds, _ := strconv.ParseFloat(s.header.Get("Retry-After"), 64)
	if said.RetryAfter != nil && readable {
		seconds = *said.RetryAfter
	}
	wait := waitOf(seconds)
	if !readable || said.RetryAfter == nil && s.header.Get("X-RateLimit-Scope") == "" {
		all = true
		if wait == 0 {
			wait = banWait
		}
	}
	return bots.Throttled, wait, all
}

// waitOf believes a number of seconds within reason; 0 means that nothing was said.
func waitOf(seconds float64) time.Duration {
	switch {
	case !(seconds > 0): // NaN too
		return 0
	case seconds >= mostWait.Seconds():
		return mostWait
	}
	return time.Duration(seconds * float64(time.Second))
}

func classOf(status, code int) (bots.Class, time.Duration) {
	for _, k := range codes {
		if k.code == code {
			return k.class, k.wait
		}
	}
	switch status {
	case http.StatusUnauthorized:
		return bots.Unauthorized, 0
	case http.StatusForbidden:
		return bots.Gone, 0
	}
	return bots.Rejected, 0
}

// codes are the refusals that mean something else than a message Discord will never take.
var codes = []struct {
	code  int
	class bots.Class
	wait  time.Duration
}{
	{10003, bots.Gone, 0},      // unknown channel
	{10013, bots.Gone, 0},      // unknown user
	{50001, bots.Gone, 0},      // missing access
	{50007, bots.Gone, 0},      // cannot send messages to this user
	{50013, bots.Gone, 0},      // missing permissions
	{50278, bots.Gone, 0},      // no server in common
	{10008, bots.Stale, 0},     // unknown message
	{10015, bots.Stale, 0},     // unknown webhook: an interaction that was never answered
	{10062, bots.Stale, 0},     // unknown interaction: older than 3 s
	{30046, bots.Stale, 0},     // too many edits of a message that is older than an hour
	{40060, bots.Stale, 0},     // answered already
	{50003, bots.Stale, 0},     // not in a direct message: another's message cannot be taken away
	{50005, bots.Stale, 0},     // another's message cannot be changed
	{50021, bots.Stale, 0},     // nor can a notice
	{50027, bots.Stale, 0},     // the interaction's token is older than 15 minutes
	{20016, bots.Throttled, 0}, // slow mode
	{20028, bots.Throttled, 0}, // the channel's write limit
	{20029, bots.Throttled, 0}, // the server's write limit
	{30034, bots.Throttled, createsWait},
	{40003, bots.Throttled, dmWait},
	{40001, bots.Unauthorized, 0},
	{40333, bots.Unreachable, 0},  // refused by the network before Discord
	{130000, bots.Unreachable, 0}, // overloaded
}

// failureOf is the failure that every error of the client is.
func failureOf(err error) *bots.Failure {
	if f, ok := err.(*bots.Failure); ok {
		return f
	}
	return &bots.Failure{Class: bots.Unreachable}
}

// cannotBeWritten reports whether a person's direct messages are closed to the bot, which an
// interaction can get around.
func cannotBeWritten(f *bots.Failure) bool { return f.Status == 50007 || f.Status == 50278 }
