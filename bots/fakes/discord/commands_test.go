package discord_test

import (
	"errors"
	"testing"

	"github.com/bwmarrin/discordgo"

	fake "claimline/bots/fakes/discord"
)

func command(name, dutch string, contexts ...discordgo.InteractionContextType) *discordgo.ApplicationCommand {
	return &discordgo.ApplicationCommand{Name: name, Description: "Do " + name, Contexts: &contexts,
		NameLocalizations:        &map[discordgo.Locale]string{discordgo.Dutch: dutch},
		DescriptionLocalizations: &map[discordgo.Locale]string{discordgo.Dutch: "Doe " + dutch},
		IntegrationTypes:         &[]discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall}}
}

// Commands are offered where they say, to whom they say, in the person's language.
func TestCommands(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	post := command("register-post", "aanmeld-bericht", discordgo.InteractionContextGuild)
	admins := int64(discordgo.PermissionAdministrator)
	post.DefaultMemberPermissions = &admins
	both := command("register", "aanmelden", discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM)
	both.Options = []*discordgo.ApplicationCommandOption{{Type: discordgo.ApplicationCommandOptionString, Name: "code", Description: "A code"}}
	list := must(bot.ApplicationCommandBulkOverwrite(fake.ApplicationID, "", []*discordgo.ApplicationCommand{both, post}))(t)
	if len(list) != 2 || list[0].ID == "" {
		t.Fatalf("got %+v", list)
	}
	again := must(bot.ApplicationCommandBulkOverwrite(fake.ApplicationID, "", []*discordgo.ApplicationCommand{both, post}))(t)
	if again[1].ID != list[1].ID {
		t.Error("a command that stays has another id")
	}

	anna, head := s.Person("anna", fake.Profile{Locale: "nl"}), s.Person("head", fake.Profile{Username: "head"})
	g := s.Guild("School")
	in, leads := g.Add(anna, false), g.Add(head, true)
	for label, c := range map[string]struct {
		who  *fake.Member
		want int
	}{"in private": {&anna.Member, 1}, "a member": {in, 1}, "an administrator": {leads, 2}} {
		if got := c.who.Commands(); len(got) != c.want {
			t.Errorf("%s is offered %+v", label, got)
		}
	}
	if got := anna.Commands()[0]; got.Name != "aanmelden" || got.Description != "Doe aanmelden" {
		t.Errorf("got %+v", got)
	}
	if _, err := in.Run("register-post"); !errors.Is(err, fake.ErrNoCommand) {
		t.Errorf("got %v", err)
	}
	must(anna.Run("aanmelden", "1234"))(t)
	if data := next(t, h.interactions).ApplicationCommandData(); data.Name != "register" || data.Options[0].StringValue() != "1234" {
		t.Errorf("got %+v", data)
	}
	must(leads.Run("register-post"))(t)
	i := next(t, h.interactions)
	if i.Member.Permissions&discordgo.PermissionAdministrator == 0 || i.Message != nil {
		t.Errorf("got %+v", i.Interaction)
	}
	respond(t, bot, i, discordgo.InteractionResponseChannelMessageWithSource, words("Register", 0))
	if want := "< Register\n"; in.Chat().String() != want {
		t.Errorf("the channel shows\n%s", in.Chat())
	}
}
