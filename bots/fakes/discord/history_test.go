package discord_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	fake "claimline/bots/fakes/discord"
)

// Everything that happens stands in the history, in the order in which it ended.
func TestHistory(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	typed := must(anna.Type("hello"))(t)
	asked := ask(t, bot, anna.ChannelID(), "Go on?", button("Yes", "y"))
	p := must(anna.Press("Yes"))(t)
	respond(t, bot, next(t, h.interactions), discordgo.InteractionResponseDeferredMessageUpdate, nil)
	anna.CloseDMs()
	want := []fake.Entry{
		{Route: "GET /gateway", Done: true, Status: 200},
		{Route: fake.Identified},
		{Act: "type", Person: anna.ID(), Channel: anna.ChannelID(), Message: typed.ID},
		{Route: fake.CreateMessage, Done: true, Status: 200, Channel: anna.ChannelID(), Message: asked.ID},
		{Act: "press", Person: anna.ID(), Channel: anna.ChannelID(), Message: asked.ID, Interaction: p.ID, CustomID: "y"},
		{Route: fake.Callback, Done: true, Status: 204, Channel: anna.ChannelID(), Message: asked.ID, Interaction: p.ID},
		{Act: "close", Person: anna.ID(), Channel: anna.ChannelID()},
	}
	got := s.History()
	if len(got) != len(want) {
		t.Fatalf("got %d entries: %+v", len(got), got)
	}
	last := int64(0)
	for i, e := range got {
		if e.Ended <= last || e.Began > e.Ended || e.At.IsZero() {
			t.Errorf("entry %d has the times %d to %d after %d", i, e.Began, e.Ended, last)
		}
		last = e.Ended
		w := want[i]
		if e.Route != w.Route || e.Done != w.Done || e.Status != w.Status || e.Act != w.Act || e.Person != w.Person ||
			e.Channel != w.Channel || e.Message != w.Message || e.Interaction != w.Interaction || e.CustomID != w.CustomID {
			t.Errorf("entry %d is %+v, want %+v", i, e, w)
		}
	}
	if s.Calls(fake.CreateMessage) != 1 || string(got[5].Body) != `{"type":6}` {
		t.Errorf("got %+v", got[5])
	}
}

// A rehearsal keeps no bodies.
func TestABriefHistory(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{Brief: true})
	anna := s.Person("anna", fake.Profile{})
	say(t, s, anna.ChannelID(), `"tts":false`)
	if e := s.History()[0]; e.Body != nil || e.Reply != nil || e.Path != nil || e.Message == "" {
		t.Errorf("got %+v", e)
	}
}

// Idle returns when nobody waits for anything: not while a press has no answer, nor while a promised
// answer has no words.
func TestIdle(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	ask(t, bot, anna.ChannelID(), "Go on?", button("Yes", "y"))
	busy := func(when string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := s.Idle(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", when, err)
		}
	}
	ok(t, s.Idle(bounded(t)))
	must(anna.Press("Yes"))(t)
	busy("a press without an answer")
	i := next(t, h.interactions)
	respond(t, bot, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, nil)
	busy("a promised answer without words")
	done := "Done"
	must(bot.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &done, AllowedMentions: silent}))(t)
	ok(t, s.Idle(bounded(t)))
	release := s.Hold()
	must(anna.Type("x"))(t)
	busy("an event that is kept back")
	release()
	ok(t, s.Idle(bounded(t)))
	defer s.Fail(fake.Fault{Delay: time.Minute})()
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() {
		_, err := bot.User("@me", discordgo.WithContext(ctx))
		gone <- err
	}()
	ok(t, s.Wait(bounded(t), func([]fake.Entry) bool { return s.UnderWay() == 1 }))
	busy("a call that is not answered")
	cancel()
	<-gone
	ok(t, s.Idle(bounded(t)))
}

// Quiet returns when a bot that has died is gone from every connection.
func TestQuiet(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	l, _ := open(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Quiet(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while the bot is there: %v", err)
	}
	ok(t, l.conn.UnderlyingConn().Close())
	ok(t, s.Quiet(bounded(t)))
}
