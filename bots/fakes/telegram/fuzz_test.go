package telegram

import (
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// FuzzRequest sends any body as any content type to a method: the answer is always the API's.
func FuzzRequest(f *testing.F) {
	for _, seed := range []struct{ method, kind, body string }{
		{"sendMessage", "application/x-www-form-urlencoded", "chat_id=5&text=x&entities=[{}]"},
		{"sendMessage", "application/json", `{"chat_id":5,"text":"x","reply_markup":{"inline_keyboard":[[null]]}}`},
		{"sendDocument", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"document\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n"},
		{"getUpdates", "", "offset=-9223372036854775808&limit=-1"},
		{"setMyCommands", "application/json", `{"commands":[{"command":"a"}],"scope":{"type":7}}`},
		{"editMessageText", "application/x-www-form-urlencoded", "chat_id=5&message_id=1&text=%ff"},
		{"deleteMessage", "application/x-www-form-urlencoded", "chat_id=5&message_id=99999999999999999999"},
	} {
		f.Add(seed.method, seed.kind, []byte(seed.body))
	}
	s, err := New(Options{PollSecond: 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	if _, err := s.Person("5", Profile{}).Start(""); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, kind string, body []byte) {
		r := httptest.NewRequest("POST", "/bot"+Token+"/x", strings.NewReader(string(body)))
		r.URL.Path = "/bot" + Token + "/" + method
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		s.serve(w, r)
		if !strings.HasPrefix(w.Body.String(), `{"`) {
			t.Errorf("got %d %q", w.Code, w.Body)
		}
	})
}

// FuzzText trims and shifts: what is left is within the limits that were asked for, and entities
// mark the same characters as before.
func FuzzText(f *testing.F) {
	f.Add("  🙂 bold ", 5, 4)
	f.Add("\x00\u2028a", 0, 1)
	f.Fuzz(func(t *testing.T, text string, offset, length int) {
		list := []Entity{{Type: "bold", Offset: offset, Length: length}}
		if !utf8.ValidString(text) || offset > 1<<20 || length > 1<<20 || unfit(text, list) != "" {
			return
		}
		before := utf16.Encode([]rune(strings.Map(printable, text)))[offset : offset+length]
		trimmed, entities := trim(text, list)
		code := utf16.Encode([]rune(trimmed))
		for _, e := range entities {
			marked := string(utf16.Decode(code[e.Offset : e.Offset+e.Length]))
			if !strings.Contains(string(utf16.Decode(before)), marked) {
				t.Errorf("%q was marked, now %q is", string(utf16.Decode(before)), marked)
			}
		}
	})
}
