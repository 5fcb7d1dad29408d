package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/leaks"
	"claimline/cmd/rehearse/people"
	"claimline/cmd/rehearse/powerloss"
	"claimline/intake/campaign"
)

// evidence is all that the checker knows. None of it comes from inside the program.
type evidence struct {
	cast       []player
	players    map[string]player // by chat, once one was looked for
	undone     map[int]string    // who did not come to the end, by number, and why
	telegram   []telegram.Entry
	discord    []discord.Entry
	violations []string      // of the platforms' rules
	register   []people.Line // as exported
	places     []leaks.Place // everything that was written
	struck     []struck
	deaths     []string   // of the program, that nobody caused
	restless   bool       // it still talked long after everybody was done
	asked      statements // of the database, in all
	audit      error      // what audit verify says
	parked     []string   // what the program has put aside unread
	team       []colleague
	editions   []*campaign.Campaign // of the campaign, in their order
	presses    []pressed            // of everybody
	entries    []entry              // of the audit trail
	copies     int                  // messages that came twice for a reason, once checked

	powerLoss *powerloss.Report // nil where the power did not fail
}

// failure is a promise that was not kept.
type failure struct {
	What  string   `json:"what"`
	Trail []string `json:"trail,omitempty"` // the part of the history that shows it
}

// check holds the evidence to every promise, and returns those that were not kept.
func (e *evidence) check() []failure {
	var all []failure
	for _, promise := range []func() []failure{
		e.everybodyCameToTheEnd, e.theRegisterIsWhatWasSaid, e.oneReferenceEach, e.nothingTwiceOnTelegram, e.nothingTwiceOnDiscord,
		e.noEcho, e.nothingIsWrittenDown, e.theProgramLived, e.powerLossLosesNothing,
		e.whoLeftIsGone, e.everyPressIsAnswered, e.helpComesAtOnce, e.consentsAreWhatWasShown, e.nobodySendsWhatWasReplaced, e.looksAreOnRecord,
		e.decidedOnce, e.changesAreToldOf, e.greedIsStopped, e.numbersAreNotRepeated,
		e.nothingWithinAPenalty, e.nothingSentAgainOnDiscord, e.nothingTypedIsMarkup, e.noNumberLeadsToAnother,
		e.whoStoppedTheBotIsLeftAlone, e.additionsAreOnRecord,
	} {
		all = append(all, promise()...)
	}
	return all
}

func failed(format string, args ...any) failure { return failure{What: fmt.Sprintf(format, args...)} }

func (e *evidence) everybodyCameToTheEnd() []failure {
	var all []failure
	for _, number := range slices.Sorted(maps.Keys(e.undone)) {
		if number < 0 {
			all = append(all, failed("the team: %s", e.undone[number]))
			continue
		}
		f := failed("parent %d (%s) did not come to the end", number, e.cast[number].Kind)
		f.Trail = append(e.trail(e.cast[number], max(len(e.telegram), len(e.discord)), 40), e.undone[number])
		all = append(all, f)
	}
	return all
}

// theRegisterIsWhatWasSaid compares each submission with what its parent said: no answer lost, none
// invented, none changed, and no submission that nobody made.
func (e *evidence) theRegisterIsWhatWasSaid() []failure {
	var all []failure
	lines := map[string]people.Line{}
	for _, l := range e.register {
		if _, twice := lines[l.Reference]; twice {
			all = append(all, failed("%s stands in the register twice", l.Reference))
		}
		lines[l.Reference] = l
	}
	told := map[string]bool{}
	for _, p := range e.cast {
		if p.Receipt == "" {
			continue
		}
		if !p.Past.Erased.IsZero() {
			told[p.Receipt] = true // what is left of it is looked at elsewhere
			continue
		}
		if told[p.Receipt] {
			all = append(all, failed("%s was told to two people, parent %d is one", p.Receipt, p.Number))
		}
		told[p.Receipt] = true
		l, ok := lines[p.Receipt]
		if !ok {
			all = append(all, failed("parent %d was told %s, which is not in the register", p.Number, p.Receipt))
			continue
		}
		all = append(all, e.sameAnswers(p, l.Said())...)
	}
	for reference := range lines {
		if !told[reference] && len(e.undone) == 0 {
			all = append(all, failed("%s stands in the register, and nobody was told", reference))
		}
	}
	return all
}

