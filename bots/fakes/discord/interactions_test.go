package discord_test

import (
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	fake "claimline/bots/fakes/discord"
)

func callbackOf(p *fake.Press) string { return "/interactions/" + p.ID + "/" + p.Token + "/callback" }

func originalOf(p *fake.Press) string {
	return "/webhooks/" + fake.ApplicationID + "/" + p.Token + "/messages/@original"
}

const hello = `{"content":"Hello",` + none + `}`

// The first answer must come within three seconds, of which the person is told otherwise.
func TestAnAnswerThatComesTooLate(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fake.Start(t, fake.Options{Now: c.now})
	connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	say(t, s, anna.ChannelID(), rowsOf(rowOf(buttonOf("w", "Write"))))

	early := must(anna.Press("Write"))(t)
	c.advance(3*time.Second - time.Millisecond)
	if a := call(t, s, "POST", callbackOf(early), `{"type":6}`); a.status != 204 {
		t.Errorf("in time: got %d %s", a.status, a.body)
	}
	late := must(anna.Press("Write"))(t)
	c.advance(3 * time.Second)
	refuses(t, call(t, s, "POST", callbackOf(late), `{"type":6}`), 404, 10062)
	refuses(t, call(t, s, "PATCH", originalOf(late), hello), 404, 10015)
	chat := anna.Chat()
	if want := "< x\n  [Write]\n! This interaction failed\n"; chat.String() != want || len(chat.Failed()) != 1 {
		t.Errorf("the chat shows\n%s", chat)
	}
	last := s.History()[len(s.History())-3]
	if last.Act != "failed" || last.Interaction != late.ID || last.Person != anna.ID() {
		t.Errorf("got %+v", last)
	}
}

// On the machine's clock the failure shows by itself.
func TestAPressWithoutAnAnswerFailsByItself(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := fake.Start(t, fake.Options{AnswerWithin: 20 * time.Millisecond})
	connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	say(t, s, anna.ChannelID(), rowsOf(rowOf(buttonOf("w", "Write"))))
	must(anna.Press("Write"))(t)
	must(anna.Wait(ctx, func(c fake.Chat) bool { return len(c.Failed()) == 1 }))(t)
}

// A token is good for a quarter of an hour, for one first answer, and for nothing before it.
func TestALifeOfAToken(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fake.Start(t, fake.Options{Now: c.now})
	connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	say(t, s, anna.ChannelID(), rowsOf(rowOf(buttonOf("w", "Write"))))
	p := must(anna.Press("Write"))(t)
	refuses(t, call(t, s, "PATCH", originalOf(p), hello), 404, 10015)
	refuses(t, call(t, s, "POST", "/interactions/5/"+p.Token+"/callback", `{"type":6}`), 404, 10062)
	call(t, s, "POST", callbackOf(p), `{"type":5,"data":{"flags":64}}`)
	refuses(t, call(t, s, "POST", callbackOf(p), `{"type":6}`), 400, 40060)
	if got := anna.Chat(); !got.Presses[0].Waiting || got.Presses[0].Answer != 5 {
		t.Errorf("got %+v", got.Presses[0])
	}
	c.advance(15*time.Minute - time.Second)
	if a := call(t, s, "PATCH", originalOf(p), hello); a.status != 200 {
		t.Errorf("in time: got %d %s", a.status, a.body)
	}
	if a := call(t, s, "GET", originalOf(p), ""); a.status != 200 {
		t.Errorf("in time: got %d %s", a.status, a.body)
	}
	c.advance(time.Second)
	refuses(t, call(t, s, "PATCH", originalOf(p), hello), 401, 50027)
	refuses(t, call(t, s, "PATCH", "/webhooks/5/"+p.Token+"/messages/@original", hello), 404, 10015)
	refuses(t, call(t, s, "PATCH", "/webhooks/"+fake.ApplicationID+"/other/messages/@original", hello), 401, 50027)
}

