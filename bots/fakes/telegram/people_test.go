package telegram_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	fake "claimline/bots/fakes/telegram"
)

func TestTheSameSeedIsTheSamePerson(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := s.Person("anna", fake.Profile{})
	if s.Person("anna", fake.Profile{}) != anna || s.Person("bram", fake.Profile{}).ID() == anna.ID() {
		t.Error("seeds and people do not go together")
	}
	if got := s.Person("4711", fake.Profile{}).ID(); got != 4711 {
		t.Errorf("got %d", got)
	}
}

func TestTheBotCannotWriteFirst(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna, bram := s.Person("anna", fake.Profile{}), s.Person("bram", fake.Profile{})
	must(s.Group("Desk", bram))(t)
	refuses(t, call(t, s, "sendMessage", "chat_id", id(anna.ID()), "text", "x"), 400, "Bad Request: chat not found")
	refuses(t, call(t, s, "sendMessage", "chat_id", id(bram.ID()), "text", "x"), 403, "Forbidden: bot can't initiate conversation with a user")
}

func TestAPersonBlocksTheBotAndComesBack(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := opened(t, s, "anna")
	anna.Block()
	anna.Block()
	refuses(t, call(t, s, "sendMessage", "chat_id", id(anna.ID()), "text", "x"), 403, "Forbidden: bot was blocked by the user")
	if _, err := anna.Type("hello?"); !errors.Is(err, fake.ErrBlocked) {
		t.Errorf("got %v", err)
	}
	anna.Unblock()
	if got := texts(poll(t, s)); got != "member>kicked kicked>member" {
		t.Errorf("got %q", got)
	}
	say(t, s, anna.ID(), "Welcome back.")
	anna.Deactivate()
	refuses(t, call(t, s, "sendMessage", "chat_id", id(anna.ID()), "text", "x"), 403, "Forbidden: user is deactivated")
}

func TestPresses(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := opened(t, s, "anna")
	say(t, s, anna.ID(), "First?", "reply_markup", `{"inline_keyboard":[[{"text":"Yes","callback_data":"old"}]]}`)
	first := anna.Chat().Last()
	say(t, s, anna.ID(), "Second?", "reply_markup", `{"inline_keyboard":[[{"text":"✓ Yes, I am","callback_data":"contains"},{"text":"Yes","callback_data":"exact"},{"text":"Read","url":"https://example.org"}]]}`)
	must(anna.Press("Yes"))(t)
	must(anna.Press("Yes, I"))(t)
	must(anna.PressOld(first, "Yes"))(t)
	must(anna.PressData("forged \x00"))(t)
	call(t, s, "deleteMessage", "chat_id", id(anna.ID()), "message_id", strconv.Itoa(first.ID))
	must(anna.PressOld(first, "Yes"))(t)
	if got := texts(poll(t, s)); got != "press:exact press:contains press:old press:forged \x00 press:old" {
		t.Errorf("got %q", got)
	}
	for _, label := range []string{"No", "Read"} {
		if _, err := anna.Press(label); !errors.Is(err, fake.ErrNoButton) {
			t.Errorf("%s: got %v", label, err)
		}
	}
}

func TestWhatPeopleSend(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := s.Person("anna", fake.Profile{})
	things := []fake.Thing{fake.Photo, fake.Document, fake.Video, fake.Animation, fake.Audio, fake.Voice, fake.VideoNote,
		fake.Sticker, fake.Location, fake.Venue, fake.Poll, fake.Contact, fake.Dice}
	for _, what := range things {
		must(anna.Send(what))(t)
	}
	must(anna.Forward("not mine"))(t)
	var raw []struct{ Message map[string]json.RawMessage }
	a := call(t, s, "getUpdates")
	if err := json.Unmarshal(a.Result, &raw); err != nil {
		t.Fatal(err)
	}
	for i, what := range things {
		if raw[i].Message[string(what)] == nil {
			t.Errorf("%s is not in %v", what, raw[i].Message)
		}
	}
	if raw[len(things)].Message["forward_origin"] == nil {
		t.Error("the forwarded message does not say so")
	}
	var list []tgbotapi.Update
	if err := json.Unmarshal(a.Result, &list); err != nil {
		t.Errorf("the library cannot decode this: %v", err)
	}
}

func TestAnAlbumIsSeveralMessages(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := s.Person("anna", fake.Profile{})
	must(anna.SendAlbum(fake.Photo, "our letters", fake.File{Body: []byte("1")}, fake.File{Body: []byte("2")}))(t)
	got := poll(t, s)
	if len(got) != 2 || got[0].Message.Album == "" || got[0].Message.Album != got[1].Message.Album ||
		got[0].Message.Caption != "our letters" || got[1].Message.Caption != "" {
		t.Errorf("got %+v", got)
	}
}

