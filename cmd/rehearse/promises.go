package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/people"
)

// said is something that the program sent to a chat, or tried to.
type said struct {
	at         time.Time
	chat, text string
	done       bool
	protected  bool
	call       telegram.Entry // on Telegram
}

// sayings are all of them on both platforms, in the order of each.
func (e *evidence) sayings() []said {
	var all []said
	for _, t := range e.telegram {
		if t.Method == "sendMessage" || t.Method == "editMessageText" || t.Method == "sendDocument" {
			all = append(all, said{t.At, t.Params["chat_id"], t.Params["text"] + t.Params["caption"], t.Done, t.Params["protect_content"] == "true", t})
		}
	}
	for _, d := range e.discord {
		if d.Route != "" && len(d.Body) > 0 && !d.Repeated { // shown once
			all = append(all, said{at: d.At, chat: d.Channel, text: string(d.Body), done: d.Done})
		}
	}
	return all
}

// whoLeftIsGone looks for what is left of people who had everything erased, and of minors: nothing on
// file, and nothing said to them any more but the message that told them so.
func (e *evidence) whoLeftIsGone() []failure {
	var all []failure
	for _, p := range e.cast {
		if p.Receipt != "" && p.Past.Erased.IsZero() {
			continue
		}
		for _, l := range e.register {
			if l.Reference == p.Receipt && len(l.Said())+len(l.Consents) > 0 {
				all = append(all, failed("parent %d had %s erased, and the register has answers of it", p.Number, l.Reference))
			}
			for key, value := range l.Said() {
				if slices.ContainsFunc(slices.Concat(p.Secrets(), p.Past.Typed), func(s string) bool { return strings.Contains(value, s) }) {
					all = append(all, failed("parent %d (%s) has nothing on file, and %s of %s is theirs", p.Number, p.Kind, key, l.Reference))
				}
			}
		}
	}
	for _, s := range e.sayings() {
		p := e.player(s.chat)
		if p.Parent == nil || !s.done {
			continue
		}
		gone := !p.Past.Erased.IsZero() && s.at.After(p.Past.Erased) && !strings.Contains(s.text, "Everything is erased")
		young := !p.Past.TurnedOff.IsZero() && s.at.After(p.Past.TurnedOff) && !strings.Contains(s.text, "Thank you for being honest") && !strings.Contains(s.text, "Erased.")
		if gone || young {
			f := failed("parent %d (%s) had left, and was told %q", p.Number, p.Kind, short(s.text))
			f.Trail = e.trail(p, max(len(e.telegram), len(e.discord)), 12)
			all = append(all, f)
		}
	}
	return all
}

// How soon a press must be answered, also on a machine that is busy with a rehearsal, and after how
// long Telegram takes no answer any more. Discord takes none after 3 seconds.
const (
	answerWithin = 10 * time.Second
	tooOld       = 15 * time.Second
)

// everyPressIsAnswered looks for presses that were answered never, late, or more often than once. A
// fault about that time may be the reason.
func (e *evidence) everyPressIsAnswered() []failure {
	first, up := map[string]time.Time{}, time.Time{} // when the program was there
	for _, t := range e.telegram {
		if up.IsZero() && t.Method == "getUpdates" {
			up = t.At
		}
		if id := t.Params["callback_query_id"]; id != "" && t.Done && first[id].IsZero() {
			first[id] = t.At
		}
	}
	var all []failure
	for _, p := range e.presses {
		at, known := first[p.id]
		late := known && at.Sub(p.at) > answerWithin
		if p.answers == 1 && !late || p.at.Before(up.Add(answerWithin)) || e.struckBetween(p.at.Add(-tooOld), p.at.Add(tooOld)) {
			continue
		}
		f := failed("the press %s in chat %s at %s was answered %d times", p.id, p.chat, p.at.Format(time.TimeOnly), p.answers)
		if known {
			f.What += fmt.Sprint(", the first time after ", at.Sub(p.at))
		}
		if p.saw != "" {
			f.What += ": " + p.saw
		}
		f.Trail = e.trail(e.player(p.chat), max(len(e.telegram), len(e.discord)), 6)
		all = append(all, f)
	}
	return all
}

func (e *evidence) struckBetween(from, until time.Time) bool {
	return slices.ContainsFunc(e.struck, func(s struck) bool { return s.from.Before(until) && s.until.After(from) })
}

// helpWithin is how soon somebody who calls for help is told whom to call.
const helpWithin = 2 * time.Second

