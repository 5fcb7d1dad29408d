package discord_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	fake "claimline/bots/fakes/discord"
	"claimline/intake"
	"claimline/intake/wording"
)

var menu = []intake.CommandName{
	{Language: "en", Name: "start", Description: "Begin, or go on"}, {Language: "en", Name: "link", Description: "Join your accounts"},
	{Language: "en", Name: "danger", Description: "Somebody is in danger"},
	{Language: "nl", Name: "aanmelden", Description: "Beginnen of verdergaan"}, {Language: "nl", Name: "koppelen", Description: "Uw accounts samenvoegen"},
	{Language: "nl", Name: "gevaar", Description: "Iemand is in gevaar"},
}

func (r *rig) withMenu() *rig {
	r.t.Helper()
	r.must(nil, r.bot.SetCommands(r.ctx(), menu, "en"))
	return r
}

func TestTheMenuOfCommandsIsInThePersonsLanguageAndMadeOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start().withMenu().withMenu()
	if n := r.server.Calls(fake.SetCommands); n != 1 {
		t.Errorf("the menu was made %d times", n)
	}
	for locale, want := range map[string]string{
		"nl":    "aanmelden: Beginnen of verdergaan, koppelen: Uw accounts samenvoegen, gevaar: Iemand is in gevaar",
		"en-US": "register: Begin, or go on, link: Join your accounts, danger: Somebody is in danger",
	} {
		var got []string
		for _, c := range r.server.Person(locale, fake.Profile{Locale: locale}).Commands() {
			got = append(got, c.Name+": "+c.Description)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %v", locale, got)
		}
	}
}

func TestACommandInThePrivateChannelLeavesNothingButItsAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start().withMenu()
	anna := r.server.Person("anna", fake.Profile{})
	r.must(anna.Run("register"))
	r.sees(anna, "heard /start")
	r.must(nil, r.server.Idle(r.ctx()))
	if all := anna.Chat().Messages; len(all) != 1 {
		t.Errorf("Anna sees\n%s", anna.Chat())
	}
}

func TestInAServerRegisterLeadsToThePrivateChannel(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start().withMenu()
	anna := r.server.Person("anna", fake.Profile{Locale: "nl"})
	inGuild := r.server.Guild("Ouders").Add(anna, false)
	r.must(inGuild.Run("aanmelden"))
	r.sees(anna, "heard /start")
	told := r.sees(inGuild, "nl look-at-messages")
	if !told.Ephemeral || len(told.Rows) != 1 || !strings.HasPrefix(told.Rows[0][0].URL, "https://discord.com/channels/@me/"+anna.ChannelID()) {
		t.Errorf("in the server Anna is told %+v", told)
	}
	for _, e := range r.desk.Handled() {
		if e.Group || e.Account != intake.Account("discord:"+anna.ID()) {
			t.Errorf("handled as %+v", e)
		}
	}
}

func TestAPostWithAButtonLeadsToThePrivateChannel(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start().withMenu()
	guild := r.server.Guild("Ouders")
	chief, anna := guild.Add(r.server.Person("chief", fake.Profile{}), true), r.server.Person("anna", fake.Profile{})
	inGuild := guild.Add(anna, false)
	if _, err := inGuild.Run("register-post"); err == nil {
		t.Error("anybody may post")
	}
	r.must(chief.Run("register-post"))
	post := r.sees(chief, "post")
	if post.Ephemeral {
		t.Error("only the administrator sees the post")
	}
	r.must(inGuild.Press("register"))
	r.sees(anna, "heard /start")
	r.sees(inGuild, "look-at-messages")
}

func TestWithClosedMessagesTheConversationGoesOnForOnePersonsEyes(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start().withMenu()
	anna := r.server.Person("anna", fake.Profile{Locale: "nl"})
	anna.CloseDMs()
	inGuild := r.server.Guild("Ouders").Add(anna, false)
	r.must(inGuild.Run("aanmelden"))
	first := r.sees(inGuild, "heard /start")
	if !first.Ephemeral || !strings.Contains(first.Text, "-# nl go-on-here") {
		t.Errorf("Anna sees %+v", first)
	}
	r.must(inGuild.Press("Yes"))
	second := r.sees(inGuild, "pressed 1.yes.mac")
	if second.ID != first.ID || strings.Contains(second.Text, "heard") {
		t.Errorf("the answer stands in another message, or under what was answered: %+v", second)
	}
	r.must(inGuild.Press("✎"))
	r.must(inGuild.WaitModal(r.ctx()))
	r.must(inGuild.Submit("secret words"))
	r.sees(inGuild, "filled secret words for 7.form.mac")
	if failed := inGuild.Chat().Failed(); len(failed) != 0 {
		t.Errorf("Anna saw presses fail: %+v", failed)
	}
	if n := r.server.Calls(fake.FollowUp); n != 0 {
		t.Errorf("%d answers were posted and not edited", n)
	}

	anna.OpenDMs()
	r.must(anna.Type("privately"))
	r.sees(anna, "heard privately")
	r.must(inGuild.Run("link", "ABC"))
	r.sees(anna, "heard /link ABC")
	r.sees(inGuild, "look-at-messages")
}

