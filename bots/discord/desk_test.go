package discord_test

import (
	"testing"

	fake "claimline/bots/fakes/discord"
	"claimline/intake"
	"claimline/intake/wording"
)

// atDesk is a desk of the team's: a command is answered with a card that asks for words as well, a
// press or words turn it into the next one. It makes a channel its room by a line with a button.
func atDesk(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
	card := func(text string) intake.Reply {
		return intake.Reply{Desk: &intake.Message{Text: wording.Say(text), Expect: intake.ExpectLong, Form: "9.words.mac",
			Buttons: [][]intake.Button{{{Label: "Accept", Token: "1.a.mac"}}, {{Label: "Skip", Token: "1.s.mac"}}}}}
	}
	switch did := e.Did.(type) {
	case intake.Said:
		if did.Text == "/here" {
			return intake.Reply{Say: &intake.Message{Text: wording.Say("This is the room")}}, nil, nil
		}
		return card("card for " + did.Text + did.Form), nil, nil
	case intake.Pressed:
		if e.Group {
			return intake.Reply{Toast: "write /next"}, nil, nil
		}
		return card("after " + did.Button), nil, nil
	}
	return intake.Reply{}, nil, nil
}

func teamOf(names ...string) (team []intake.CommandName) {
	for _, name := range names {
		team = append(team, intake.CommandName{Language: "en", Name: name, Description: "The team's " + name},
			intake.CommandName{Language: "nl", Name: name, Description: "Van het team: " + name})
	}
	return team
}

func teamRig(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, fake.Options{})
	r.desk = newDesk(r, atDesk)
	r.config.Team = teamOf("next", "case", "join", "here")
	return r.start().withMenu()
}

// A moderator asks for a case in a server and decides: one message that only they see, which becomes
// what follows, also when they write.
func TestACardThatOnlyTheModeratorSees(t *testing.T) {
	t.Parallel()
	r := teamRig(t)
	guild := r.server.Guild("The team")
	mother := r.server.Person("anna", fake.Profile{})
	jan, anna := guild.Add(r.server.Person("jan", fake.Profile{}), true), guild.Add(mother, false)
	r.must(jan.Run("next"))
	card := r.sees(jan, "card for /next")
	if !card.Ephemeral {
		t.Error("everybody sees the card")
	}
	r.must(jan.Press("Accept"))
	if next := r.sees(jan, "after 1.a.mac"); next.ID != card.ID {
		t.Error("the next card is another message")
	}
	r.must(jan.Press("✎"))
	r.must(jan.WaitModal(r.ctx()))
	r.must(jan.Submit("a note"))
	if next := r.sees(jan, "card for a note9.words.mac"); next.ID != card.ID {
		t.Error("what was written is answered in another message")
	}
	if seen := anna.Chat().Messages; len(seen) != 0 {
		t.Errorf("Anna sees %v", seen)
	}
	if _, err := anna.Run("next"); err == nil {
		t.Error("the team's commands are offered to everybody")
	}
	r.must(mother.Run("join", "AAAA-BBBB-CCCC"))
	r.sees(mother, "card for /join AAAA-BBBB-CCCC")
}

// A channel becomes the team's room: the line in it is said and changed like anything else, and a
// press on it is answered for the presser's eyes.
func TestTheTeamsChannel(t *testing.T) {
	t.Parallel()
	r := teamRig(t)
	guild := r.server.Guild("The team")
	jan, kim := guild.Add(r.server.Person("jan", fake.Profile{}), true), guild.Add(r.server.Person("kim", fake.Profile{}), true)
	r.must(jan.Run("here"))
	r.sees(jan, "This is the room")
	var room intake.Account
	for _, e := range r.desk.Handled() {
		room = e.Room
	}
	line := intake.Message{Text: wording.Say("3 waiting"), Buttons: [][]intake.Button{{{Label: "I'll help", Token: "-1.help.mac"}}}}
	r.outbox.Put(intake.Outgoing{ID: "line", Account: room, Do: intake.Say, Body: line})
	said := r.sees(kim, "3 waiting")
	if said.Ephemeral {
		t.Error("the line is for one person's eyes")
	}
	line.Text = wording.Say("64 waiting")
	r.outbox.Put(intake.Outgoing{ID: "change", Account: room, Do: intake.Edit, Of: "line", Body: line})
	if changed := r.sees(jan, "64 waiting"); changed.ID != said.ID {
		t.Error("the line is another message")
	}
	r.must(kim.Press("I'll help"))
	if told := r.sees(kim, "write /next"); !told.Ephemeral {
		t.Error("everybody sees the answer")
	}
}
