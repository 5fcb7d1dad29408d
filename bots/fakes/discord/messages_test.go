package discord_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	fake "claimline/bots/fakes/discord"
)

// Messages are listed newest first; behind an id the oldest ones are, so that a bot can walk forward.
func TestMessagesAreListed(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot := library(t, s)
	anna := s.Person("anna", fake.Profile{})
	var ids []string
	for _, text := range []string{"1", "2", "3", "4", "5"} {
		ids = append(ids, must(anna.Type(text))(t).ID)
	}
	if !slices.IsSortedFunc(ids, strings.Compare) {
		t.Errorf("ids do not ascend: %v", ids)
	}
	for _, c := range []struct {
		label, before, after string
		limit                int
		want                 string
	}{
		{"all", "", "", 100, "54321"},
		{"the newest", "", "", 2, "54"},
		{"behind the first", "", ids[0], 2, "32"},
		{"behind the last", "", ids[4], 2, ""},
		{"behind nothing", "", "0", 2, "21"},
		{"before the third", ids[2], "", 1, "2"},
	} {
		got := ""
		for _, m := range must(bot.ChannelMessages(anna.ChannelID(), c.limit, c.before, c.after, ""))(t) {
			got += m.Content
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.label, got, c.want)
		}
	}
	refuses(t, call(t, s, "GET", "/channels/"+anna.ChannelID()+"/messages?limit=101", ""), 400, 50035)
	refuses(t, call(t, s, "GET", "/channels/5/messages", ""), 404, 10003)
	refuses(t, call(t, s, "GET", "/channels/x/messages", ""), 400, 50035)
}

// A message with a nonce that was used is not sent twice for a while.
func TestANonceIsGoodForOneMessage(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fake.Start(t, fake.Options{Now: c.now, NonceWindow: time.Minute})
	anna := s.Person("anna", fake.Profile{})
	first := say(t, s, anna.ChannelID(), `"nonce":"n1","enforce_nonce":true`)
	c.advance(time.Minute - time.Second)
	if again := say(t, s, anna.ChannelID(), `"nonce":"n1","enforce_nonce":true`); again.ID != first.ID {
		t.Errorf("it was sent twice")
	}
	if h := s.History(); !h[1].Repeated || h[0].Repeated || h[1].Message != first.ID {
		t.Errorf("got %+v", h)
	}
	if other := say(t, s, anna.ChannelID(), `"nonce":"n2","enforce_nonce":true`); other.ID == first.ID {
		t.Error("another nonce was taken for the same")
	}
	if loose := say(t, s, anna.ChannelID(), `"nonce":"n1"`); loose.ID == first.ID {
		t.Error("it was enforced without being asked to")
	}
	c.advance(2 * time.Minute)
	if late := say(t, s, anna.ChannelID(), `"nonce":"n2","enforce_nonce":true`); late.ID == first.ID {
		t.Error("it was remembered for too long")
	}
	if got := len(anna.Chat().Messages); got != 4 {
		t.Errorf("%d messages are shown", got)
	}
}

// A bot changes and deletes its own messages, and nobody else's.
func TestWhoseMessagesABotChanges(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	anna := s.Person("anna", fake.Profile{})
	theirs := must(anna.Type("mine"))(t)
	own := say(t, s, anna.ChannelID(), `"tts":false`)
	at := "/channels/" + anna.ChannelID() + "/messages/"
	refuses(t, call(t, s, "PATCH", at+theirs.ID, hello), 403, 50005)
	refuses(t, call(t, s, "DELETE", at+theirs.ID, ""), 403, 50013)
	refuses(t, call(t, s, "PATCH", at+"5", hello), 404, 10008)
	if a := call(t, s, "PATCH", at+own.ID, hello); a.status != 200 {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if m := anna.Chat().Last(); m.Text != "Hello" || m.Edited.IsZero() {
		t.Errorf("got %+v", m)
	}
	if a := call(t, s, "DELETE", at+own.ID, ""); a.status != 204 {
		t.Errorf("got %d %s", a.status, a.body)
	}
	refuses(t, call(t, s, "DELETE", at+own.ID, ""), 404, 10008)
}

// What else a bot asks for.
func TestWhatABotAsksFor(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{Username: "Desk"})
	bot := library(t, s)
	anna := s.Person("anna", fake.Profile{Name: "Anna"})
	g := s.Guild("School")
	in := g.Add(anna, true)
	if me := must(bot.User("@me"))(t); me.ID != fake.ApplicationID || !me.Bot || me.Username != "Desk" {
		t.Errorf("got %+v", me)
	}
	if u := must(bot.User(anna.ID()))(t); u.GlobalName != "Anna" || u.Bot {
		t.Errorf("got %+v", u)
	}
	if c := must(bot.Channel(anna.ChannelID()))(t); c.Type != discordgo.ChannelTypeDM || c.Recipients[0].ID != anna.ID() {
		t.Errorf("got %+v", c)
	}
	if c := must(bot.Channel(in.ChannelID()))(t); c.Type != discordgo.ChannelTypeGuildText || c.GuildID != g.ID() {
		t.Errorf("got %+v", c)
	}
	if got := must(bot.Guild(g.ID()))(t); got.Name != "School" {
		t.Errorf("got %+v", got)
	}
	if list := must(bot.GuildChannels(g.ID()))(t); len(list) != 1 || list[0].ID != in.ChannelID() {
		t.Errorf("got %+v", list)
	}
	if m := must(bot.GuildMember(g.ID(), anna.ID()))(t); m.User.ID != anna.ID() {
		t.Errorf("got %+v", m)
	}
	refuses(t, call(t, s, "GET", "/guilds/"+g.ID()+"/members/5", ""), 404, 10007)
	refuses(t, call(t, s, "GET", "/guilds/5", ""), 404, 10004)
	refuses(t, call(t, s, "GET", "/users/5", ""), 404, 10013)
	ok(t, bot.ChannelTyping(anna.ChannelID()))
	if got := anna.Chat().Typing; got != 1 {
		t.Errorf("it typed %d times", got)
	}
	if b := must(bot.GatewayBot())(t); b.SessionStartLimit.Remaining != 1000 {
		t.Errorf("got %+v", b)
	}
}

