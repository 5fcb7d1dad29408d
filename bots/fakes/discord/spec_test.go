package discord_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	fake "claimline/bots/fakes/discord"
)

// small is a description of two addresses in the published form.
const small = `{"openapi":"3.1.0","paths":{
 "/users/@me":{"get":{"responses":{}}},
 "/channels/{channel_id}/messages":{"post":{"requestBody":{"required":true,"content":{"application/json":{"schema":
  {"$ref":"#/components/schemas/Message"}}}}}}},
 "components":{"schemas":{"Message":{"type":"object","required":["content"],"properties":{
  "content":{"type":["string","null"],"maxLength":4},"tts":{"type":"boolean"}}}}}}`

func TestCallsAreHeldAgainstTheDescription(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	ok(t, os.WriteFile(filepath.Join(folder, "discord-openapi.json"), []byte(small), 0o600))
	for _, c := range []struct{ label, method, path, body, want string }{
		{"as described", "POST", "/channels/1/messages", `{"content":"x",` + none + `}`, ""},
		{"an address that is not described", "GET", "/channels/1", "", "no such address in the description"},
		{"a missing field", "POST", "/channels/1/messages", `{"embeds":[{"title":"t"}],` + none + `}`, "missing property 'content'"},
		{"a wrong type", "POST", "/channels/1/messages", `{"content":"x","tts":null,` + none + `}`, "/tts"},
		{"a text that is too long", "POST", "/channels/1/messages", `{"content":"xxxxx",` + none + `}`, "maxLength"},
		{"no body", "POST", "/channels/1/messages", "", "the body is missing"},
		{"a body too many", "GET", "/users/@me", "{}", "knows no body here"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := lawless(t, fake.Options{Specs: folder})
			if !s.Checked() {
				t.Error("calls are not checked")
			}
			s.Person("anna", fake.Profile{})
			call(t, s, c.method, c.path, c.body)
			held(t, s, c.want)
		})
	}
}

func TestADescriptionThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := fake.New(fake.Options{Specs: t.TempDir()}); err == nil {
		t.Error("no error")
	}
}

func specs(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("PLATFORM_SPECS")
	if folder == "" && os.Getenv("CI") == "true" {
		t.Fatal("PLATFORM_SPECS is not set")
	}
	if folder == "" {
		t.Skip("PLATFORM_SPECS does not name the folder of the published description")
	}
	return folder
}

// What the fake says is held against the description as well.
func TestTheFakeSpeaksAsDescribed(t *testing.T) {
	t.Parallel()
	misfit := must(fake.Description(specs(t)))(t)
	s := fake.Start(t, fake.Options{})
	connected(t, s)
	anna := s.Person("anna", fake.Profile{Name: "Anna"})
	g := s.Guild("School")
	in := g.Add(anna, true)
	must(anna.SendFiles("proof", fake.File{Name: "a.png", Body: []byte("picture")}))(t)
	must(in.Type("hello"))(t)
	rows := rowsOf(rowOf(buttonOf("w", "Write"), `{"type":2,"style":5,"label":"Page","url":"https://example.org/"}`), rowOf(menuOf(2, `,"placeholder":"p"`)))
	m := say(t, s, anna.ChannelID(), rows+`,"embeds":[{"title":"t","fields":[{"name":"n","value":"v"}]}],"nonce":"n"`)
	p := must(anna.Press("Write"))(t)
	call(t, s, "POST", callbackOf(p), `{"type":5,"data":{"flags":64}}`)
	q := must(anna.Press("Write"))(t)
	here := "/channels/" + anna.ChannelID()
	for _, c := range []struct{ route, path, body string }{
		{"GET /gateway", "/gateway", ""},
		{"GET /gateway/bot", "/gateway/bot", ""},
		{"GET /users/@me", "/users/@me", ""},
		{"GET /users/{user_id}", "/users/" + anna.ID(), ""},
		{"GET /users/@me/guilds", "/users/@me/guilds", ""},
		{fake.OpenDM, "/users/@me/channels", `{"recipient_id":"` + anna.ID() + `"}`},
		{"GET /applications/@me", "/applications/@me", ""},
		{fake.SetCommands, "/applications/" + fake.ApplicationID + "/commands", `[{"name":"help","description":"d","contexts":[0,1],"integration_types":[0],"default_member_permissions":"8","options":[{"type":3,"name":"code","description":"d"}]}]`},
		{"GET /applications/{application_id}/commands", "/applications/" + fake.ApplicationID + "/commands", ""},
		{"GET /channels/{channel_id}", here, ""},
		{"GET /channels/{channel_id}", "/channels/" + in.ChannelID(), ""},
		{fake.ListMessages, here + "/messages", ""},
		{fake.ListMessages, "/channels/" + in.ChannelID() + "/messages", ""},
		{fake.CreateMessage, here + "/messages", hello},
		{"GET /channels/{channel_id}/messages/{message_id}", here + "/messages/" + m.ID, ""},
		{fake.EditMessage, here + "/messages/" + m.ID, hello},
		{"GET /guilds/{guild_id}", "/guilds/" + g.ID(), ""},
		{"GET /guilds/{guild_id}/channels", "/guilds/" + g.ID() + "/channels", ""},
		{"GET /guilds/{guild_id}/members/{user_id}", "/guilds/" + g.ID() + "/members/" + anna.ID(), ""},
		{fake.EditOriginal, originalOf(p), hello},
		{fake.GetOriginal, originalOf(p), ""},
		{fake.FollowUp, "/webhooks/" + fake.ApplicationID + "/" + p.Token, hello},
		{fake.Callback, callbackOf(q) + "?with_response=true", `{"type":4,"data":` + hello + `}`},
	} {
		method, _, _ := strings.Cut(c.route, " ")
		a := call(t, s, method, c.path, c.body)
		if a.status != 200 {
			t.Errorf("%s: got %d %s", c.route, a.status, a.body)
			continue
		}
		if why := misfit(c.route, a.body); why != "" {
			t.Errorf("%s: %s in %s", c.route, why, a.body)
		}
	}
}
