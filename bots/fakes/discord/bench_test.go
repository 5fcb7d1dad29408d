package discord_test

import (
	"testing"

	"github.com/bwmarrin/discordgo"

	fake "claimline/bots/fakes/discord"
)

// A press, its deferral and the edit of the message, over real sockets and with the real library:
// what the fake costs a rehearsal a turn.
func BenchmarkPress(b *testing.B) {
	s := fake.Start(b, fake.Options{Brief: true})
	bot, heard := connected(b, s)
	anna := s.Person("anna", fake.Profile{})
	ask(b, bot, anna.ChannelID(), "Q", button("Yes", "y"))
	text := "Q"
	for b.Loop() {
		must(anna.Press("Yes"))(b)
		i := <-heard.interactions
		ok(b, bot.InteractionRespond(i.Interaction, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseDeferredMessageUpdate}))
		must(bot.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &text, AllowedMentions: silent}))(b)
	}
}
