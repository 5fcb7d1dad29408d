package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"claimline/bots/fakes/discord"
)

// An outage lasts from a second to an hour. Who may have lost a press is told after a minute; within the
// few seconds about it either is right, and such an outage is made longer.
const (
	shortest    = time.Second
	longest     = time.Hour
	toldFrom    = time.Minute
	doubtful    = 10 * time.Second
	usualOutage = 25
	ponders     = 30 * time.Second // how long anybody waits for what must come
)

// written is what different people write while Discord is away, at the question for their country. Each
// has a control who writes the same while it is there.
var written = [][]string{{"Germany"}, {"Germany", "France"}, {"hello", "Belgium"}, {"hello", "France", "Germany"}}

// findGateway is the call with which the program begins to come back.
const findGateway = "GET /gateway/bot"

// away is what the program says where a press may be lost.
const away = "We were away for a while"

// clock is one that can be put forward: Discord's, and with it the program's.
type clock struct {
	ahead atomic.Int64
	file  string // from which the program reads how far it is ahead
}

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// forward lets a time pass in a moment.
func (c *clock) forward(d time.Duration) error {
	ahead := time.Duration(c.ahead.Add(int64(d)))
	next := c.file + ".next"
	if err := os.WriteFile(next, []byte(ahead.String()), 0o600); err != nil {
		return err
	}
	return os.Rename(next, c.file)
}

// outages plays a row in which Discord is away again and again, by a clock that is put forward. Who writes
// meanwhile must afterwards see, word for word, what somebody sees who wrote the same while it was there;
// who pressed must be told once.
func (r row) outages(ctx context.Context, program, dir string, out io.Writer) (res result, err error) {
	named := r
	if r.Count == 0 {
		r.Count = usualOutage
	}
	each := len(written) + 1
	r.Discord, r.People = 100, (r.Count+1)*each
	r.clock = &clock{file: filepath.Join(dir, "clock")}
	s, err := r.set(ctx, program, dir, nil)
	if err != nil {
		return result{}, err
	}
	defer func() { err = errors.Join(err, s.clear(ctx)) }()
	if err := s.start(); err != nil {
		return result{}, err
	}
	var done atomic.Int64
	stop := r.tell(out, func() string { return fmt.Sprintf("%d of %d outages", done.Load(), r.Count) })
	defer stop()
	began, random := time.Now(), rand.New(rand.NewPCG(r.Seed, 4))
	control, err := s.control(ctx, s.cast[:each])
	if err != nil {
		return result{}, err
	}
	var failures []failure
	var gone []struck // by Discord's clock
	for i := range r.Count {
		one := struck{fault: fault{name: "outage"}, from: r.clock.now()}
		wrong, err := s.outage(ctx, r.clock, random, s.cast[(i+1)*each:(i+2)*each], control)
		if err != nil {
			return result{}, fmt.Errorf("outage %d: %w", i+1, err)
		}
		one.until = r.clock.now()
		failures, gone = append(failures, wrong...), append(gone, one)
		done.Add(1)
	}
	e, err := s.gather(ctx)
	if err != nil {
		return result{}, err
	}
	e.struck, e.deaths = gone, s.lives.deaths // who presses meanwhile presses in vain
	res = named.result(s, e, time.Since(began))
	res.Failed = append(res.Failed, failures...)
	res.Held = len(res.Failed) == 0
	res.Figures = map[string]float64{outages: float64(r.Count), outagesBroken: float64(len(res.Failed))}
	return res, nil
}

// control is what people see who write while Discord is there.
func (s *stage) control(ctx context.Context, people []player) (seen []string, err error) {
	if err := s.toTheCountry(ctx, people); err != nil {
		return nil, err
	}
	for i, lines := range written {
		for _, line := range lines {
			if _, err := people[i].client.Type(line); err != nil {
				return nil, err
			}
		}
	}
	if err := s.still(ctx, 2*time.Second); err != nil {
		return nil, err
	}
	for i := range written {
		seen = append(seen, transcript(people[i]))
	}
	return seen, nil
}

