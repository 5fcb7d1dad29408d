package discord_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	fake "claimline/bots/fakes/discord"
)

// ask has the bot say something with components in a person's channel.
func ask(t testing.TB, bot *discordgo.Session, channel, text string, row ...discordgo.MessageComponent) *discordgo.Message {
	t.Helper()
	m := &discordgo.MessageSend{Content: text, AllowedMentions: silent}
	if len(row) > 0 {
		m.Components = []discordgo.MessageComponent{discordgo.ActionsRow{Components: row}}
	}
	return must(bot.ChannelMessageSendComplex(channel, m))(t)
}

func button(label, id string) discordgo.Button {
	return discordgo.Button{Label: label, CustomID: id, Style: discordgo.PrimaryButton}
}

// respond answers an interaction for the first time.
func respond(t *testing.T, bot *discordgo.Session, i *discordgo.InteractionCreate, kind discordgo.InteractionResponseType, data *discordgo.InteractionResponseData) {
	t.Helper()
	ok(t, bot.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{Type: kind, Data: data}))
}

// words are what an answer says.
func words(text string, flags discordgo.MessageFlags) *discordgo.InteractionResponseData {
	return &discordgo.InteractionResponseData{Content: text, AllowedMentions: silent, Flags: flags, Components: []discordgo.MessageComponent{}}
}

// field is a modal with one text input.
func field(required bool, least, most int) *discordgo.InteractionResponseData {
	return &discordgo.InteractionResponseData{CustomID: "m", Title: "Name", Components: []discordgo.MessageComponent{
		discordgo.ActionsRow{Components: []discordgo.MessageComponent{discordgo.TextInput{CustomID: "t", Label: "Name",
			Style: discordgo.TextInputShort, Required: required, MinLength: least, MaxLength: most, Value: "Anna"}}}}}
}

// Several lines of a menu are chosen at once, as many as the bot allows.
func TestAPersonChooses(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	least := 1
	menu := discordgo.SelectMenu{MenuType: discordgo.StringSelectMenu, CustomID: "years", Placeholder: "Years", MinValues: &least, MaxValues: 2,
		Options: []discordgo.SelectMenuOption{{Label: "2019", Value: "a"}, {Label: "2020", Value: "b"}, {Label: "2021", Value: "c"}}}
	ask(t, bot, anna.ChannelID(), "Which years?", menu)
	must(anna.WaitAnswer(bounded(t)))(t)
	if want := "< Which years?\n  [Years ▾ 2019 | 2020 | 2021]\n"; anna.Chat().String() != want {
		t.Errorf("the chat shows\n%s", anna.Chat())
	}
	if _, err := anna.Choose("2019", "2020", "2021"); !errors.Is(err, fake.ErrUnfit) {
		t.Errorf("three of at most two: %v", err)
	}
	if _, err := anna.Choose("2022"); !errors.Is(err, fake.ErrNoButton) {
		t.Errorf("one that is not there: %v", err)
	}
	must(anna.Choose("2019", "2021"))(t)
	got := next(t, h.interactions).MessageComponentData()
	if got.CustomID != "years" || strings.Join(got.Values, "") != "ac" || got.ComponentType != discordgo.SelectMenuComponent {
		t.Errorf("got %+v", got)
	}
}

// The client itself holds people to what a modal asks, and shows it on the device that asked for it.
func TestAModalIsFilledOnTheDeviceThatAskedForIt(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	tablet := anna.Device()
	ask(t, bot, anna.ChannelID(), "Name?", button("Write", "w"))
	if _, err := anna.Submit("x"); !errors.Is(err, fake.ErrNoModal) {
		t.Errorf("no modal is open: %v", err)
	}
	must(tablet.Press("Write"))(t)
	respond(t, bot, next(t, h.interactions), discordgo.InteractionResponseModal, field(true, 2, 10))
	must(tablet.WaitModal(ctx))(t)
	if anna.Chat().Modal != nil {
		t.Error("the modal is open on the other device as well")
	}
	for _, unfit := range []string{"", "  ", "A", "Anna Voorbeeld"} {
		if _, err := tablet.Submit(unfit); !errors.Is(err, fake.ErrUnfit) {
			t.Errorf("%q was let through: %v", unfit, err)
		}
	}
	ok(t, tablet.Dismiss())
	if _, err := tablet.Submit("Anna"); !errors.Is(err, fake.ErrNoModal) {
		t.Errorf("it was closed: %v", err)
	}
	must(tablet.Press("Write"))(t)
	respond(t, bot, next(t, h.interactions), discordgo.InteractionResponseModal, field(true, 2, 10))
	must(tablet.WaitModal(ctx))(t)
	must(tablet.Submit())(t) // as it is shown
	got := next(t, h.interactions)
	if v := got.ModalSubmitData().Components[0].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput).Value; v != "Anna" {
		t.Errorf("got %q", v)
	}
	respond(t, bot, got, discordgo.InteractionResponseDeferredMessageUpdate, nil)
	if tablet.Chat().Modal != nil {
		t.Error("the modal is still open after its answer")
	}
}