// The bot's token is asked for where there is none in the address.
func TestAnotherTokenIsRefused(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	s.SetToken("another")
	refuses(t, call(t, s, "GET", "/users/@me", ""), 401, 0)
	if a := call(t, s, "GET", "/gateway", ""); a.status != 200 {
		t.Errorf("got %d %s", a.status, a.body)
	}
}

// A file that a person sends can be fetched until its address expires; asking for the message again
// gives a fresh one.
func TestFilesOfPeople(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fake.Start(t, fake.Options{Now: c.now})
	bot, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	sent := must(anna.SendFiles("proof", fake.File{Name: "a b.png", Body: []byte("picture")}, fake.File{Name: "b.pdf", Body: []byte("paper"), Size: 9 << 20}))(t)
	got := next(t, h.messages)
	if len(got.Attachments) != 2 || got.Attachments[0].Size != 7 || got.Attachments[0].ContentType != "image/png" || got.Attachments[1].Size != 9<<20 {
		t.Fatalf("got %+v", got.Attachments)
	}
	old := got.Attachments[0].URL
	if status, body := fetch(t, old); status != 200 || body != "picture" {
		t.Errorf("got %d %q", status, body)
	}
	if status, _ := fetch(t, strings.Replace(old, "hm=", "hm=0", 1)); status != 404 {
		t.Errorf("an address with another signature: got %d", status)
	}
	c.advance(24 * time.Hour)
	if status, _ := fetch(t, old); status != 404 {
		t.Errorf("an expired address: got %d", status)
	}
	fresh := must(bot.ChannelMessage(anna.ChannelID(), sent.ID))(t).Attachments[0].URL
	if status, _ := fetch(t, fresh); status != 200 {
		t.Errorf("a fresh address: got %d", status)
	}
	if n := s.Calls(fake.Download); n != 4 {
		t.Errorf("%d downloads are counted", n)
	}
	if want := "> proof\n> [file a b.png]\n> [file b.pdf]\n"; anna.Chat().String() != want {
		t.Errorf("the chat shows\n%s", anna.Chat())
	}
}

func fetch(t *testing.T, address string) (int, string) {
	t.Helper()
	req := must(http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))(t)
	resp := must(http.DefaultTransport.RoundTrip(req))(t)
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode, string(must(io.ReadAll(resp.Body))(t))
}

// A bot sends files with its words, within a size.
func TestFilesOfTheBot(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot := library(t, s)
	anna := s.Person("anna", fake.Profile{})
	m := must(bot.ChannelMessageSendComplex(anna.ChannelID(), &discordgo.MessageSend{Content: "receipt", AllowedMentions: silent,
		Files: []*discordgo.File{{Name: "r.txt", ContentType: "text/plain", Reader: strings.NewReader("paid")}}}))(t)
	if status, body := fetch(t, m.Attachments[0].URL); status != 200 || body != "paid" {
		t.Errorf("got %d %q", status, body)
	}
	if e := s.History()[0]; len(e.Files) != 1 || e.Files[0].Bytes != 4 || !json.Valid(e.Body) || e.Message != m.ID {
		t.Errorf("got %+v", e)
	}
	kind, body := form(t, hello, make([]byte, 10<<20+1))
	refuses(t, send(t, lawless(t, fake.Options{}), "POST", "/channels/5/messages", kind, body), 413, 40005)
}

// form is a multipart body with one file.
func form(t *testing.T, payload string, file []byte) (kind string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	ok(t, w.WriteField("payload_json", payload))
	part := must(w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="files[0]"; filename="a"`}}))(t)
	must(part.Write(file))(t)
	ok(t, w.Close())
	return w.FormDataContentType(), b.Bytes()
}