// helpComesAtOnce looks for calls for help that were answered late. What counts is when the program
// tried to say it first, and the time in which it was not running, or could not hear, does not count.
// Who pressed on Discord while nobody heard it has to press again.
func (e *evidence) helpComesAtOnce() []failure {
	var all []failure
	sayings := e.sayings()
	for _, p := range e.cast {
		for _, alarm := range p.Past.Alarms {
			i := slices.IndexFunc(sayings, func(s said) bool {
				return s.chat == p.chat() && !s.at.Before(alarm) && strings.Contains(s.text, "112")
			})
			if i < 0 {
				all = append(all, failed("parent %d called for help and nothing came", p.Number))
				continue
			}
			for _, d := range e.discord {
				if p.discord != "" && d.Channel == p.discord && d.Act == "press" && d.At.After(alarm) && d.At.Before(sayings[i].at) {
					alarm = d.At
				}
			}
			if took := sayings[i].at.Sub(alarm) - e.deaf(alarm, sayings[i].at); took > helpWithin {
				f := failed("parent %d called for help at %s and was answered after %s", p.Number, alarm.Format(time.TimeOnly), took)
				f.Trail = e.trail(p, max(len(e.telegram), len(e.discord)), 12)
				all = append(all, f)
			}
		}
	}
	return all
}

// deaf is how long within a span the program was not running, or Telegram did not let it hear: from
// there to its next poll.
func (e *evidence) deaf(from, until time.Time) time.Duration {
	var sum time.Duration
	at := from
	add := func(begin, end time.Time) {
		if begin.Before(at) {
			begin = at
		}
		for _, t := range e.telegram { // what is heard begins with a poll
			if t.Method == "getUpdates" && t.At.After(end) && t.Status == 200 {
				end = t.At
				break
			}
		}
		if end.After(until) {
			end = until
		}
		if end.After(begin) {
			sum, at = sum+end.Sub(begin), end
		}
	}
	type span struct{ from, until time.Time }
	var spans []span
	for _, s := range e.struck {
		if s.breaks && !s.servers {
			spans = append(spans, span{s.from, s.until})
		}
	}
	for _, t := range e.telegram {
		if t.Method == "getUpdates" && (t.Status != 200 || t.Cut != telegram.Whole) {
			spans = append(spans, span{t.At, t.At})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	for _, s := range spans {
		if s.from.Before(until) {
			add(s.from, s.until)
		}
	}
	return sum
}

var editionOf = regexp.MustCompile(`Edition (\d+)\.`)

// additionsAreOnRecord looks for answers to claims that were on file already, and have no entry in the
// audit trail: nobody could tell what had been sent.
func (e *evidence) additionsAreOnRecord() []failure {
	added, entered := 0, 0
	for _, p := range e.cast {
		added += p.Past.Added
	}
	for _, one := range e.entries {
		if one.Kind == "correction" {
			entered++
		}
	}
	if entered >= added {
		return nil
	}
	return []failure{failed("%d answers were added to claims on file, and the audit trail has entries of %d", added, entered)}
}

// changesAreToldOf looks for people who changed a message that they had sent, and were not told that
// this changes no answer.
func (e *evidence) changesAreToldOf() []failure {
	count := map[string]int{}
	for _, s := range e.sayings() {
		if s.done && strings.Contains(s.text, "I cannot see a change") {
			count[s.chat]++
		}
	}
	var all []failure
	for _, p := range e.cast {
		if n := count[p.chat()]; n < p.Past.Reworded {
			f := failed("parent %d changed %d messages and was told %d times that it changes no answer", p.Number, p.Past.Reworded, n)
			f.Trail = e.trail(p, len(e.telegram), 60)
			all = append(all, f)
		}
	}
	return all
}

// numbersAreNotRepeated looks for what was typed and must not be said by anybody.
func (e *evidence) numbersAreNotRepeated() []failure {
	var numbers []string
	for _, p := range e.cast {
		numbers = append(numbers, p.Past.Typed...)
	}
	var all []failure
	for _, s := range e.sayings() {
		for _, typed := range numbers {
			if strings.Contains(s.text, typed) {
				all = append(all, failed("chat %s was sent %s, which looks like the number of a person", s.chat, typed))
			}
		}
	}
	return all
}

// poisonous reports whether an update is one that nobody could have handled: a fault made it, or
// somebody who sends such things.
func (e *evidence) poisonous(update string) bool {
	return strings.Contains(update, poison) || slices.ContainsFunc(e.cast, func(p player) bool {
		return p.Kind == people.Troll && strings.Contains(update, fmt.Sprint(p.id))
	})
}
