package telegram_test

import (
	"testing"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	fake "claimline/bots/fakes/telegram"
)

// Anna starts the bot by a link, presses a button and sees the question turn into its answer. The
// bot is the real library.
func TestAConversationWithTheLibrary(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := fake.Start(t, fake.Options{PollSecond: quick})
	bot := library(t, s)
	anna := s.Person("anna", fake.Profile{FirstName: "Anna", Language: "nl"})

	must(anna.Start("tiktok-nl-test"))(t)
	updates, err := bot.GetUpdates(tgbotapi.UpdateConfig{Timeout: 1})
	if err != nil || len(updates) != 1 {
		t.Fatalf("got %d updates and %v", len(updates), err)
	}
	got := updates[0].Message
	if got.Command() != "start" || got.CommandArguments() != "tiktok-nl-test" || got.From.LanguageCode != "nl" || !got.Chat.IsPrivate() {
		t.Fatalf("got %+v", got)
	}

	question := tgbotapi.NewMessage(anna.ID(), "Are you 18 or older?")
	question.ReplyMarkup = tgbotapi.NewInlineKeyboardMarkup(tgbotapi.NewInlineKeyboardRow(
		tgbotapi.NewInlineKeyboardButtonData("Yes", "y"), tgbotapi.NewInlineKeyboardButtonData("No", "n")))
	sent := must(bot.Send(question))(t)
	must(anna.WaitFor(ctx, "18 or older"))(t)
	press := must(anna.Press("Yes"))(t)

	updates, err = bot.GetUpdates(tgbotapi.UpdateConfig{Offset: updates[0].UpdateID + 1, Timeout: 1})
	if err != nil || len(updates) != 1 || updates[0].CallbackData() != "y" || updates[0].CallbackQuery.Message.MessageID != sent.MessageID {
		t.Fatalf("got %+v and %v", updates, err)
	}
	must(bot.Request(tgbotapi.NewCallback(press.ID, "Noted")))(t)
	must(bot.Send(tgbotapi.NewEditMessageText(anna.ID(), sent.MessageID, "18 or older: Yes")))(t)

	chat := anna.Chat()
	if last := chat.Last(); last.Text != "18 or older: Yes" || len(last.Rows) != 0 {
		t.Errorf("the message was not edited:\n%s", chat)
	}
	if got := chat.Presses[0]; got.Toast != "Noted" || got.Answers != 1 {
		t.Errorf("the press was not answered: %+v", got)
	}
	if want := "> /start tiktok-nl-test\n< 18 or older: Yes\n"; chat.String() != want {
		t.Errorf("the chat shows\n%swant\n%s", chat, want)
	}
}
