package discord

import (
	"context"
	"net/http"
	"time"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// How long answers to an interaction take and may come (interactions/receiving-and-responding.mdx).
const (
	answerWithin = 3 * time.Second
	tokenLife    = 15*time.Minute - 30*time.Second // less what is on its way
	callback     = "answer interaction"
	editing      = "edit answer"
)

// greet answers an interaction as Discord wants it, within three seconds and before anything is done
// about it. Where help was called for, the help is the answer.
func (b *Bot) greet(ctx context.Context, a arrival) {
	c := a.call
	if c.urgent {
		return
	}
	if c.guild && !c.desk && len(a.events) > 0 {
		who := a.events[0].Account
		c.before, _ = b.rooms.Get(who)
		b.rooms.Set(who, newRoom(c, b.Now().Add(tokenLife)))
	}
	b.beside(func() {
		defer close(c.settled)
		err := b.acknowledge(ctx, c)
		if err != nil {
			b.log.Info("interaction not answered in time", "failure", failureOf(err))
		}
		c.promised = err == nil
	})
}

// kept reports whether the first answer is out, once that is known.
func (c *call) kept(ctx context.Context) bool {
	select {
	case <-c.settled:
		return c.promised
	case <-ctx.Done():
		return false
	}
}

// alreadyAnswered is what a repeated first answer is told, after one whose reply was lost.
const alreadyAnswered = 40060

// acknowledge gives the first answer: the form that was asked for, the administrator's post, or the
// promise of an answer.
func (b *Bot) acknowledge(ctx context.Context, c *call) error {
	switch {
	case c.opens != nil:
		made := c.opens.form(b.Texts(c.locale, TextForm))
		return b.answer(ctx, c, answerModal, made)
	case c.post:
		text := escape(b.Texts(c.locale, TextPost), true)
		rows := []component{{Type: typeRow, Components: []component{
			{Type: typeButton, Style: styleBlue, Label: shorten(nonEmpty(b.Texts(c.locale, TextRegister)), mostLabel), CustomID: registerID}}}}
		return b.answer(ctx, c, answerMessage, &saying{Content: &text, Components: &rows, Mentions: nobody, Flags: flagNoEmbeds})
	case c.inPlace:
		return b.answer(ctx, c, answerLaterInIts, nil)
	}
	return b.answer(ctx, c, answerLater, map[string]int{"flags": flagEphemeral})
}

// answer makes the first answer, and makes it again while there is time.
func (b *Bot) answer(ctx context.Context, c *call, kind int, data any) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	body := map[string]any{"type": kind}
	if data != nil {
		body["data"] = data
	}
	err := b.again(ctx, request{doing: callback, method: http.MethodPost, path: "/interactions/" + c.id + "/" + c.token + "/callback", body: body})
	if err != nil && failureOf(err).Status == alreadyAnswered {
		return nil
	}
	return err
}

// again makes a call that does no harm twice, for as long as there is time and hope.
func (b *Bot) again(ctx context.Context, r request) error {
	pause := 50 * time.Millisecond
	for {
		_, err := b.rest.do(ctx, r)
		if err == nil {
			return nil
		}
		f := failureOf(err)
		hopeless := f.Class != bots.Unreachable && f.Class != bots.Ambiguous && f.Class != bots.Throttled || f.All
		if hopeless || !sleep(ctx, max(pause, f.Wait)) {
			return err
		}
		pause *= 2
	}
}

// rewrite changes the answer that was promised.
func (b *Bot) rewrite(ctx context.Context, c *call, body any, file *intake.Attachment) error {
	_, err := b.rest.do(ctx, rewriting(c, body, file))
	return err
}

func rewriting(c *call, body any, file *intake.Attachment) request {
	return request{doing: editing, method: http.MethodPatch, path: "/webhooks/" + c.app + "/" + c.token + "/messages/@original",
		body: body, file: file}
}

// takeBack removes the answer that was promised: what there was to say was said elsewhere.
func (b *Bot) takeBack(ctx context.Context, c *call) {
	_, err := b.rest.do(ctx, request{doing: "delete answer", method: http.MethodDelete, path: "/webhooks/" + c.app + "/" + c.token + "/messages/@original"})
	if err != nil && failureOf(err).Class != bots.Stale {
		b.log.Info("promised answer not taken back", "failure", err)
	}
}

// conclude fulfils what was promised to a command or to the button of a post, once the turn is
// stored. In a private chat the outbox says everything, so the promise is taken back. In a server the
// answer is where to look, or the conversation itself, however long that takes: of many who come at
// once each waits until Discord opens their private channel. It is taken back when there is neither.
func (r *listener) conclude(ctx context.Context, a arrival, reply intake.Reply) {
	c := a.call
	switch {
	case c != nil && c.urgent:
		return
	case reply.Desk != nil:
		r.lay(ctx, a, *reply.Desk)
		return
	case c != nil && c.desk && c.inPlace && reply.Toast != "":
		r.mutter(ctx, c, reply.Toast)
		return
	case c == nil || c.inPlace:
		return
	}
	room, _ := r.rooms.Get(a.events[0].Account)
	if c.before != nil {
		c.before.forsake()
	}
	r.beside(func() {
		awaited := reply.Toast == "" && reply.Say == nil && c.guild && room != nil && room.call == c
		if awaited && room.spoken(r.ending, room.until.Sub(r.Now())) {
			return
		}
		ctx, cancel := context.WithTimeout(r.working, callTimeout)
		defer cancel()
		switch {
		case !c.kept(ctx):
		case reply.Toast != "":
			_ = r.rewrite(ctx, c, change(intake.Message{Text: wording.Say(reply.Toast)}, labels{}), nil)
		case reply.Say != nil:
			_ = r.rewrite(ctx, c, change(*reply.Say, r.labels(a.events[0].Account)), nil)
		default:
			r.takeBack(ctx, c)
		}
	})
}