// What was promised and never came is told to the person when nothing can come any more.
func TestAPromisedAnswerThatNeverComes(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := fake.Start(t, fake.Options{Now: c.now})
	connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	say(t, s, anna.ChannelID(), rowsOf(rowOf(buttonOf("w", "Write"))))
	p := must(anna.Press("Write"))(t)
	call(t, s, "POST", callbackOf(p), `{"type":5}`)
	c.advance(14 * time.Minute)
	if got := anna.Chat().Failed(); len(got) != 0 {
		t.Errorf("too early: %+v", got)
	}
	c.advance(time.Minute)
	if got := anna.Chat().Failed(); len(got) != 1 || got[0].Failed != "The application did not respond" {
		t.Errorf("got %+v", got)
	}
}

// Each way to answer a press does what it says.
func TestTheWaysToAnswerAPress(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	for _, c := range []struct {
		label string
		kind  discordgo.InteractionResponseType
		data  *discordgo.InteractionResponseData
		want  string // of the chat, before and after @original is edited to "Done"
		then  string
	}{
		{"a message", 4, words("Hi", 0), "< Q\n  [B]\n< Hi\n", "< Q\n  [B]\n< Done\n"},
		{"a promise", 5, nil, "< Q\n  [B]\n< … is thinking\n", "< Q\n  [B]\n< Done\n"},
		{"a promise for one", 5, &discordgo.InteractionResponseData{Flags: 64}, "< Q\n  [B]\n< (only you see this) … is thinking\n", "< Q\n  [B]\n< (only you see this) Done\n"},
		{"an update later", 6, nil, "< Q\n  [B]\n", "< Done\n  [B]\n"},
		{"an update", 7, words("Hi", 0), "< Hi\n", "< Done\n"},
	} {
		anna := s.Person(c.label, fake.Profile{})
		ask(t, bot, anna.ChannelID(), "Q", button("B", "b"))
		must(anna.Press("B"))(t)
		i := next(t, h.interactions)
		respond(t, bot, i, c.kind, c.data)
		if got := anna.Chat().String(); got != c.want {
			t.Errorf("%s: the chat shows\n%s", c.label, got)
		}
		done := "Done"
		must(bot.InteractionResponseEdit(i.Interaction, &discordgo.WebhookEdit{Content: &done, AllowedMentions: silent}))(t)
		if got := anna.Chat().String(); got != c.then {
			t.Errorf("%s: then the chat shows\n%s", c.label, got)
		}
		if must(bot.InteractionResponse(i.Interaction))(t).Content != "Done" {
			t.Errorf("%s: @original is another message", c.label)
		}
		ok(t, bot.InteractionResponseDelete(i.Interaction))
		refuses(t, call(t, s, "GET", "/webhooks/"+fake.ApplicationID+"/"+i.Token+"/messages/@original", ""), 404, 10008)
	}
}

// What is no answer to such an interaction is refused.
func TestAnswersThatDoNotFit(t *testing.T) {
	t.Parallel()
	command := `[{"name":"help","description":"d","contexts":[1],"integration_types":[0]}]`
	for _, c := range []struct{ label, act, body, words string }{
		{"a pong", "press", `{"type":1}`, "cannot be answered by type 1"},
		{"an unknown type", "press", `{"type":55}`, "cannot be answered by type 55"},
		{"a message without data", "press", `{"type":4}`, "an empty message"},
		{"an update of nothing", "press", `{"type":7}`, ""},
		{"an update with null for components", "press", `{"type":7,"data":{"content":"x",` + none + `,"components":null}}`, "components is null"},
		{"an update of null", "press", `{"type":7,"data":null}`, ""},
		{"a deferral with data", "press", `{"type":6,"data":{"flags":64}}`, "type 6 has no data"},
		{"a deferral with words", "press", `{"type":5,"data":{"content":"x"}}`, "a deferral has no words"},
		{"an update of no message", "run", `{"type":7,"data":{"content":"x",` + none + `}}`, "cannot be answered by type 7"},
		{"a modal after a modal", "submit", `{"type":9,"data":{"custom_id":"m","title":"T",` + rowsOf(rowOf(`{"type":4,"style":1,"label":"L","custom_id":"t"}`)) + `}}`, "cannot be answered by type 9"},
		{"mentions in a message", "run", `{"type":4,"data":{"content":"x"}}`, "allowed_mentions"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			s := lawless(t, fake.Options{})
			connected(t, s)
			anna := s.Person("anna", fake.Profile{})
			call(t, s, "PUT", "/applications/"+fake.ApplicationID+"/commands", command)
			say(t, s, anna.ChannelID(), rowsOf(rowOf(buttonOf("w", "Write"))))
			p := must(anna.Press("Write"))(t)
			switch c.act {
			case "run":
				p = must(anna.Run("help"))(t)
			case "submit":
				call(t, s, "POST", callbackOf(p), `{"type":9,"data":{"custom_id":"m","title":"T",`+rowsOf(rowOf(`{"type":4,"style":1,"label":"L","custom_id":"t"}`))+`}}`)
				p = must(anna.Submit("x"))(t)
			}
			a := call(t, s, "POST", callbackOf(p), c.body)
			if c.words == "" {
				refuses(t, a, 400, 50035)
				return
			}
			held(t, s, c.words)
		})
	}
}

