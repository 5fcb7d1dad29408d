package main

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"claimline/bots/fakes/telegram"
)

// What the team is promised, and what families are promised about the team.

// lookedAt reports whether what was sent is a look of the team's at a file.
func (e *evidence) lookedAt(chat, text string) bool {
	return e.colleague(chat) != nil && strings.Contains(text, "on record, gone in 3 minutes")
}

func (e *evidence) colleague(chat string) *colleague {
	if i := slices.IndexFunc(e.team, func(c colleague) bool { return c.chat == chat || c.private == chat }); i >= 0 {
		return &e.team[i]
	}
	return nil
}

// longestLook is how long it may take from the entry in the audit trail until a look is seen. Looks
// wait for each other where there are many.
const longestLook = 10 * time.Minute

// looksAreOnRecord looks for looks that can be forwarded, and for those without an entry of their own
// in the audit trail before them. The trail is dated by the program's clock: where that was set wrong it
// does not tell what came first, only how many there were.
func (e *evidence) looksAreOnRecord() []failure {
	var looks []time.Time
	for _, one := range e.entries {
		if one.Kind == "look" {
			looks = append(looks, time.UnixMicro(one.At))
		}
	}
	wrong := time.Duration(0)
	if slices.ContainsFunc(e.struck, func(s struck) bool { return s.name == "clock" }) {
		wrong = farthest
	}
	var all []failure
	shown, spent := map[string]telegram.Entry{}, map[string]bool{}
	for _, s := range e.sayings() {
		if !s.done || !e.lookedAt(s.chat, s.text) {
			continue
		}
		if !s.protected {
			all = append(all, failed("a look in chat %s can be forwarded", s.chat))
		}
		i := slices.IndexFunc(looks, func(at time.Time) bool { return !at.After(s.at.Add(wrong)) && s.at.Sub(at) < longestLook+wrong })
		before, again := shown[s.chat+s.text]
		shown[s.chat+s.text] = s.call
		switch {
		case i >= 0:
			looks = slices.Delete(looks, i, i+1)
		case !again || !e.explained(before, s.call, spent):
			all = append(all, failed("%s looked at %s, and the audit trail has no entry", e.colleague(s.chat).Name, reference.FindString(s.text)))
		}
	}
	return all
}

// settling are the verdicts that settle a case.
var settling = []string{"accept", "reject", "merge", "keep-both", "not-duplicate"}

// told are the words by which a family hears of a decision.
var told = regexp.MustCompile(`(TT-[0-9A-Z]{4}-[0-9A-Z]{4})\W*: (checked\. Everything|we cannot accept|you had signed up twice)`)

// decidedOnce looks for cases that were decided twice, and for families who were told twice, or of
// what nobody has decided.
func (e *evidence) decidedOnce() []failure {
	var all []failure
	decided := map[string]bool{}
	for _, l := range e.register {
		rounds := map[string]int{}
		for _, d := range l.Decisions {
			if !d.Undone && slices.Contains(settling, d.Verdict) {
				rounds[strings.Join(slices.Sorted(slices.Values(d.Codes)), " ")]++
				decided[l.Reference] = true
			}
		}
		for codes, n := range rounds {
			if n > 1 {
				all = append(all, failed("%s was decided %d times about %s", l.Reference, n, codes))
			}
		}
	}
	heard, spent := map[string]said{}, map[string]bool{}
	for _, s := range e.sayings() {
		if strings.Contains(s.text, "our last message about this file was a mistake") {
			delete(heard, s.chat+reference.FindString(s.text)) // it was undone, and is decided anew
		}
		found := told.FindStringSubmatch(s.text)
		if found == nil || !s.done || e.colleague(s.chat) != nil {
			continue
		}
		key := s.chat + found[1]
		if before, again := heard[key]; again && (before.text != s.text || !e.explained(before.call, s.call, spent)) {
			all = append(all, failed("chat %s was told twice what was decided about %s", s.chat, found[1]))
		}
		heard[key] = s
		if !decided[found[1]] && e.player(s.chat).Parent != nil && e.player(s.chat).Past.Erased.IsZero() {
			all = append(all, failed("chat %s was told of a decision about %s, and there is none", s.chat, found[1]))
		}
	}
	return all
}

// mostLooks is how often anybody may look in an hour.
const mostLooks = 60

// greedIsStopped looks for people of the team who looked at more than anybody may, who were not
// locked, or of whom no admin was told.
func (e *evidence) greedIsStopped() []failure {
	looks, warned, locked := map[string]int{}, map[string]bool{}, 0
	for _, s := range e.sayings() {
		if s.done && e.lookedAt(s.chat, s.text) {
			looks[s.chat]++
		}
		if c := e.colleague(s.chat); s.done && c != nil && c.admin {
			for _, greedy := range e.team {
				warned[greedy.Name] = warned[greedy.Name] || strings.Contains(s.text, greedy.Name+" looked at more answers")
			}
		}
	}
	for _, one := range e.entries {
		if one.Kind == "locked" {
			locked++
		}
	}
	var all []failure
	for _, c := range e.team {
		if n := looks[c.chat]; n > mostLooks+e.copies {
			all = append(all, failed("%s looked %d times", c.Name, n))
		}
		switch {
		case !c.Greedy:
			continue
		case !c.Locked:
			all = append(all, failed("%s looked %d times and was not locked", c.Name, looks[c.chat]))
		case !warned[c.Name]:
			all = append(all, failed("%s was locked, and no admin was told", c.Name))
		case locked == 0:
			all = append(all, failed("%s was locked, and the audit trail has no entry", c.Name))
		}
		locked--
	}
	return all
}
