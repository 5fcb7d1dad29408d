package discord

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzRequest sends any body as any content type to any address: the answer is always the API's.
func FuzzRequest(f *testing.F) {
	const here, token = "/channels/5/messages", "/interactions/1/t/callback"
	for _, seed := range []struct{ method, path, kind, body string }{
		{"POST", here, "application/json", `{"content":"x","allowed_mentions":{"parse":[]},"nonce":5,"enforce_nonce":true}`},
		{"POST", here, "application/json", `{"components":[{"type":1,"components":[null,{"type":3,"options":[{}],"min_values":-1}]},null]}`},
		{"POST", here, "application/json", `{"embeds":[null,{"fields":[{}],"footer":null}],"attachments":[{"id":"0"},{"id":7}]}`},
		{"POST", here, "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a\"\r\n\r\nx\r\n--b--\r\n"},
		{"POST", here, "text/plain", "x"},
		{"POST", here, "application/json", `[]`},
		{"PATCH", here + "/6", "application/json", `{"content":null,"components":[]}`},
		{"GET", here + "?limit=-1&after=x", "", ""},
		{"PUT", "/applications/" + ApplicationID + "/commands", "application/json", `[{"name":"\u0000","options":[{}]},null]`},
		{"POST", token, "application/json", `{"type":9,"data":{"custom_id":"m","title":"T","components":[{"type":18},{"type":1,"components":[{"type":4}]}]}}`},
		{"POST", token, "application/json", `{"type":4,"data":{"content":"\ud800","flags":-1}}`},
		{"PATCH", "/webhooks/" + ApplicationID + "/t/messages/@original", "application/json", `{"content":"x"}`},
		{"POST", "/users/@me/channels", "application/json", `{"recipient_id":5}`},
	} {
		f.Add(seed.method, seed.path, seed.kind, []byte(seed.body))
	}
	s, err := New(Options{Brief: true, Invalid: 1 << 40})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	anna := s.Person("5", Profile{})
	delete(s.channels, anna.channel.id)
	anna.channel.id = "5"
	s.channels["5"] = anna.channel
	f.Fuzz(func(t *testing.T, method, path, kind string, body []byte) {
		rest, query, _ := strings.Cut(path, "?")
		if method == "" || strings.ContainsAny(method, " \r\n\t") {
			return
		}
		s.interactions["t"] = &interaction{id: "1", token: "t", kind: kindComponent, channel: anna.channel, person: anna, device: anna.device,
			message: "6", at: s.now(), timer: time.NewTimer(time.Hour)}
		r := httptest.NewRequest("POST", "/", strings.NewReader(string(body)))
		r.Method, r.URL.Path, r.URL.RawQuery = method, "/api/v10"+rest, query
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Authorization", "Bot "+Token)
		w := httptest.NewRecorder()
		s.serve(w, r)
		if w.Code == 500 || w.Code != 204 && !json.Valid(w.Body.Bytes()) {
			t.Errorf("got %d %q", w.Code, w.Body)
		}
	})
}

// FuzzGateway sends any two packets over one connection: all that comes back are packets, and
// nothing does once the connection is to end.
func FuzzGateway(f *testing.F) {
	good := `{"op":2,"d":{"token":"` + Token + `","intents":4609,"properties":{},"compress":false}}`
	for _, seed := range [][2]string{
		{good, `{"op":1,"d":1}`},
		{good, good},
		{good, `{"op":6,"d":{"token":"` + Token + `","session_id":"x","seq":9}}`},
		{`{"op":1,"d":null}`, `{"op":3}`},
		{`{"op":2,"d":null}`, `{"op":2,"d":{"intents":-1,"properties":{}}}`},
		{`null`, `{"op":"x"}`},
		{"", "\x00"},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	s, err := New(Options{Identifies: 1 << 40, Brief: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	f.Fuzz(func(t *testing.T, first, second []byte) {
		s.mu.Lock()
		defer s.mu.Unlock()
		k := &socket{server: s}
		s.receive(k, first)
		if !k.ended {
			s.receive(k, second)
		}
		s.part(k, closeNormal)
		for i, frame := range k.out {
			if frame.ends && i != len(k.out)-1 {
				t.Errorf("frame %d of %d ends the connection", i, len(k.out))
			}
			var p packet
			if !frame.ends && json.Unmarshal(frame.body, &p) != nil && frame.kind == 1 {
				t.Errorf("got %q", frame.body)
			}
		}
	})
}