// Discord opens five private channels in five seconds for a bot.
func TestManyWhoComeAtOnceAreAllAnswered(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{Rates: fake.PublishedRates()}).start().withMenu()
	guild := r.server.Guild("Ouders")
	var parents []*fake.Member
	for _, name := range strings.Fields("anna bram cas daan eva finn gijs") {
		parent := r.server.Person(name, fake.Profile{})
		parent.CloseDMs()
		parents = append(parents, guild.Add(parent, false))
	}
	for _, parent := range parents {
		r.must(parent.Run("register"))
	}
	for _, parent := range parents {
		r.sees(parent, "heard /start")
	}
}

func TestWhoRunsACommandAgainIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{})
	r.desk = newDesk(r, func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
		if said, ok := e.Did.(intake.Said); ok && said.Text == "/start" {
			return intake.Reply{}, nil, nil
		}
		return echo(e)
	})
	r.start().withMenu()
	anna := r.server.Person("anna", fake.Profile{})
	anna.CloseDMs()
	inGuild := r.server.Guild("Ouders").Add(anna, false)
	r.must(inGuild.Run("register"))
	for len(r.desk.Handled()) == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond) // until it waits for words
	r.must(inGuild.Run("link", "ABC"))
	r.sees(inGuild, "heard /link ABC")
	unanswered := func(c fake.Chat) bool {
		return slices.ContainsFunc(c.Messages, func(m *fake.Message) bool { return m.Thinking })
	}
	if _, err := inGuild.Wait(r.ctx(), func(c fake.Chat) bool { return !unanswered(c) }); err != nil {
		t.Errorf("the first command looks as if it were being seen to: %v", err)
	}
}

func TestATickInAHiddenConversationIsShownInPlace(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{})
	question := func(label, token string) intake.Message {
		return intake.Message{Text: wording.Say("Which?"), Buttons: [][]intake.Button{{{Label: label, Token: token, Box: "a"}}, {{Label: "Back", Token: "back"}}}}
	}
	r.desk = newDesk(r, func(e intake.Event) (intake.Reply, []intake.Outgoing, error) {
		if p, ok := e.Did.(intake.Pressed); ok {
			return intake.Reply{}, []intake.Outgoing{{Do: intake.Edit, Message: p.Message, Body: question("☑ A", "off")}}, nil
		}
		return intake.Reply{}, []intake.Outgoing{{Do: intake.Say, Body: question("☐ A", "on")}}, nil
	})
	r.start().withMenu()
	anna := r.server.Person("anna", fake.Profile{})
	anna.CloseDMs()
	inGuild := r.server.Guild("Ouders").Add(anna, false)
	r.must(inGuild.Run("register"))
	r.sees(inGuild, "Which?")
	r.must(inGuild.Press("☐ A"))
	m := r.sees(inGuild, "Which?")
	if !slices.Contains(m.Labels(), "☑ A") {
		t.Errorf("the box shows %v", m.Labels())
	}
}

func TestAnExpiredTokenIsShownAtTheNextContact(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	r := newRig(t, fake.Options{Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }}).start().withMenu()
	anna := r.server.Person("anna", fake.Profile{})
	anna.CloseDMs()
	inGuild := r.server.Guild("Ouders").Add(anna, false)
	r.must(inGuild.Run("register"))
	r.sees(inGuild, "heard /start")
	later.Store(int64(16 * time.Minute))
	r.outbox.Put(intake.Outgoing{ID: "late", Account: intake.Account("discord:" + anna.ID()), Do: intake.Say, Body: intake.Message{Text: wording.Say("too late")}})
	if fate := r.settled("late"); fate != "delivered" {
		t.Errorf("the letter's fate is %q: the account is not given up for a token", fate)
	}
	r.must(inGuild.Run("link", "ABC"))
	r.sees(inGuild, "heard /link ABC")
}

func TestWithClosedMessagesAndNoPressNobodyIsWrittenTo(t *testing.T) {
	t.Parallel()
	r := newRig(t, fake.Options{}).start()
	anna := r.server.Person("anna", fake.Profile{})
	anna.CloseDMs()
	r.outbox.Put(intake.Outgoing{ID: "news", Account: intake.Account("discord:" + anna.ID()), Do: intake.Say, Body: intake.Message{Text: wording.Say("news")}})
	if fate := r.settled("news"); fate != "gone" {
		t.Errorf("the letter's fate is %q", fate)
	}
}