// What was written into a modal is not lost when the bot does not answer.
func TestAModalStaysOpenWhenItsAnswerFails(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	c := newClock()
	s := fake.Start(t, fake.Options{Now: c.now})
	bot, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	ask(t, bot, anna.ChannelID(), "Name?", button("Write", "w"))
	must(anna.Press("Write"))(t)
	respond(t, bot, next(t, h.interactions), discordgo.InteractionResponseModal, field(true, 0, 0))
	must(anna.WaitModal(ctx))(t)
	must(anna.Submit("Bram"))(t)
	next(t, h.interactions)
	c.advance(3 * time.Second)
	if want := "= Name\n= Name: Bram_\n! Something went wrong. Try again.\n"; !strings.HasSuffix(anna.Chat().String(), want) {
		t.Errorf("the chat shows\n%s", anna.Chat())
	}
	must(anna.Submit())(t)
	if v := next(t, h.interactions).ModalSubmitData().Components[0].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput).Value; v != "Bram" {
		t.Errorf("got %q", v)
	}
}

// Fields in labels, which are newer than the library, are answered in labels.
func TestAModalWithLabels(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := fake.Start(t, fake.Options{})
	_, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	say(t, s, anna.ChannelID(), `"components":[{"type":1,"components":[{"type":2,"style":1,"label":"Write","custom_id":"w"}]}]`)
	press := must(anna.Press("Write"))(t)
	next(t, h.interactions)
	a := call(t, s, "POST", "/interactions/"+press.ID+"/"+press.Token+"/callback",
		`{"type":9,"data":{"custom_id":"m","title":"T","components":[{"type":18,"label":"Name","component":{"type":4,"custom_id":"t","style":1}},`+
			`{"type":18,"label":"Year","component":{"type":3,"custom_id":"y","options":[{"label":"2020","value":"20"}]}}]}}`)
	if a.status != 204 {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	must(anna.WaitModal(ctx))(t)
	must(anna.Submit("Anna", "2020"))(t)
	for e := range h.raw {
		if e.Type == "INTERACTION_CREATE" && strings.Contains(string(e.RawData), `"type":18`) {
			for _, part := range []string{`"value":"Anna"`, `"values":["20"]`} {
				if !strings.Contains(string(e.RawData), part) {
					t.Errorf("%s is not in %s", part, e.RawData)
				}
			}
			return
		}
	}
}

// An ephemeral answer is seen by one person, cannot be reached but by its token, and goes when the
// client starts anew.
func TestAnEphemeralAnswer(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	g := s.Guild("School")
	anna, bram := g.Add(s.Person("anna", fake.Profile{}), false), g.Add(s.Person("bram", fake.Profile{}), false)
	ask(t, bot, anna.ChannelID(), "Register here", button("Register", "r"))
	must(anna.Press("Register"))(t)
	i := next(t, h.interactions)
	if i.Member == nil || i.Member.User.Username != "anna" || i.GuildID != g.ID() || i.Member.Permissions&discordgo.PermissionAdministrator != 0 {
		t.Fatalf("got %+v", i.Interaction)
	}
	respond(t, bot, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, &discordgo.InteractionResponseData{Flags: discordgo.MessageFlagsEphemeral})
	if got := anna.Chat().String(); !strings.Contains(got, "< (only you see this) … is thinking\n") {
		t.Errorf("anna sees\n%s", got)
	}
	text := "See your private messages"
	m := must(bot.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &text, AllowedMentions: silent}))(t)
	if m.Flags != discordgo.MessageFlagsEphemeral {
		t.Errorf("got flags %d", m.Flags)
	}
	if want := "< Register here\n  [Register]\n< (only you see this) See your private messages\n"; anna.Chat().String() != want {
		t.Errorf("anna sees\n%s", anna.Chat())
	}
	if got := bram.Chat().String(); strings.Contains(got, "private") {
		t.Errorf("bram sees\n%s", got)
	}
	refuses(t, call(t, s, "GET", "/channels/"+anna.ChannelID()+"/messages/"+m.ID, ""), 404, 10008)
	if list := must(bot.ChannelMessages(anna.ChannelID(), 10, "", "", ""))(t); len(list) != 1 {
		t.Errorf("%d messages are listed", len(list))
	}
	anna.Restart()
	if got := anna.Chat().String(); strings.Contains(got, "private") {
		t.Errorf("after a new start anna sees\n%s", got)
	}
}

