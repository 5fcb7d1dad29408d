package telegram

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"claimline/bots"
	"claimline/intake"
)

var received = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// private wraps a message's content as a person would send it to the bot.
func private(content string) string {
	return `{"update_id":100000007,"message":{"message_id":42,` + sender + `,"date":1795424400,` + content + `}}`
}

const sender = `"from":{"id":3527065,"is_bot":false,"first_name":"Anna","last_name":"Voorbeeld","language_code":"nl"},
	"chat":{"id":3527065,"first_name":"Anna","last_name":"Voorbeeld","type":"private"}`

func TestInbound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label  string
		update string
		want   intake.Did // nil for no event
	}{
		{"words", private(`"text":"3 maart 2012"`), intake.Said{Text: "3 maart 2012", Message: "42"}},
		{"the start of a deep link", private(`"text":"/start tiktok-nl-school","entities":[{"offset":0,"length":6,"type":"bot_command"}]`), intake.Said{Text: "/start tiktok-nl-school", Message: "42"}},
		{"a command to us by name", private(`"text":"/help@ExampleBot me"`), intake.Said{Text: "/help me", Message: "42"}},
		{"an address is no command", private(`"text":"anna@voorbeeld.nl"`), intake.Said{Text: "anna@voorbeeld.nl", Message: "42"}},
		{"forwarded, as told since 7.0", private(`"forward_origin":{"type":"hidden_user","sender_user_name":"B","date":1795424000},"text":"x"`), intake.Said{Text: "x", Message: "42", Forwarded: true}},
		{"forwarded, as told before", private(`"forward_from":{"id":9,"is_bot":false,"first_name":"B"},"forward_date":1795424000,"text":"x"`), intake.Said{Text: "x", Message: "42", Forwarded: true}},
		{"a NUL", private(`"text":"a\u0000b"`), intake.Said{Text: "a\x00b", Message: "42", Damaged: true}},
		{"half a pair", private(`"text":"a\ud83db"`), intake.Said{Text: "a\uFFFDb", Message: "42", Damaged: true}},
		{"the other half", private(`"text":"a\ude00"`), intake.Said{Text: "a\uFFFD", Message: "42", Damaged: true}},
		{"two first halves", private(`"text":"\ud83d\ud83d"`), intake.Said{Text: "\uFFFD\uFFFD", Message: "42", Damaged: true}},
		{"bytes that are not UTF-8", private("\"text\":\"a\xffb\""), intake.Said{Text: "a\uFFFDb", Message: "42", Damaged: true}},
		{"a whole pair, escaped", private(`"text":"\ud83d\ude00 \\u0000 \\\ud83d\ude00"`), intake.Said{Text: "😀 \\u0000 \\😀", Message: "42"}},
		{"a replacement character that was typed", private(`"text":"a\ufffdb"`), intake.Said{Text: "a\uFFFDb", Message: "42"}},
		{"damage in a name is not in the answer", `{"update_id":1,"message":{"message_id":42,"from":{"id":7,"first_name":"\ud83d"},"chat":{"id":7,"type":"private","first_name":"\u0000"},"date":1795424400,"text":"ja"}}`, intake.Said{Text: "ja", Message: "42"}},
		{"a photo: the largest", private(`"photo":[{"file_id":"s","file_unique_id":"us","width":90,"height":67,"file_size":1200},{"file_id":"l","file_unique_id":"ul","width":1280,"height":960,"file_size":150000},{"file_id":"m","file_unique_id":"um","width":320,"height":240,"file_size":20000}],"caption":"ban"`),
			intake.Sent{Handle: "l", Type: "image/jpeg", Bytes: 150000, Compressed: true, Caption: "ban", Message: "42"}},
		{"a document of an album", private(`"media_group_id":"1355","document":{"file_id":"d","file_unique_id":"ud","file_name":"brief\u0000.pdf","mime_type":"application/pdf","file_size":8123}`),
			intake.Sent{Handle: "d", Name: "brief.pdf", Type: "application/pdf", Bytes: 8123, Album: "1355", Message: "42"}},
		{"a film", private(`"video":{"file_id":"v","file_unique_id":"uv","width":1,"height":1,"duration":9,"mime_type":"video/mp4"}`), intake.Sent{Handle: "v", Type: "video/mp4", Compressed: true, Message: "42"}},
		{"a moving picture is told twice", private(`"animation":{"file_id":"g","file_unique_id":"ug"},"document":{"file_id":"g","file_unique_id":"ug","mime_type":"video/mp4"}`), intake.Sent{Handle: "g", Type: "video/mp4", Message: "42"}},
		{"a voice note", private(`"voice":{"file_id":"v","duration":3}`), intake.Gave{What: "voice", Message: "42"}},
		{"music", private(`"audio":{"file_id":"v","duration":3}`), intake.Gave{What: "voice", Message: "42"}},
		{"a round film", private(`"video_note":{"file_id":"v","length":240,"duration":3}`), intake.Gave{What: "video-note", Message: "42"}},
		{"a sticker", private(`"sticker":{"file_id":"s","type":"regular"}`), intake.Gave{What: "sticker", Message: "42"}},
		{"a place with a name", private(`"location":{"latitude":52.1,"longitude":4.3},"venue":{"title":"x"}`), intake.Gave{What: "location", Message: "42"}},
		{"a poll", private(`"poll":{"id":"1","question":"?"}`), intake.Gave{What: "poll", Message: "42"}},
		{"a contact", private(`"contact":{"phone_number":"+31600000000","first_name":"B"}`), intake.Gave{What: "contact", Message: "42"}},
		{"dice", private(`"dice":{"emoji":"🎲","value":3}`), intake.Gave{What: "other", Message: "42"}},
		{"a pinned message is no answer", private(`"pinned_message":{"message_id":1,"chat":{"id":3527065,"type":"private"},"date":0}`), nil},
		{"a field of tomorrow", private(`"hologram":{"file_id":"h"}`), nil},
		{"our own message", `{"update_id":1,"message":{"message_id":1,"from":{"id":1,"is_bot":true},"chat":{"id":7,"type":"private"},"date":1,"text":"x"}}`, nil},
		{"an edit", `{"update_id":1,"edited_message":{"message_id":42,` + sender + `,"date":1795424400,"edit_date":1795424460,"text":"nee"}}`, intake.Said{Text: "nee", Message: "42", Edited: true}},
		{"a place that moves", `{"update_id":1,"edited_message":{"message_id":42,` + sender + `,"date":1795424400,"edit_date":1795424460,"location":{"latitude":52.1,"longitude":4.3,"live_period":900}}}`, nil},
		{"a channel's post", `{"update_id":1,"channel_post":{"message_id":1,"chat":{"id":-1001,"type":"channel"},"date":1,"text":"x"}}`, nil},
		{"a press", `{"update_id":1,"callback_query":{"id":"4382bfdwdsb323b2d9","from":{"id":3527065,"is_bot":false,"language_code":"nl"},"message":{"message_id":42,"from":{"id":1,"is_bot":true},"chat":{"id":3527065,"type":"private"},"date":1795424400,"text":"?"},"chat_instance":"-1","data":"1.yes.mac"}}`, intake.Pressed{Button: "1.yes.mac", Message: "42"}},
		{"a press under a message out of reach", `{"update_id":1,"callback_query":{"id":"q","from":{"id":3527065},"message":{"message_id":42,"chat":{"id":3527065,"type":"private"},"date":0},"data":"d"}}`, intake.Pressed{Button: "d", Message: "42"}},
		{"a press under no message", `{"update_id":1,"callback_query":{"id":"q","from":{"id":3527065},"inline_message_id":"x","data":"d"}}`, intake.Pressed{Button: "d"}},
		{"a press on a game", `{"update_id":1,"callback_query":{"id":"q","from":{"id":3527065},"game_short_name":"g"}}`, intake.Pressed{}},
		{"blocked", `{"update_id":1,"my_chat_member":{` + sender + `,"date":1795424400,"old_chat_member":{"status":"member"},"new_chat_member":{"status":"kicked","until_date":0}}}`, intake.Blocked{}},
		{"let back in", `{"update_id":1,"my_chat_member":{` + sender + `,"date":1795424400,"old_chat_member":{"status":"kicked"},"new_chat_member":{"status":"member"}}}`, intake.Blocked{Back: true}},
		{"thrown out of a group", `{"update_id":1,"my_chat_member":{"from":{"id":7},"chat":{"id":-5,"type":"group"},"date":1,"old_chat_member":{"status":"member"},"new_chat_member":{"status":"kicked"}}}`, nil},
		{"an update of a kind we did not ask for", `{"update_id":1,"poll_answer":{"poll_id":"1"}}`, nil},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			a, err := inbound(json.RawMessage(c.update), "ExampleBot", received)
			if err != nil {
				t.Fatal(err)
			}
			if c.want == nil {
				if a.event != nil {
					t.Errorf("made %#v of it", a.event.Did)
				}
				return
			}
			if a.event == nil {
				t.Fatal("no event")
			}
			if diff := cmp.Diff(c.want, a.event.Did); diff != "" {
				t.Error(diff)
			}
			checkEvent(t, *a.event)
		})
	}
}

