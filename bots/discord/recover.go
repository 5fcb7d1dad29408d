package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// What Discord could not hand over it forgets. Private messages can be fetched; presses cannot, so
// whoever was in the middle of something and may have pressed is asked their question once more.
const (
	openFor      = 30 * 24 * time.Hour // whose messages are fetched: who did something since
	mostFetched  = 2000                // people, the latest first
	pagesFetched = 20                  // of a hundred messages, of one person
	pressesKept  = time.Minute         // an absence that nobody need be told of: a press that fails is pressed again
	midway       = time.Hour           // before the absence; who was silent for longer is not disturbed
	clockDoubt   = 2 * time.Minute     // how far our clock may be ahead of Discord's
	fetchTries   = 3
)

// round makes up for one time in which nothing was heard. Every person's messages are fetched once,
// in the person's lane: before the first thing that they do now, or in their turn.
type round struct {
	*listener
	after int64     // the id up to which everything was handled
	since time.Time // when the silence began; zero when that is not known
	stop  context.CancelFunc

	mu   sync.Mutex
	done map[string]bool // by user: fetched
	met  map[string]bool // by user: has done something since, and has a fresh question
}

// makeUp begins a round. One that is not finished is taken over.
func (l *listener) makeUp(was memory) {
	r := &round{listener: l, after: was.id, since: was.at, done: map[string]bool{}, met: map[string]bool{}}
	if r.since.IsZero() {
		r.since = l.leftAt()
	}
	if old := l.round.Load(); old != nil {
		old.stop()
		if r.after == 0 || old.after < r.after {
			r.after = old.after
		}
		if !old.since.IsZero() && old.since.Before(r.since) {
			r.since = old.since
		}
	}
	if r.after == 0 { // nobody was ever here
		return
	}
	l.mu.Lock()
	dropped := l.dropped
	l.dropped = nil
	l.mu.Unlock()
	ctx, stop := context.WithCancel(l.working)
	r.stop = stop
	l.round.Store(r)
	l.asking.Go(func() {
		defer stop()
		unlink := context.AfterFunc(l.ending, stop)
		defer unlink()
		if !r.sweep(ctx) {
			return
		}
		for _, id := range dropped {
			l.marks.done(id)
		}
		l.round.CompareAndSwap(r, nil)
		l.remember(l.working)
	})
}

// unsettled reports whether something is still being made up for: a restart would have to begin it anew.
func (l *listener) unsettled() bool {
	return l.behind.Load() > 0 || l.round.Load() != nil || l.overflowed()
}

// sweep goes through the people with open conversations, at half the rate that is allowed: first those
// who were in the middle of something, in any order, so that one who is always the last is not passed
// over by a process that always ends too soon. It is false when it was stopped.
func (r *round) sweep(ctx context.Context) bool {
	began := r.since
	if began.IsZero() {
		began = r.Now()
	}
	open, ok := r.people(ctx, began.Add(-midway))
	if !ok {
		return false
	}
	rand.Shuffle(len(open), func(i, j int) { open[i], open[j] = open[j], open[i] })
	waiting := map[intake.Account]bool{}
	known := map[intake.Account]bool{}
	for _, who := range open {
		known[who] = true
		waiting[who] = !r.since.IsZero() && r.Now().Sub(r.since) > pressesKept
	}
	others, ok := r.people(ctx, r.Now().Add(-openFor))
	if !ok {
		return false
	}
	for _, who := range others {
		if !known[who] {
			open = append(open, who)
		}
	}
	var trouble bots.Pauses
	for left := open; len(left) > 0; {
		if left = r.visitAll(ctx, left, waiting); ctx.Err() != nil {
			return false
		}
		if len(left) > 0 && !sleep(ctx, trouble.Next()) {
			return false
		}
	}
	if len(open) > 0 {
		r.log.Info("messages of open conversations were looked for", "people", len(open))
	}
	return true
}

// visitAll goes through people once, each in their lane, and returns those who have to be visited
// again.
func (r *round) visitAll(ctx context.Context, people []intake.Account, waiting map[intake.Account]bool) []intake.Account {
	var all sync.WaitGroup
	var mu sync.Mutex
	var left []intake.Account
	for _, who := range people {
		channel, err := r.channelOf(ctx, who.ID())
		if err != nil {
			mu.Lock()
			left = append(left, who)
			mu.Unlock()
			continue
		}
		all.Add(1)
		task := bots.Task{Person: string(who), ID: "missed", Do: func(ctx context.Context) error { return r.visit(ctx, who, channel, waiting[who]) }}
		err = r.lanes.Begin(ctx, task, func(err error) {
			defer all.Done()
			if err != nil && !errors.Is(err, errGivenUp) && !errors.Is(err, bots.ErrPanicked) {
				mu.Lock()
				defer mu.Unlock()
				left = append(left, who)
			}
		})
		if err != nil {
			all.Done()
		}
		if pace := r.Limits.sweeping(); pace > 0 && !sleep(ctx, pace) {
			break
		}
	}
	all.Wait()
	return left
}

