package telegram

import (
	"math"
	"strings"
	"time"
)

// Rates are how fast a bot may send. Edits count in groups, as sent messages do.
type Rates struct {
	ChatEvery   time.Duration // one message to a chat
	ChatBurst   int           // that many at once after a silence
	GroupMinute int           // messages and edits in a group in any minute
	Second      int           // messages and edits in all chats in any second
	Penalty     time.Duration // how long a chat is closed after a violation; 0 for as long as is needed
}

// PublishedRates are those of the FAQ for bots: one message a second to a chat with short bursts,
// 20 a minute to a group, 30 a second in all. The FAQ does not say how long a burst may be.
func PublishedRates() *Rates {
	return &Rates{ChatEvery: time.Second, ChatBurst: 5, GroupMinute: 20, Second: 30}
}

// Excess is how often the bot was too fast.
type Excess struct {
	Violations int // calls beyond a rate
	Impatient  int // calls within the time for which a 429 had asked for silence
}

// Excess returns how often the bot was too fast so far.
func (s *Server) Excess() Excess {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rates.excess
}

// rateKeeper counts over all chats.
type rateKeeper struct {
	sent   window
	shut   silence // for all calls
	excess Excess
}

// chatRate counts in one chat.
type chatRate struct {
	next time.Time // when the chat would be quiet, by the generic cell rate algorithm
	sent window
	shut silence // for calls about the chat
}

// silence is the time for which a 429 forbids calls. Those that come so soon after it that the bot
// cannot have heard are refused and not counted.
type silence struct{ from, until time.Time }

const unheard = 100 * time.Millisecond

// window remembers when the last few calls were.
type window struct {
	at []time.Time // a ring of as many as may be
	i  int
}

// wait is how long the next call must wait so that no more than most lie in any span.
func (w *window) wait(now time.Time, most int, span time.Duration) time.Duration {
	if len(w.at) != most {
		w.at, w.i = make([]time.Time, most), 0
	}
	return w.at[w.i].Add(span).Sub(now)
}

func (w *window) note(now time.Time) {
	w.at[w.i] = now
	w.i = (w.i + 1) % len(w.at)
}

// throttle refuses a call that comes too early, and counts it.
func (s *Server) throttle(c *call) error {
	k, now := &s.rates, s.options.RateClock()
	about := s.chats[c.number("chat_id")]
	shut := k.shut
	if about != nil && about.rate.shut.until.After(shut.until) {
		shut = about.rate.shut
	}
	if wait := shut.until.Sub(now); wait > 0 {
		if now.Sub(shut.from) >= unheard {
			k.excess.Impatient++
		}
		return tooMany(seconds(wait))
	}
	r := s.options.Rates
	sends := strings.HasPrefix(c.method, "send") && c.method != "sendChatAction"
	edits := strings.HasPrefix(c.method, "editMessage") && about != nil && about.kind != private
	if r == nil || about == nil || !sends && !edits {
		return nil
	}
	if wait := s.early(r, about, now, sends); wait > 0 {
		k.excess.Violations++
		wait := seconds(max(wait, r.Penalty))
		s.hush(about.id, wait)
		return tooMany(wait)
	}
	return nil
}

// early is how long a call should have waited; when that is nothing, the call is counted.
func (s *Server) early(r *Rates, to *chat, now time.Time, sends bool) time.Duration {
	wait := s.rates.sent.wait(now, r.Second, time.Second)
	if to.kind != private {
		wait = max(wait, to.rate.sent.wait(now, r.GroupMinute, time.Minute))
	}
	next := to.rate.next
	if next.Before(now) {
		next = now
	}
	if sends {
		wait = max(wait, next.Add(r.ChatEvery).Sub(now)-time.Duration(r.ChatBurst)*r.ChatEvery)
	}
	if wait > 0 {
		return wait
	}
	s.rates.sent.note(now)
	if to.kind != private {
		to.rate.sent.note(now)
	}
	if sends {
		to.rate.next = next.Add(r.ChatEvery)
	}
	return 0
}

// hush begins the time in which a 429 forbids calls: about a chat, or all when it named none.
func (s *Server) hush(chat int64, seconds int) {
	now := s.options.RateClock()
	shut := silence{from: now, until: now.Add(time.Duration(seconds) * time.Second)}
	if c := s.chats[chat]; c != nil {
		c.rate.shut = shut
		return
	}
	s.rates.shut = shut
}

func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
