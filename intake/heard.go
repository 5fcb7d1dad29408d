package intake

import (
	"slices"
	"strconv"
	"strings"

	"claimline/intake/wording"
)

// ownWords understands what people say instead of answering: "why?", "what is a mandate?", "stop".
func (t *talk) ownWords(text string) bool {
	said := fold(text)
	for _, lang := range t.Campaign.Languages {
		if lang != t.Conversation.Language && slices.Contains(t.Words.In(lang).List("words.speak-this"), said) {
			t.language(lang)
			return true
		}
	}
	for _, word := range []string{"why", "help", "stop", "later", "back", "restart", "language"} {
		if slices.Contains(t.words().List("words."+word), said) {
			t.heard(word)
			return true
		}
	}
	for _, term := range t.Campaign.Glossary(t.Conversation.Language) {
		if slices.ContainsFunc(term.Words, func(w string) bool { return t.asksFor(said, fold(w)) }) {
			t.tell(Message{Text: term.Say, Buttons: t.backToQuestion()})
			return true
		}
	}
	return false
}

// asksFor reports whether words ask what a term means: the question in full, or the term with a
// question before it ("what is a mandate"). The bare term may be an answer.
func (t *talk) asksFor(said, term string) bool {
	if said == term {
		return strings.Contains(term, " ")
	}
	for _, opening := range t.words().List("words.what-is") {
		if rest, ok := strings.CutPrefix(said, opening+" "); ok && rest == term {
			return true
		}
	}
	return false
}

func (t *talk) heard(word string) {
	at := t.current()
	if t.Conversation.Stage == StageSent && slices.Contains([]string{"stop", "restart"}, word) {
		t.cancel()
		return
	}
	if t.Conversation.Stage == StageSent && word == "later" {
		t.show()
		return
	}
	switch word {
	case "why", "help":
		t.help(at)
	case "stop":
		t.open("stop")
	case "later":
		t.tell(Message{Text: t.say("come-back", t.days()), Buttons: t.backToQuestion()})
	case "back":
		t.back(at)
	case "restart":
		t.open("restart")
	case "language":
		t.open("language")
	}
}

// unread says why something could not be taken, and asks the current question again, or says what
// stands in its place while nothing new is taken.
func (t *talk) unread(did Unread) {
	reason := t.say("unread."+did.Why, wording.Args{"days": strconv.Itoa(ParkedDays)})
	switch {
	case t.Conversation.Stage == StageStopped && !t.inMenu():
		t.tell(Message{Text: reason})
		t.showStopped()
	case t.Conversation.Stage == StageOpen && t.closedNow() && !t.inMenu():
		t.tell(Message{Text: wording.Lines(reason, t.say("paused", t.days()))})
	default:
		t.above = append(t.above, reason)
		t.show()
	}
}
