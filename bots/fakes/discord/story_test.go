package discord_test

import (
	"testing"

	"github.com/bwmarrin/discordgo"

	fake "claimline/bots/fakes/discord"
)

// Anna writes to the bot, presses a button, fills the modal that opens and sees the question turn
// into its answer. The bot is the real library.
func TestAConversationWithTheLibrary(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	if got := next(t, h.ready); got != "READY" {
		t.Fatalf("the session began with %s", got)
	}
	anna := s.Person("anna", fake.Profile{Username: "anna_v", Locale: "nl"})

	must(anna.Type("hallo"))(t)
	got := next(t, h.messages)
	if got.Content != "hallo" || got.Author.ID != anna.ID() || got.GuildID != "" || got.ChannelID != anna.ChannelID() {
		t.Fatalf("got %+v", got.Message)
	}
	channel := must(bot.UserChannelCreate(anna.ID()))(t)
	must(bot.ChannelMessageSendComplex(channel.ID, &discordgo.MessageSend{
		Content: "What is your name?", AllowedMentions: silent,
		Components: []discordgo.MessageComponent{discordgo.ActionsRow{Components: []discordgo.MessageComponent{
			discordgo.Button{Label: "Write it", CustomID: "write", Style: discordgo.PrimaryButton},
			discordgo.Button{Label: "Skip", CustomID: "skip", Style: discordgo.SecondaryButton}}}},
	}))(t)
	must(anna.WaitFor(ctx, "your name"))(t)
	must(anna.Press("Write it"))(t)

	press := next(t, h.interactions)
	if data := press.MessageComponentData(); data.CustomID != "write" || press.User.ID != anna.ID() || press.Locale != discordgo.Dutch || press.Message.Content != "What is your name?" {
		t.Fatalf("got %+v", press.Interaction)
	}
	ok(t, bot.InteractionRespond(press.Interaction, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseModal,
		Data: &discordgo.InteractionResponseData{CustomID: "name", Title: "Your name", Components: []discordgo.MessageComponent{
			discordgo.ActionsRow{Components: []discordgo.MessageComponent{
				discordgo.TextInput{CustomID: "text", Label: "Name", Style: discordgo.TextInputShort, Required: true, MaxLength: 50}}}}}}))
	modal := must(anna.WaitModal(ctx))(t)
	if want := "= Your name\n= Name: _\n"; modal.String() != want {
		t.Errorf("the modal shows\n%swant\n%s", modal, want)
	}
	must(anna.Submit("Anna Voorbeeld"))(t)

	submit := next(t, h.interactions)
	data := submit.ModalSubmitData()
	typed := data.Components[0].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput).Value
	if data.CustomID != "name" || typed != "Anna Voorbeeld" || submit.Message == nil {
		t.Fatalf("got %+v", data)
	}
	ok(t, bot.InteractionRespond(submit.Interaction, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseDeferredMessageUpdate}))
	done := "What is your name? " + typed
	must(bot.InteractionResponseEdit(submit.Interaction, &discordgo.WebhookEdit{Content: &done, AllowedMentions: silent,
		Components: &[]discordgo.MessageComponent{}}))(t)

	ok(t, s.Idle(ctx))
	chat := anna.Chat()
	if want := "> hallo\n< What is your name? Anna Voorbeeld\n"; chat.String() != want {
		t.Errorf("the chat shows\n%swant\n%s", chat, want)
	}
	if len(chat.Failed()) > 0 || chat.Modal != nil || s.Calls(fake.FollowUp) != 0 {
		t.Errorf("got %+v", chat.Presses)
	}
}
