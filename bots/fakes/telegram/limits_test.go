package telegram_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	fake "claimline/bots/fakes/telegram"
)

func TestLimitsAreCountedAsThePlatformCounts(t *testing.T) {
	t.Parallel()
	keyboard := func(data string) string {
		return `{"inline_keyboard":[[{"text":"Yes","callback_data":"` + data + `"}]]}`
	}
	for _, c := range []struct {
		label  string
		method string
		params []string
		want   string // "" when it is taken
	}{
		{"4096 letters", "sendMessage", []string{"text", strings.Repeat("x", 4096)}, ""},
		{"4097 letters", "sendMessage", []string{"text", strings.Repeat("x", 4097)}, "Bad Request: message is too long"},
		{"2048 emoji", "sendMessage", []string{"text", strings.Repeat("🙂", 2048)}, ""},
		{"2049 emoji", "sendMessage", []string{"text", strings.Repeat("🙂", 2049)}, "Bad Request: message is too long"},
		{"white space does not count", "sendMessage", []string{"text", "  " + strings.Repeat("x", 4096) + "\n\n"}, ""},
		{"nothing but white space", "sendMessage", []string{"text", " \n\t "}, "Bad Request: message text is empty"},
		{"not UTF-8", "sendMessage", []string{"text", "\xff"}, "Bad Request: strings must be encoded in UTF-8"},
		{"64 bytes of data", "sendMessage", []string{"text", "?", "reply_markup", keyboard(strings.Repeat("x", 64))}, ""},
		{"65 bytes of data", "sendMessage", []string{"text", "?", "reply_markup", keyboard(strings.Repeat("x", 65))}, "Bad Request: BUTTON_DATA_INVALID"},
		{"33 letters of 66 bytes", "sendMessage", []string{"text", "?", "reply_markup", keyboard(strings.Repeat("é", 33))}, "Bad Request: BUTTON_DATA_INVALID"},
		{"a button that does nothing", "sendMessage", []string{"text", "?", "reply_markup", keyboard("")},
			"Bad Request: can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"},
		{"broken markup", "sendMessage", []string{"text", "?", "reply_markup", "{"}, "Bad Request: object expected as reply markup"},
		{"no chat", "sendMessage", []string{"chat_id", "", "text", "?"}, "Bad Request: chat_id is empty"},
		{"another chat", "sendMessage", []string{"chat_id", "42", "text", "?"}, "Bad Request: chat not found"},
		{"a reply to nothing", "sendMessage", []string{"text", "?", "reply_parameters", `{"message_id":99}`}, "Bad Request: message to be replied not found"},
		{"a known action", "sendChatAction", []string{"action", "typing"}, ""},
		{"an unknown action", "sendChatAction", []string{"action", "dancing"}, "Bad Request: wrong parameter action in request"},
		{"a command", "setMyCommands", []string{"commands", `[{"command":"help","description":"x"}]`}, ""},
		{"a command in capitals", "setMyCommands", []string{"commands", `[{"command":"Help","description":"x"}]`}, "Bad Request: BOT_COMMAND_INVALID"},
		{"a command of 33 letters", "setMyCommands", []string{"commands", `[{"command":"` + strings.Repeat("x", 33) + `","description":"x"}]`}, "Bad Request: BOT_COMMAND_INVALID"},
		{"a command without words", "setMyCommands", []string{"commands", `[{"command":"help","description":""}]`}, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"},
		{"a language of three letters", "setMyCommands", []string{"commands", `[]`, "language_code", "nld"}, "Bad Request: invalid language code specified"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := lenient(t) // what is wrong by the description is looked at elsewhere
			params := append([]string{"chat_id", id(opened(t, s, "anna").ID())}, c.params...)
			if c.method == "setMyCommands" {
				params = c.params
			}
			a := call(t, s, c.method, params...)
			if c.want != "" {
				refuses(t, a, 400, c.want)
			} else if !a.OK {
				t.Errorf("refused: %s", a.Description)
			}
		})
	}
}

func TestEntitiesMoveWithTheTrimmedText(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := opened(t, s, "anna")
	say(t, s, anna.ID(), "\n 🙂 bold ", "entities", `[{"type":"bold","offset":5,"length":5}]`)
	m := anna.Chat().Last()
	if m.Text != "🙂 bold" || len(m.Entities) != 1 || m.Entities[0] != (fake.Entity{Type: "bold", Offset: 3, Length: 4}) {
		t.Errorf("got %q with %+v", m.Text, m.Entities)
	}
}

func TestUnfitEntitiesAreViolations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ label, text, entities string }{
		{"beyond the end", "abc", `[{"type":"bold","offset":1,"length":3}]`},
		{"before the beginning", "abc", `[{"type":"bold","offset":-1,"length":1}]`},
		{"empty", "abc", `[{"type":"bold","offset":1,"length":0}]`},
		{"within an emoji", "🙂🙂", `[{"type":"bold","offset":1,"length":2}]`},
		{"ends within an emoji", "🙂🙂", `[{"type":"bold","offset":0,"length":3}]`},
		{"crossing", "abcdef", `[{"type":"bold","offset":0,"length":3},{"type":"italic","offset":2,"length":3}]`},
		{"unknown", "abc", `[{"type":"loud","offset":0,"length":1}]`},
		{"a link to nowhere", "abc", `[{"type":"text_link","offset":0,"length":1}]`},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := lenient(t)
			anna := opened(t, s, "anna")
			a := call(t, s, "sendMessage", "chat_id", id(anna.ID()), "text", c.text, "entities", c.entities)
			refuses(t, a, 400, "Bad Request: ENTITY_BOUNDS_INVALID")
			if len(s.Violations()) == 0 {
				t.Error("no violation was noted")
			}
		})
	}
}

