package telegram_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	fake "claimline/bots/fakes/telegram"
	"claimline/intake"
	"claimline/intake/wording"
)

// png is a picture of nothing; no platform looks into it.
var png = &intake.Attachment{Name: "stats.png", Type: "image/png", Body: []byte("\x89PNG\r\n\x1a\n example")}

// team is a desk that shows its nth card, or what the command or button names.
func team() func(intake.Event) (intake.Reply, []intake.Outgoing, error) {
	var nth atomic.Int64
	return func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
		asked := ""
		switch did := e.Did.(type) {
		case intake.Pressed:
			asked = did.Button
		case intake.Said:
			asked = did.Text
		}
		m := intake.Message{Text: wording.Say(fmt.Sprintf("card %d after %s", nth.Add(1), asked)), Buttons: [][]intake.Button{
			{{Label: "Skip", Token: "skip"}, {Label: "Look", Token: "look"}, {Label: "Figures", Token: "figures"}, {Label: "All", Token: "all"}}}}
		switch asked {
		case "look":
			m.Protect = true
		case "figures", "/stats":
			m.File = png
		case "all":
			m.Text = append(m.Text, wording.Say(strings.Repeat(" more", 815)+"\nrest after more")...)
		}
		return intake.Reply{Toast: "noted", Desk: &m}, nil, nil
	}
}

func newTeamRig(t *testing.T) *rig {
	r := newRig(t, quick)
	r.desk = nil
	r.start()
	r.desk.Script = team()
	return r
}

// cards are what the bot shows in a chat, by their first words.
func cards(c fake.Chat) string {
	var shown []string
	for _, m := range c.Messages {
		if m.Bot {
			first, _, _ := strings.Cut(m.Text, " after")
			shown = append(shown, first)
		}
	}
	return strings.Join(shown, ", ")
}

func TestTheDeskIsOneMessageThatChanges(t *testing.T) {
	t.Parallel()
	r := newTeamRig(t)
	bram := r.server.Person("bram", fake.Profile{})
	r.must(bram.Type("/next"))
	r.sees(bram, "card 1 after /next")
	r.must(bram.Press("Skip"))
	m := r.sees(bram, "card 2 after skip")
	c, err := bram.Wait(r.ctx(), func(c fake.Chat) bool { return c.Presses[0].Answers == 1 })
	if err != nil || cards(c) != "card 2" || c.Presses[0].Toast != "noted" || len(m.Labels()) != 4 {
		t.Errorf("shown: %s, a toast %q, buttons %v (%v)", cards(c), c.Presses[0].Toast, m.Labels(), err)
	}
}

// What cannot become of the message that was pressed is a message of its own.
func TestWhatTheDeskSaysAnew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label, ask, press, want string
		is                      func(*fake.Message) bool
	}{
		{"what must not be forwarded", "/next", "Look", "card 1, card 2", func(m *fake.Message) bool { return m.Protected }},
		{"a chart", "/next", "Figures", "card 1, card 2", func(m *fake.Message) bool { return m.Kind == "photo" && len(m.Labels()) == 4 }},
		{"what follows a chart", "/stats", "Skip", "card 1, card 2", func(m *fake.Message) bool { return m.Kind == "text" && len(m.Labels()) == 4 }},
		{"more than fits", "/next", "All", "card 1, card 2, rest", func(m *fake.Message) bool { return len(m.Labels()) == 0 }},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newTeamRig(t)
			bram := r.server.Person("bram", fake.Profile{})
			r.must(bram.Type(c.ask))
			r.sees(bram, "card 1")
			r.must(bram.Press(c.press))
			if m := r.sees(bram, "card 2"); !c.is(m) {
				t.Errorf("it came as %s with %v, protected: %v", m.Kind, m.Labels(), m.Protected)
			}
			_, err := bram.Wait(r.ctx(), func(now fake.Chat) bool { return cards(now) == c.want })
			r.must(nil, err)
		})
	}
}

func TestADeletedDeskIsShownAnew(t *testing.T) {
	t.Parallel()
	r := newTeamRig(t)
	bram := r.server.Person("bram", fake.Profile{})
	r.must(bram.Type("/next"))
	card := r.sees(bram, "card 1")
	r.must(nil, bram.Delete(card.ID))
	r.must(bram.PressOld(card, "Skip"))
	r.sees(bram, "card 2 after skip")
}

