package review

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"claimline/intake"
	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// How much somebody may look at in an hour, and how long what they look at stays.
const (
	mostLooks = 60
	lookStays = 3 * time.Minute
	anHour    = time.Hour
)

// look shows the answers that raised the flags of the case, and nothing else: in a message that
// cannot be forwarded and goes after three minutes. It is on record before it is seen.
func (s *sitting) look() error { return s.reveal(s.seen) }

// reveal does it for whatever is to be seen.
func (s *sitting) reveal(what func() ([]wording.Text, []intake.Key, campaign.Sensitivity, error)) error {
	if !s.m.Sitting.Locked.IsZero() {
		s.above = append(s.above, s.say("look.locked", nil))
		return s.show()
	}
	recent := slices.DeleteFunc(slices.Clone(s.m.Sitting.Looks), func(at time.Time) bool { return s.now.Sub(at) > anHour })
	if len(recent) >= mostLooks {
		return s.lock()
	}
	lines, keys, of, err := what()
	if err != nil {
		return err
	}
	s.m.Sitting.Looks = append(recent, s.now)
	s.c.Looks++
	record := s.entry("look", "fields", fields(keys))
	if !s.inChat(of) {
		s.above = append(s.above, s.say("look.not-here", nil))
		return s.show()
	}
	id := s.NewID()
	body := intake.Message{Text: wording.Lines(append([]wording.Text{s.say("look.title", wording.Args{"reference": s.c.Reference})}, lines...)...), Protect: true}
	out := []intake.Outgoing{
		{ID: id, Account: s.e.Account, Do: intake.Say, Body: body},
		{ID: s.NewID(), Account: s.e.Account, Do: intake.Remove, Of: id, After: lookStays},
	}
	if err := s.Bring(s.tx, s.f, intake.Carried{Out: out, Audit: []intake.Entry{record}}); err != nil {
		return err
	}
	s.reply.Toast = s.say("toast.look", nil).Plain() // the card stays as it is, and so do its buttons
	return nil
}

// lock stops somebody who looks at more than any work needs, and tells the admins.
func (s *sitting) lock() error {
	s.m.Sitting.Locked = s.now
	s.turn.Audit = append(s.turn.Audit, intake.Entry{Kind: "locked", Refs: map[string]string{"member": s.m.ID, "looks": strconv.Itoa(mostLooks)}})
	team, err := s.tx.Team()
	if err != nil {
		return err
	}
	for _, admin := range team {
		if admin.ID == s.m.ID || !admin.Has(intake.Admin) {
			continue
		}
		told := intake.Message{Text: s.texts.in(admin.Sitting.Language).Text("look.admin", wording.Args{"who": s.m.Sitting.Name})}
		if err := s.tx.SaveMember(admin, s.tell(admin, told)); err != nil {
			return err
		}
	}
	s.above = append(s.above, s.say("look.locked", nil))
	return s.show()
}

// seen words the answers behind the flags, here and in the files that share something with this one,
// and says how delicate the most delicate of them is.
func (s *sitting) seen() (lines []wording.Text, keys []intake.Key, of campaign.Sensitivity, err error) {
	c, _, _ := s.Campaign(s.c.Campaign)
	of = campaign.Ordinary
	show := func(f *intake.File, flag intake.Flag) {
		for _, key := range s.behind(f, flag) {
			q := c.Question(key.Question)
			line := s.answerLine(f, key, q)
			if slices.ContainsFunc(lines, func(l wording.Text) bool { return l.Plain() == line.Plain() }) {
				continue
			}
			if s.c.Kind != intake.SafetyCase && q.Sensitivity == campaign.Safety {
				continue // a moderator of claims does not read these
			}
			lines, keys = append(lines, line), append(keys, key)
			of = moreDelicate(of, q.Sensitivity)
		}
	}
	for _, flag := range s.flags() {
		show(s.f, flag)
		for _, with := range flag.With {
			other, err := s.tx.Submission(with.Submission)
			if err != nil {
				continue // it is gone
			}
			lines = append(lines, wording.Say(""), s.say("look.other", wording.Args{"reference": other.Submission.Reference}))
			there := flag
			there.Item = with.Item
			show(other, there)
		}
	}
	for _, letter := range s.f.Submission.Review.Letters {
		key := "look.letter"
		if letter.By == "" {
			key = "look.reply"
		}
		lines = append(lines, s.say(key, wording.Args{"words": letter.Text, "since": s.since(letter.At)}))
	}
	if len(lines) == 0 {
		lines = append(lines, s.say("look.nothing", nil))
	}
	return lines, keys, of, nil
}

// answerLine is one answer in words, with what it was before the family was asked again.
func (s *sitting) answerLine(f *intake.File, key intake.Key, q *campaign.Question) wording.Text {
	a := f.Conversation.State.Answers[key]
	args := wording.Args{"who": s.who(f, key.Item), "question": s.short(key.Question), "answer": s.shown(q, a.Values)}
	if len(a.Before) > 0 && !slices.Equal(a.Before, a.Values) {
		args["before"] = s.shown(q, a.Before)
		return s.say("look.changed", args)
	}
	return s.say("look.answer", args)
}

func (s *sitting) shown(q *campaign.Question, values []string) string {
	c, _, _ := s.Campaign(s.c.Campaign)
	var words []string
	for _, v := range values {
		label := c.Text(s.m.Sitting.Language, "questions."+q.ID+".choices."+v, "", nil).Plain()
		if label == "" {
			label = answer.Show(q.Kind, v, s.m.Sitting.Language)
		}
		words = append(words, label)
	}
	return strings.Join(words, ", ")
}

var delicacy = []campaign.Sensitivity{campaign.Ordinary, campaign.Personal, campaign.ChildFact, campaign.ChildIdentity, campaign.Special, campaign.Safety}

func moreDelicate(a, b campaign.Sensitivity) campaign.Sensitivity {
	if slices.Index(delicacy, b) > slices.Index(delicacy, a) {
		return b
	}
	return a
}

func fields(keys []intake.Key) string {
	var names []string
	for _, k := range keys {
		names = append(names, k.String())
	}
	return strings.Join(names, " ")
}
