package people

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
)

// Colleague is somebody of the team: they ask for the next case and press what its card offers, as
// drawn, on Telegram or on Discord. Nothing that they do needs a word of a family.
type Colleague struct {
	Name    string
	Greedy  bool
	Locked  bool         // they were told that they may look no more
	Presses atomic.Int64 // on cards, so far

	desk   Desk
	code   string
	random *rand.Rand
}

// Desk is a chat with the bot as the team uses it.
type Desk interface {
	run(command, value string) error
	card() (text string, labels []string) // the newest
	press(label string) error
	changed(ctx context.Context, from string) error // waits until the newest card is another
}

// NewColleague seats somebody with a code to join. desk is where they work.
func NewColleague(name, code string, seed uint64, d Desk) *Colleague {
	return &Colleague{Name: name, code: code, desk: d, random: rand.New(rand.NewPCG(seed, 1<<33))}
}

// OnTelegram is a private chat as a desk.
func OnTelegram(p *telegram.Person) Desk { return phone{p} }

// OnDiscord is a channel in which only they see what they are answered, as a desk.
func OnDiscord(m *discord.Member) Desk { return computer{m} }

// Join joins the team. It fails when nobody says welcome.
func (c *Colleague) Join(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	for ctx.Err() == nil {
		if err := c.desk.run("join", c.code); err == nil {
			if c.sees(ctx, "Welcome to the team", "in the team already") {
				return nil
			}
		}
		_ = look(ctx, offline)
	}
	return fmt.Errorf("%s was not let into the team", c.Name)
}

// sees waits a while for one of some words on the desk.
func (c *Colleague) sees(ctx context.Context, words ...string) bool {
	ctx, stop := context.WithTimeout(ctx, hoping)
	defer stop()
	for {
		text, _ := c.desk.card()
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) }) {
			return true
		}
		if c.desk.changed(ctx, text) != nil {
			return false
		}
	}
}

// leastPresses is how much somebody has done at least before they go home, where there is work.
const leastPresses = 12

// Work settles cases until over is closed and enough was done. Whoever is greedy looks and looks at
// the first case that can be looked at, until they are told that they may not.
func (c *Colleague) Work(ctx context.Context, over <-chan struct{}) error {
	if err := c.Join(ctx); err != nil {
		return err
	}
	for idle := 0; ctx.Err() == nil; {
		select {
		case <-over:
			if c.Presses.Load() >= leastPresses && !c.Greedy || c.Locked || idle > 5 {
				return nil
			}
		default:
		}
		text, labels := c.desk.card()
		c.Locked = c.Locked || strings.Contains(text, "You looked at a great many answers")
		label := c.choose(labels)
		var err error
		if label == "" || c.random.IntN(12) == 0 && !c.Greedy {
			err = c.desk.run("next", "")
			idle++
		} else {
			err = c.desk.press(label)
			c.Presses.Add(1)
			idle = 0
		}
		if err != nil {
			_ = look(ctx, offline) // it was answered meanwhile, or is not there yet
			continue
		}
		if strings.Contains(label, "Look") {
			_ = look(ctx, offline) // the card stays as it is
			continue
		}
		waiting, stop := context.WithTimeout(ctx, hoping)
		_ = c.desk.changed(waiting, text) // it may be the same case again
		stop()
		if err := look(ctx, offline); err != nil {
			return nil
		}
	}
	return nil
}

// avoided begins the labels of what leads to typing, gives a case away, or undoes what was decided.
var avoided = []string{"📝", "🤝", "✍️", "💬", "🙈", "⚖️", "Send", "Keep", "☐", "☑", "↩"}

func (c *Colleague) choose(labels []string) string {
	if c.Greedy && slices.Contains(labels, "👁 Look") {
		return "👁 Look"
	}
	var list []string
	for _, l := range labels {
		if !slices.ContainsFunc(avoided, func(a string) bool { return strings.HasPrefix(l, a) }) {
			list = append(list, l)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return list[c.random.IntN(len(list))]
}

type phone struct{ *telegram.Person }

func (p phone) run(command, value string) error {
	_, err := p.Type(strings.TrimSpace("/" + command + " " + value))
	return err
}

// card is the newest message that is no look.
func (p phone) card() (string, []string) {
	m := newestCard(p.Chat())
	if m == nil {
		return "", nil
	}
	return m.Text, m.Labels()
}

func newestCard(c telegram.Chat) *telegram.Message {
	for _, m := range slices.Backward(c.Messages) {
		if m.Bot && !m.Protected {
			return m
		}
	}
	return nil
}

func (p phone) press(label string) error {
	m := newestCard(p.Chat())
	if m == nil {
		return telegram.ErrNoSuch
	}
	_, err := p.PressOld(m, label)
	return err
}

func (p phone) changed(ctx context.Context, from string) error {
	_, err := p.Wait(ctx, func(c telegram.Chat) bool { m := newestCard(c); return m != nil && m.Text != from })
	return err
}

type computer struct{ *discord.Member }

func (c computer) run(command, value string) error {
	var err error
	if value == "" {
		_, err = c.Run(command)
	} else {
		_, err = c.Run(command, value)
	}
	return err
}

func (c computer) card() (string, []string) {
	m := c.Chat().Last()
	if m == nil || m.Thinking {
		return "", nil
	}
	return Unmarked(m.Text), m.Labels()
}

func (c computer) press(label string) error {
	m := c.Chat().Last()
	if m == nil {
		return discord.ErrNoSuch
	}
	_, err := c.PressOld(m, label)
	return err
}

func (c computer) changed(ctx context.Context, from string) error {
	_, err := c.Wait(ctx, func(now discord.Chat) bool {
		m := now.Last()
		return m != nil && !m.Thinking && Unmarked(m.Text) != from
	})
	return err
}