func (e *evidence) sameAnswers(p player, onFile map[string]string) []failure {
	var all []failure
	said := p.Exported(onFile)
	both := maps.Clone(said)
	maps.Copy(both, onFile)
	for _, key := range slices.Sorted(maps.Keys(both)) {
		meant, isSaid := said[key]
		written, isOnFile := onFile[key]
		var f failure
		switch {
		case isSaid && !isOnFile:
			f = failed("the answer of parent %d (%s) to %s is lost: %q", p.Number, p.Receipt, key, meant)
		case !isSaid:
			f = failed("an answer of parent %d (%s) to %s was invented: %q", p.Number, p.Receipt, key, written)
		case meant != written:
			f = failed("the answer of parent %d (%s) to %s was %q and became %q", p.Number, p.Receipt, key, meant, written)
		default:
			continue
		}
		f.Trail = e.since(p, key)
		all = append(all, f)
	}
	return all
}

// reference is how a submission is named to its parent.
var reference = regexp.MustCompile(`\bTT-[0-9A-Z]{4}-[0-9A-Z]{4}\b`)

// oneReferenceEach looks for people who were told of more than one submission.
func (e *evidence) oneReferenceEach() []failure {
	told := map[string]map[string]bool{}
	note := func(chat, text string) {
		for _, found := range reference.FindAllString(text, -1) {
			if told[chat] == nil {
				told[chat] = map[string]bool{}
			}
			told[chat][found] = true
		}
	}
	for _, t := range e.telegram {
		note(t.Params["chat_id"], t.Params["text"]+" "+t.Params["caption"])
	}
	for _, d := range e.discord {
		note(d.Channel, string(d.Body))
	}
	var all []failure
	for _, p := range e.cast {
		if n := len(told[p.chat()]); n > 1 {
			all = append(all, failed("parent %d was told of %d submissions", p.Number, n))
		}
	}
	return all
}

func (p player) chat() string {
	if p.discord != "" {
		return p.discord
	}
	return fmt.Sprint(p.telegram)
}

// showing is a message as its reader would know it again. The buttons of a question are unlike those
// of any other showing of it.
type showing struct {
	text, buttons string
	question      bool
}

// nothingTwiceOnTelegram looks for messages that came more often than a fault explains. Telegram
// knows no message again, so that one whose sending had an unknown outcome may come once more. A
// question with its buttons comes once; other words may come again after the person did something. To
// people who do many things at once the same may be said as often as they did something, and to all when
// the campaign was just edited: what they press stands below words that are replaced, and each press
// brings the question back.
func (e *evidence) nothingTwiceOnTelegram() []failure {
	var all []failure
	shown := map[string]map[showing]telegram.Entry{} // by chat
	spent := map[string]bool{}                       // by chat and fault
	owed := map[string]int{}                         // answers, by chat
	for i, t := range e.telegram {
		if t.Act != "" {
			owed[fmt.Sprint(t.Chat)]++
			maps.DeleteFunc(shown[fmt.Sprint(t.Chat)], func(s showing, _ telegram.Entry) bool { return !s.question })
		}
		if t.Method != "sendMessage" || !t.Done {
			continue
		}
		chat := t.Params["chat_id"]
		s := showing{text: t.Params["text"], buttons: t.Params["reply_markup"]}
		s.question = s.buttons != "" && e.cast[0].Asks(s.text) != ""
		before, again := shown[chat][s]
		restless := e.colleague(chat) != nil || e.player(chat).Parent != nil && e.player(chat).Kind != people.Plain
		owes := owed[chat] > 0
		owed[chat] = max(0, owed[chat]-1)
		switch {
		case !again || owes && (restless || e.justEdited(t.At)):
		case e.explained(before, t, spent):
			e.copies++
		default:
			f := failed("a message came twice to chat %s, and no fault between explains it: %q", chat, short(s.text))
			f.Trail = e.trail(e.player(chat), i+1, 8)
			all = append(all, f)
		}
		if shown[chat] == nil {
			shown[chat] = map[showing]telegram.Entry{}
		}
		shown[chat][s] = t
	}
	return all
}

// justEdited reports whether questions may still be out that ask what the campaign asks no more.
func (e *evidence) justEdited(at time.Time) bool {
	const out = 10 * time.Second
	return slices.ContainsFunc(e.struck, func(s struck) bool {
		return s.name == campaignEdited && !at.Before(s.from) && at.Sub(s.from) < out
	})
}

// explained reports whether the first of two equal messages may be one that the program did not know
// to be sent: the call was cut off, or a fault struck before it was written down. Each explains one
// copy in a chat.
func (e *evidence) explained(first, second telegram.Entry, spent map[string]bool) bool {
	if first.Cut != telegram.Whole || first.Status >= 500 {
		return true
	}
	for i, s := range e.struck {
		if key := fmt.Sprint(first.Params["chat_id"], " ", i); s.breaks && !first.At.After(s.until) && !second.At.Before(s.from) && !spent[key] {
			spent[key] = true
			return true
		}
	}
	return false
}

