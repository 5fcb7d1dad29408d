package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/people"
)

// What platforms are told is looked at in every call: each of these histories breaks a promise, and
// the same without its fault breaks none.
func TestWhatPlatformsAreTold(t *testing.T) {
	t.Parallel()
	said := func(nonce, more string) discord.Entry {
		return discord.Entry{Route: discord.CreateMessage, Done: true, Status: 200, Channel: "7",
			Body: []byte(`{"content":"a","nonce":"` + nonce + `"` + more + `}`)}
	}
	const nobody = `,"allowed_mentions":{"parse":[]}`
	lost := said("1", nobody)
	lost.Cut = discord.CutAfter
	chat := map[string]string{"chat_id": "7"}
	shut := telegram.Entry{Method: "sendMessage", Status: 429, At: noon, Params: chat, Reply: []byte(`{"parameters":{"retry_after":2}}`)}
	unheard := shut
	unheard.Cut = telegram.CutAfter
	act := discord.Entry{Act: "press", Channel: "7"}
	refused := func(after ...time.Duration) (all []telegram.Entry) {
		for _, d := range after {
			all = append(all, telegram.Entry{Method: "sendMessage", Status: 403, At: noon.Add(d), Params: chat})
		}
		return all
	}
	back := telegram.Entry{Act: "unblock", Chat: 7, At: noon.Add(2 * time.Second)}
	for _, c := range []struct {
		name, says string
		e          evidence
	}{
		{"sent again under another nonce", "appeared twice", evidence{discord: []discord.Entry{lost, said("2", nobody)}}},
		{"said again after the person did something", "", evidence{discord: []discord.Entry{lost, act, said("2", nobody)}}},
		{"said twice, each for sure", "", evidence{discord: []discord.Entry{said("1", nobody), said("2", nobody)}}},
		{"a message that may call everybody", "allowed_mentions", evidence{discord: []discord.Entry{said("1", "")}}},
		{"a message that calls everybody", "allowed_mentions", evidence{discord: []discord.Entry{said("1", `,"allowed_mentions":{"parse":["everyone"]}`)}}},
		{"markup", "parse_mode", evidence{telegram: []telegram.Entry{{Method: "sendMessage", Params: map[string]string{"chat_id": "7", "parse_mode": "HTML"}}}}},
		{"entities", "", evidence{telegram: []telegram.Entry{{Method: "sendMessage", Params: map[string]string{"chat_id": "7", "entities": "[]"}}}}},
		{"too soon", "asked for silence", evidence{telegram: []telegram.Entry{shut, {Method: "sendMessage", Status: 200, Done: true, At: noon.Add(time.Second), Params: chat}}}},
		{"too soon, where nobody heard", "", evidence{telegram: []telegram.Entry{unheard, {Method: "sendMessage", Status: 200, Done: true, At: noon.Add(time.Second), Params: chat}}}},
		{"in time", "", evidence{telegram: []telegram.Entry{shut, {Method: "sendMessage", Status: 200, Done: true, At: noon.Add(3 * time.Second), Params: chat}}}},
		{"written to though stopped", "written to again", evidence{telegram: refused(0, 2*time.Second, 4*time.Second)}},
		{"stopped while two messages were under way, and once by a new process", "", evidence{telegram: refused(0, time.Second/2, 3*time.Second)}},
		{"stopped, let in, and stopped", "", evidence{telegram: slices.Concat(refused(0), []telegram.Entry{back}, refused(3*time.Second, 6*time.Second))}},
		{"numbers in a row", "follow each other", evidence{register: []people.Line{{Reference: "TT-0000-000Z"}, {Reference: "TT-0000-0010"}}}},
		{"numbers far apart", "", evidence{register: []people.Line{{Reference: "TT-0000-000Z"}, {Reference: "TT-Z000-0010"}}}},
	} {
		all := slices.Concat(c.e.nothingSentAgainOnDiscord(), c.e.nothingTypedIsMarkup(), c.e.noNumberLeadsToAnother(), c.e.nothingWithinAPenalty(), c.e.whoStoppedTheBotIsLeftAlone())
		if c.says == "" && len(all) > 0 || c.says != "" && (len(all) != 1 || !strings.Contains(all[0].What, c.says)) {
			t.Errorf("%s: %v", c.name, all)
		}
	}
}
