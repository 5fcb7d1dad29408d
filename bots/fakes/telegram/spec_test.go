package telegram_test

import (
	"os"
	"path/filepath"
	"testing"

	fake "claimline/bots/fakes/telegram"
)

// small is a description of two methods in the published form.
const small = `{"methods":{
 "getMe":{"name":"getMe"},
 "sendMessage":{"name":"sendMessage","fields":[
  {"name":"chat_id","types":["Integer","String"],"required":true},
  {"name":"text","types":["String"],"required":true},
  {"name":"protect_content","types":["Boolean"],"required":false},
  {"name":"reply_markup","types":["InlineKeyboardMarkup","ForceReply"],"required":false}]}},
 "types":{
 "InlineKeyboardMarkup":{"fields":[{"name":"inline_keyboard","types":["Array of Array of InlineKeyboardButton"],"required":true}]},
 "InlineKeyboardButton":{"fields":[{"name":"text","types":["String"],"required":true},{"name":"callback_data","types":["String"],"required":false}]},
 "ForceReply":{"fields":[{"name":"force_reply","types":["Boolean"],"required":true}]}}}`

func TestCallsAreHeldAgainstTheDescription(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "telegram-api.json"), []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		label, method string
		params        []string
		want          string // "" for no violation
	}{
		{"as described", "sendMessage", []string{"chat_id", "1", "text", "x", "protect_content", "true",
			"reply_markup", `{"inline_keyboard":[[{"text":"Yes","callback_data":"y"}]]}`}, ""},
		{"an old parameter of the library", "sendMessage", []string{"chat_id", "1", "text", "x", "disable_web_page_preview", "true"}, ""},
		{"null for nothing", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", "null"}, ""},
		{"an unknown method", "sendMassage", nil, "sendMassage: there is no such method"},
		{"an unknown parameter", "sendMessage", []string{"chat_id", "1", "text", "x", "txet", "y"}, "sendMessage: there is no parameter txet"},
		{"a missing parameter", "sendMessage", []string{"chat_id", "1"}, "sendMessage: the parameter text is missing"},
		{"a wrong type", "sendMessage", []string{"chat_id", "1", "text", "x", "protect_content", "si"}, `sendMessage: the parameter protect_content: "si" is no Boolean`},
		{"not JSON", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", "{"}, "sendMessage: the parameter reply_markup: it is not JSON"},
		{"an unknown field", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":"Yes","data":"y"}]]}`},
			"sendMessage: the parameter reply_markup: InlineKeyboardMarkup.inline_keyboard: InlineKeyboardButton has no field data"},
		{"a missing field", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{"inline_keyboard":[[{"callback_data":"y"}]]}`},
			"sendMessage: the parameter reply_markup: InlineKeyboardMarkup.inline_keyboard: InlineKeyboardButton has no text"},
		{"a field of a wrong type", "sendMessage", []string{"chat_id", "1", "text", "x", "reply_markup", `{"inline_keyboard":[[{"text":1}]]}`},
			"sendMessage: the parameter reply_markup: InlineKeyboardMarkup.inline_keyboard: InlineKeyboardButton.text: String is expected"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s, err := fake.New(fake.Options{Specs: folder})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			call(t, s, c.method, c.params...)
			got := ""
			if list := s.Violations(); len(list) > 0 {
				got = list[0].String()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestADescriptionThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := fake.New(fake.Options{Specs: t.TempDir()}); err == nil {
		t.Error("no error")
	}
}

// What the fake says is held against the description as well: updates, and what methods return.
func TestTheFakeSpeaksAsDescribed(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join(specs(t), "telegram-api.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, newClock())
	if !s.Checked() {
		t.Error("calls are not checked")
	}
	fits := func(kind string, a answer) {
		t.Helper()
		if why := fake.Misfits(raw, kind, a.Result); why != nil {
			t.Errorf("%v in %s", why, a.Result)
		}
	}
	anna := opened(t, s, "anna")
	chat := []string{"chat_id", id(anna.ID())}
	with := func(pairs ...string) []string { return append(append([]string{}, chat...), pairs...) }
	fits("User", call(t, s, "getMe"))
	question := call(t, s, "sendMessage", with("text", "Yes?", "entities", `[{"type":"bold","offset":0,"length":3}]`,
		"reply_markup", `{"inline_keyboard":[[{"text":"Yes","callback_data":"y"}],[{"text":"Read","url":"https://example.org/"}]]}`)...)
	fits("Message", question)
	for _, what := range []fake.Thing{fake.Photo, fake.Document, fake.Video, fake.Animation, fake.Audio, fake.Voice, fake.VideoNote,
		fake.Sticker, fake.Location, fake.Venue, fake.Poll, fake.Contact, fake.Dice} {
		must(anna.Send(what))(t)
	}
	must(anna.SendAlbum(fake.Photo, "/note both", fake.File{Body: []byte("1")}, fake.File{Body: []byte("2")}))(t)
	must(anna.Forward("not mine"))(t)
	typed := must(anna.Type("twelve"))(t)
	must(anna.Edit(typed.ID, "12"))(t)
	must(anna.Reply(typed.ID, "so"))(t)
	must(anna.Press("Yes"))(t)
	must(anna.PressOld(&fake.Message{ID: 999, Rows: [][]fake.Button{{{Text: "Gone", Data: "g"}}}}, "Gone"))(t)
	fits("Message", call(t, s, "editMessageText", with("message_id", messageID(t, question), "text", "Yes.")...))
	anna.Block()
	anna.Unblock()
	g := must(s.Group("Desk", anna))(t)
	g.Add(s.Person("bram", fake.Profile{LastName: "Voorbeeld", Username: "bram_v"}))
	g.Remove(s.Person("bram", fake.Profile{}))
	g.PromoteBot(anna)
	fits("Array of Update", call(t, s, "getUpdates"))
	fits("ChatMember", call(t, s, "getChatMember", "chat_id", id(g.ChatID()), "user_id", id(anna.ID())))
	g.Upgrade(anna).Kick(anna)
	fits("Array of Update", call(t, s, "getUpdates", "offset", "-4"))
	fits("ChatFullInfo", call(t, s, "getChat", chat...))
	fits("WebhookInfo", call(t, s, "getWebhookInfo"))
	fits("BotDescription", call(t, s, "getMyDescription"))
}
