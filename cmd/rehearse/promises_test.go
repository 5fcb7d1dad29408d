package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/people"
	"claimline/intake/campaign"
)

// noon is when everything in a forged history begins.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func after(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

// tells is a message on Telegram that arrived.
func tells(seconds float64, chat, text string) telegram.Entry {
	return telegram.Entry{Method: "sendMessage", Done: true, Status: 200, At: after(seconds), Params: map[string]string{"chat_id": chat, "text": text}}
}

func polls(seconds float64, status int) telegram.Entry {
	return telegram.Entry{Method: "getUpdates", Done: status == 200, Status: status, At: after(seconds)}
}

func answers(seconds float64, press string) telegram.Entry {
	return telegram.Entry{Method: "answerCallbackQuery", Done: true, Status: 200, At: after(seconds), Params: map[string]string{"callback_query_id": press}}
}

func shows(e telegram.Entry) telegram.Entry {
	e.Params["protect_content"] = "true"
	return e
}

// line reads one line of a register.
func line(t *testing.T, text string) people.Line {
	t.Helper()
	var l people.Line
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		t.Fatal(err)
	}
	return l
}

// filled is the campaign that is played.
func filled(t *testing.T) *campaign.Campaign {
	t.Helper()
	dir := t.TempDir()
	if err := people.Fill(dir); err != nil {
		t.Fatal(err)
	}
	c, err := people.Load(dir, tiktok)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// forged is a history in which every promise of promises.go is kept. Parent 0 claims, 1 has had all
// erased, 2 is a minor, 3 calls for help, 4 changes a message, 5 is a troll; 6 calls for help on Discord.
func forged(t *testing.T, c *campaign.Campaign) *evidence {
	t.Helper()
	e := &evidence{editions: []*campaign.Campaign{c}}
	for i, p := range people.Invent(c, 1, 7, nil) {
		e.cast = append(e.cast, player{Parent: p, telegram: int64(100 + i), id: fmt.Sprint(100 + i)})
	}
	e.cast[6].telegram, e.cast[6].discord, e.cast[6].id = 0, "106", "9106"
	e.cast[0].Receipt, e.cast[1].Receipt = "TT-AAAA-AAAA", "TT-BBBB-BBBB"
	e.cast[0].Past.Shown["k.updates"] = "News. We may write to you."
	e.cast[1].Past.Erased, e.cast[2].Past.TurnedOff = after(10), after(10)
	e.cast[1].Past.Typed, e.cast[5].Past.Typed = []string{"erasedword"}, []string{"123456782"}
	e.cast[3].Past.Alarms, e.cast[6].Past.Alarms = []time.Time{after(10)}, []time.Time{after(10)}
	e.cast[4].Past.Reworded = 1
	e.cast[5].Kind = people.Troll
	for i, name := range []string{"Admin", "Jan", "Piet"} {
		col := people.NewColleague(name, "", 1, nil)
		e.team = append(e.team, colleague{Colleague: col, admin: i == 0, chat: fmt.Sprint(200 + i), id: fmt.Sprint(200 + i)})
	}
	e.team[2].Greedy, e.team[2].Locked = true, true
	hash := ""
	for h, purpose := range agreements(c) {
		if purpose == "k.updates" {
			hash = h
		}
	}
	e.register = []people.Line{line(t, `{"reference":"TT-AAAA-AAAA","answers":{"tt.country":"NL"},"consents":[{"purpose":"k.updates","version":1,"text_sha256":"`+hash+`"}],
		"decisions":[{"verdict":"accept","codes":["FAST_FILL"]},{"verdict":"hold","codes":["FAST_FILL"]},{"verdict":"accept","codes":["FAST_FILL"],"undone":true}]}`)}
	e.telegram = []telegram.Entry{
		polls(0, 200), polls(1, 200),
		tells(9, "101", "Everything is erased. You can delete this chat."), tells(9, "102", "Thank you for being honest."),
		tells(11, "103", "Is someone in danger now? Call 112."), tells(11, "104", "I cannot see a change to an earlier message."),
		shows(tells(20, "201", "TT-AAAA-AAAA · on record, gone in 3 minutes")), answers(31, "p1"),
		tells(40, "200", "Piet looked at more answers within an hour than the work needs"),
		tells(50, "100", "TT-AAAA-AAAA: checked. Everything is in order."), polls(60, 200),
	}
	e.discord = []discord.Entry{{At: after(11), Route: discord.CreateMessage, Done: true, Status: 200, Channel: "106", Body: []byte(`{"content":"Call 112"}`)}}
	e.presses = []pressed{{"100", "p1", after(30), 1, ""}, {"106", "d1", after(30), 1, ""}}
	e.entries = []entry{{"look", after(19.9).UnixMicro()}, {"locked", after(39).UnixMicro()}}
	return e
}

// Of each promise the checker sees that it was not kept, in a history that is sound but for that.
func TestEachPromiseCanBeBroken(t *testing.T) {
	t.Parallel()
	played := filled(t)
	say := func(s float64, chat, text string) func(*evidence) {
		return func(e *evidence) { e.telegram = append(e.telegram, tells(s, chat, text)) }
	}
	fault := func(breaks bool, from, until float64) struck {
		return struck{fault: fault{name: "kill", breaks: breaks}, from: after(from), until: after(until)}
	}
	wrongClock := func(e *evidence) {
		e.struck = []struck{fault(false, 15, 16)}
		e.struck[0].name = "clock"
	}
	edited := func(at float64) func(*evidence) { // and parent 0 sends their claim half a minute after noon
		return func(e *evidence) {
			e.editions = append(e.editions, &campaign.Campaign{})
			e.struck = []struck{fault(false, at, at)}
			e.struck[0].name = campaignEdited
			e.telegram = append([]telegram.Entry{{Act: "type", Chat: 100, At: after(30)}}, e.telegram...)
		}
	}
	askedAgain := func(e *evidence) { // after a press
		asks := tells(70, "100", played.Text("en", "questions.tt.country.ask", "", nil).Plain())
		asks.Params["reply_markup"] = "[]"
		again := asks
		again.At = after(72)
		e.telegram = append(e.telegram, asks, telegram.Entry{Act: "press", Chat: 100, At: after(71)}, again)
	}
	decide := func(text string) func(*evidence) {
		return func(e *evidence) {
			l := line(t, text)
			e.register[0].Decisions = l.Decisions
		}
	}
	for _, c := range []struct {
		wrong, says string // "" where nothing is wrong
		promise     func(*evidence) []failure
		plant       func(*evidence)
	}{
		{"a name in a copy of what said that the claim is on file", "", (*evidence).noEcho, func(e *evidence) {
			text := "TT-AAAA-AAAA: what you told about " + e.cast[5].Canary("Nadi") + " is erased"
			say(12, e.cast[5].chat(), text)(e)
			say(13, e.cast[5].chat(), text)(e)
		}},
		{"a name after the claim is on file", "submitted: true", (*evidence).noEcho, func(e *evidence) {
			say(12, e.cast[5].chat(), "TT-AAAA-AAAA")(e)
			say(13, e.cast[5].chat(), "Hello "+e.cast[5].Canary("Nadi"))(e)
		}},
		{"a name after a copy of a receipt that did not arrive", "submitted: true", (*evidence).noEcho, func(e *evidence) {
			say(12, e.cast[5].chat(), "TT-AAAA-AAAA")(e)
			e.telegram[len(e.telegram)-1].Done = false
			say(13, e.cast[5].chat(), "TT-AAAA-AAAA")(e)
			say(14, e.cast[5].chat(), "Hello "+e.cast[5].Canary("Nadi"))(e)
		}},
		{"it still talks", "never stopped", (*evidence).theProgramLived, func(e *evidence) { e.restless = true }},
		{"erased, and on file", "has answers of it", (*evidence).whoLeftIsGone, func(e *evidence) {
			e.register = append(e.register, line(t, `{"reference":"TT-BBBB-BBBB","answers":{"tt.country":"NL"}}`))
		}},
		{"erased, and only the number is left", "", (*evidence).whoLeftIsGone, func(e *evidence) {
			e.register = append(e.register, line(t, `{"reference":"TT-BBBB-BBBB"}`))
		}},
		{"erased, and a word in another file", "is theirs", (*evidence).whoLeftIsGone, func(e *evidence) {
			e.register = append(e.register, line(t, `{"reference":"TT-CCCC-CCCC","answers":{"tt.name":"an erasedword"}}`))
		}},
		{"erased, and written to", "had left, and was told", (*evidence).whoLeftIsGone, say(20, "101", "Welcome back.")},
		{"a minor who is asked more", "had left, and was told", (*evidence).whoLeftIsGone, say(20, "102", "For whom are you here?")},
		{"a minor who is told once more", "", (*evidence).whoLeftIsGone, say(20, "102", "Thank you for being honest.")},

		{"a press without an answer", "answered 0 times", (*evidence).everyPressIsAnswered, func(e *evidence) { e.presses[0].answers = 0 }},
		{"a press without an answer, on Discord", "answered 0 times", (*evidence).everyPressIsAnswered, func(e *evidence) { e.presses[1].answers = 0 }},
		{"a press with two answers", "answered 2 times", (*evidence).everyPressIsAnswered, func(e *evidence) { e.presses[0].answers = 2 }},
		{"a press answered late", "after 11", (*evidence).everyPressIsAnswered, func(e *evidence) { e.presses[0].at = after(20) }},
		{"a press when a fault struck", "", (*evidence).everyPressIsAnswered, func(e *evidence) {
			e.presses[0].answers, e.struck = 0, []struck{fault(true, 29, 31)}
		}},

		{"help that never came", "nothing came", (*evidence).helpComesAtOnce, func(e *evidence) { e.cast[0].Past.Alarms = []time.Time{after(10)} }},
		{"help that came late", "was answered after", (*evidence).helpComesAtOnce, func(e *evidence) { e.cast[3].Past.Alarms = []time.Time{after(8)} }},
		{"help that came late on Discord", "was answered after", (*evidence).helpComesAtOnce, func(e *evidence) { e.cast[6].Past.Alarms = []time.Time{after(8)} }},
		{"help from who was not running", "", (*evidence).helpComesAtOnce, func(e *evidence) {
			e.cast[3].Past.Alarms, e.struck = []time.Time{after(5)}, []struck{fault(true, 4, 9.5)}
			e.telegram = append([]telegram.Entry{polls(9.9, 200)}, e.telegram...)
		}},
		{"help that came late while the database was away", "was answered after", (*evidence).helpComesAtOnce, func(e *evidence) {
			away := fault(true, 4, 9.5)
			away.servers = true
			e.cast[3].Past.Alarms, e.struck = []time.Time{after(5)}, []struck{away}
		}},

		{"other words than were shown", "was shown", (*evidence).consentsAreWhatWasShown, func(e *evidence) {
			e.cast[0].Past.Shown["k.updates"] = "News. We may write to you. Edition 1."
		}},
		{"words of no edition", "in no edition", (*evidence).consentsAreWhatWasShown, func(e *evidence) { e.register[0].Consents[0].TextSHA256 = "00" }},
		{"words of another version", "said to be of version 2", (*evidence).consentsAreWhatWasShown, func(e *evidence) { e.register[0].Consents[0].Version = 2 }},
		{"words that were not shown", "was not shown", (*evidence).consentsAreWhatWasShown, func(e *evidence) { delete(e.cast[0].Past.Shown, "k.updates") }},

		{"words that had been replaced when the claim was sent", "had replaced it", (*evidence).nobodySendsWhatWasReplaced, edited(5)},
		{"words that were replaced a moment before the claim was sent", "", (*evidence).nobodySendsWhatWasReplaced, edited(29.5)},

		{"an answer that was added in silence", "answers were added", (*evidence).additionsAreOnRecord, func(e *evidence) { e.cast[0].Past.Added = 1 }},
		{"an answer that was added", "", (*evidence).additionsAreOnRecord, func(e *evidence) {
			e.cast[0].Past.Added, e.entries = 1, append(e.entries, entry{"correction", after(55).UnixMicro()})
		}},
		{"a question again after a press", "came twice", (*evidence).nothingTwiceOnTelegram, askedAgain},
		{"a question again after a press, the campaign just edited", "", (*evidence).nothingTwiceOnTelegram, func(e *evidence) {
			edited(66)(e)
			askedAgain(e)
		}},
		{"a question again after a press, the campaign edited long before", "came twice", (*evidence).nothingTwiceOnTelegram, func(e *evidence) {
			edited(50)(e)
			askedAgain(e)
		}},
		{"a look without an entry", "has no entry", (*evidence).looksAreOnRecord, func(e *evidence) { e.entries = e.entries[1:] }},
		{"a look before its entry", "has no entry", (*evidence).looksAreOnRecord, func(e *evidence) { e.entries[0].At = after(21).UnixMicro() }},
		{"a look before its entry, by a clock that was wrong", "", (*evidence).looksAreOnRecord, func(e *evidence) {
			e.entries[0].At = after(20).Add(2 * 24 * time.Hour).UnixMicro()
			wrongClock(e)
		}},
		{"a look without an entry, while a clock was wrong", "has no entry", (*evidence).looksAreOnRecord, func(e *evidence) {
			e.entries = e.entries[1:]
			wrongClock(e)
		}},
		{"a second look under one entry", "has no entry", (*evidence).looksAreOnRecord, func(e *evidence) {
			e.telegram = append(e.telegram, shows(tells(25, "201", "TT-AAAA-AAAA · on record, gone in 3 minutes")))
		}},
		{"a look that can be forwarded", "can be forwarded", (*evidence).looksAreOnRecord, func(e *evidence) {
			delete(e.telegram[6].Params, "protect_content")
		}},

		{"two decisions", "was decided 2 times", (*evidence).decidedOnce, decide(`{"decisions":[{"verdict":"accept","codes":["A","B"]},{"verdict":"reject","codes":["B","A"]}]}`)},
		{"a family told twice", "was told twice", (*evidence).decidedOnce, say(55, "100", "TT-AAAA-AAAA: we cannot accept this registration.")},
		{"a family told the same twice", "was told twice", (*evidence).decidedOnce, say(55, "100", "TT-AAAA-AAAA: checked. Everything is in order.")},
		{"a family told of nothing", "there is none", (*evidence).decidedOnce, decide(`{"decisions":[]}`)},

		{"a change without a word", "changed 1 messages and was told 0 times", (*evidence).changesAreToldOf, func(e *evidence) {
			e.telegram[5].Params["text"] = "When was Anna born?"
		}},

		{"somebody who looks on", "looked 61 times", (*evidence).greedIsStopped, func(e *evidence) {
			for i := range 61 {
				e.telegram = append(e.telegram, shows(tells(float64(60+i), "202", "TT-AAAA-AAAA · on record, gone in 3 minutes")))
			}
		}},
		{"somebody who is not locked", "was not locked", (*evidence).greedIsStopped, func(e *evidence) { e.team[2].Locked = false }},
		{"an admin who is not told", "no admin was told", (*evidence).greedIsStopped, func(e *evidence) { e.telegram[8].Params["chat_id"] = "201" }},
		{"a lock that is not on record", "has no entry", (*evidence).greedIsStopped, func(e *evidence) { e.entries = e.entries[:1] }},

		{"a number that is said back", "looks like the number", (*evidence).numbersAreNotRepeated, say(60, "105", "123456782 looks like a number.")},
		{"a number that is told to others", "looks like the number", (*evidence).numbersAreNotRepeated, say(60, "201", "He typed 123456782")},

		{"an innocent update put aside", "innocent", (*evidence).theProgramLived, func(e *evidence) { e.parked = []string{`{"from":{"id":100}}`} }},
		{"poison put aside", "", (*evidence).theProgramLived, func(e *evidence) { e.parked = []string{poison, `{"from":{"id":105}}`} }},
	} {
		t.Run(c.wrong, func(t *testing.T) {
			t.Parallel()
			e := forged(t, played)
			if sound := c.promise(e); sound != nil {
				t.Fatalf("sound history: %v", sound)
			}
			c.plant(e)
			all := c.promise(e)
			if c.says == "" && all != nil {
				t.Errorf("nothing is wrong, and noticed was %v", all)
			}
			if c.says != "" && (len(all) == 0 || !strings.Contains(all[0].What, c.says)) {
				t.Errorf("noticed was %v, want %q", all, c.says)
			}
		})
	}
}

// A moderator may be shown what families said in a look, and only there.
func TestAMaskedCardHoldsNoWord(t *testing.T) {
	t.Parallel()
	e := forged(t, filled(t))
	if !e.lookedAt("201", "TT-AAAA-AAAA · on record, gone in 3 minutes") || e.lookedAt("201", "TT-AAAA-AAAA · NL") || e.lookedAt("100", "on record, gone in 3 minutes") {
		t.Error("what is a look is not known")
	}
}

// A cast is written as it is read, says how many of each there are, and leaves nobody out.
func TestACast(t *testing.T) {
	t.Parallel()
	var c people.Cast
	if err := c.UnmarshalText([]byte("minors=5,trolls=10,moderators=2")); err != nil || c.String() != "minors=5,moderators=2,trolls=10" {
		t.Errorf("%s, %v", c, err)
	}
	count := map[people.Kind]int{}
	for _, kind := range c.Kinds(1, 20) {
		count[kind]++
	}
	if count[people.Minor] != 1 || count[people.Troll] != 2 || count[people.Plain] != 17 {
		t.Errorf("%v", count)
	}
	for _, wrong := range []string{"ghosts=1", "minors", "minors=60,trolls=60", "minors=-1"} {
		if err := c.UnmarshalText([]byte(wrong)); err == nil {
			t.Errorf("%q was accepted", wrong)
		}
	}
	if name := (row{Cast: people.Cast{people.Minor: 5}}).name(); !strings.Contains(name, "--cast minors=5") {
		t.Errorf("the row is called %q", name)
	}
}
