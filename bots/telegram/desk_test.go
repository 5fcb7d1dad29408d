package telegram_test

import (
	"testing"

	"claimline/bots/botstest"
	fake "claimline/bots/fakes/telegram"
	"claimline/intake"
	"claimline/intake/wording"
)

// atDesk is a desk of the team's: a command is answered with a card, and a press turns the card that
// hung over the button into the next one. In a group it says where it happened.
func atDesk(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
	card := func(text string) intake.Reply {
		return intake.Reply{Desk: &intake.Message{Text: wording.Say(text), Buttons: [][]intake.Button{{{Label: "Accept", Token: "1.a.mac"}}}}}
	}
	switch did := e.Did.(type) {
	case intake.Said:
		if e.Group {
			return intake.Reply{Say: &intake.Message{Text: wording.Say("room " + e.Room.Platform())}}, nil, nil
		}
		return card("card for " + did.Text), nil, nil
	case intake.Pressed:
		r := card("after " + did.Button)
		r.Toast = "done"
		return r, nil, nil
	}
	return intake.Reply{}, nil, nil
}

// A moderator asks for a case and decides: one message, which becomes what follows.
func TestACardBecomesTheNext(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	r.desk = &botstest.Desk{Outbox: r.outbox, Script: atDesk}
	r.start()
	jan := r.server.Person("jan", fake.Profile{})
	r.must(jan.Type("/next"))
	r.sees(jan, "card for /next")
	r.must(jan.Press("Accept"))
	r.sees(jan, "after 1.a.mac")
	if n := said(jan, "card for"); n != 0 {
		t.Errorf("the first card still stands %d times", n)
	}
	mine := 0
	for _, m := range jan.Chat().Messages {
		if m.Bot {
			mine++
		}
	}
	if mine != 1 {
		t.Errorf("the chat holds %d cards", mine)
	}
}

// A press whose message is gone is answered with a new one.
func TestACardThatWasDeleted(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	r.desk = &botstest.Desk{Outbox: r.outbox, Script: atDesk}
	r.start()
	jan := r.server.Person("jan", fake.Profile{})
	r.must(jan.Type("/next"))
	card := r.sees(jan, "card for /next")
	if err := jan.Delete(card.ID); err != nil {
		t.Fatal(err)
	}
	r.must(jan.PressOld(card, "Accept"))
	r.sees(jan, "after 1.a.mac")
}

// What is said in a group carries the group, so that it can become the team's room.
func TestAGroupIsNamed(t *testing.T) {
	t.Parallel()
	r := newRig(t, quick)
	r.desk = &botstest.Desk{Outbox: r.outbox, Script: atDesk}
	r.start()
	jan := r.server.Person("jan", fake.Profile{})
	group, err := r.server.Group("The team", jan)
	if err != nil {
		t.Fatal(err)
	}
	r.must(group.Member(jan).Type("/here"))
	if _, err := group.WaitFor(r.ctx(), "room telegram"); err != nil {
		t.Fatal(err)
	}
}