func checkEvent(t *testing.T, e intake.Event) {
	t.Helper()
	if e.Account.Platform() != "telegram" || e.Account.ID() == "" || e.Account.ID() == "0" {
		t.Errorf("account %q", string(e.Account))
	}
	if !strings.HasPrefix(e.Identity, "telegram:") || len(e.Identity) > 200 {
		t.Errorf("identity %q", e.Identity)
	}
	if e.At.IsZero() {
		t.Error("no time")
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	group := `{"update_id":1,"message":{"message_id":5,"from":{"id":7,"is_bot":false},"chat":{"id":-100987,"type":"supergroup","title":"Ouders"},"date":1,%s}}`
	for _, c := range []struct {
		content string
		event   bool
	}{
		{`"text":"/start"`, true},
		{`"text":"/start@examplebot"`, true},
		{`"text":"/start@OtherBot"`, false},
		{`"new_chat_members":[{"id":1,"is_bot":true}]`, false},
	} {
		a, err := inbound(json.RawMessage(fmt.Sprintf(group, c.content)), "ExampleBot", received)
		if err != nil {
			t.Fatal(err)
		}
		if (a.event != nil) != c.event {
			t.Errorf("%s: event %v", c.content, a.event)
		}
		if a.event != nil && (!a.event.Group || a.chat != "-100987" || a.event.Room != "telegram:-100987" || a.event.Account != "telegram:7") {
			t.Errorf("%s: %+v in %s", c.content, a.event, a.chat)
		}
	}
	press := `{"update_id":1,"callback_query":{"id":"q","from":{"id":7},"message":{"message_id":5,"chat":{"id":%s,"type":"%s"},"date":0},"data":"d"}}`
	for _, c := range []struct {
		id, kind string
		room     intake.Account
	}{{"-5", "group", "telegram:-5"}, {"-1005", "supergroup", "telegram:-1005"}, {"-1006", "channel", "telegram:-1006"}, {"7", "private", ""}} {
		a, err := inbound(json.RawMessage(fmt.Sprintf(press, c.id, c.kind)), "ExampleBot", received)
		if err != nil || a.event == nil || a.event.Room != c.room || a.event.Group != (c.room != "") {
			t.Errorf("a press in a %s: %+v, %v", c.kind, a.event, err)
		}
	}
	moved, err := inbound(json.RawMessage(fmt.Sprintf(group, `"migrate_to_chat_id":-100555`)), "ExampleBot", received)
	if err != nil || moved.from != "-100987" || moved.to != "-100555" || moved.event != nil {
		t.Errorf("a move: %+v, %v", moved, err)
	}
}

// The same event is the same under another update number and in another order of fields, and
// another event never is.
func TestIdentity(t *testing.T) {
	t.Parallel()
	base := private(`"text":"ja"`)
	same := []string{
		strings.Replace(base, "100000007", "5", 1),
		strings.Replace(base, `"Anna"`, `"Renamed"`, 1),
		`{"message":{"text":"ja","date":1795424400,"message_id":42,` + sender + `},"update_id":9}`,
	}
	other := []string{
		private(`"text":"nee"`),
		strings.Replace(base, `"message_id":42`, `"message_id":43`, 1),
		strings.Replace(strings.Replace(base, `"message":{`, `"edited_message":{`, 1), `"text"`, `"edit_date":1795424460,"text"`, 1),
		strings.ReplaceAll(base, "3527065", "3527066"),
		private(`"sticker":{"file_id":"s"}`),
		private(`"document":{"file_id":"s","file_unique_id":"ja"}`),
		private(`"document":{"file_id":"s","file_unique_id":"j"},"caption":"a"`),
	}
	identity := func(raw string) string {
		a, err := inbound(json.RawMessage(raw), "", received)
		if err != nil || a.event == nil {
			t.Fatalf("%v %s", err, raw)
		}
		return a.event.Identity
	}
	for _, raw := range same {
		if identity(raw) != identity(base) {
			t.Errorf("another identity: %s", raw)
		}
	}
	seen := map[string]string{identity(base): base}
	for _, raw := range other {
		if earlier, ok := seen[identity(raw)]; ok {
			t.Errorf("one identity for %s and %s", earlier, raw)
		}
		seen[identity(raw)] = raw
	}
}

func TestUpdatesThatCannotBeReadSayWhyWithoutQuoting(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{`{"update_id":1,"message":"Voorbeeld"}`, `[]`, `"Voorbeeld"`, `{"update_id":1,"message":{"message_id":"Voorbeeld"}}`, private(`"text":"` + strings.Repeat("Voorbeeld", 120_000) + `"`)} {
		_, err := inbound(json.RawMessage(raw), "", received)
		if err == nil || strings.Contains(err.Error(), "Voorbeeld") {
			t.Errorf("%.60s: %v", raw, err)
		}
	}
}

func FuzzInbound(f *testing.F) {
	for _, content := range []string{`"text":"ja"`, `"text":"\ud83d\u0000\\"`, `"photo":[{}]`, `"voice":null`, `"document":{"file_id":"d","file_size":-1}`} {
		f.Add([]byte(private(content)))
	}
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"q","from":{"id":3527065},"message":null,"data":"d"}}`))
	f.Add([]byte(`{"update_id":1,"my_chat_member":{}}`))
	f.Add([]byte(private(`"text":[{"chat":{"id":7}},"x`)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _ = updateID(raw)
		if lost := unread(raw, intake.Unreadable, received); lost.event != nil {
			checkEvent(t, *lost.event)
		}
		a, err := inbound(raw, "ExampleBot", received)
		if err != nil || a.event == nil {
			return
		}
		checkEvent(t, *a.event)
		again, err := inbound(raw, "ExampleBot", received.Add(time.Hour))
		if err != nil || again.event.Identity != a.event.Identity {
			t.Errorf("identity %q, then %q", a.event.Identity, again.event.Identity)
		}
		if said, ok := a.event.Did.(intake.Said); ok && strings.ContainsRune(said.Text, 0) && !said.Damaged {
			t.Error("a NUL went unnoticed")
		}
	})
}

// A string that is said to be whole is stored exactly: nothing in it was replaced on the way in.
func FuzzDamage(f *testing.F) {
	for _, s := range []string{`"a"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00\ud83d"`, `"\u0000"`, `"\\u0000"`, `"\\\ud83dx"`, "\"\xff\"", `"\ud83d\u0041"`, `"\ud83d\ud83d\ude00"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var w bots.Words
		if json.Unmarshal(raw, &w) != nil || w.Damaged {
			return
		}
		meant := strings.Count(string(raw), "\uFFFD") + strings.Count(strings.ToLower(string(raw)), `\ufffd`)
		if strings.ContainsRune(w.Text, 0) || strings.Count(w.Text, "\uFFFD") > meant {
			t.Errorf("%q became %q", raw, w.Text)
		}
	})
}
