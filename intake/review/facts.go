package review

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"claimline/intake"
	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// facts says why the case is there: what was compared and with what result, which questions
// contradict each other. In place of values stand comparisons.
func (s *sitting) facts() ([]wording.Text, error) {
	var lines []wording.Text
	for _, flag := range s.flags() {
		if len(flag.With) > 0 {
			compared, err := s.compared(flag)
			if err != nil {
				return nil, err
			}
			for _, line := range compared {
				if !slices.ContainsFunc(lines, func(l wording.Text) bool { return l.Plain() == line.Plain() }) {
					lines = append(lines, line)
				}
			}
			continue
		}
		lines = append(lines, s.raised(flag))
	}
	return append(lines, s.answersOf(s.f)...), nil
}

// flags are the open ones that this case is about.
func (s *sitting) flags() []intake.Flag {
	var flags []intake.Flag
	for _, f := range s.f.Submission.Flags {
		if f.State == "open" && intake.KindOf(f) == s.c.Kind {
			flags = append(flags, f)
		}
	}
	return flags
}

// raised is one reason in words, with the questions whose answers raised it.
func (s *sitting) raised(f intake.Flag) wording.Text {
	key := "flags." + f.Code + ".why"
	if !s.texts.in(s.m.Sitting.Language).Has(key) {
		key = "flags.other.why"
	}
	text := s.say(key, wording.Args{"code": f.Code, "who": s.who(s.f, f.Item)})
	var names []string
	for _, id := range f.Answers {
		if name := s.short(id); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		text = append(slices.Clone(text), wording.Say(" ("+strings.Join(names, ", ")+")")...)
	}
	return text
}

// short is what a question is called in the member's language.
func (s *sitting) short(id string) string {
	c, _, ok := s.Campaign(s.c.Campaign)
	if !ok {
		return ""
	}
	return c.Text(s.m.Sitting.Language, "questions."+id+".short", "", nil).Plain()
}

// compared sets this file beside the first one that shares something with it.
func (s *sitting) compared(f intake.Flag) ([]wording.Text, error) {
	other, err := s.tx.Submission(f.With[0].Submission)
	if errors.Is(err, intake.ErrNoFile) {
		return []wording.Text{s.say("card.other-gone", nil)}, nil
	}
	if err != nil {
		return nil, err
	}
	args := wording.Args{"here": s.who(s.f, f.Item), "there": s.who(other, f.With[0].Item), "reference": other.Submission.Reference}
	lines := []wording.Text{s.say("card.same", args)}
	if same := s.comparison(other, f.Item, f.With[0].Item, true); f.Item != 0 && same != "" {
		lines = append(lines, s.say("card.compare-child", wording.Args{"result": same}))
	}
	if same := s.comparison(other, 0, 0, false); same != "" {
		lines = append(lines, s.say("card.compare-parent", wording.Args{"result": same}))
	}
	for _, line := range s.answersOf(other) {
		lines = append(lines, wording.Lines(append(s.say("card.there", nil), line...)))
	}
	if len(f.With) > 1 {
		lines = append(lines, s.count("card.more-files", len(f.With)-1, nil))
	}
	return lines, nil
}

// identifying are the kinds of question that tell one human from another.
var identifying = []answer.Kind{answer.Name, answer.Date, answer.Handle, answer.Email, answer.Phone, answer.Text}

// comparison is "birth date ✔ · first name ✘": what both files have, and whether it is the same.
func (s *sitting) comparison(other *intake.File, here, there int, member bool) string {
	c, _, ok := s.Campaign(s.c.Campaign)
	if !ok {
		return ""
	}
	var results []string
	for _, q := range c.Questions {
		if q.Member != member || !slices.Contains(identifying, q.Kind) || q.Sensitivity == campaign.Special || q.Sensitivity == campaign.Safety {
			continue
		}
		a, b := values(s.f, q.ID, here), values(other, q.ID, there)
		if len(a) == 0 || len(b) == 0 {
			continue
		}
		sign := "✘"
		if strings.EqualFold(strings.Join(a, " "), strings.Join(b, " ")) {
			sign = "✔"
		}
		results = append(results, s.short(q.ID)+" "+sign)
	}
	return strings.Join(results, " · ")
}

// answersOf shows the answers that the campaign lets a card show in words: choices, never what was
// typed, and only where the platform may carry them.
func (s *sitting) answersOf(f *intake.File) []wording.Text {
	c, _, ok := s.Campaign(s.c.Campaign)
	if !ok {
		return nil
	}
	var lines []wording.Text
	for _, id := range c.Review.Show {
		q := c.Question(id)
		if q == nil || !s.inChat(q.Sensitivity) {
			continue
		}
		items := []int{0}
		if q.Member {
			items = f.Conversation.State.Members
		}
		for _, item := range items {
			for _, v := range values(f, id, item) {
				label := c.Text(s.m.Sitting.Language, "questions."+id+".choices."+v, "", nil).Plain()
				lines = append(lines, s.say("card.answer", wording.Args{"who": s.who(f, item), "question": s.short(id), "answer": label}))
			}
		}
	}
	return lines
}

func values(f *intake.File, question string, item int) []string {
	return f.Conversation.State.Answers[intake.Key{Question: question, Item: item}].Values
}

// reasonsNow is what the case is about, as a hash: its flags, and what was answered to the questions
// behind them.
func (s *sitting) reasonsNow() string {
	about := struct {
		Flags   []intake.Flag
		Answers []intake.Answer
	}{Flags: s.flags()}
	for _, key := range s.suspects() {
		about.Answers = append(about.Answers, s.f.Conversation.State.Answers[key])
	}
	text, _ := json.Marshal(about) // plain values always can be
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// outdated reports whether the case is about something else than when its card was shown, and says
// so: nobody decides about what they have not read.
func (s *sitting) outdated() bool {
	if s.m.Sitting.Read == s.reasonsNow() {
		return false
	}
	s.m.Sitting.View = viewCard
	s.above = append(s.above, s.say("card.changed", nil))
	return true
}
