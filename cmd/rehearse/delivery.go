package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"

	"golang.org/x/sync/errgroup"
)

// callersAtOnce is how many people on Discord press at the same time: Discord gives a bot three seconds
// to take a press up, and one that it does not take up waits for nobody.
const callersAtOnce = 100

// delivery plays a row in which everybody on Telegram has written while the program was away. When all
// are answered everybody on Discord presses, faster than the limits let it answer. Each is sent one
// message, the greeting. What went out is then held against what the limits allow.
func (r row) delivery(ctx context.Context, program, dir string, out io.Writer) (res result, err error) {
	list, err := r.chosen()
	if err != nil {
		return result{}, err
	}
	s, err := r.set(ctx, program, dir, list)
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, s.clear(ctx)) }()
	for _, p := range s.cast {
		if p.phone != nil {
			if _, err := p.phone.Start(""); err != nil {
				return result{}, err
			}
		}
	}
	if err := s.start(); err != nil {
		return result{}, err
	}
	var greeted atomic.Int64
	stop := r.tell(out, func() string { return fmt.Sprintf("%d of %d are greeted", greeted.Load(), len(s.cast)) })
	began := time.Now()
	over := make(chan struct{})
	waiting, cancel := context.WithTimeout(ctx, r.Limit)
	defer cancel()
	undone := map[int]string{}
	go func() {
		defer close(over)
		undone = s.greeted(waiting, func() { greeted.Add(1) })
	}()
	struck, err := s.trouble(waiting, r, list, over)
	<-over
	stop()
	if err != nil {
		return result{}, err
	}
	took := time.Since(began)
	if err := s.settle(ctx); err != nil {
		return result{}, err
	}
	e, err := s.gather(ctx)
	if err != nil {
		return result{}, err
	}
	e.undone, e.struck, e.deaths = undone, struck, s.lives.deaths
	res = r.result(s, e, took)
	res.Figures = map[string]float64{inPenalty: float64(tooSoon(e.telegramCalls()) + tooSoon(e.discordCalls()))}
	for platform, share := range map[string]float64{"Telegram": allowed(e.telegramCalls(), telegram.PublishedRates().Second), "Discord": allowed(e.discordCalls(), discord.PublishedRates().Second)} {
		res.Figures[deliveredShare+" on "+platform] = share
		if least, ok := res.Figures[deliveredShare]; !ok || share < least {
			res.Figures[deliveredShare] = share
		}
	}
	return res, nil
}

// greeted waits until everybody on Telegram has heard from the program, then lets those on Discord press
// and waits for them.
func (s *stage) greeted(ctx context.Context, done func()) (undone map[int]string) {
	missing := make([]error, len(s.cast))
	hear := func(all *errgroup.Group, i int, p player) {
		all.Go(func() error {
			err := p.hears(ctx)
			if missing[i] = errors.Join(missing[i], err); err == nil {
				done()
			}
			return nil
		})
	}
	var texters, visitors, pressing errgroup.Group
	for i, p := range s.cast {
		if p.phone != nil {
			hear(&texters, i, p)
		}
	}
	_ = texters.Wait()
	pressing.SetLimit(callersAtOnce)
	for i, p := range s.cast {
		if p.client != nil {
			pressing.Go(func() error { missing[i] = s.register(ctx, p); hear(&visitors, i, p); return nil })
		}
	}
	_, _ = pressing.Wait(), visitors.Wait()
	undone = map[int]string{}
	for i, err := range missing {
		if err != nil {
			undone[i] = err.Error()
		}
	}
	return undone
}

// register runs the command until the program takes it up.
func (s *stage) register(ctx context.Context, p player) error {
	if err := s.discord.Wait(ctx, func([]discord.Entry) bool { return s.discord.Calls(discord.SetCommands) > 0 }); err != nil {
		return err
	}
	for {
		press, err := p.client.Run("register")
		if err != nil {
			return err
		}
		failed := ""
		_, err = p.client.Wait(ctx, func(c discord.Chat) bool {
			i := slices.IndexFunc(c.Presses, func(one discord.Press) bool { return one.ID == press.ID })
			failed = c.Presses[i].Failed
			return failed != "" || c.Presses[i].Answer != 0
		})
		if err != nil || failed == "" {
			return err
		}
	}
}