// people asks the store who is in the middle of something, until it answers.
func (r *round) people(ctx context.Context, since time.Time) ([]intake.Account, bool) {
	var trouble bots.Pauses
	for {
		list, err := r.People.OpenAccounts(ctx, Name, since, mostFetched)
		if err == nil {
			return list, true
		}
		r.log.Warn("who was waiting is not known yet", "error", err)
		if !sleep(ctx, min(trouble.Next(), storePause)) {
			return nil, false
		}
	}
}

// channelOf finds a person's channel before their turn comes: Discord opens about one a second, and in
// their lane they themselves would wait behind everybody who is looked for. It is "" where there is
// nothing to fetch; its error says that it has to be tried again.
func (r *round) channelOf(ctx context.Context, person string) (string, error) {
	if r.fetched(person) {
		return "", nil
	}
	channel, err := r.channel(ctx, person, false)
	return channel, r.settled(ctx, person, err)
}

// visit fetches what a person has written and, where they may have pressed in vain, has their
// question asked once more. The event carries the time of the absence, so that a restart in the
// middle asks nobody twice.
func (r *round) visit(ctx context.Context, who intake.Account, channel string, mayHavePressed bool) error {
	if err := r.fetchFor(ctx, who.ID(), channel); err != nil {
		return err
	}
	if !mayHavePressed || r.hasMet(who.ID()) {
		return nil
	}
	_, err := r.insist(ctx, intake.Event{Account: who, At: r.Now(), Did: intake.Returned{},
		Identity: identity("returned", who.ID(), strconv.FormatInt(r.since.Unix(), 10))})
	return err
}

// first is called before anything that a person does now is handled. It must not wait long: what
// cannot be fetched for now is fetched in the person's turn.
func (r *round) first(ctx context.Context, person, channel string) {
	var trouble bots.Pauses
	for range fetchTries {
		err := r.fetchFor(ctx, person, channel)
		if err == nil || !sleep(ctx, min(trouble.Next(), storePause)) {
			break
		}
	}
	r.meet(person)
}

// fetchFor fetches a person's messages unless that was done. It is called in the person's lane, and
// its error says that it has to be tried again.
func (r *round) fetchFor(ctx context.Context, person, channel string) error {
	if r.fetched(person) {
		return nil
	}
	err := r.missedBy(ctx, person, channel)
	if err == nil {
		r.fetch(person)
	}
	return r.settled(ctx, person, err)
}

// settled returns an error that may pass; with any other there is nothing to fetch from the person.
func (r *round) settled(ctx context.Context, person string, err error) error {
	if err == nil {
		return nil
	}
	f := failureOf(err)
	if ctx.Err() != nil || f.Class == bots.Unreachable || f.Class == bots.Ambiguous || f.Class == bots.Throttled || f.Class == bots.Unauthorized || f.Class == bots.Conflict {
		return err
	}
	r.log.Info("messages cannot be fetched", "failure", f)
	r.fetch(person)
	return nil
}

func (r *round) fetched(person string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.done[person]
}

func (r *round) fetch(person string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done[person] = true
}

// missedBy handles the messages of one person's channel since the round's id, the oldest first.
func (r *round) missedBy(ctx context.Context, person, channel string) error {
	if channel == "" {
		id, err := r.channel(ctx, person, false)
		if err != nil {
			return err
		}
		channel = id
	}
	after := earlier(r.after, unordered)
	for range pagesFetched {
		raw, err := r.rest.do(ctx, request{doing: "list messages", method: http.MethodGet, bucket: "list " + channel,
			path: fmt.Sprintf("/channels/%s/messages?after=%d&limit=100", channel, after)})
		if err != nil {
			return err
		}
		var page []json.RawMessage
		if json.Unmarshal(raw, &page) != nil {
			return &bots.Failure{Class: bots.Unreachable, Doing: "list messages", Note: "the answer is no list"}
		}
		byID := map[int64]json.RawMessage{}
		for _, one := range page {
			byID[idIn(fields(one)["id"]).number()] = one
		}
		for _, id := range slices.Sorted(maps.Keys(byID)) {
			if err := r.again(ctx, person, byID[id]); err != nil {
				return err
			}
			after = max(after, id)
		}
		if len(page) < 100 {
			return nil
		}
	}
	return nil
}

// again handles a message that may have been handled before; then the desk knows it.
func (r *round) again(ctx context.Context, person string, raw json.RawMessage) error {
	a, err := inbound("MESSAGE_CREATE", raw)
	if err != nil {
		a = unread("MESSAGE_CREATE", raw, err)
	}
	a.raw = raw
	if a.person != person {
		return nil // ours
	}
	r.complete(&a)
	for _, e := range a.events {
		r.alarm.Look(r.working, e)
	}
	if a.id > r.after {
		r.meet(person)
	}
	return r.turn(ctx, a)
}

func (r *round) meet(person string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.met[person] = true
}

func (r *round) hasMet(person string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.met[person]
}
