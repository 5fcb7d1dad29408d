package review

import (
	"errors"
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
	mostLooks  = 60
	mostOthers = 20 // files
	anHour     = time.Hour
)

// look shows the answers that raised the flags of the case, and nothing else: in a message that
// cannot be forwarded and goes after three minutes, or on the private page. Proof is on the page
// alone.
func (s *sitting) look() error {
	if !s.m.Sitting.Locked.IsZero() {
		s.above = append(s.above, s.say("look.locked", nil))
		return s.show()
	}
	if s.greedy(s.m.Sitting.Looks, mostLooks) {
		if err := s.lock(mostLooks); err != nil {
			return err
		}
		s.above = append(s.above, s.say("look.locked", nil))
		return s.show()
	}
	g, err := s.seen()
	if err != nil {
		return err
	}
	here, files := s.inChat(g.of) && protects(s.e.Account.Platform()), len(s.evidence())
	if here {
		if err := s.lookHere(g); err != nil {
			return err
		}
	}
	switch {
	case here && files > 0 && s.Pages != "":
		s.above = append(s.above, s.count("look.files", files, nil))
		return s.lookThere()
	case here:
		s.reply.Toast = s.say("toast.look", nil).Plain() // the card stays as it is, and so do its buttons
		return nil
	case s.Pages != "":
		s.above = append(s.above, s.say("look.on-page", nil))
		return s.lookThere()
	}
	s.above = append(s.above, s.say("look.not-here", nil))
	return s.show()
}

// protects reports whether a message on a platform can be kept from being forwarded and saved, as a
// look has to be: Telegram's protect_content. Discord has nothing like it.
func protects(platform string) bool { return platform != "discord" }

// lookHere shows a look in the chat.
func (s *sitting) lookHere(g glance) error {
	lines := []wording.Text{s.say("look.title", wording.Args{"reference": s.c.Reference})}
	for i, column := range g.columns {
		if i > 0 {
			lines = append(lines, wording.Say(""), column.Head)
		}
		lines = append(lines, column.Lines...)
	}
	lines = append(lines, g.letters...)
	id := s.NewID()
	body := intake.Message{Text: wording.Lines(lines...), Protect: true}
	return s.onRecord(g, []intake.Outgoing{
		{ID: id, Account: s.e.Account, Do: intake.Say, Body: body},
		{ID: s.NewID(), Account: s.e.Account, Do: intake.Remove, Of: id, After: intake.LookLife},
	})
}

// onRecord counts a look and enters it, before it is seen.
func (s *sitting) onRecord(g glance, out []intake.Outgoing) error {
	s.m.Sitting.Looks = append(s.lastHour(s.m.Sitting.Looks), s.now)
	s.c.Looks++
	return s.Bring(s.tx, s.f, intake.Carried{Out: out, Audit: []intake.Entry{s.entry("look", "fields", fields(g.keys), "files", strings.Join(g.files, " "))}})
}

func (s *sitting) lastHour(looks []time.Time) []time.Time {
	return slices.DeleteFunc(slices.Clone(looks), func(at time.Time) bool { return s.now.Sub(at) > anHour })
}

// greedy reports whether somebody has looked as often as anybody may in an hour.
func (s *sitting) greedy(looks []time.Time, most int) bool { return len(s.lastHour(looks)) >= most }

// lock stops somebody who looks at more than any work needs, and tells the admins. Whoever is let
// in again begins anew.
func (s *sitting) lock(most int) error {
	s.m.Sitting.Locked, s.m.Sitting.Looks, s.m.Sitting.Others = s.now, nil, nil
	s.turn.Audit = append(s.turn.Audit, intake.Entry{Kind: "locked", Refs: map[string]string{"member": s.m.ID, "looks": strconv.Itoa(most)}})
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
	return nil
}

// glance is what a look shows: a column for each file, what was written to and fro, which answers that
// is, and how delicate the most delicate of them.
type glance struct {
	columns []intake.Column
	letters []wording.Text
	keys    []intake.Key
	files   []string // ids of the submissions
	of      campaign.Sensitivity
}

// seen words the answers behind the flags, here and in the files that share something with this one.
func (s *sitting) seen() (glance, error) {
	g := glance{of: campaign.Ordinary}
	if s.c.Burst != "" {
		err := s.seenOfBurst(&g)
		return g, err
	}
	s.add(&g, s.f, intake.Flag{}) // the first column is this file's, also where the flag names nothing in it
	for _, flag := range s.flags() {
		s.add(&g, s.f, flag)
		for _, with := range flag.With {
			other, err := s.tx.Submission(with.Submission)
			if errors.Is(err, intake.ErrNoFile) {
				continue // it is gone
			}
			if err != nil {
				return glance{}, err
			}
			there := flag
			there.Item = with.Item
			s.add(&g, other, there)
		}
	}
	for _, letter := range s.f.Submission.Review.Letters {
		key := "look.letter"
		if letter.By == "" {
			key = "look.reply"
		}
		g.letters = append(g.letters, s.say(key, wording.Args{"words": letter.Text, "since": s.since(letter.At)}))
	}
	if len(g.keys) == 0 && len(g.letters) == 0 {
		g.columns[0].Lines = append(g.columns[0].Lines, s.say("look.nothing", nil))
	}
	return g, nil
}

// add puts what a file says about a flag into its column.
func (s *sitting) add(g *glance, f *intake.File, flag intake.Flag) {
	head := s.say("look.other", wording.Args{"reference": f.Submission.Reference})
	at := slices.IndexFunc(g.columns, func(c intake.Column) bool { return c.Head.Plain() == head.Plain() })
	if at < 0 {
		at = len(g.columns)
		g.columns = append(g.columns, intake.Column{Head: head})
		g.files = append(g.files, f.Submission.ID)
	}
	column := &g.columns[at]
	c, _, _ := s.Campaign(s.c.Campaign)
	for _, key := range s.behind(f, flag) {
		q := c.Question(key.Question)
		line := s.answerLine(f, key, q)
		if slices.ContainsFunc(column.Lines, func(l wording.Text) bool { return l.Plain() == line.Plain() }) {
			continue
		}
		if s.c.Kind != intake.SafetyCase && q.Sensitivity == campaign.Safety {
			continue // a moderator of claims does not read these
		}
		column.Lines, g.keys = append(column.Lines, line), append(g.keys, key)
		g.of = moreDelicate(g.of, q.Sensitivity)
	}
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
