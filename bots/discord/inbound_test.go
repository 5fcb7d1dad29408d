package discord

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"claimline/intake"
)

const (
	from  = `"author":{"id":"77","bot":false}`
	place = `"id":"1441000000000000000","channel_id":"55","timestamp":"2026-11-24T10:00:00.000000+00:00"`
	asked = `"id":"1441000000000000000","application_id":"9","token":"aW50.x_y-1","locale":"nl","user":{"id":"77"}`
)

func TestMessages(t *testing.T) {
	t.Parallel()
	const mine = intake.MessageID("theirs-1441000000000000000")
	for _, c := range []struct {
		label, json string
		want        []intake.Did
	}{
		{"words", `"content":"hello"`, []intake.Did{intake.Said{Text: "hello", Message: mine}}},
		{"a reply", `"type":19,"content":"hello"`, []intake.Did{intake.Said{Text: "hello", Message: mine}}},
		{"a lone surrogate", `"content":"a\ud83d"`, []intake.Did{intake.Said{Text: "a\uFFFD", Message: mine, Damaged: true}}},
		{"NUL", `"content":"a\u0000b"`, []intake.Did{intake.Said{Text: "a\x00b", Message: mine, Damaged: true}}},
		{"a whole pair", `"content":"\ud83d\ude00"`, []intake.Did{intake.Said{Text: "😀", Message: mine}}},
		{"a file", `"content":"see","attachments":[{"id":"5","filename":"a.pdf","content_type":"application/pdf","size":12,"url":"https://cdn.discordapp.com/x?ex=1"}]`,
			[]intake.Did{intake.Sent{Handle: "55 1441000000000000000 5 https://cdn.discordapp.com/x?ex=1", Name: "a.pdf", Type: "application/pdf", Bytes: 12, Caption: "see", Message: mine}}},
		{"two files", `"content":"","attachments":[{"id":"5","url":"u"},{"id":"6","url":"v","size":-1}]`,
			[]intake.Did{
				intake.Sent{Handle: "55 1441000000000000000 5 u", Album: "1441000000000000000", Message: mine},
				intake.Sent{Handle: "55 1441000000000000000 6 v", Album: "1441000000000000000", Message: mine}}},
		{"a voice message", `"flags":8192,"attachments":[{"id":"5","url":"u"}]`, []intake.Did{intake.Gave{What: "voice", Message: mine}}},
		{"a sticker", `"sticker_items":[{"id":"1"}]`, []intake.Did{intake.Gave{What: "sticker", Message: mine}}},
		{"a poll", `"poll":{"question":{}}`, []intake.Did{intake.Gave{What: "poll", Message: mine}}},
		{"a forward", `"message_reference":{"type":1},"message_snapshots":[{"message":{"content":"theirs"}}]`,
			[]intake.Did{intake.Said{Text: "theirs", Message: mine, Forwarded: true}}},
		{"a forwarded picture", `"message_reference":{"type":1},"message_snapshots":[{"message":{}}]`, []intake.Did{intake.Gave{What: "other", Message: mine}}},
		{"nothing known", `"content":""`, []intake.Did{intake.Gave{What: "other", Message: mine}}},
		{"in a server", `"guild_id":"3","content":"hello"`, nil},
		{"a notice", `"type":6,"content":""`, nil},
		{"a webhook", `"webhook_id":"3","content":"x"`, nil},
	} {
		a, err := inbound("MESSAGE_CREATE", json.RawMessage(`{`+place+`,`+from+`,`+c.json+`}`))
		if err != nil {
			t.Fatalf("%s: %v", c.label, err)
		}
		var got []intake.Did
		for _, e := range a.events {
			got = append(got, e.Did)
			if e.Account != "discord:77" || e.Group || e.At.Unix() != 1795514400 || strings.Contains(e.Identity, "hello") {
				t.Errorf("%s: %+v", c.label, e)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.label, diff)
		}
	}
	for _, raw := range []string{`{` + place + `,"author":{"id":"9","bot":true},"content":"ours"}`, `{` + place + `,"content":"nobody's"}`} {
		if a, err := inbound("MESSAGE_CREATE", json.RawMessage(raw)); err != nil || a.person != "" {
			t.Errorf("%s was done by %q (%v)", raw, a.person, err)
		}
	}
}