// hears waits for the first message that is there for good.
func (p player) hears(ctx context.Context) (err error) {
	if p.phone != nil {
		_, err = p.phone.Wait(ctx, func(c telegram.Chat) bool { return c.Last() != nil })
		return err
	}
	_, err = p.client.Wait(ctx, func(c discord.Chat) bool {
		return slices.ContainsFunc(c.Messages, func(m *discord.Message) bool { return m.Bot && !m.Ephemeral && !m.Thinking })
	})
	return err
}

// call is one call of the program as the limits see it.
type call struct {
	at     time.Time
	scope  string        // what a 429 to it closes
	counts bool          // towards what may be done in a second
	brings bool          // a message, to somebody
	shuts  time.Duration // a 429 that asks for silence
	all    bool          // the silence is for every scope
}

func (e *evidence) telegramCalls() []call {
	var all []call
	for _, t := range e.telegram {
		if t.Method == "" || t.Method == "getUpdates" {
			continue
		}
		c := call{at: t.At, scope: t.Params["chat_id"], counts: t.Done && isMessage(t.Method)}
		c.brings = c.counts
		if t.Status == 429 && t.Cut == telegram.Whole { // else nobody heard it
			var no struct {
				Parameters struct {
					RetryAfter float64 `json:"retry_after"`
				}
			}
			_ = json.Unmarshal(t.Reply, &no) // a fault's answer may be no JSON, and asks for nothing then
			c.shuts, c.all = time.Duration(no.Parameters.RetryAfter*float64(time.Second)), c.scope == ""
		}
		all = append(all, c)
	}
	return inTime(all)
}

func (e *evidence) discordCalls() []call {
	var all []call
	for _, d := range e.discord {
		if d.Route == "" || d.Route == discord.Download || strings.HasPrefix(d.Route, "gateway") {
			continue
		}
		exempt := strings.Contains(d.Route, "/interactions/") || strings.Contains(d.Route, "/webhooks/")
		c := call{at: d.At, scope: fmt.Sprint(d.Route, d.Path), counts: !exempt && d.Status != 429, brings: d.Done && d.Route == discord.CreateMessage}
		if d.Status == 429 && d.Cut == discord.Whole {
			var no struct {
				RetryAfter float64 `json:"retry_after"`
				Global     bool
			}
			_ = json.Unmarshal(d.Reply, &no)
			c.shuts, c.all = time.Duration(no.RetryAfter*float64(time.Second)), no.Global
		}
		all = append(all, c)
	}
	return inTime(all)
}

func inTime(all []call) []call {
	slices.SortStableFunc(all, func(a, b call) int { return a.at.Compare(b.at) })
	return all
}

// allowed is which part of what may be done in all seconds between the first message and the last was done.
func allowed(all []call, second int) float64 {
	first := slices.IndexFunc(all, func(c call) bool { return c.brings })
	if first < 0 {
		return 0
	}
	last, n := first, 0
	for i, c := range all {
		if c.brings {
			last = i
		}
	}
	for _, c := range all[first : last+1] {
		if c.counts {
			n++
		}
	}
	took := all[last].at.Sub(all[first].at).Seconds()
	return float64(n) / (float64(second) * (took + 1))
}

// unheard is how long after a 429 a call may come that was on its way when it was said.
const unheard = 100 * time.Millisecond

// tooSoon counts the calls that came while a 429 asked for silence.
func tooSoon(all []call) int {
	type silence struct{ from, until time.Time }
	shut := map[string]silence{}
	n := 0
	for _, c := range all {
		for _, scope := range []string{"", "in " + c.scope} {
			if s, ok := shut[scope]; ok && c.at.Sub(s.from) > unheard && c.at.Before(s.until) {
				n++
			}
		}
		if scope := "in " + c.scope; c.shuts > 0 {
			if c.all {
				scope = ""
			}
			shut[scope] = silence{c.at, c.at.Add(c.shuts)}
		}
	}
	return n
}
