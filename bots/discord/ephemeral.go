package discord

import (
	"context"
	"strings"
	"sync"
	"time"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// room is where somebody in a server sees answers that only they see: what they pressed or ran there
// last, and what was said since. Its one message is changed for as long as the interaction's token
// lives; nothing of it has an address that outlives it, and nothing of it is stored.
type room struct {
	call  *call
	until time.Time // the end of the token

	mu       sync.Mutex
	here     bool          // the conversation goes on here: direct messages are closed
	lines    []line        // what was said since, the oldest first
	said     chan struct{} // closed when anything was said here, or where to look, or nothing will be
	forsaken bool          // they went to another room before
}

type line struct {
	id intake.MessageID
	m  intake.Message
}

func newRoom(c *call, until time.Time) *room {
	return &room{call: c, until: until, here: c.hidden, said: make(chan struct{})}
}

// hidden reports whether the conversation goes on here and still can. A nil room is none.
func (r *room) hidden(now time.Time) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.here && now.Before(r.until)
}

// hide says whether the conversation goes on here.
func (r *room) hide(here bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.here = here
}

// speak notes that something was said; it is false when something was before.
func (r *room) speak() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.said:
		return false
	default:
		close(r.said)
		return true
	}
}

// forsake notes that whatever there is to say will be said in another room.
func (r *room) forsake() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.said:
	default:
		r.forsaken = true
		close(r.said)
	}
}

// spoken waits until something was said. It is true as well when the program ends before: the next
// process will say it.
func (r *room) spoken(ending context.Context, within time.Duration) bool {
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-r.said:
		return !r.forsaken
	case <-ending.Done():
		return true
	case <-timer.C:
		return false
	}
}

// with is what the room shows after a letter; ok is false when the letter changes nothing that is
// still shown. What was pressed is shown no more, so a change to it stands in its place.
func (r *room) with(l bots.Letter) (lines []line, ok bool) {
	at := -1
	for i, was := range r.lines {
		if l.Do != intake.Say && was.id == l.Target {
			at = i
		}
	}
	lines = append(lines, r.lines...)
	switch {
	case l.Do == intake.Say:
		return append(lines, line{intake.MessageID(shown + l.ID), l.Body}), true
	case l.Do == intake.Edit && at >= 0:
		changed := l.Body
		if strings.TrimSpace(changed.Text.Plain()) == "" {
			changed.Text = lines[at].m.Text
		}
		lines[at].m = changed
		return lines, true
	case l.Do == intake.Edit && len(lines) == 0 && strings.TrimSpace(l.Body.Text.Plain()) != "":
		return []line{{l.Target, l.Body}}, true
	case l.Do == intake.Remove && at >= 0 && len(lines) > 1:
		return append(lines[:at:at], lines[at+1:]...), true
	}
	return nil, false
}

// show delivers a letter into a room.
func (b *Bot) show(ctx context.Context, r *room, l bots.Letter) (intake.MessageID, error) {
	late := &bots.Failure{Class: bots.Stale, Doing: editing, Note: "shown at the next contact"}
	if r == nil || !b.Now().Before(r.until) || !r.call.kept(ctx) {
		return "", late
	}
	r.mu.Lock()
	lines, ok := r.with(l)
	r.mu.Unlock()
	if !ok {
		return "", &bots.Failure{Class: bots.Unchanged, Doing: editing}
	}
	body, err := b.rendered(lines, l.Account, r.call.locale)
	if err != nil {
		return "", &bots.Failure{Class: bots.Rejected, Doing: editing, Note: err.Error()}
	}
	var file *intake.Attachment
	if l.Do == intake.Say {
		file = l.Body.File
	}
	if err := b.rewrite(ctx, r.call, body, file); err != nil {
		return "", err
	}
	r.speak()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = lines
	if l.Do == intake.Say {
		return intake.MessageID(shown + l.ID), nil
	}
	return l.Target, nil
}

// rendered makes one message of what a room shows: the latest lines that fit, the last buttons, and
// how to go on in case it vanishes.
func (b *Bot) rendered(lines []line, who intake.Account, locale string) (*saying, error) {
	footer := "-# " + escape(strings.ReplaceAll(b.Texts(locale, TextHere), "\n", " "), false)
	room := mostText - length(footer) - 2
	var texts []wording.Text
	var last intake.Message
	for i, l := range lines {
		if i > 0 {
			texts = append(texts, wording.Say(" "))
		}
		texts = append(texts, l.m.Text)
		if len(l.m.Buttons) > 0 || l.m.Form != "" {
			last = l.m
		}
	}
	for len(texts) > 1 && length(markdown(wording.Lines(texts...))) > room {
		texts = texts[2:] // a line, and the space behind it
	}
	parts := split(wording.Lines(texts...), room)
	if len(parts) == 0 && len(lines) > 0 && lines[len(lines)-1].m.File == nil {
		return nil, errNothingToSay
	}
	body := change(last, b.labels(who))
	text := footer
	if len(parts) > 0 {
		text = parts[0] + "\n\n" + footer
	}
	body.Content, body.Flags = &text, 0
	return body, nil
}

// tellWhere says in a server where the conversation goes on, once its first message is out.
func (b *Bot) tellWhere(ctx context.Context, r *room, l bots.Letter, id intake.MessageID) {
	if l.Do != intake.Say || r == nil || r.call.inPlace || !b.Now().Before(r.until) || !r.speak() {
		return
	}
	channel, _ := b.channels.Get(l.Account.ID())
	b.beside(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer cancel()
		if !r.call.kept(ctx) {
			return
		}
		m := intake.Message{Text: wording.Say(b.Texts(r.call.locale, TextLook)), Buttons: [][]intake.Button{
			{{Label: b.Texts(r.call.locale, TextOpen), Link: PublicAPI + "/channels/@me/" + channel.id + "/" + string(id)}}}}
		if err := b.rewrite(ctx, r.call, change(m, labels{}), nil); err != nil {
			b.log.Info("where to look was not told", "failure", failureOf(err))
		}
	})
}