// Whatever goes wrong, the desk comes once, or not at all where it may have come.
func TestTheDeskComesOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		fault fake.Fault
	}{
		{"too fast", fake.Fault{Method: "sendMessage", RetryAfter: 1}},
		{"too fast to change", fake.Fault{Method: "editMessageText", RetryAfter: 1}},
		{"500 twice", fake.Fault{Method: "sendMessage", Status: 500, Times: 2}},
		{"a page of a gateway", fake.Fault{Method: "editMessageText", Status: 502, HTML: true, Body: "<html>"}},
		{"cut off before the answer", fake.Fault{Method: "sendMessage", Cut: fake.CutAfter}},
		{"changed, and cut off before the answer", fake.Fault{Method: "editMessageText", Cut: fake.CutAfter}},
		{"changed, and cut off in the answer", fake.Fault{Method: "editMessageText", Cut: fake.CutMiddle}},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			r := newTeamRig(t)
			defer r.server.Fail(c.fault)()
			bram := r.server.Person("bram", fake.Profile{})
			r.must(bram.Type("/next"))
			r.sees(bram, "card 1 after /next")
			r.must(bram.Press("Skip"))
			r.sees(bram, "card 2 after skip")
			r.stop()
			if shown := cards(bram.Chat()); shown != "card 2" {
				t.Errorf("shown: %s", shown)
			}
		})
	}
}

// Presses come faster than Telegram lets the desk change: it ends at the last card, whatever the
// order in which the network would have brought them.
func TestTheDeskEndsAtTheLastCard(t *testing.T) {
	t.Parallel()
	r := newTeamRig(t)
	bram := r.server.Person("bram", fake.Profile{})
	r.must(bram.Type("/next"))
	r.sees(bram, "card 1")
	r.server.Fail(fake.Fault{Method: "editMessageText", Chat: bram.ID(), RetryAfter: 1})
	for range 10 {
		r.must(bram.Press("Skip"))
	}
	r.sees(bram, "card 11")
	r.stop()
	if shown := cards(bram.Chat()); shown != "card 11" {
		t.Errorf("shown: %s", shown)
	}
	if n := r.server.Calls("editMessageText"); n > 3 {
		t.Errorf("%d changes for a card that was overtaken nine times", n)
	}
}

func TestTheTeamsRoom(t *testing.T) {
	t.Parallel()
	r := newTeamRig(t)
	anna, bram := r.server.Person("anna", fake.Profile{}), r.server.Person("bram", fake.Profile{})
	group, err := r.server.Supergroup("Desk", anna, bram)
	r.must(group, err)
	channel, err := r.server.Channel("Desk", anna, bram)
	r.must(channel, err)
	room := func(g *fake.Group) intake.Account { return intake.Account(fmt.Sprint("telegram:", g.ChatID())) }
	r.must(group.Member(anna).Type("/here"))
	r.must(group.WaitFor(r.ctx(), "card 1 after /here"))
	r.must(group.Member(bram).Press("Skip"))
	r.must(group.WaitFor(r.ctx(), "card 2 after skip"))
	r.outbox.Put(intake.Outgoing{ID: "urgent", Account: room(channel), Do: intake.Say, Body: intake.Message{Text: wording.Say("urgent"),
		Buttons: [][]intake.Button{{{Label: "I have it", Token: "take"}}}}})
	r.must(channel.WaitFor(r.ctx(), "urgent"))
	r.must(channel.Member(bram).Press("I have it"))
	r.must(channel.WaitFor(r.ctx(), "card 3 after take"))
	if got := cards(group.Chat()) + "; " + cards(channel.Chat()) + "; " + cards(anna.Chat()) + cards(bram.Chat()); got != "card 2; card 3; " {
		t.Errorf("shown: %s", got)
	}
	for i, want := range []struct {
		who  *fake.Person
		room intake.Account
	}{{anna, room(group)}, {bram, room(group)}, {bram, room(channel)}} {
		e := r.desk.Handled()[i]
		if !e.Group || e.Room != want.room || e.Account != intake.Account(fmt.Sprint("telegram:", want.who.ID())) {
			t.Errorf("event %d: by %v in %v, a group: %v", i, string(e.Account), string(e.Room), e.Group)
		}
	}
	r.must(bram.Type("/next"))
	r.sees(bram, "card 4")
	if e := r.desk.Handled()[3]; e.Group || e.Room != "" {
		t.Errorf("a private chat is the room %q", string(e.Room))
	}
}

// A decision in the room is a turn like any other: while the store is down it comes again.
func TestAPressInTheRoomIsNotLostWithTheStore(t *testing.T) {
	t.Parallel()
	r := newTeamRig(t)
	anna := r.server.Person("anna", fake.Profile{})
	group, err := r.server.Group("Desk", anna)
	r.must(group, err)
	r.must(group.Member(anna).Type("/here"))
	r.must(group.WaitFor(r.ctx(), "card 1"))
	r.desk.Fail(errors.New("the store is down"))
	r.must(group.Member(anna).Press("Skip"))
	polls := r.server.Calls("getUpdates")
	r.until("the press was brought again a few times", func([]fake.Entry) bool { return r.server.Calls("getUpdates") > polls+3 })
	r.desk.Fail(nil)
	r.must(group.WaitFor(r.ctx(), "card 2 after skip"))
	if parked := r.store.Parked(); len(parked) != 0 {
		t.Errorf("%d updates were parked", len(parked))
	}
}
