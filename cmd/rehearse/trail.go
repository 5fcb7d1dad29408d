package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
)

// trail is the last of what happened in a player's chat before an entry of the platform's history,
// and which faults struck meanwhile.
func (e *evidence) trail(p player, before, most int) []string {
	if p.telegram == 0 {
		return e.discordTrail(p, before, most)
	}
	var lines []string
	for i := min(before, len(e.telegram)) - 1; i >= 0 && len(lines) < most; i-- {
		if t := e.telegram[i]; ofChat(t, p) {
			lines = append(lines, e.line(t))
		}
	}
	slices.Reverse(lines)
	return lines
}

// afterAsking is how much is shown of what followed each time that a question was asked.
const afterAsking = 8

// since is what happened in a player's chat each time that a question was asked, until two answers on;
// the end of the chat where it was asked together with others.
func (e *evidence) since(p player, key string) []string {
	question, _, _ := strings.Cut(key, "#")
	var lines []string
	left, passedOver := 0, false
	for _, t := range e.telegram {
		if !ofChat(t, p) {
			continue
		}
		if t.Method == "sendMessage" && p.Asks(t.Params["text"]) == question {
			left = afterAsking
		}
		if left == 0 {
			passedOver = lines != nil
			continue
		}
		if passedOver {
			lines, passedOver = append(lines, "…"), false
		}
		lines, left = append(lines, e.line(t)), left-1
	}
	if lines == nil {
		return e.trail(p, len(e.telegram), 60)
	}
	return lines
}

func ofChat(t telegram.Entry, p player) bool {
	return p.telegram != 0 && (t.Chat == p.telegram || t.Params["chat_id"] == fmt.Sprint(p.telegram))
}

// line writes an entry down, with the faults that struck while it lasted or in the second before.
func (e *evidence) line(t telegram.Entry) string {
	what := fmt.Sprintf("%s %s %q", t.At.Format("15:04:05.000"), t.Method, short(t.Params["text"]))
	if t.Act != "" {
		what = fmt.Sprintf("%s the person: %s (message %d)", t.At.Format("15:04:05.000"), t.Act, t.Message)
	}
	if t.Act == "" && (t.Status != 200 || t.Cut != telegram.Whole) {
		what += fmt.Sprintf(", answered %d, cut %q", t.Status, t.Cut)
	}
	return what + e.strikes(t.At)
}

// strikes are the faults that went on at a moment, or had struck in the second before.
func (e *evidence) strikes(at time.Time) string {
	what := ""
	for _, s := range e.struck {
		if since := at.Sub(s.from).Seconds(); since >= 0 && (since < 1 || at.Before(s.until)) {
			what += fmt.Sprintf(" [%s %.1f s ago]", s.name, since)
		}
	}
	return what
}

// discordTrail is the same for somebody on Discord, with what became of the gateway's sessions.
func (e *evidence) discordTrail(p player, before, most int) []string {
	var lines []string
	for i := min(before, len(e.discord)) - 1; i >= 0 && len(lines) < most; i-- {
		d := e.discord[i]
		if gateway := strings.HasPrefix(d.Route, "gateway"); p.discord == "" || d.Channel != p.discord && !gateway {
			continue
		}
		what := fmt.Sprintf("%s %s %q", d.At.Format("15:04:05.000"), d.Route, short(string(d.Body)))
		if d.Act != "" {
			what = fmt.Sprintf("%s the person: %s", d.At.Format("15:04:05.000"), d.Act)
		}
		if d.Act == "" && (d.Status >= 300 || d.Cut != discord.Whole) {
			what += fmt.Sprintf(", answered %d, cut %q", d.Status, d.Cut)
		}
		lines = append(lines, what+e.strikes(d.At))
	}
	slices.Reverse(lines)
	return lines
}

// player is whose chat it is; a player of no chat where it is nobody's.
func (e *evidence) player(chat string) player {
	if e.players == nil {
		e.players = make(map[string]player, len(e.cast))
		for _, p := range e.cast {
			e.players[p.chat()] = p
		}
	}
	return e.players[chat]
}

// short is the beginning of a text.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 70 {
		return string(r[:70]) + "…"
	}
	return text
}
