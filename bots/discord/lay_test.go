package discord_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	fake "claimline/bots/fakes/discord"
	"claimline/intake"
	"claimline/intake/wording"
)

// desks is a desk of the team's whose cards are numbered: /stats has a chart, "busy" is answered with
// a few words alone, and a parent's commands open a conversation.
func desks() func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
	var n atomic.Int64
	return func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
		m := intake.Message{Text: wording.Say("card " + string(rune('0'+n.Add(1)))), Buttons: [][]intake.Button{
			{{Label: "Accept", Token: "1.a.mac"}}, {{Label: "Busy", Token: "1.busy.mac"}}}}
		switch did := e.Did.(type) {
		case intake.Said:
			switch did.Text {
			case "/start":
				return intake.Reply{}, []intake.Outgoing{{Do: intake.Say, Body: plain("a question")}}, nil
			case "/mine":
				return intake.Reply{}, []intake.Outgoing{{Do: intake.Say, Body: plain("no such command")}}, nil
			case "/stats":
				m.File = &intake.Attachment{Name: "chart.png", Type: "image/png", Body: []byte("a chart")}
			}
		case intake.Pressed:
			if did.Button == "1.busy.mac" {
				return intake.Reply{Toast: "somebody has it"}, nil, nil
			}
		}
		return intake.Reply{Desk: &m}, nil, nil
	}
}

// seated is a rig with those desks, and somebody of the team in private and in the team's server.
func seated(t *testing.T, o fake.Options) (*rig, *fake.Person, *fake.Member) {
	t.Helper()
	r := newRig(t, o)
	r.desk = newDesk(r, desks())
	r.config.Team = teamOf("next", "mine", "stats")
	r.start().withMenu()
	jan := r.server.Person("jan", fake.Profile{})
	return r, jan, r.server.Guild("The team").Add(jan, true)
}

func (r *rig) tell(p *fake.Person, id, text string) {
	r.outbox.Put(intake.Outgoing{ID: id, Account: intake.Account("discord:" + p.ID()), Do: intake.Say, Body: plain(text)})
}

// What is said to a member is said to them privately, also right after a press: a look or a call
// would vanish with a card, and could not be taken away again.
func TestALetterDoesNotTakeTheCardsPlace(t *testing.T) {
	t.Parallel()
	r, jan, inGuild := seated(t, fake.Options{})
	r.must(inGuild.Run("next"))
	r.sees(inGuild, "card 1")
	r.must(inGuild.Press("Accept"))
	r.sees(inGuild, "card 2")
	r.tell(jan, "call", "a call")
	r.sees(jan, "a call")
	r.outbox.Put(intake.Outgoing{ID: "gone", Account: intake.Account("discord:" + jan.ID()), Do: intake.Remove, Of: "call"})
	if fate := r.settled("gone"); fate != "delivered" {
		t.Errorf("taking it away is %q", fate)
	}
	if said(jan, "a call") != 0 || said(inGuild, "card 2") != 1 {
		t.Errorf("in private\n%s\nin the server\n%s", jan.Chat(), inGuild.Chat())
	}
}

// A member who is a parent too, with closed messages: the conversation stays where it is.
func TestADeskIsNoPlaceForAConversation(t *testing.T) {
	t.Parallel()
	r, jan, inGuild := seated(t, fake.Options{})
	jan.CloseDMs()
	r.must(inGuild.Run("register"))
	conversation := r.sees(inGuild, "a question")
	r.must(inGuild.Run("next"))
	r.sees(inGuild, "card 2")
	r.must(inGuild.Press("Accept"))
	r.sees(inGuild, "card 3")
	r.tell(jan, "news", "news for a parent")
	if m := r.sees(inGuild, "news for a parent"); m.ID != conversation.ID {
		t.Errorf("the news stands elsewhere:\n%s", inGuild.Chat())
	}
	if said(inGuild, "card 3") != 1 {
		t.Errorf("the card is gone:\n%s", inGuild.Chat())
	}
}

