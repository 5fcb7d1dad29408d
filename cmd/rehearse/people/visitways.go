package people

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	fake "claimline/bots/fakes/discord"
	"claimline/intake/campaign"
)

// meet answers a question in the way of the visitor's kind. Who is asked on the page by then has less
// room for that: minors say at once that they are under age, and nobody changes what they have typed.
func (p *Visitor) meet(ctx context.Context, m *fake.Message, q *campaign.Question) error {
	p.met++
	switch {
	case p.Kind == Minor && q.ID == "tt.role":
		label := p.campaign.Text("en", "questions.tt.role.choices.under18", "", nil).Plain()
		if err := p.tells(ctx, func() error { return p.tap(m, label) }, saysTooYoung); err != nil {
			return err
		}
		p.Past.TurnedOff, p.Left = time.Now(), true
		return nil
	case p.Kind == Endangered && len(p.Past.Alarms) == 0:
		i := slices.IndexFunc(m.Labels(), func(l string) bool { return strings.HasPrefix(l, "🆘") })
		if i < 0 {
			break
		}
		p.Past.Alarms = append(p.Past.Alarms, time.Now())
		if err := p.tells(ctx, func() error { return p.tap(m, m.Labels()[i]) }, saysHelp); err != nil {
			return err
		}
	case p.Kind == Deleter && p.Number%3 == 0 && p.met >= min(p.turn, 4):
		p.Left = true
		return p.erase(ctx, "cancel")
	}
	return p.answer(p.inTheirWay(m), q)
}

// inTheirWay is a message to somebody whose finger bounces, or who has two devices.
func (p *Visitor) inTheirWay(m *fake.Message) asking {
	a := p.before(m)
	press := a.press
	a.press = func(label string) error {
		switch p.Kind {
		case Tapper:
			_, _ = p.PressOld(m, label) // the second one counts, should the first be answered already
		case Juggler:
			var other sync.WaitGroup
			other.Go(func() { _, _ = p.Device().PressOld(m, label) })
			defer other.Wait()
		}
		return press(label)
	}
	return a
}

// after is what somebody does who has a reference.
func (p *Visitor) after(ctx context.Context) error {
	switch {
	case p.Kind != Deleter:
		return nil
	case p.Number%3 != 2 || !p.agreed(): // there is nothing to withdraw
		return p.erase(ctx, "delete")
	}
	if err := p.tells(ctx, func() error { _, err := p.Run("withdraw"); return err }, "Withdraw from contract"); err != nil {
		return err
	}
	if err := p.tells(ctx, p.pressing("Confirm withdrawal"), saysWithdrawn); err != nil {
		return err
	}
	p.Past.Withdrew = true
	return nil
}

func (p *Visitor) erase(ctx context.Context, command string) error {
	if err := p.tells(ctx, func() error { _, err := p.Run(command); return err }, "cannot be undone"); err != nil {
		return err
	}
	if err := p.tells(ctx, p.pressing("Yes, erase everything"), saysErased); err != nil {
		return err
	}
	p.Past.Erased = time.Now()
	return nil
}

func (p *Visitor) pressing(label string) func() error {
	return func() error { _, err := p.Press(label); return err }
}

// tells does something and waits for words that were not there before; what was in vain is done again.
func (p *Visitor) tells(ctx context.Context, act func() error, words string) error {
	said := func(c fake.Chat) (n int) {
		for _, m := range c.Messages {
			if m.Bot && strings.Contains(Unmarked(m.Text), words) {
				n++
			}
		}
		return n
	}
	before := said(p.Chat())
	for begun := time.Now(); ; {
		if err := act(); err != nil && said(p.Chat()) == before {
			return fmt.Errorf("to be told %q: %w", words, err)
		}
		waiting, stop := context.WithTimeout(ctx, hoping)
		_, err := p.Wait(waiting, func(c fake.Chat) bool { return said(c) > before })
		stop()
		if err == nil || ctx.Err() != nil || time.Since(begun) > patience {
			return err
		}
	}
}