// nothingTwiceOnDiscord looks for messages that appeared under the same nonce twice, or without one.
func (e *evidence) nothingTwiceOnDiscord() []failure {
	var all []failure
	shown := map[string]bool{}
	for _, d := range e.discord {
		if d.Route != discord.CreateMessage || !d.Done || d.Repeated {
			continue
		}
		var body struct {
			Nonce string `json:"nonce"`
		}
		if err := json.Unmarshal(d.Body, &body); err != nil || body.Nonce == "" {
			all = append(all, failed("a message to channel %s has no nonce", d.Channel))
			continue
		}
		if key := d.Channel + " " + body.Nonce; shown[key] {
			all = append(all, failed("a message appeared twice in channel %s", d.Channel))
		} else {
			shown[key] = true
		}
	}
	return all
}

// word is what a person's secrets are made of.
var word = regexp.MustCompile(`[A-Za-z]+`)

// noEcho looks for what people said in what was sent: to anybody else ever, and to themselves once
// they were told that their claim is on file. A copy of an earlier message tells nobody anything; whether
// there may be one is looked at elsewhere.
func (e *evidence) noEcho() []failure {
	owners, submitted, copied := map[string]string{}, map[string]bool{}, map[string]bool{}
	for _, p := range e.cast {
		for _, secret := range p.Secrets() {
			owners[strings.ToLower(secret)] = p.chat()
		}
	}
	var all []failure
	look := func(chat, text string, i int, arrived bool) {
		if !copied[chat+" "+text] {
			copied[chat+" "+text] = true
			for _, w := range word.FindAllString(text, -1) {
				owner, secret := owners[strings.ToLower(w)]
				if !secret || owner == chat && !submitted[chat] || e.lookedAt(chat, text) {
					continue
				}
				f := failed("chat %s was sent %q, which is of chat %s, submitted: %v", chat, w, owner, submitted[chat])
				f.Trail = append(e.trail(e.player(chat), i+1, 4), short(text))
				all = append(all, f)
			}
		}
		if arrived && reference.MatchString(text) { // perhaps a copy of one that did not arrive
			submitted[chat] = true
		}
	}
	for i, t := range e.telegram {
		look(t.Params["chat_id"], t.Params["text"]+" "+t.Params["caption"], i, t.Done)
	}
	for i, d := range e.discord {
		if d.Route != "" {
			look(d.Channel, string(d.Body), i, d.Done)
		}
	}
	return all
}

// nothingIsWrittenDown looks for what people said, who they are and the bots' tokens in everything
// that was written.
func (e *evidence) nothingIsWrittenDown() []failure {
	secrets := []string{telegramToken, strings.Split(telegramToken, ":")[1], discordToken, strings.Split(discordToken, ".")[2]}
	for _, p := range e.cast {
		secrets = append(append(append(secrets, p.id, p.chat()), p.Secrets()...), p.Past.Typed...)
	}
	for _, c := range e.team {
		secrets = append(secrets, c.chat, c.id)
	}
	var all []failure
	for _, found := range leaks.Search(e.places, secrets) {
		all = append(all, failed("found %s", found))
	}
	return all
}

// panicTold is how a panic stands in the log: the runtime's own, and those that were contained.
var panicTold = regexp.MustCompile(`panic: |panicked",|"panicked":true`)

// theProgramLived looks at what the program itself, the platforms and the audit trail have to say.
func (e *evidence) theProgramLived() []failure {
	var all []failure
	for _, death := range e.deaths {
		all = append(all, failed("the program ended by itself: %s", death))
	}
	if e.restless {
		all = append(all, failed("%v", errRestless))
	}
	for _, p := range e.places {
		if !strings.HasSuffix(p.Name, "/log") {
			continue // a database of gigabytes would take minutes
		}
		if at := panicTold.FindIndex(p.Body); at != nil {
			all = append(all, failed("the log tells of a panic: %s", short(string(p.Body[at[0]:]))))
		}
	}
	for _, v := range slices.Compact(slices.Sorted(slices.Values(e.violations))) {
		all = append(all, failed("against the rules of %s", v))
	}
	if e.audit != nil {
		all = append(all, failed("%v", e.audit))
	}
	for _, update := range e.parked {
		if !e.poisonous(update) {
			all = append(all, failed("an innocent update was put aside: %s", short(update)))
		}
	}
	return all
}
