package telegram

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// calls writes requests as a table can compare them.
func calls(requests []request) []map[string]string {
	var out []map[string]string
	for _, r := range requests {
		c := map[string]string{"": r.method}
		for k, v := range r.params {
			c[k] = v
		}
		for _, f := range r.files {
			c["file"] = f.Name
		}
		out = append(out, c)
	}
	return out
}

func TestOutbound(t *testing.T) {
	t.Parallel()
	const off = `{"is_disabled":true}`
	buttons := [][]intake.Button{{{Label: "Ja", Token: "1.yes.mac"}, {Label: "Nee", Token: "1.no.mac"}}, {{Label: "Lees <meer>", Link: "https://example.org/?a&b"}}}
	const keyboard = `{"inline_keyboard":[[{"text":"Ja","callback_data":"1.yes.mac"},{"text":"Nee","callback_data":"1.no.mac"}],[{"text":"Lees <meer>","url":"https://example.org/?a&b"}]]}`
	agreement := &intake.Attachment{Name: "overeenkomst.pdf", Type: "application/pdf", Body: []byte("%PDF")}
	long := strings.Repeat("woord ", 200) // 1199 units when trimmed
	for _, c := range []struct {
		label  string
		letter intake.Outgoing
		target intake.MessageID
		want   []map[string]string
	}{
		{"words", intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Say("Hoi *Anna* <b>")}}, "",
			[]map[string]string{{"": "sendMessage", "chat_id": "7", "text": "Hoi *Anna* <b>", "link_preview_options": off}}},
		{"bold behind an emoji counts two for it", intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Text{{Text: "👨‍👩‍👧 "}, {Text: "é", Bold: true}, {Text: " en "}, {Text: "hier", Link: "https://example.org"}}}}, "",
			[]map[string]string{{"": "sendMessage", "chat_id": "7", "text": "👨‍👩‍👧 é en hier", "link_preview_options": off,
				"entities": `[{"type":"bold","offset":9,"length":1},{"type":"text_link","offset":14,"length":4,"url":"https://example.org"}]`}}},
		{"a link that is no https is words", intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Text{{Text: "x", Link: "tg://user?id=1"}}}}, "",
			[]map[string]string{{"": "sendMessage", "chat_id": "7", "text": "x", "link_preview_options": off}}},
		{"buttons, and not to be forwarded", intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Say("?"), Buttons: buttons, Protect: true}}, "",
			[]map[string]string{{"": "sendMessage", "chat_id": "7", "text": "?", "link_preview_options": off, "protect_content": "true", "reply_markup": keyboard}}},
		{"a file with its caption", intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Text{{Text: "Lees dit", Bold: true}}, File: agreement, Buttons: buttons}}, "",
			[]map[string]string{{"": "sendDocument", "chat_id": "7", "caption": "Lees dit", "caption_entities": `[{"type":"bold","offset":0,"length":8}]`, "reply_markup": keyboard, "file": "document"}}},
		{"a chart", intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Say("Cijfers"), File: &intake.Attachment{Name: "cijfers.png", Type: "image/png", Body: []byte("\x89PNG")}}}, "",
			[]map[string]string{{"": "sendPhoto", "chat_id": "7", "caption": "Cijfers", "file": "photo"}}},
		{"a file whose text is too long to be a caption", intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Say(long), File: agreement, Buttons: buttons}}, "",
			[]map[string]string{{"": "sendMessage", "chat_id": "7", "text": strings.TrimSpace(long), "link_preview_options": off}, {"": "sendDocument", "chat_id": "7", "reply_markup": keyboard, "file": "document"}}},
		{"a picture", intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Say("De cijfers"), File: &intake.Attachment{Name: "cijfers.png", Type: "image/png", Body: []byte("\x89PNG")}}}, "",
			[]map[string]string{{"": "sendPhoto", "chat_id": "7", "caption": "De cijfers", "file": "photo"}}},
		{"other words", intake.Outgoing{Do: intake.Edit, Body: intake.Message{Text: wording.Say("!"), Buttons: buttons[1:]}}, "42",
			[]map[string]string{{"": "editMessageText", "chat_id": "7", "message_id": "42", "text": "!", "link_preview_options": off, "reply_markup": `{"inline_keyboard":[[{"text":"Lees <meer>","url":"https://example.org/?a&b"}]]}`}}},
		{"other buttons", intake.Outgoing{Do: intake.Edit, Body: intake.Message{Buttons: buttons}}, "42",
			[]map[string]string{{"": "editMessageReplyMarkup", "chat_id": "7", "message_id": "42", "reply_markup": keyboard}}},
		{"no buttons any more", intake.Outgoing{Do: intake.Edit}, "42",
			[]map[string]string{{"": "editMessageReplyMarkup", "chat_id": "7", "message_id": "42"}}},
		{"another caption", intake.Outgoing{Do: intake.Edit, Body: intake.Message{Text: wording.Say("!"), File: agreement}}, "42",
			[]map[string]string{{"": "editMessageCaption", "chat_id": "7", "message_id": "42", "caption": "!"}}},
		{"away", intake.Outgoing{Do: intake.Remove}, "42",
			[]map[string]string{{"": "deleteMessage", "chat_id": "7", "message_id": "42"}}},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			got, err := outbound(bots.Letter{Outgoing: c.letter, Target: c.target}, "7")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, calls(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLettersThatCannotBeSent(t *testing.T) {
	t.Parallel()
	for _, l := range []bots.Letter{
		{Outgoing: intake.Outgoing{Do: intake.Say}},
		{Outgoing: intake.Outgoing{Do: intake.Say, Body: intake.Message{Text: wording.Say(" \n\x00")}}},
		{Outgoing: intake.Outgoing{Do: intake.Remove}, Target: "x"},
		{Outgoing: intake.Outgoing{Do: intake.Edit}, Target: "-1"},
	} {
		if r, err := outbound(l, "7"); err == nil {
			t.Errorf("%+v became %v", l, calls(r))
		}
	}
}

func TestSplitAtLineBreaksThenSpaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		text  wording.Text
		want  []string
	}{
		{"fits", wording.Say("0123456789"), []string{"0123456789"}},
		{"at the last line break", wording.Say("012\n456\n89 123456"), []string{"012\n456", "89 123456"}},
		{"at a space", wording.Say("0123 567 9abc"), []string{"0123 567", "9abc"}},
		{"between letters", wording.Say("0123456789abc"), []string{"0123456789", "abc"}},
		{"a break just behind the limit is one", wording.Say("0123456789\nabc"), []string{"0123456789", "abc"}},
		{"never inside a pair", wording.Say("012345678😀😀"), []string{"012345678", "😀😀"}},
		{"across spans", wording.Text{{Text: "0123 ", Bold: true}, {Text: "567\n"}, {Text: "9abcdef", Bold: true}}, []string{"0123 567", "9abcdef"}},
		{"nothing but space", wording.Say(" \n "), nil},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range split(c.text, 10) {
				got = append(got, p.Plain())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What Telegram demands of entities holds for any text: they lie inside it, end between characters
// and mark exactly what was marked, and no part is longer than allowed.
func FuzzEntities(f *testing.F) {
	f.Add("Hoi ", "Anna\n", "😀 hier", 10)
	f.Add("\x00", "\xff\xfe", "👨‍👩‍👧", 3)
	f.Add("مرحبا", " \n ", strings.Repeat("😀", 50), 7)
	f.Fuzz(func(t *testing.T, a, b, c string, most int) {
		most = 2 + max(most, -most)%4096
		text := wording.Text{{Text: a}, {Text: b, Bold: true}, {Text: c, Bold: true, Link: "https://example.org"}}
		var plain, bold strings.Builder
		for _, part := range split(text, most) {
			if n := part.Len16(); n == 0 || n > most {
				t.Fatalf("a part of %d units, allowed are %d", n, most)
			}
			p := params("7", false)
			setText(p, "text", "entities", part)
			units := utf16.Encode([]rune(p["text"]))
			if p["text"] != strings.TrimSpace(p["text"]) {
				t.Fatalf("a part with white space round it: %q", p["text"])
			}
			plain.WriteString(p["text"])
			for _, e := range decodeEntities(t, p["entities"]) {
				if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > len(units) {
					t.Fatalf("%+v in a text of %d units", e, len(units))
				}
				if utf16.IsSurrogate(rune(units[e.Offset])) && units[e.Offset] >= 0xDC00 {
					t.Fatalf("%+v begins inside a character", e)
				}
				if e.Type == "bold" {
					bold.WriteString(string(utf16.Decode(units[e.Offset : e.Offset+e.Length])))
				}
			}
		}
		if squeeze(plain.String()) != squeeze(clean(a)+clean(b)+clean(c)) {
			t.Fatal("words were lost or added")
		}
		if squeeze(bold.String()) != squeeze(clean(b)+clean(c)) {
			t.Fatal("something else became bold")
		}
	})
}

func decodeEntities(t *testing.T, s string) []entity {
	t.Helper()
	var list []entity
	if s == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(s), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// squeeze drops white space, which a split may take away.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
