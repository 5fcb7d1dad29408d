package discord

import (
	"context"
	"strings"
	"time"

	"claimline/intake"
)

// The team's desk is a message that only its member sees: the answer to a command, which every press
// turns into what follows. Its custom_ids say that it is one. A member may be a parent too, and what
// is said to the parent, or privately to the member, is not to stand in the place of a card.

// deskTries is how long a desk is tried to be shown. It is not kept: the command shows it again.
const deskTries = 10 * time.Second

// lay puts a message on the desk of whoever pressed, ran a command or wrote. It is done within the
// member's turn, so that of two desks the later one stands.
func (r *listener) lay(ctx context.Context, a arrival, m intake.Message) {
	ctx, cancel := context.WithTimeout(ctx, deskTries)
	defer cancel()
	var err error
	if a.call == nil {
		err = r.layBelow(ctx, a, m)
	} else {
		err = r.layOver(ctx, a, m)
	}
	if err != nil {
		r.log.Info("a desk was not shown", "failure", failureOf(err))
	}
}

// layOver answers a command, or turns the message that was pressed into the next one, file and all.
func (r *listener) layOver(ctx context.Context, a arrival, m intake.Message) error {
	who := a.events[0].Account
	r.leave(who, a.call)
	if !a.call.kept(ctx) {
		return nil // it was logged
	}
	body := change(m, r.labels(who))
	for _, row := range *body.Components {
		for i := range row.Components {
			if c := &row.Components[i]; c.CustomID != "" {
				c.CustomID = shorten(deskPrefix+c.CustomID, mostID)
			}
		}
	}
	if body.Content == nil {
		body.Content = new(string)
	}
	body.Files = &[]attached{}
	if m.File != nil {
		body.Files = &[]attached{{ID: "0", Name: fileName(m.File)}}
	}
	return r.again(ctx, rewriting(a.call, body, m.File))
}

// layBelow answers words that were written in the private channel: nothing there can be changed for
// one person's eyes, and nobody else is there.
func (r *listener) layBelow(ctx context.Context, a arrival, m intake.Message) error {
	channel, err := r.channel(ctx, a.person, false)
	if err != nil {
		return err
	}
	e := a.events[len(a.events)-1]
	requests, err := say(m, channel, "desk "+e.Identity, r.labels(e.Account))
	for _, q := range requests {
		if err == nil {
			err = r.again(ctx, q)
		}
	}
	return err
}

// leave gives a member back the place where they saw answers before: the one that a command made is
// a desk.
func (b *Bot) leave(who intake.Account, c *call) {
	room, _ := b.rooms.Get(who)
	if room == nil || room.call != c {
		return
	}
	room.speak() // this is all that there is to say here
	if c.before == nil {
		b.rooms.Forget(who)
		return
	}
	b.rooms.Set(who, c.before)
}

// mutter puts a few words over a card that stays as it is: Discord has no other place for them.
func (r *listener) mutter(ctx context.Context, c *call, words string) {
	ctx, cancel := context.WithTimeout(ctx, deskTries)
	defer cancel()
	const small = "-# "
	card := c.content
	if line, rest, _ := strings.Cut(card, "\n"); strings.HasPrefix(line, small) {
		card = rest // what was said last
	}
	text := shorten(small+escape(strings.ReplaceAll(words, "\n", " "), false)+"\n"+card, mostText)
	if !c.kept(ctx) {
		return
	}
	if err := r.again(ctx, rewriting(c, &saying{Content: &text, Mentions: nobody, Flags: flagNoEmbeds}, nil)); err != nil {
		r.log.Info("a few words over a desk were not shown", "failure", failureOf(err))
	}
}