func TestMarkupStringsAreRefused(t *testing.T) {
	t.Parallel()
	s := lenient(t)
	anna := opened(t, s, "anna")
	refuses(t, call(t, s, "sendMessage", "chat_id", id(anna.ID()), "text", "<b>x</b>", "parse_mode", "HTML"), 400, "Bad Request: unsupported parse_mode")
	if got := s.Violations(); len(got) != 1 || !strings.Contains(got[0].String(), "parse_mode") {
		t.Errorf("got %v", got)
	}
}

// lenient is a server whose violations do not fail the test.
func lenient(t *testing.T) *fake.Server {
	t.Helper()
	clock := newClock()
	s, err := fake.New(fake.Options{Now: clock.now, RateClock: clock.now, PollSecond: quick})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestEdits(t *testing.T) {
	t.Parallel()
	const buttons = `{"inline_keyboard":[[{"text":"Yes","callback_data":"y"}]]}`
	s := start(t, newClock())
	anna := opened(t, s, "anna")
	chat := id(anna.ID())
	m := say(t, s, anna.ID(), "Yes?", "reply_markup", buttons)
	edit := func(method string, pairs ...string) answer {
		return call(t, s, method, append([]string{"chat_id", chat, "message_id", m}, pairs...)...)
	}
	same := "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
	refuses(t, edit("editMessageText", "text", "Yes?", "reply_markup", buttons), 400, same)
	refuses(t, edit("editMessageText", "text", strings.Repeat("x", 4097)), 400, "Bad Request: MESSAGE_TOO_LONG")
	refuses(t, edit("editMessageCaption", "caption", "x"), 400, "Bad Request: there is no caption in the message to edit")
	if a := edit("editMessageReplyMarkup"); !a.OK {
		t.Fatal(a.Description)
	}
	refuses(t, edit("editMessageReplyMarkup"), 400, same)
	if a := edit("editMessageText", "text", "Done."); !a.OK {
		t.Fatal(a.Description)
	}
	if last := anna.Chat().Last(); last.Text != "Done." || last.Rows != nil || last.Edited.IsZero() {
		t.Errorf("got %+v", last)
	}
	mine := must(anna.Type("hello"))(t)
	refuses(t, call(t, s, "editMessageText", "chat_id", chat, "message_id", id(int64(mine.ID)), "text", "x"), 400, "Bad Request: message can't be edited")
	must("", anna.Delete(anna.Chat().Last().ID))(t)
	refuses(t, edit("editMessageText", "text", "Again."), 400, "Bad Request: message to edit not found")
}

func TestMessagesCanBeTakenBackForTwoDays(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := start(t, clock)
	anna := opened(t, s, "anna")
	remove := func(m string) answer {
		return call(t, s, "deleteMessage", "chat_id", id(anna.ID()), "message_id", m)
	}
	old := say(t, s, anna.ID(), "old")
	clock.advance(time.Hour)
	ours := say(t, s, anna.ID(), "newer")
	theirs := must(anna.Type("my answer"))(t)
	clock.advance(47 * time.Hour)
	refuses(t, remove(old), 400, "Bad Request: message can't be deleted for everyone")
	for _, m := range []string{ours, id(int64(theirs.ID))} {
		if a := remove(m); !a.OK {
			t.Errorf("not deleted: %s", a.Description)
		}
	}
	refuses(t, remove(ours), 400, "Bad Request: message to delete not found")
	if got := anna.Chat().String(); got != "> /start\n< old\n" {
		t.Errorf("got\n%s", got)
	}
}

func TestAPressMustBeAnsweredSoon(t *testing.T) {
	t.Parallel()
	const tooOld = "Bad Request: query is too old and response timeout expired or query ID is invalid"
	clock := newClock()
	s := start(t, clock)
	anna := opened(t, s, "anna")
	say(t, s, anna.ID(), "Yes?", "reply_markup", `{"inline_keyboard":[[{"text":"Yes","callback_data":"y"}]]}`)
	p := must(anna.Press("Yes"))(t)
	refuses(t, call(t, s, "answerCallbackQuery", "callback_query_id", p.ID, "text", strings.Repeat("x", 201)), 400, "Bad Request: MESSAGE_TOO_LONG")
	if a := call(t, s, "answerCallbackQuery", "callback_query_id", p.ID, "text", strings.Repeat("🙂", 100), "show_alert", "true"); !a.OK {
		t.Errorf("refused: %s", a.Description)
	}
	clock.advance(16 * time.Second)
	refuses(t, call(t, s, "answerCallbackQuery", "callback_query_id", p.ID), 400, tooOld)
	refuses(t, call(t, s, "answerCallbackQuery", "callback_query_id", "17"), 400, tooOld)
	if got := anna.Chat().Presses[0]; got.Answers != 1 || !got.Alert {
		t.Errorf("got %+v", got)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	for _, c := range []struct {
		label, path string
		code        int
		text        string
	}{
		{"another token", "/bot999:other/getMe", 401, "Unauthorized"},
		{"a token with a line break", "/bot" + fake.Token + "%0A/getMe", 404, "Not Found"},
		{"no method", "/bot" + fake.Token, 404, "Not Found"},
		{"another file's token", "/file/bot999:other/documents/file_0", 401, "Unauthorized"},
	} {
		resp, err := http.Get(s.URL() + c.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := body(t, resp); resp.StatusCode != c.code || !strings.Contains(got, `"description":"`+c.text+`"`) {
			t.Errorf("%s: got %d %s", c.label, resp.StatusCode, got)
		}
	}
	s.SetToken("123456789:the-next-token")
	refuses(t, call(t, s, "getMe"), 401, "Unauthorized")
}