func TestTheIdentityOfAMessageIsItsContentAndItsEdit(t *testing.T) {
	t.Parallel()
	of := func(kind, rest string) string {
		a, err := inbound(kind, json.RawMessage(`{`+place+`,`+from+`,`+rest+`}`))
		if err != nil || len(a.events) != 1 {
			t.Fatalf("%s: %v, %d events", rest, err, len(a.events))
		}
		return a.events[0].Identity
	}
	first := of("MESSAGE_CREATE", `"content":"a"`)
	if again := of("MESSAGE_CREATE", `"content":"a","edited_timestamp":null,"nonce":"1"`); again != first {
		t.Errorf("fetched again it is %s and was %s", again, first)
	}
	edited := of("MESSAGE_UPDATE", `"content":"a","edited_timestamp":"2026-11-24T10:01:00+00:00"`)
	if edited == first || of("MESSAGE_CREATE", `"content":"a","edited_timestamp":"2026-11-24T10:01:00.000000+00:00"`) != edited {
		t.Error("an edit is not told from the message, or is another one when it is fetched")
	}
	a, err := inbound("MESSAGE_UPDATE", json.RawMessage(`{`+place+`,`+from+`,"content":"b","edited_timestamp":"2026-11-24T10:01:00+00:00"}`))
	if s, ok := a.events[0].Did.(intake.Said); err != nil || !ok || !s.Edited {
		t.Errorf("an edit is %+v (%v)", a.events, err)
	}
	if a, err := inbound("MESSAGE_UPDATE", json.RawMessage(`{`+place+`,`+from+`,"content":"b","embeds":[{}]}`)); err != nil || a.events != nil {
		t.Errorf("a preview is %+v (%v)", a.events, err)
	}
}

