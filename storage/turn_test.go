package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"claimline/intake"
	"claimline/intake/wording"
	"claimline/storage"
	"claimline/storage/testdb"
)

const anna, bram = intake.Account("telegram:3527065"), intake.Account("telegram:8811223")

func text(words string) wording.Text { return wording.Say(words) }

// rich is a file that uses every field.
func rich(f *intake.File, now time.Time) {
	c := &f.Conversation
	c.Language, c.Country, c.Screen, c.Showing, c.Touched = "nl", "NL", "c.dob", 7, now
	c.State = intake.State{
		Members: []int{1, 3}, More: "no", Last: 3, Focus: &intake.Focus{Key: intake.Key{Question: "c.dob", Item: 3}, Menu: "summary"},
		Pack: &intake.PackAt{ID: "proof", Item: 1}, Draft: intake.Draft{Chosen: []string{"a"}, Options: []string{"2012-03-12", "2012-12-03"}, Year: "2018", Unfit: 1},
		At: "c.dob#3", Source: "flyer", Prompt: intake.Prompt{ID: "out-9", On: anna}, Prompted: now, Pace: []int{4, 12}, Doubted: []string{"c.dob#3:x"}, Fetching: map[string]intake.Key{"job": {Question: "e.files", Item: 1}}, Notes: []string{"AGED_OUT"},
	}
	answer(f, "country", 0, "NL")
	answer(f, "name", 0, "Anna Voorbeeld")
	answer(f, "c.name", 1, "Bo")
	answer(f, "c.name", 3, "Ümit 👩‍👧‍👦")
	for compartment, question := range map[string]string{intake.Special: "health", intake.Safety: "safe-now"} {
		c.State.Answers[intake.Key{Question: question, Item: 1}] = intake.Answer{How: intake.Given, Values: []string{"yes"},
			Version: 2, At: now, Compartment: compartment, TextSHA256: "ab", Language: "nl"}
	}
}

func submission(now time.Time, reference string) *intake.Submission {
	return &intake.Submission{
		Reference: reference, Campaign: "tiktok", Status: "in_review", Outcome: "claimant", At: now, Language: "nl", Country: "NL", Counts: true,
		Flags:   []intake.Flag{{Code: "DATE_CONFLICT", Severity: "low", Acts: "moderator", Item: 1, State: "open", Answers: []string{"c.dob"}}},
		Members: []intake.MemberOutcome{{Item: 1, Outcome: "claimant", Reasons: []string{"minor"}}, {Item: 3, Outcome: "supporter", Reasons: []string{"AGE"}}},
		Consents: []intake.Consent{{Purpose: "privacy", Given: true, Version: 1, TextSHA256: "aa", Language: "nl", GivenAt: now},
			{Purpose: "mandate", Item: 3, Version: 1, TextSHA256: "bb", Language: "nl", GivenAt: now}},
	}
}

var same = cmp.Options{cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(intake.Submission{})}

// Whatever a turn saves is found by the next one, also by another process.
func TestSavedIsFound(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		c := newClock()
		s := &scene{Store: open(t, set(c)), clock: c}
		if s.file(t, anna) != nil {
			t.Fatal("something is on file before anybody wrote")
		}
		var want intake.File
		s.must(t, anna, func(f *intake.File) intake.Turn {
			rich(f, c.Now())
			f.Submission = submission(c.Now(), "TT-7K4Q-9M2F")
			want = *f
			return intake.Turn{}
		})
		want.Submission.ID = s.file(t, anna).Submission.ID
		if diff := cmp.Diff(&want, s.file(t, anna), same); diff != "" {
			t.Errorf("found differs from saved (-saved +found):\n%s", diff)
		}
		again := &scene{Store: open(t, set(c)), clock: c}
		if diff := cmp.Diff(&want, again.file(t, anna), same); diff != "" {
			t.Errorf("after a restart (-saved +found):\n%s", diff)
		}
	})
}

// A submission changes with a later turn, and the look-ups of the earlier one are gone.
func TestSubmissionChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.must(t, anna, func(f *intake.File) intake.Turn {
			f.Conversation.Stage, f.Submission = intake.StageSent, submission(s.clock.Now(), "TT-AAAA-AAAA")
			return intake.Turn{Lookups: []intake.Lookup{{Purpose: "e-mail", Value: "anna@example.org"}}}
		})
		s.must(t, anna, func(f *intake.File) intake.Turn {
			f.Submission.Status = "accepted"
			return intake.Turn{Lookups: []intake.Lookup{{Purpose: "e-mail", Value: "a.voorbeeld@example.org"}}}
		})
		if got := s.file(t, anna).Submission.Status; got != "accepted" {
			t.Errorf("status is %q", got)
		}
		if n := s.count(t, "lookups", "1 = 1"); n != 1 {
			t.Errorf("%d look-ups, want the new one only", n)
		}
	})
}

