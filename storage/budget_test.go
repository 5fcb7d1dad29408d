package storage_test

import (
	"fmt"
	"testing"

	"claimline/intake"
)

// What a turn may cost, in statements without BEGIN and COMMIT: the figures that the program promises.
const (
	answerStatements   = 6
	deliveryStatements = 2
	otherStatements    = 14
)

func TestStatements(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		tap := s.Tap()
		within := func(what string, most int64) {
			t.Helper()
			statements, commits := tap.Take()
			t.Logf("%s: %d statements, %d commits", what, statements, commits)
			if statements > most || commits > 1 {
				t.Errorf("%s took %d statements and %d commits, want at most %d and 1", what, statements, commits, most)
			}
		}
		s.must(t, anna, func(f *intake.File) intake.Turn {
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "welcome"), s.say(anna, "first question")}}
		})
		within("first contact", otherStatements)
		for n := range 60 {
			s.must(t, anna, func(f *intake.File) intake.Turn {
				answer60(f, n)
				return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "next")}, Audit: []intake.Entry{{Kind: "consent", Refs: map[string]string{"purpose": "privacy"}}}}
			})
			within(fmt.Sprintf("answer %d", n+1), answerStatements)
		}
		s.must(t, anna, func(f *intake.File) intake.Turn {
			answer(f, "c.name", 1, "Bo")
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "next")}}
		})
		within("first answer about a child", answerStatements+1) // and its key, committed first

		for len(s.due(t)) > 0 {
			tap.Take()
			l := s.due(t)[0]
			if err := s.Delivered(t.Context(), l.ID, "77", s.clock.Now()); err != nil {
				t.Fatal(err)
			}
			within("delivery", deliveryStatements)
		}
		s.submit(t, anna, "TT-AAAA-AAAA")
		within("submission", otherStatements)
		s.must(t, anna, func(f *intake.File) intake.Turn {
			answer(f, "c.proof", 1, "yes")
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "next")}, Audit: []intake.Entry{{Kind: "correction"}}}
		})
		within("answer in a pack", answerStatements)
		s.must(t, anna, func(f *intake.File) intake.Turn {
			return intake.Turn{Destroy: []string{"member-1"}, Outgoing: []intake.Outgoing{s.say(anna, "gone")}, Audit: []intake.Entry{{Kind: "member-erased"}}}
		})
		within("letting a child go", otherStatements)
		s.must(t, anna, func(f *intake.File) intake.Turn {
			answer(f, "country", 0, "BE")
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "next")}, Audit: []intake.Entry{{Kind: "correction"}}}
		})
		within("the answer after that", answerStatements)
		s.must(t, anna, func(f *intake.File) intake.Turn {
			return intake.Turn{Forget: true, Outgoing: []intake.Outgoing{s.say(anna, "goodbye")}, Audit: []intake.Entry{{Kind: "erasure"}}}
		})
		within("erasing everything", otherStatements)
	})
}

func answer60(f *intake.File, n int) {
	answer(f, fmt.Sprintf("q.%d", n), 0, "an answer of a usual length, some forty characters")
	f.Conversation.Showing++
}

// submit is the turn in which somebody with four children sends everything in.
func (s *scene) submit(t *testing.T, a intake.Account, reference string) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx intake.Tx) error {
		if _, err := tx.Once(s.id("event"), s.clock.Now()); err != nil {
			return err
		}
		f, err := tx.Find(a)
		if err != nil {
			return err
		}
		lookups := []intake.Lookup{{Purpose: "e-mail", Value: string(a)}, {Purpose: "phone", Value: string(a)}}
		for item := range 4 {
			lookups = append(lookups, intake.Lookup{Purpose: "handle", Value: fmt.Sprint(a, item), Item: item})
		}
		if _, err := tx.Matches(f, lookups...); err != nil {
			return err
		}
		f.Conversation.Stage, f.Submission = intake.StageSent, submission(s.clock.Now(), reference)
		return tx.Save(f, intake.Turn{At: s.clock.Now(), Lookups: lookups, Outgoing: []intake.Outgoing{s.say(a, "receipt"), s.say(a, "what now")},
			Audit: []intake.Entry{{Kind: "consent"}, {Kind: "submission"}}})
	})
	if err != nil {
		t.Fatalf("submitting: %v", err)
	}
}