func TestInteractions(t *testing.T) {
	t.Parallel()
	const inDM, inGuild = `"context":1`, `"context":0,"guild_id":"3"`
	const under, hidden = `"message":{"id":"44","flags":4}`, `"message":{"id":"44","flags":64}`
	type way struct{ Guild, InPlace, Hidden, Post, Opens, Desk bool }
	for _, c := range []struct {
		label, json string
		want        intake.Did
		way         way
	}{
		{"a command", inDM + `,"type":2,"data":{"name":"status"}`, intake.Said{Text: "/status"}, way{}},
		{"register is start", inDM + `,"type":2,"data":{"name":"register"}`, intake.Said{Text: "/start"}, way{}},
		{"a command with a word", inDM + `,"type":2,"data":{"name":"link","options":[{"value":"ABC"},{"value":5}]}`, intake.Said{Text: "/link ABC"}, way{}},
		{"a command in a server", inGuild + `,"type":2,"data":{"name":"help"}`, intake.Said{Text: "/help"}, way{Guild: true}},
		{"the administrator's post", inGuild + `,"type":2,"data":{"name":"register-post"}`, nil, way{Guild: true, Post: true}},
		{"a press", inDM + `,"type":3,` + under + `,"data":{"custom_id":"1.yes.mac","component_type":2}`, intake.Pressed{Button: "1.yes.mac", Message: "44"}, way{InPlace: true}},
		{"a press on the second of two equals", inDM + `,"type":3,` + under + `,"data":{"custom_id":"1.yes.mac#7","component_type":2}`, intake.Pressed{Button: "1.yes.mac", Message: "44"}, way{InPlace: true}},
		{"a choice", inDM + `,"type":3,` + under + `,"data":{"custom_id":"~menu","component_type":3,"values":["1.pick:NL.mac"]}`, intake.Pressed{Button: "1.pick:NL.mac", Message: "44"}, way{InPlace: true}},
		{"a press where only one sees", inGuild + `,"type":3,` + hidden + `,"data":{"custom_id":"x","component_type":2}`, intake.Pressed{Button: "x", Message: "shown-44"}, way{Guild: true, InPlace: true, Hidden: true}},
		{"the post's button", inGuild + `,"type":3,` + under + `,"data":{"custom_id":"~register","component_type":2}`, intake.Said{Text: "/start"}, way{Guild: true}},
		{"a form is asked for", inDM + `,"type":3,` + under + `,"data":{"custom_id":"~form:2:7.form.mac","component_type":2}`, nil, way{InPlace: true, Opens: true}},
		{"a form in a label", inDM + `,"type":5,` + under + `,"data":{"custom_id":"~form:7.form.mac","components":[{"type":18,"component":{"type":4,"value":"words"}}]}`,
			intake.Said{Text: "words", Form: "7.form.mac"}, way{InPlace: true}},
		{"a form in a row", inDM + `,"type":5,` + under + `,"data":{"custom_id":"~form:7.form.mac","components":[{"type":1,"components":[{"type":4,"value":"wo\ud83drds"}]}]}`,
			intake.Said{Text: "wo\uFFFDrds", Form: "7.form.mac", Damaged: true}, way{InPlace: true}},
		{"an empty form", inDM + `,"type":5,` + under + `,"data":{"custom_id":"~form:f"}`, intake.Said{Form: "f"}, way{InPlace: true}},
		{"a press at the team's desk", inGuild + `,"type":3,` + hidden + `,"data":{"custom_id":"~desk:1.a.mac#2","component_type":2}`, intake.Pressed{Button: "1.a.mac", Message: "shown-44"}, way{Guild: true, InPlace: true, Hidden: true, Desk: true}},
		{"a form is asked for at the team's desk", inGuild + `,"type":3,` + hidden + `,"data":{"custom_id":"~desk:~form:2:f","component_type":2}`, nil, way{Guild: true, InPlace: true, Hidden: true, Opens: true, Desk: true}},
		{"a form from the team's desk", inGuild + `,"type":5,` + hidden + `,"data":{"custom_id":"~desk:~form:f","components":[{"type":18,"component":{"type":4,"value":"words"}}]}`,
			intake.Said{Text: "words", Form: "f"}, way{Guild: true, InPlace: true, Hidden: true, Desk: true}},
		{"a press under the line in a room", inGuild + `,"channel_id":"6","type":3,` + under + `,"data":{"custom_id":"-1.help.mac","component_type":2}`, intake.Pressed{Button: "-1.help.mac", Message: "44"}, way{Guild: true, Desk: true}},
		{"any bytes", inDM + `,"type":3,` + under + `,"data":{"custom_id":"a\u0000b\ud83d","component_type":2}`, intake.Pressed{Button: "ab\uFFFD", Message: "44"}, way{InPlace: true}},
	} {
		a, err := inbound("INTERACTION_CREATE", json.RawMessage(`{`+asked+`,`+c.json+`}`))
		if err != nil {
			t.Fatalf("%s: %v", c.label, err)
		}
		var got intake.Did
		if len(a.events) > 0 {
			got = a.events[0].Did
			if e := a.events[0]; e.Account != "discord:77" || e.Locale != "nl" || e.Identity != "discord:interaction:1441000000000000000" {
				t.Errorf("%s: %+v", c.label, e)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.label, diff)
		}
		if w := (way{a.call.guild, a.call.inPlace, a.call.hidden, a.call.post, a.call.opens != nil, a.call.desk}); w != c.way {
			t.Errorf("%s: answered as %+v, want %+v", c.label, w, c.way)
		}
	}
	for _, bad := range []string{`{}`, `null`, `[]`, `{` + asked + `,"type":2,"data":7}`, `{"id":"1","application_id":"2","token":"../x","type":3,"user":{"id":"3"}}`,
		`{"id":"1","application_id":"2","token":"t","type":3}`, `{"id":"x","application_id":"2","token":"t","type":3,"user":{"id":"3"}}`} {
		if a, err := inbound("INTERACTION_CREATE", json.RawMessage(bad)); err == nil {
			t.Errorf("%s was read as %+v", bad, a)
		}
	}
}

func TestAFormIsMadeOfThePressAlone(t *testing.T) {
	t.Parallel()
	m := intake.Message{Form: strings.Repeat("f", 64), Expect: intake.ExpectEmail, Hint: "you@example.com"}
	b, ok := formButton(m, own)
	if !ok || len(b.CustomID) > mostID {
		t.Fatalf("the button is %+v", b)
	}
	made := opening{b.CustomID, b.Label, "**Part 1**\n\nWhat is your *e-mail*?"}.form("Uw antwoord")
	field := made.Components[0].Component
	if made.CustomID != formPrefix+m.Form || field.Style != oneLine || field.Placeholder != "you@example.com" || made.Components[0].Description != "What is your *e-mail*?" {
		t.Errorf("the form is %+v, its field %+v", made, field)
	}
	if made = (opening{deskPrefix + formPrefix + "2:x", "", ""}).form("t"); made.CustomID != deskPrefix+formPrefix+"x" {
		t.Errorf("the form of a desk is %q", made.CustomID)
	}
	made = opening{formPrefix + "2:x", "", ""}.form(strings.Repeat("t", 80))
	if length(made.Title) != mostTitle || made.Components[0].Component.Style != manyLines {
		t.Errorf("the form is %+v", made)
	}
}

