package review

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"claimline/intake"
	"claimline/intake/answer"
	"claimline/intake/wording"
)

// suspects are the answers behind the flags of the case, which are ticked already when it is to be
// asked: they are asked again, exactly as they were.
func (s *sitting) suspects() []intake.Key {
	var keys []intake.Key
	for _, f := range s.flags() {
		for _, key := range s.behind(s.f, f) {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys[:min(len(keys), mostAsked)]
}

// mostAsked bounds what a family is asked at once: a card of buttons, and their patience.
const mostAsked = 8

// behind lists the answers of a file that a flag names.
func (s *sitting) behind(f *intake.File, flag intake.Flag) []intake.Key {
	c, _, ok := s.Campaign(s.c.Campaign)
	if !ok {
		return nil
	}
	var keys []intake.Key
	for _, id := range flag.Answers {
		q := c.Question(id)
		if q == nil {
			continue
		}
		for _, item := range append([]int{0}, f.Conversation.State.Members...) {
			key := intake.Key{Question: id, Item: item}
			about := !q.Member && item == 0 || q.Member && item != 0 && (flag.Item == 0 || flag.Item == item)
			if _, answered := f.Conversation.State.Answers[key]; answered && about {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// askSide offers the questions to be asked again, words of one's own, and what is often asked.
func (s *sitting) askSide() intake.Message {
	var rows [][]intake.Button
	for i, key := range s.askable() {
		sign, verb := "☐ ", "on:"
		if slices.Contains(s.m.Sitting.Ticked, key) {
			sign, verb = "☑ ", "off:"
		}
		label := sign + s.short(key.Question)
		if key.Item != 0 {
			label += " · " + s.who(s.f, key.Item)
		}
		rows = append(rows, []intake.Button{{Label: label, Action: verb + strconv.Itoa(i)}})
	}
	if len(s.m.Sitting.Ticked) > 0 {
		rows = append(rows, []intake.Button{s.button("ask-send", "send")})
	}
	for i := range templates {
		rows = append(rows, []intake.Button{s.button("templates."+templates[i]+".short", "template:"+strconv.Itoa(i))})
	}
	rows = append(rows, []intake.Button{s.button("ask-words", "message"), s.button("back", "back")})
	return intake.Message{Text: wording.Lines(s.headline(), s.say("ask-what", nil)), Buttons: rows}
}

// templates are what is often asked in words; the family reads them in its own language.
var templates = []string{"both-parents", "which-account"}

// askable are the suspects, in an order that does not change while the side shows.
func (s *sitting) askable() []intake.Key { return s.suspects() }

func (s *sitting) tick(arg string, on bool) error {
	keys := s.askable()
	i, err := strconv.Atoi(arg)
	if err != nil || i < 0 || i >= len(keys) {
		return s.show()
	}
	ticked := slices.DeleteFunc(slices.Clone(s.m.Sitting.Ticked), func(k intake.Key) bool { return k == keys[i] })
	if on {
		ticked = append(ticked, keys[i])
	}
	s.m.Sitting.Ticked = ticked
	return s.show()
}

// template takes a prepared question, in the language of the family.
func (s *sitting) template(arg string) error {
	i, err := strconv.Atoi(arg)
	if err != nil || i < 0 || i >= len(templates) {
		return s.show()
	}
	s.m.Sitting.View, s.m.Sitting.Awaits = viewMessage, ""
	s.m.Sitting.Text = s.texts.in(s.f.Submission.Language).Text("templates."+templates[i]+".text", nil).Plain()
	return s.show()
}

// typed takes words that were asked for: a message to the family, or a note for the team.
func (s *sitting) typed(text string) error {
	if err := s.load(); err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	switch {
	case s.c == nil || !s.mayMove(moves[s.m.Sitting.Awaits]):
		s.m.Sitting.Awaits = ""
		return s.show()
	case answer.IDNumberIn(text):
		s.above = append(s.above, s.say("words.id-number", nil))
	case len([]rune(text)) > mostWords:
		s.above = append(s.above, s.say("words.too-long", wording.Args{"most": strconv.Itoa(mostWords)}))
	case text != "":
		s.m.Sitting.Text, s.m.Sitting.Awaits = text, ""
	}
	if err := s.tx.SaveCase(s.c); err != nil {
		return err
	}
	return s.show()
}

// mostWords bounds a message or a note, in characters.
const mostWords = 600

// wordsSide waits for words, or shows them before they are sent or kept.
func (s *sitting) wordsSide() intake.Message {
	view := s.m.Sitting.View
	back := []intake.Button{s.button("back", "back")}
	if s.m.Sitting.Text == "" {
		s.m.Sitting.Awaits = view
		return intake.Message{Text: wording.Lines(s.headline(), s.say("words.type-"+view, nil)), Buttons: [][]intake.Button{back},
			Expect: intake.ExpectLong, Form: "words"}
	}
	text := s.say("words.read-"+view, wording.Args{"words": s.m.Sitting.Text})
	do := s.button("words.send", "send")
	if view == viewNote {
		do = s.button("words.keep", "keep")
	}
	return intake.Message{Text: wording.Lines(s.headline(), text), Buttons: [][]intake.Button{{do}, back}}
}

// send asks the family: the ticked questions again, or in words. The case waits for the answer.
func (s *sitting) send() error {
	if s.c.Kind == intake.SafetyCase { // nobody asks a family about that in a chat
		return s.show()
	}
	ask := intake.AskedAgain{Case: s.c.ID, Note: intake.Note{By: s.m.ID, At: s.now}}
	switch {
	case s.m.Sitting.View == viewMessage && s.m.Sitting.Text != "":
		ask.Note.Text = s.m.Sitting.Text
	case s.m.Sitting.View == viewAsk && len(s.m.Sitting.Ticked) > 0:
		ask.Keys = s.m.Sitting.Ticked
	default:
		return s.show()
	}
	if asked := s.f.Conversation.State.Asked; asked != nil && asked.Case != s.c.ID { // one at a time: each case has its own answer
		s.above = append(s.above, s.say("ask-busy", nil))
		return s.show()
	}
	if err := s.Bring(s.tx, s.f, ask); err != nil {
		return err
	}
	if asked := s.f.Conversation.State.Asked; asked == nil { // what was to be asked is gone by now
		return s.turnTo(viewAsk)
	}
	s.c.State, s.c.Holder, s.c.Until, s.c.Due = intake.Asked, "", time.Time{}, s.now.AddDate(0, 0, s.holdDays())
	s.m.Sitting.Text, s.m.Sitting.Ticked, s.m.Sitting.View = "", nil, viewCard
	s.above = append(s.above, s.say("asked", wording.Args{"reference": s.c.Reference}))
	return s.after()
}

// keepNote puts a note for the team on file.
func (s *sitting) keepNote() error {
	if s.m.Sitting.View != viewNote || s.m.Sitting.Text == "" {
		return s.show()
	}
	note := intake.Noted{Case: s.c.ID, Note: intake.Note{By: s.m.ID, Text: s.m.Sitting.Text, At: s.now}}
	if err := s.Bring(s.tx, s.f, note); err != nil {
		return err
	}
	s.m.Sitting.Text, s.m.Sitting.View = "", viewCard
	s.above = append(s.above, s.say("noted", nil))
	return s.show()
}