func TestEditsOfPeople(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := start(t, clock)
	anna := s.Person("anna", fake.Profile{})
	m := must(anna.Type("2021"))(t)
	clock.advance(25 * time.Hour)
	must(anna.Edit(m.ID, "2012"))(t)
	got := poll(t, s)
	if texts(got) != "edit:2012" || got[0].Edited.At != clock.now().Unix() {
		t.Errorf("got %+v", got)
	}
	if _, err := anna.Edit(999, "x"); !errors.Is(err, fake.ErrNoSuch) {
		t.Errorf("got %v", err)
	}
	anna.Clear()
	if got := anna.Chat().String(); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestFilesOfPeople(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := start(t, clock)
	bot := library(t, s)
	anna := s.Person("anna", fake.Profile{})
	must(anna.SendDocument(fake.File{Name: "letter.pdf", Type: "application/pdf", Body: []byte("%PDF-1.7 example")}, "here"))(t)
	must(anna.SendDocument(fake.File{Name: "huge.zip", Size: 20<<20 + 1}, ""))(t)
	must(anna.SendPhoto(fake.File{Body: []byte("a picture")}, ""))(t)
	updates := must(bot.GetUpdates(tgbotapi.UpdateConfig{}))(t)

	letter := updates[0].Message.Document
	if letter.FileName != "letter.pdf" || letter.MimeType != "application/pdf" || letter.FileSize != 16 || updates[0].Message.Caption != "here" {
		t.Errorf("got %+v", letter)
	}
	file := must(bot.GetFile(tgbotapi.FileConfig{FileID: letter.FileID}))(t)
	address := s.URL() + "/file/bot" + fake.Token + "/" + file.FilePath
	fetch := func() (int, string) {
		resp, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, body(t, resp)
	}
	if status, got := fetch(); status != 200 || got != "%PDF-1.7 example" {
		t.Errorf("got %d %q", status, got)
	}
	clock.advance(time.Hour)
	if status, _ := fetch(); status != 404 {
		t.Errorf("the address is good after an hour: %d", status)
	}
	refuses(t, call(t, s, "getFile", "file_id", updates[1].Message.Document.FileID), 400, "Bad Request: file is too big")
	refuses(t, call(t, s, "getFile", "file_id", "nonsense"), 400, "Bad Request: invalid file_id")
	for _, size := range updates[2].Message.Photo {
		must(bot.GetFile(tgbotapi.FileConfig{FileID: size.FileID}))(t)
	}
}

func TestFilesOfTheBot(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	bot := library(t, s)
	anna := opened(t, s, "anna")
	receipt := tgbotapi.NewDocument(anna.ID(), tgbotapi.FileBytes{Name: "receipt.html", Bytes: []byte("<p>Thank you")})
	receipt.Caption = "Your receipt"
	sent := must(bot.Send(receipt))(t)
	got := anna.Chat().Last()
	if got.Kind != "document" || got.Text != "Your receipt" || got.File.Name != "receipt.html" || string(got.File.Body) != "<p>Thank you" {
		t.Errorf("got %+v", got)
	}
	must(bot.Send(tgbotapi.NewDocument(anna.ID(), tgbotapi.FileID(sent.Document.FileID))))(t)
	must(bot.Send(tgbotapi.NewPhoto(anna.ID(), tgbotapi.FileBytes{Name: "x.jpg", Bytes: []byte("x")})))(t)
	must(bot.Send(tgbotapi.NewEditMessageCaption(anna.ID(), sent.MessageID, "Kept")))(t)

	receipt.Caption = strings.Repeat("x", 1025)
	if _, err := bot.Send(receipt); err == nil || err.Error() != "Bad Request: message caption is too long" {
		t.Errorf("got %v", err)
	}
	empty := tgbotapi.NewDocument(anna.ID(), tgbotapi.FileReader{Name: "empty.txt", Reader: bytes.NewReader(nil)})
	if _, err := bot.Send(empty); err == nil || err.Error() != "Bad Request: file must be non-empty" {
		t.Errorf("got %v", err)
	}
	large := tgbotapi.NewDocument(anna.ID(), tgbotapi.FileReader{Name: "large.bin", Reader: io.LimitReader(zeros{}, 50<<20+1)})
	if _, err := bot.Send(large); err == nil || err.Error() != "Request Entity Too Large" {
		t.Errorf("got %v", err)
	}
	h := s.History()
	for _, e := range h {
		if e.Method == "sendDocument" && len(e.Files) == 1 && e.Files[0].Name == "receipt.html" && e.Files[0].Bytes == 12 {
			return
		}
	}
	t.Error("the history does not know the receipt")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestMenusByScopeAndLanguage(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	bot := library(t, s)
	set := func(scope tgbotapi.BotCommandScope, language, description string) {
		t.Helper()
		must(bot.Request(tgbotapi.NewSetMyCommandsWithScopeAndLanguage(scope, language, tgbotapi.BotCommand{Command: "help", Description: description})))(t)
	}
	set(tgbotapi.NewBotCommandScopeDefault(), "", "everywhere")
	set(tgbotapi.NewBotCommandScopeAllPrivateChats(), "", "in private")
	set(tgbotapi.NewBotCommandScopeAllPrivateChats(), "nl", "privé")
	for language, want := range map[string]string{"nl": "privé", "nl-BE": "privé", "fr": "in private", "": "in private"} {
		p := s.Person("speaks "+language, fake.Profile{Language: language})
		if got := p.Menu(); len(got) != 1 || got[0].Description != want {
			t.Errorf("%q: got %+v", language, got)
		}
	}
	a := call(t, s, "getMyCommands", "scope", `{"type":"all_private_chats"}`, "language_code", "nl")
	if got := string(a.Result); got != `[{"command":"help","description":"privé"}]` {
		t.Errorf("got %s", got)
	}
	call(t, s, "setMyDescription", "description", "Hello", "language_code", "en")
	if got := string(call(t, s, "getMyDescription", "language_code", "en").Result); got != `{"description":"Hello"}` {
		t.Errorf("got %s", got)
	}
}

func TestTypingIsSeen(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := opened(t, s, "anna")
	call(t, s, "sendChatAction", "chat_id", id(anna.ID()), "action", "typing")
	if got := anna.Chat().Actions; got != 1 {
		t.Errorf("got %d", got)
	}
}