func TestIDsTellTheirTime(t *testing.T) {
	t.Parallel()
	const id = snowflake("175928847299117063") // the example of Discord's reference
	if at := id.at().Format("2006-01-02T15:04:05.000Z07:00"); at != "2016-04-30T11:18:25.796Z" {
		t.Errorf("the id is of %s", at)
	}
	if got := snowflakeAt(id.at()); got != id.number()>>snowflakeShift<<snowflakeShift {
		t.Errorf("the least id of its moment is %d", got)
	}
	m := newMarks(5)
	m.begin(10)
	m.begin(12)
	m.done(12)
	if low := m.low(); low != 9 {
		t.Errorf("while 10 is in work everything is done up to %d", low)
	}
	m.done(10)
	if low := m.low(); low != 12 {
		t.Errorf("then up to %d", low)
	}
}

// FuzzInbound reads any bytes as an event: no panic, ids that are ids, text that can be stored.
func FuzzInbound(f *testing.F) {
	for _, seed := range []string{
		`{` + place + `,` + from + `,"content":"hello"}`,
		`{` + place + `,` + from + `,"content":"a\ud83d","attachments":[{"id":"5","filename":"a","url":"u"}]}`,
		`{` + place + `,` + from + `,"edited_timestamp":"2026-11-24T10:01:00+00:00","content":"b"}`,
		`{` + place + `,` + from + `,"message_reference":{"type":1},"message_snapshots":[{"message":{"content":"x"}}]}`,
		`{` + asked + `,"type":2,"context":0,"guild_id":"3","data":{"name":"register"}}`,
		`{` + asked + `,"type":3,"message":{"id":"44","flags":64,"components":[{"type":1,"components":[{"type":2,"custom_id":"~form:2:f","label":"x"}]}]},"data":{"custom_id":"~form:2:f","component_type":2}}`,
		`{` + asked + `,"type":3,"message":{"id":"44"},"data":{"custom_id":"~menu","component_type":3,"values":["a#1"]}}`,
		`{` + asked + `,"type":5,"data":{"custom_id":"~form:f","components":[{"type":18,"component":{"type":4,"value":"w"}}]}}`,
		`{` + place + `,` + from + `,"content":5}`, `null`, `[]`, `{"member":{"user":{"id":"5"}},"id":"1","token":"t","application_id":"2","type":7}`,
	} {
		for kind := range 3 {
			f.Add(uint8(kind), []byte(seed))
		}
	}
	kinds := []string{"MESSAGE_CREATE", "MESSAGE_UPDATE", "INTERACTION_CREATE"}
	f.Fuzz(func(t *testing.T, k uint8, raw []byte) {
		kind := kinds[int(k)%len(kinds)]
		a, err := inbound(kind, raw)
		if err != nil {
			a = unread(kind, raw, err)
		}
		for _, e := range a.events {
			if idIn(fmt.Appendf(nil, "%q", e.Account.ID())) == "" {
				t.Errorf("the account %q", string(e.Account))
			}
			if !utf8.ValidString(e.Identity) || len(e.Identity) > 200 || len(e.Locale) > 35 {
				t.Errorf("the identity %q, the locale %q", e.Identity, e.Locale)
			}
			switch did := e.Did.(type) {
			case intake.Said:
				if !did.Damaged && (!utf8.ValidString(did.Text) || strings.ContainsRune(did.Text, 0)) {
					t.Errorf("damaged words were not noticed: %q", did.Text)
				}
			case intake.Pressed:
				if !utf8.ValidString(did.Button) || strings.ContainsRune(did.Button, 0) {
					t.Errorf("the button %q", did.Button)
				}
			}
		}
		if a.call != nil && !tokenSafe(a.call.token) {
			t.Errorf("the token %q", a.call.token)
		}
	})
}

// Whoever has closed their direct messages can write in forms alone.
func TestEverythingThatIsWrittenHasAForm(t *testing.T) {
	t.Parallel()
	for expect, size := range map[intake.Expect]string{
		intake.ExpectText: "2", intake.ExpectLong: "2", intake.ExpectName: "1", intake.ExpectSign: "1",
		intake.ExpectNumber: "1", intake.ExpectEmail: "1", intake.ExpectPhone: "1",
	} {
		b, ok := formButton(intake.Message{Form: "f", Expect: expect}, labels{})
		if want := formPrefix + size + ":f"; !ok || b.CustomID != want {
			t.Errorf("where %q is hoped for the button is %q, want %q", expect, b.CustomID, want)
		}
	}
}