func TestAChartHangsUnderItsOwnCardOnly(t *testing.T) {
	t.Parallel()
	r, _, inGuild := seated(t, fake.Options{})
	r.must(inGuild.Run("stats"))
	if m := r.sees(inGuild, "card 1"); len(m.Files) != 1 || m.Files[0].Name != "chart.png" || string(m.Files[0].Body) != "a chart" {
		t.Errorf("the files are %v", m.Files)
	}
	r.must(inGuild.Press("Accept"))
	if m := r.sees(inGuild, "card 2"); len(m.Files) != 0 {
		t.Errorf("under the next card hang %v", m.Files)
	}
}

func TestADeskIsShownThoughDiscordStumbles(t *testing.T) {
	t.Parallel()
	r, _, inGuild := seated(t, fake.Options{})
	r.server.Fail(fake.Fault{Route: fake.EditOriginal, Status: 500, Times: 2})
	r.must(inGuild.Run("next"))
	r.sees(inGuild, "card 1")
}

func TestOfTwoPressesTheLaterCardStands(t *testing.T) {
	t.Parallel()
	r, _, inGuild := seated(t, fake.Options{})
	r.must(inGuild.Run("next"))
	r.sees(inGuild, "card 1")
	r.server.Fail(fake.Fault{Route: fake.EditOriginal, Delay: 300 * time.Millisecond})
	r.must(inGuild.Press("Accept"))
	r.until("the second card is on its way", func([]fake.Entry) bool { return r.server.Calls(fake.Callback) == 2 && r.server.UnderWay() == 1 })
	r.must(inGuild.Press("Accept"))
	r.sees(inGuild, "card 3")
	r.must(nil, r.server.Idle(r.ctx()))
	if said(inGuild, "card 3") != 1 {
		t.Errorf("the desk shows\n%s", inGuild.Chat())
	}
}

func TestWordsWrittenInPrivateAreAnsweredThere(t *testing.T) {
	t.Parallel()
	r, jan, _ := seated(t, fake.Options{})
	r.must(jan.Type("a note"))
	card := r.sees(jan, "card 1")
	r.must(jan.Press("Accept"))
	if next := r.sees(jan, "card 2"); next.ID != card.ID {
		t.Errorf("the next card is another message:\n%s", jan.Chat())
	}
}

func TestAFewWordsStandOverTheCardThatStays(t *testing.T) {
	t.Parallel()
	r, _, inGuild := seated(t, fake.Options{})
	r.must(inGuild.Run("next"))
	r.sees(inGuild, "card 1")
	for range 2 {
		r.must(inGuild.Press("Busy"))
		m := r.sees(inGuild, "somebody has it")
		if m.Text != "-# somebody has it\ncard 1" || strings.Join(m.Labels(), " ") != "Accept Busy" {
			t.Errorf("the card is %q with %v", m.Text, m.Labels())
		}
	}
	r.must(inGuild.Press("Accept"))
	if m := r.sees(inGuild, "card"); strings.Contains(m.Text, "somebody") {
		t.Errorf("the next card is %q", m.Text)
	}
}

// Who is not of the team is answered like anybody who runs a command in a server.
func TestAStrangersCommandIsAnsweredPrivately(t *testing.T) {
	t.Parallel()
	r, jan, inGuild := seated(t, fake.Options{})
	r.must(inGuild.Run("mine"))
	r.sees(jan, "no such command")
	if m := r.sees(inGuild, "look-at-messages"); !m.Ephemeral {
		t.Error("everybody sees the answer")
	}
}

// A turn that takes longer than a token lives shows nothing; the next command does.
func TestADeskWhoseTokenHasExpired(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	r := newRig(t, fake.Options{Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }})
	show := desks()
	slow := make(chan struct{})
	r.desk = newDesk(r, func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
		<-slow
		return show(e)
	})
	r.config.Team = teamOf("next")
	r.start().withMenu()
	inGuild := r.server.Guild("The team").Add(r.server.Person("jan", fake.Profile{}), true)
	r.must(inGuild.Run("next"))
	r.until("the answer is promised", func([]fake.Entry) bool { return r.server.Calls(fake.Callback) == 1 })
	later.Store(int64(16 * time.Minute))
	close(slow)
	r.tells("a desk was not shown")
	r.must(inGuild.Run("next"))
	r.sees(inGuild, "card 2")
}
