package telegram_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	fake "claimline/bots/fakes/telegram"
)

// clock is set by hand.
type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) advance(d time.Duration) { c.at = c.at.Add(d) }

func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// library is the real library, pointed at the fake.
func library(t *testing.T, s *fake.Server) *tgbotapi.BotAPI {
	t.Helper()
	bot, err := tgbotapi.NewBotAPIWithClient(fake.Token, s.Endpoint(), &http.Client{})
	if err != nil {
		t.Fatal(err)
	}
	return bot
}

func TestAConversation(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := fake.Start(t, fake.Options{PollSecond: 10 * time.Millisecond})
	bot := library(t, s)
	anna := s.Person("anna", fake.Profile{FirstName: "Anna", Language: "nl"})

	if _, err := anna.Start("tiktok-nl-test"); err != nil {
		t.Fatal(err)
	}
	updates, err := bot.GetUpdates(tgbotapi.UpdateConfig{Timeout: 1})
	if err != nil || len(updates) != 1 {
		t.Fatalf("got %d updates and %v", len(updates), err)
	}
	if got := updates[0].Message; got.Text != "/start tiktok-nl-test" || got.Command() != "start" || got.From.LanguageCode != "nl" {
		t.Fatalf("got %+v", got)
	}

	question := tgbotapi.NewMessage(anna.ID(), "Are you 18 or older?")
	question.ReplyMarkup = tgbotapi.NewInlineKeyboardMarkup(tgbotapi.NewInlineKeyboardRow(
		tgbotapi.NewInlineKeyboardButtonData("Yes", "y"), tgbotapi.NewInlineKeyboardButtonData("No", "n")))
	sent, err := bot.Send(question)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := anna.WaitFor(ctx, "18 or older"); err != nil {
		t.Fatal(err)
	}
	press, err := anna.Press("Yes")
	if err != nil {
		t.Fatal(err)
	}
	updates, err = bot.GetUpdates(tgbotapi.UpdateConfig{Offset: updates[0].UpdateID + 1, Timeout: 1})
	if err != nil || len(updates) != 1 || updates[0].CallbackData() != "y" {
		t.Fatalf("got %+v and %v", updates, err)
	}
	if _, err := bot.Request(tgbotapi.NewCallback(press.ID, "Noted")); err != nil {
		t.Fatal(err)
	}
	if _, err := bot.Send(tgbotapi.NewEditMessageText(anna.ID(), sent.MessageID, "18 or older: Yes")); err != nil {
		t.Fatal(err)
	}
	chat := anna.Chat()
	if last := chat.Last(); last.Text != "18 or older: Yes" || len(last.Rows) != 0 {
		t.Errorf("the message was not edited:\n%s", chat)
	}
	if got := chat.Presses[0]; got.Toast != "Noted" || got.Answers != 1 {
		t.Errorf("the press was not answered: %+v", got)
	}
}
