package telegram_test

import (
	"errors"
	"strings"
	"testing"

	fake "claimline/bots/fakes/telegram"
)

func TestInAGroupTheBotSeesWhatIsMeantForIt(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna, bram := s.Person("anna", fake.Profile{}), s.Person("bram", fake.Profile{})
	g := must(s.Group("Desk", anna, bram))(t)
	say(t, s, g.ChatID(), "A case", "reply_markup", `{"inline_keyboard":[[{"text":"Look","callback_data":"look"}]]}`)
	card := g.Chat().Last()
	m := g.Member(bram)
	must(m.Type("just talk"))(t)
	must(m.Type("/here"))(t)
	must(m.Type("/here@ExampleBot"))(t)
	must(m.Type("/here@OtherBot"))(t)
	must(m.Reply(card.ID, "an answer"))(t)
	must(m.Press("Look"))(t)
	if got := texts(poll(t, s)); got != "left>member  /here /here@ExampleBot an answer press:look" {
		t.Errorf("got %q", got)
	}
	g.Remove(bram)
	if _, err := m.Type("still here?"); err == nil {
		t.Error("who has left can still write")
	}
}

func TestWithoutPrivacyModeTheBotSeesAll(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := fake.Start(t, fake.Options{Now: clock.now, PollSecond: quick, ReadsAll: true})
	anna := s.Person("anna", fake.Profile{})
	g := must(s.Group("Desk", anna))(t)
	must(g.Member(anna).Type("just talk"))(t)
	if got := texts(poll(t, s)); !strings.HasSuffix(got, "just talk") {
		t.Errorf("got %q", got)
	}
}

func TestWhyTheBotMayNotWriteToAGroup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label, want string
		do          func(t *testing.T, s *fake.Server, p *fake.Person) *fake.Group
	}{
		{"kicked from a group", "Forbidden: bot was kicked from the group chat", func(t *testing.T, s *fake.Server, p *fake.Person) *fake.Group {
			g := must(s.Group("Desk", p))(t)
			g.Kick(p)
			return g
		}},
		{"kicked from a supergroup", "Forbidden: bot was kicked from the supergroup chat", func(t *testing.T, s *fake.Server, p *fake.Person) *fake.Group {
			g := must(s.Supergroup("Desk", p))(t)
			g.Kick(p)
			return g
		}},
		{"gone", "Forbidden: the group chat was deleted", func(t *testing.T, s *fake.Server, p *fake.Person) *fake.Group {
			g := must(s.Group("Desk", p))(t)
			g.Dissolve(p)
			return g
		}},
		{"left", "Forbidden: bot is not a member of the supergroup chat", func(t *testing.T, s *fake.Server, p *fake.Person) *fake.Group {
			g := must(s.Supergroup("Desk", p))(t)
			call(t, s, "leaveChat", "chat_id", id(g.ChatID()))
			return g
		}},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := start(t, newClock())
			g := c.do(t, s, s.Person("anna", fake.Profile{}))
			refuses(t, call(t, s, "sendMessage", "chat_id", id(g.ChatID()), "text", "x"), 403, c.want)
		})
	}
}

func TestAGroupBecomesASupergroup(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna := s.Person("anna", fake.Profile{})
	old := must(s.Group("Desk", anna))(t)
	g := old.Upgrade(anna)
	a := call(t, s, "sendMessage", "chat_id", id(old.ChatID()), "text", "x")
	refuses(t, a, 400, "Bad Request: group chat was upgraded to a supergroup chat")
	if a.Parameters.MigrateTo != g.ChatID() || !strings.HasPrefix(id(g.ChatID()), "-100") {
		t.Errorf("sent to %d, the supergroup is %d", a.Parameters.MigrateTo, g.ChatID())
	}
	var told int64
	for _, u := range poll(t, s) {
		if u.Message != nil && u.Message.MigrateTo != 0 {
			told = u.Message.MigrateTo
		}
	}
	if told != g.ChatID() {
		t.Errorf("the service message says %d", told)
	}
	if m := say(t, s, g.ChatID(), "here now"); m != "2" {
		t.Errorf("a supergroup numbers its own messages, this one is %s", m)
	}
}

func TestWhoIsInAGroup(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna, bram := s.Person("anna", fake.Profile{}), s.Person("bram", fake.Profile{})
	g := must(s.Group("Desk", anna))(t)
	g.Add(bram)
	g.Promote(bram)
	status := func(user int64) string {
		return string(call(t, s, "getChatMember", "chat_id", id(g.ChatID()), "user_id", id(user)).Result)
	}
	if got := status(anna.ID()); !strings.Contains(got, `"status":"creator"`) {
		t.Errorf("got %s", got)
	}
	if got := status(bram.ID()); !strings.Contains(got, `"status":"administrator"`) {
		t.Errorf("got %s", got)
	}
	if got := string(call(t, s, "getChatAdministrators", "chat_id", id(g.ChatID())).Result); strings.Count(got, `"status"`) != 2 {
		t.Errorf("got %s", got)
	}
	if got := string(call(t, s, "getChatMembersCount", "chat_id", id(g.ChatID())).Result); got != "3" {
		t.Errorf("got %s", got)
	}
	if got := string(call(t, s, "getChat", "chat_id", id(g.ChatID())).Result); !strings.Contains(got, `"title":"Desk"`) {
		t.Errorf("got %s", got)
	}
	m := must(g.Member(bram).Type("/here"))(t)
	remove := func() answer {
		return call(t, s, "deleteMessage", "chat_id", id(g.ChatID()), "message_id", id(int64(m.ID)))
	}
	refuses(t, remove(), 400, "Bad Request: message can't be deleted")
	g.PromoteBot(anna)
	if a := remove(); !a.OK {
		t.Errorf("an administrator cannot delete: %s", a.Description)
	}
}

func TestInAChannelPeopleOnlyPress(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna, bram := s.Person("anna", fake.Profile{}), s.Person("bram", fake.Profile{})
	c := must(s.Channel("Desk", anna, bram))(t)
	if id := say(t, s, c.ChatID(), "A case", "reply_markup", `{"inline_keyboard":[[{"text":"Look","callback_data":"look"}]]}`); id != "1" {
		t.Errorf("a channel numbers its own messages, this one is %s", id)
	}
	if _, err := c.Member(bram).Type("hello"); !errors.Is(err, fake.ErrChannel) {
		t.Errorf("somebody wrote in a channel: %v", err)
	}
	must(c.Member(bram).Press("Look"))(t)
	if got := texts(poll(t, s)); got != "left>administrator press:look" {
		t.Errorf("got %q", got)
	}
}

func TestInAGroupOnlyAdministratorsDeleteWhatOthersWrote(t *testing.T) {
	t.Parallel()
	s := start(t, newClock())
	anna, bram := s.Person("anna", fake.Profile{}), s.Person("bram", fake.Profile{})
	g := must(s.Group("Desk", anna, bram))(t)
	say(t, s, g.ChatID(), "A case", "protect_content", "true")
	card := g.Chat().Last()
	if !card.Protected {
		t.Error("the card can be forwarded")
	}
	if err := g.Member(bram).Delete(card.ID); !errors.Is(err, fake.ErrNotAdmin) {
		t.Errorf("a member deleted it: %v", err)
	}
	if err := g.Member(anna).Delete(card.ID); err != nil {
		t.Error(err)
	}
	refuses(t, call(t, s, "editMessageText", "chat_id", id(g.ChatID()), "message_id", id(int64(card.ID)), "text", "x"), 400, "Bad Request: message to edit not found")
}
