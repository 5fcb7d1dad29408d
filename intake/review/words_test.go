package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"claimline/intake"
	"claimline/intake/answer"
	"claimline/intake/story"
)

// Whatever a family typed in any story, in whatever form: no card, in either language, on either
// platform, and no side of it, holds a word of that.
func TestNoWordOfAFamily(t *testing.T) {
	t.Parallel()
	onSQLite(t, func(t *testing.T, w *world) {
		teams := []*human{}
		for i, a := range []intake.Account{"telegram:900", "discord:901", "telegram:902", "discord:903"} {
			h := w.at(a)
			h.locale = []string{"en", "en", "nl", "nl"}[i]
			teams = append(teams, w.joins(a, fmt.Sprintf("T%d", i), intake.Roles()...))
		}
		cards, talked := 0, 0
		for i, s := range story.All(t) {
			if s.Status != "open" || usesMore(s) || i%much(9, 3, 1) != 0 {
				continue
			}
			family := w.at(intake.Account(fmt.Sprintf("terminal:5%03d", i)))
			var f *intake.File
			if !t.Run(s.Name, func(t *testing.T) { f = family.livesThrough(s) }) || f == nil || f.Submission == nil {
				continue
			}
			typed := typedIn(s, f)
			twin := w.another(f, intake.Account(fmt.Sprintf("terminal:6%03d", i)), doubted(f, "AUTHORITY_UNCLEAR", "moderator"), doubted(f, "SAFEGUARDING", "safeguarding"), doubted(f, "OTHER_REPRESENTATION", "lawyer"))
			if len(typed) > 2 {
				talked++
			}
			for n, h := range teams {
				if !*full && n != i%len(teams) {
					continue
				}
				for _, id := range twin.Review.Cases {
					h.atDesk(id)
					for _, action := range []string{"skip-nothing", "more", "ask", "reasons", "reason:twice", "hand", "agree:"} {
						h.handle(h.press(action))
						cards++
						h.silent(s.Name, action, typed)
					}
				}
			}
		}
		if cards < much(100, 300, 4000) || talked < much(4, 12, 40) {
			t.Errorf("only %d cards were shown, and %d families typed", cards, talked)
		}
		t.Logf("%d cards, of %d families that typed", cards, talked)
		for _, r := range w.people {
			if strings.Contains(string(r.account), ":90") {
				for _, text := range r.unseen {
					if strings.Contains(text, "Voorbeeld") || strings.Contains(text, "example.") {
						t.Errorf("a message to the team: %s", text)
					}
				}
			}
		}
	})
}

// doubted is a flag about everything that the family said.
func doubted(f *intake.File, code, acts string) intake.Flag {
	flag := doubt(code, acts)
	flag.Answers = nil
	for key := range f.Conversation.State.Answers {
		flag.Answers = append(flag.Answers, key.Question)
	}
	slices.Sort(flag.Answers)
	flag.Answers = slices.Compact(flag.Answers)
	return flag
}

func (h *human) atDesk(id string) {
	h.Helper()
	h.tx(func(tx intake.Tx) error {
		m := h.memberIn(tx)
		m.Sitting.Case, m.Sitting.View = id, ""
		if c, _, err := tx.Case(id); err == nil {
			c.Holder = ""
			if err := tx.SaveCase(c); err != nil {
				return err
			}
		}
		return tx.SaveMember(m, intake.Turn{At: h.Now()})
	})
}

// usesMore reports whether a story does what only its own surfaces can.
func usesMore(s story.Story) bool {
	return slices.ContainsFunc(s.Steps, func(step story.Step) bool {
		return step.Sends != "" || step.Late != ""
	})
}

// livesThrough tells a story and returns what is on file; nil where nothing was sent.
func (h *human) livesThrough(s story.Story) *intake.File {
	h.locale, s.Ends = s.Locale, story.Ends{}
	for i := range s.Steps {
		s.Steps[i].Sees, s.Steps[i].SeesNot = nil, nil
	}
	story.Tell(h, s, h)
	var f *intake.File
	_ = h.store.InTx(h.Context(), func(tx intake.Tx) (err error) {
		f, err = tx.Find(h.account)
		return err
	})
	return f
}

// typedIn is everything that a family typed, as typed, as kept and as it would be shown.
func typedIn(s story.Story, f *intake.File) []string {
	var words []string
	add := func(more ...string) {
		for _, word := range more {
			if len([]rune(word)) > 3 && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	identifying := []answer.Kind{answer.Name, answer.Date, answer.Month, answer.Year, answer.Handle, answer.Email, answer.Phone, answer.Text}
	c, _, _ := open1(f.Conversation.Campaign)
	for key, a := range f.Conversation.State.Answers {
		q := c.Question(key.Question)
		if q == nil || !slices.Contains(identifying, q.Kind) {
			continue
		}
		for _, v := range a.Values {
			if v == answer.Unknown || v == answer.Still {
				continue
			}
			add(v, answer.Show(q.Kind, v, "en"), answer.Show(q.Kind, v, "nl"), strings.ReplaceAll(v, " ", ""))
			if q.Kind == answer.Name {
				add(strings.Fields(v)...)
			}
		}
	}
	for _, step := range s.Steps {
		q := c.Question(step.Question)
		if q != nil && slices.Contains(identifying, q.Kind) && !strings.HasPrefix(step.Question, "k.") {
			for _, typed := range step.Answers {
				if strings.ContainsAny(typed, "0123456789@") {
					add(typed)
				}
			}
		}
	}
	return words
}

func (h *human) silent(name, action string, typed []string) {
	h.Helper()
	shown := h.card.Text.Plain() + "\n" + strings.Join(labelsOf(h.card), "\n")
	for _, word := range typed {
		if strings.Contains(strings.ToLower(shown), strings.ToLower(word)) {
			h.Errorf("%s, %s at %s: the card says %q:\n%s", name, action, h.account, word, shown)
		}
	}
}