// Whether only one person sees an answer is decided by the first one.
func TestEphemeralIsFixedAtTheFirstAnswer(t *testing.T) {
	t.Parallel()
	s := lawless(t, fake.Options{})
	connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	say(t, s, anna.ChannelID(), rowsOf(rowOf(buttonOf("w", "Write"))))
	p := must(anna.Press("Write"))(t)
	call(t, s, "POST", callbackOf(p), `{"type":5}`)
	call(t, s, "PATCH", originalOf(p), `{"content":"x",`+none+`,"flags":64}`)
	held(t, s, "after it was first given")
	if anna.Chat().Last().Ephemeral {
		t.Error("the answer has become ephemeral")
	}
}

// A promised answer cannot be kept with nothing.
func TestAPromisedAnswerIsNotEmpty(t *testing.T) {
	t.Parallel()
	s := lawless(t, fake.Options{})
	connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	say(t, s, anna.ChannelID(), rowsOf(rowOf(buttonOf("w", "Write"))))
	p := must(anna.Press("Write"))(t)
	call(t, s, "POST", callbackOf(p), `{"type":5}`)
	refuses(t, call(t, s, "PATCH", originalOf(p), `{"components":[]}`), 400, 50006)
	held(t, s, "an empty message")
	if got := anna.Chat(); !got.Presses[0].Waiting {
		t.Errorf("got %+v", got.Presses[0])
	}
}

// Follow-ups work, and are counted, so that a test can say that there are none.
func TestFollowUps(t *testing.T) {
	t.Parallel()
	s := fake.Start(t, fake.Options{})
	bot, h := connected(t, s)
	anna := s.Person("anna", fake.Profile{})
	ask(t, bot, anna.ChannelID(), "Q", button("B", "b"))
	must(anna.Press("B"))(t)
	i := next(t, h.interactions)
	respond(t, bot, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, nil)
	must(bot.FollowupMessageCreate(i.Interaction, true, &discordgo.WebhookParams{Content: "one", AllowedMentions: silent}))(t)
	m := must(bot.FollowupMessageCreate(i.Interaction, true, &discordgo.WebhookParams{Content: "two", AllowedMentions: silent, Flags: 64}))(t)
	text := "three"
	must(bot.FollowupMessageEdit(i.Interaction, m.ID, &discordgo.WebhookEdit{Content: &text, AllowedMentions: silent}))(t)
	if want := "< Q\n  [B]\n< one\n< (only you see this) three\n"; anna.Chat().String() != want {
		t.Errorf("the chat shows\n%s", anna.Chat())
	}
	refuses(t, call(t, s, "GET", "/channels/"+anna.ChannelID()+"/messages/"+m.ID, ""), 404, 10008)
	if got := s.Calls(fake.FollowUp); got != 2 {
		t.Errorf("%d follow-ups are counted", got)
	}
}
