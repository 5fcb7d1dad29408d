package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"claimline/bots/fakes/discord"
	"claimline/cmd/rehearse/people"
)

// nothingSentAgainOnDiscord looks for words and buttons that appeared in a channel once more because
// the program did not learn that they had arrived, whatever nonce they were sent with. Discord shows
// nothing twice that comes under one nonce, so that no fault explains it.
func (e *evidence) nothingSentAgainOnDiscord() []failure {
	var all []failure
	shown := map[string]discord.Entry{}
	for i, d := range e.discord {
		if d.Act != "" {
			maps.DeleteFunc(shown, func(_ string, before discord.Entry) bool { return before.Channel == d.Channel })
		}
		if d.Route != discord.CreateMessage || !d.Done || d.Repeated {
			continue
		}
		key := d.Channel + " " + withoutNonce(d.Body)
		if before, again := shown[key]; again && (before.Cut != discord.Whole || before.Status >= 500) {
			f := failed("the same words appeared twice in channel %s: the answer to the first was lost", d.Channel)
			f.Trail = e.trail(e.player(d.Channel), i+1, 8)
			all = append(all, f)
		}
		shown[key] = d
	}
	return all
}

// withoutNonce is a body but for what is meant to be unlike any other.
func withoutNonce(body []byte) string {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return string(body)
	}
	delete(fields, "nonce")
	text, _ := json.Marshal(fields) // of what was just read
	return string(text)
}

// What may still be said to somebody who has stopped the bot: what was under way when it was told so, and
// once more from a process that had not learned it.
const (
	underWay   = time.Second
	notLearned = 1
)

// whoStoppedTheBotIsLeftAlone looks for calls to people who have stopped it, long after it was told so.
func (e *evidence) whoStoppedTheBotIsLeftAlone() []failure {
	var all []failure
	told, again := map[string]time.Time{}, map[string]int{}
	for i, t := range e.telegram {
		chat := t.Params["chat_id"]
		switch {
		case t.Act == "block" || t.Act == "unblock":
			delete(told, fmt.Sprint(t.Chat))
			delete(again, fmt.Sprint(t.Chat))
		case t.Status != http.StatusForbidden:
		case told[chat].IsZero():
			told[chat] = t.At
		case t.At.Sub(told[chat]) > underWay:
			if again[chat]++; again[chat] == notLearned+1 {
				f := failed("chat %s had stopped the bot, and was written to again and again", chat)
				f.Trail = e.trail(e.player(chat), i+1, 8)
				all = append(all, f)
			}
		}
	}
	return all
}

// nothingTypedIsMarkup looks at what decides whether words become formatting or call somebody:
// Telegram must be told of entities only, and Discord with every message that nobody is called.
func (e *evidence) nothingTypedIsMarkup() []failure {
	var all []failure
	for _, t := range e.telegram {
		if mode := t.Params["parse_mode"]; mode != "" {
			all = append(all, failed("%s to chat %s has the parse_mode %s", t.Method, t.Params["chat_id"], mode))
		}
	}
	for _, d := range e.discord {
		if d.Route != discord.CreateMessage && d.Route != discord.EditMessage {
			continue
		}
		var body struct {
			Mentions *struct {
				Parse []string `json:"parse"`
				Users []string `json:"users"`
				Roles []string `json:"roles"`
			} `json:"allowed_mentions"`
		}
		err := json.Unmarshal(d.Body, &body)
		m := body.Mentions
		if err != nil || m == nil || m.Parse == nil || len(m.Parse)+len(m.Users)+len(m.Roles) > 0 {
			all = append(all, failed("%s in channel %s has no allowed_mentions that calls nobody", d.Route, d.Channel))
		}
	}
	return all
}

// near is how close two numbers may not be: of forty bits that are drawn, two of ten thousand come as
// near as this once in some thousand rehearsals, and in a sequence always.
const near = 16

// noNumberLeadsToAnother looks for references that are close to each other.
func (e *evidence) noNumberLeadsToAnother() []failure {
	var numbers []int64
	for _, l := range e.register {
		if n, ok := numberIn(l.Reference); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	var all []failure
	for i := 1; i < len(numbers); i++ {
		if apart := numbers[i] - numbers[i-1]; apart > 0 && apart <= near {
			all = append(all, failed("two references follow each other, %d apart", apart))
		}
	}
	return all
}

// numberIn reads a reference as the number that it stands for, in Crockford's letters.
func numberIn(reference string) (n int64, ok bool) {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var a, b string
	if _, err := fmt.Sscanf(reference, "TT-%4s-%4s", &a, &b); err != nil {
		return 0, false
	}
	for _, r := range a + b {
		digit := slices.Index([]rune(letters), r)
		if digit < 0 {
			return 0, false
		}
		n = n*32 + int64(digit)
	}
	return n, true
}

// nothingWithinAPenalty counts calls that came while a platform had asked for silence. A process that
// was started anew knows of none, and the help text waits for none.
func (e *evidence) nothingWithinAPenalty() []failure {
	if slices.ContainsFunc(e.struck, func(s struck) bool { return s.breaks }) ||
		slices.ContainsFunc(e.cast, func(p player) bool { return p.Kind == people.Endangered }) {
		return nil
	}
	if n := tooSoon(e.telegramCalls()) + tooSoon(e.discordCalls()); n > 0 {
		return []failure{failed("%d calls came while a platform had asked for silence", n)}
	}
	return nil
}