// A button that has gone meanwhile is refused by Discord itself, and the bot hears nothing of it.
func TestALatePress(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	m := ask(t, bot, anna.ChannelID(), "18 or older?", button("Yes", "y"))
	was := must(anna.WaitFor(ctx, "18"))(t)
	ask(t, bot, anna.ChannelID(), "Next?", button("Go", "g"))
	must(anna.PressOld(was, "Yes"))(t)
	if got := next(t, h.interactions).MessageComponentData().CustomID; got != "y" {
		t.Errorf("got %q", got)
	}
	must(bot.ChannelMessageEditComplex(&discordgo.MessageEdit{Channel: anna.ChannelID(), ID: m.ID, Components: &[]discordgo.MessageComponent{}}))(t)
	if p := must(anna.PressOld(was, "Yes"))(t); p.Failed != "This interaction failed" || !p.InVain {
		t.Errorf("got %+v", p)
	}
	if _, err := anna.Press("Yes"); !errors.Is(err, fake.ErrNoButton) {
		t.Errorf("got %v", err)
	}
	must(anna.PressData("forged"))(t)
	if got := next(t, h.interactions).MessageComponentData().CustomID; got != "forged" {
		t.Errorf("the bot heard %q in between", got)
	}
}

// Disabled buttons and links are no presses.
func TestWhatCannotBePressed(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot := library(t, s)
	anna := s.Person("anna", fake.Profile{})
	off := button("Off", "o")
	off.Disabled = true
	ask(t, bot, anna.ChannelID(), "Here", off, discordgo.Button{Label: "Page", Style: discordgo.LinkButton, URL: "https://example.org/"})
	for _, label := range []string{"Off", "Page"} {
		if _, err := anna.Press(label); !errors.Is(err, fake.ErrNoButton) {
			t.Errorf("%s: %v", label, err)
		}
	}
	if got := anna.Chat().Last().Labels(); len(got) != 1 || got[0] != "Page" {
		t.Errorf("labels that can be used: %q", got)
	}
	if want := "< Here\n  (Off) [Page]\n"; anna.Chat().String() != want {
		t.Errorf("the chat shows\n%s", anna.Chat())
	}
}

// Where a person lets nobody write to them, sending fails and opening does not.
func TestClosedDirectMessages(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	anna.CloseDMs()
	channel := must(bot.UserChannelCreate(anna.ID()))(t)
	_, err := bot.ChannelMessageSendComplex(channel.ID, &discordgo.MessageSend{Content: "x", AllowedMentions: silent})
	var no *discordgo.RESTError
	if !errors.As(err, &no) || no.Message.Code != discordgo.ErrCodeCannotSendMessagesToThisUser {
		t.Errorf("got %v", err)
	}
	must(anna.Type("but I can write"))(t)
	next(t, h.messages)
	anna.OpenDMs()
	ask(t, bot, channel.ID, "x")
	refuses(t, call(t, s, "POST", "/users/@me/channels", `{"recipient_id":"5"}`), 400, 50035)
}

// What people change or take back, the bot is told; so is it of its own messages.
func TestEditsAndDeletionsAreTold(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	m := must(anna.TypeJSON(`"lone \ud800"`))(t)
	must(anna.Edit(m.ID, "whole"))(t)
	ok(t, anna.Delete(m.ID))
	if err := anna.Delete(m.ID); !errors.Is(err, fake.ErrNoSuch) {
		t.Errorf("deleted twice: %v", err)
	}
	own := ask(t, bot, anna.ChannelID(), "mine")
	ok(t, bot.ChannelMessageDelete(anna.ChannelID(), own.ID))
	for _, want := range []string{"READY", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_CREATE", "MESSAGE_DELETE"} {
		e := next(t, h.raw)
		if e.Type != want {
			t.Fatalf("got %s, want %s", e.Type, want)
		}
		if strings.Contains(string(e.RawData), "lone") && !strings.Contains(string(e.RawData), `\ud800`) {
			t.Errorf("the lone surrogate was lost in %s", e.RawData)
		}
	}
	if got := anna.Chat().String(); got != "" {
		t.Errorf("the chat shows\n%s", got)
	}
}

// In a guild the bot reads only what mentions it, because it has no intent for more.
func TestWhatIsSaidInAGuildIsNotRead(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	_, h := connected(t, s)
	anna := s.Guild("School").Add(s.Person("anna", fake.Profile{}), false)
	must(anna.Type("among us"))(t)
	must(anna.Type("<@" + fake.ApplicationID + "> hello"))(t)
	if first, second := next(t, h.messages), next(t, h.messages); first.Content != "" || second.Content == "" {
		t.Errorf("got %q and %q", first.Content, second.Content)
	}
}