// An event that was handled is not handled again, whatever came in between.
func TestOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		turns := 0
		for range 3 {
			err := s.hearEvent(t.Context(), "telegram:1:17", anna, func(f *intake.File) intake.Turn {
				turns++
				return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "welcome")}}
			})
			if err != nil {
				t.Fatal(err)
			}
			s.clock.Pass(10 * 24 * time.Hour)
		}
		if turns != 1 || s.count(t, "outbox", "1 = 1") != 1 {
			t.Errorf("%d turns were made of one event", turns)
		}
	})
}

// All of a turn or none of it: an error after everything was written leaves nothing.
func TestErrorLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		broken := errors.New("broken")
		err := s.InTx(t.Context(), func(tx intake.Tx) error {
			if _, err := tx.Once("event", s.clock.Now()); err != nil {
				return err
			}
			f := &intake.File{Account: anna, Conversation: intake.Conversation{Campaign: "tiktok", Stage: intake.StageOpen}}
			if err := tx.Begin(f); err != nil {
				return err
			}
			f.Submission = submission(s.clock.Now(), "TT-AAAA-AAAA")
			err := tx.Save(f, intake.Turn{At: s.clock.Now(), Outgoing: []intake.Outgoing{s.say(anna, "hello")},
				Audit: []intake.Entry{{Kind: "consent"}}, Lookups: []intake.Lookup{{Purpose: "e-mail", Value: "x"}}})
			if err != nil {
				return err
			}
			return fmt.Errorf("afterwards: %w", broken)
		})
		if !errors.Is(err, broken) {
			t.Fatalf("got %v, want the error as it was", err)
		}
		for _, table := range []string{"events", "persons", "accounts", "conversations", "submissions", "lookups", "outbox", "audit"} {
			if n := s.count(t, table, "1 = 1"); n != 0 {
				t.Errorf("%s holds %d rows of a turn that failed", table, n)
			}
		}
	})
}

// The line breaks while COMMIT is answered: the turn is on file, the platform brings the event once
// more, and nothing happens twice.
func TestCommitWithoutAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		tap := s.Tap()
		tap.LoseCommits.Store(1)
		say := func(f *intake.File) intake.Turn {
			answer(f, "country", 0, "NL")
			f.Submission = submission(s.clock.Now(), "TT-AAAA-AAAA")
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "thank you")}, Audit: []intake.Entry{{Kind: "submission"}}}
		}
		if err := s.hearEvent(t.Context(), "telegram:1:1", anna, say); !errors.Is(err, storage.ErrLine) {
			t.Fatalf("got %v, want to be told that the line broke", err)
		}
		if err := s.hearEvent(t.Context(), "telegram:1:1", anna, say); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"conversations", "submissions", "outbox", "audit"} {
			if n := s.count(t, table, "1 = 1"); n != 1 {
				t.Errorf("%s holds %d rows, want 1", table, n)
			}
		}
	})
}

// The same value in two files is found from the second, never by its words, and never within one.
func TestMatches(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		lookups := []intake.Lookup{{Purpose: "e-mail", Value: "anna@example.org"}, {Purpose: "handle", Value: "bo", Item: 1}, {Purpose: "handle", Value: "bo", Item: 2}}
		s.must(t, anna, func(f *intake.File) intake.Turn {
			f.Submission = submission(s.clock.Now(), "TT-AAAA-AAAA")
			return intake.Turn{Lookups: lookups}
		})
		of := s.file(t, anna).Submission.ID
		matches := func(a intake.Account, ls ...intake.Lookup) (found []intake.Match) {
			err := s.InTx(t.Context(), func(tx intake.Tx) error {
				f, err := tx.Find(a)
				if err != nil {
					return err
				}
				found, err = tx.Matches(f, ls...)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		s.must(t, bram, func(f *intake.File) intake.Turn { return intake.Turn{} })
		asked := []intake.Lookup{{Purpose: "handle", Value: "bo", Item: 5}, {Purpose: "phone", Value: "anna@example.org"}, {Purpose: "e-mail", Value: "other"}}
		want := []intake.Match{{Of: asked[0], Submission: of, Item: 1, At: s.clock.Now()}}
		if diff := cmp.Diff(want, matches(bram, asked...)); diff != "" {
			t.Errorf("matches of somebody else (-want +got):\n%s", diff)
		}
		if got := matches(anna, lookups...); len(got) != 0 {
			t.Errorf("a person matches herself: %v", got)
		}
		s.must(t, bram, func(f *intake.File) intake.Turn {
			f.Submission = submission(s.clock.Now(), "TT-BBBB-BBBB")
			f.Submission.Test = true
			return intake.Turn{}
		})
		if got := matches(bram, asked...); len(got) != 0 {
			t.Errorf("a test matches what counts: %v", got)
		}
		s.must(t, anna, func(f *intake.File) intake.Turn {
			f.Submission.Status = intake.Withdrawn
			return intake.Turn{}
		})
		s.must(t, parent(3), func(f *intake.File) intake.Turn { return intake.Turn{} })
		if got := matches(parent(3), asked...); len(got) != 0 {
			t.Errorf("what was withdrawn is found: %v", got)
		}
	})
}