// outage is one outage, with people of its own.
func (s *stage) outage(ctx context.Context, c *clock, random *rand.Rand, people []player, control []string) ([]failure, error) {
	if err := s.toTheCountry(ctx, people); err != nil {
		return nil, err
	}
	lasts := time.Duration(float64(shortest) * math.Pow(float64(longest/shortest), random.Float64()))
	if (lasts - toldFrom).Abs() < doubtful {
		lasts += 2 * doubtful
	}
	presser, looked := people[len(written)], s.discord.Calls(findGateway)
	end := s.discord.Outage(random.IntN(2) == 0)
	defer end()
	// The program has noticed before the clock is put forward: what it reads last it has heard then.
	if err := s.discord.Wait(ctx, func([]discord.Entry) bool { return s.discord.Calls(findGateway) > looked }); err != nil {
		return nil, err
	}
	for i, lines := range written {
		for _, line := range lines {
			if _, err := people[i].client.Type(line); err != nil {
				return nil, err
			}
			if err := c.forward(lasts / time.Duration(4*len(lines))); err != nil {
				return nil, err
			}
		}
	}
	if _, err := presser.client.Press("Netherlands"); err != nil {
		return nil, err
	}
	end()
	return s.recovered(ctx, lasts, people, control)
}

// recovered waits until people see what they must see, and then until nobody is told anything more.
func (s *stage) recovered(ctx context.Context, lasts time.Duration, people []player, control []string) ([]failure, error) {
	waiting, cancel := context.WithTimeout(ctx, ponders)
	defer cancel()
	presser, told := people[len(written)], 0
	if lasts > toldFrom {
		told = 1
	}
	for waiting.Err() == nil {
		right := strings.Count(transcript(presser), away) == told
		for i := range written {
			right = right && sameTalk(transcript(people[i]), control[i])
		}
		if right && s.discord.Connected() > 0 {
			break
		}
		pass(waiting, 50*time.Millisecond)
	}
	if err := s.still(ctx, time.Second); err != nil {
		return nil, err
	}
	var failures []failure
	for i, lines := range written {
		if saw := transcript(people[i]); !sameTalk(saw, control[i]) {
			f := failed("after an outage of %s, parent %d, who had written %q, does not see what they must", lasts, people[i].Number, lines)
			f.Trail = append(strings.Split("sees:\n"+saw, "\n"), strings.Split("must see:\n"+control[i], "\n")...)
			failures = append(failures, f)
		}
	}
	if n := strings.Count(transcript(presser), away); n != told {
		failures = append(failures, failed("after an outage of %s, parent %d, who had pressed, was told %d times", lasts, presser.Number, n))
	}
	return failures, nil
}

// toTheCountry leads people to the question for their country.
func (s *stage) toTheCountry(ctx context.Context, people []player) error {
	ctx, cancel := context.WithTimeout(ctx, ponders)
	defer cancel()
	var all errgroup.Group
	for _, p := range people {
		all.Go(func() error {
			if err := s.register(ctx, p); err != nil {
				return err
			}
			for _, label := range []string{"Start", "I have read this", "My child or children"} {
				if err := p.offered(ctx, label); err != nil {
					return err
				}
				if _, err := p.client.Press(label); err != nil {
					return err
				}
			}
			return p.offered(ctx, "Netherlands")
		})
	}
	return all.Wait()
}

// offered waits until a button is there.
func (p player) offered(ctx context.Context, label string) error {
	_, err := p.client.Wait(ctx, func(c discord.Chat) bool {
		return slices.ContainsFunc(c.Messages, func(m *discord.Message) bool { return m.Bot && slices.Contains(m.Labels(), label) })
	})
	return err
}

// sameTalk compares what two people see. A question that was asked again and answered before it could be
// shown is never shown, and neither is the answer under it.
func sameTalk(one, other string) bool {
	without := func(talk string) string {
		var kept []string
		for line := range strings.Lines(talk) {
			asked := len(kept) > 0 && strings.HasPrefix(kept[len(kept)-1], "↓")
			if !asked || !strings.HasPrefix(line, "**Country** ▸") {
				kept = append(kept, line)
			}
		}
		return strings.Join(kept, "")
	}
	return one == other || without(one) == other || one == without(other)
}

// transcript is what a person sees that will stay.
func transcript(p player) string {
	var lines []string
	for _, m := range p.client.Chat().Messages {
		if m.Bot && !m.Ephemeral && !m.Thinking {
			lines = append(lines, m.Text+" "+fmt.Sprint(m.Labels()))
		}
	}
	return strings.Join(lines, "\n")
}
