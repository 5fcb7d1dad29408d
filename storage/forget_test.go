package storage_test

import (
	"bytes"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/intake"
	"claimline/storage"
	"claimline/storage/testdb"
)

// A child who is let go is gone with its key; what was said about the others stays.
func TestLettingAChildGo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.must(t, anna, func(f *intake.File) intake.Turn {
			answer(f, "name", 0, "Anna")
			answer(f, "c.name", 1, "Bo")
			answer(f, "c.name", 2, "Cas")
			f.Submission = submission(s.clock.Now(), "TT-AAAA-AAAA")
			f.Submission.Members = []intake.MemberOutcome{{Item: 1, Outcome: "claimant"}, {Item: 2, Outcome: "claimant"}}
			return intake.Turn{}
		})
		person := s.file(t, anna).Person
		before := s.keys(t, person)
		s.must(t, anna, func(f *intake.File) intake.Turn {
			return intake.Turn{Destroy: []string{"member-1"}} // the answers are still in the state: they must go anyway
		})
		if after := s.keys(t, person); after != before-1 {
			t.Errorf("%d keys before, %d after", before, after)
		}
		f := s.file(t, anna)
		answers := f.Conversation.State.Answers
		if _, there := answers[intake.Key{Question: "c.name", Item: 1}]; there || len(answers) != 2 {
			t.Errorf("answers left: %v", answers)
		}
		if got := f.Submission.Members; len(got) != 1 || got[0].Item != 2 {
			t.Errorf("outcomes left: %v", got)
		}
		if n := s.count(t, "doomed", "1 = 1"); n != 0 {
			t.Errorf("%d keys are still noted as doomed", n)
		}
	})
}

// The key store does not answer when a key should go, or the program is killed just then: the next
// turn does not use the doomed key, and what it seals under the same name is not lost with it.
func TestDoomedKeyIsNotUsedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		special := func(f *intake.File, value string) {
			answer(f, "health", 0, value)
			a := f.Conversation.State.Answers[intake.Key{Question: "health"}]
			a.Compartment = intake.Special
			f.Conversation.State.Answers[intake.Key{Question: "health"}] = a
		}
		s.must(t, anna, func(f *intake.File) intake.Turn { special(f, "first"); return intake.Turn{} })
		person := s.file(t, anna).Person

		tap := s.Tap()
		err := s.hear(t.Context(), anna, func(f *intake.File) intake.Turn {
			tap.BreakKeys.Store(true) // from the commit on
			return intake.Turn{Destroy: []string{intake.Special}}
		})
		if err != nil {
			t.Fatal(err)
		}
		tap.BreakKeys.Store(false)
		if s.keys(t, person) != keysOfAll {
			t.Fatal("the key is gone: this test shows nothing")
		}
		s.must(t, anna, func(f *intake.File) intake.Turn { special(f, "second"); return intake.Turn{} })
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := s.file(t, anna).Conversation.State.Answers[intake.Key{Question: "health"}]
		if !slices.Equal(got.Values, []string{"second"}) {
			t.Errorf("after the sweep the answer is %v", got.Values)
		}
	})
}

// Somebody who asks to be forgotten is: nothing but a tombstone and an audit without words is left,
// and the farewell still goes out.
func TestForget(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		c := newClock()
		var dir string
		s := &scene{Store: open(t, set(c), func(o *storage.Options) { dir = o.DataDir }), clock: c}
		s.must(t, bram, func(f *intake.File) intake.Turn { answer(f, "name", 0, "Bram"); return intake.Turn{} })
		s.must(t, anna, func(f *intake.File) intake.Turn {
			answer(f, "name", 0, "Anna")
			answer(f, "c.name", 1, "Bo")
			return intake.Turn{Audit: []intake.Entry{{Kind: "consent"}}, Outgoing: []intake.Outgoing{s.say(anna, "never sent")}}
		})
		person := s.file(t, anna).Person
		s.keepFile(t, anna, "proof")
		s.submit(t, anna, "TT-AAAA-AAAA")
		s.must(t, anna, func(f *intake.File) intake.Turn {
			farewell := s.say(anna, "Everything is erased. Goodbye.")
			farewell.Showing, farewell.Conversation = 3, f.Conversation.ID // it prompts for nothing any more
			return intake.Turn{Forget: true, Outgoing: []intake.Outgoing{farewell}, Audit: []intake.Entry{{Kind: "erasure"}}}
		})
		if s.file(t, anna) != nil || s.keys(t, person) != 0 {
			t.Error("something is still on file")
		}
		for table, condition := range map[string]string{"persons": "id = ?", "accounts": "person = ?", "conversations": "person = ?",
			"submissions": "person = ?", "lookups": "person = ?", "files": "person = ?", "outbox": "person = ?"} {
			if n := s.count(t, table, condition, person); n != 0 {
				t.Errorf("%s holds %d rows", table, n)
			}
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "files", "*")); len(left) != 0 {
			t.Errorf("files left: %v", left)
		}
		if n := s.count(t, "tombstones", "reference = ? AND outcome = ?", "TT-AAAA-AAAA", "claimant"); n != 1 {
			t.Errorf("%d tombstones", n)
		}
		if report, err := s.VerifyAudit(t.Context()); err != nil || report.Faults != nil || report.Entries != 5 {
			t.Errorf("audit: %+v, %v", report, err)
		}
		if said := s.deliver(t); !slices.Equal(said, []string{"Everything is erased. Goodbye."}) {
			t.Errorf("said: %q", said)
		}
		c.Pass(49 * time.Hour)
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s.keys(t, "transit") != 0 {
			t.Error("the key of the farewell is still there after two days")
		}
		if got := s.file(t, bram).Conversation.State.Answers; len(got) != 1 {
			t.Errorf("somebody else has %v left", got)
		}
	})
}

// The same account begins anew right after it was erased: the farewell goes out before the welcome.
func TestForgottenAndBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for range 3 {
			s.must(t, anna, func(f *intake.File) intake.Turn {
				return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "a"), s.say(anna, "b"), s.say(anna, "c")}}
			})
		}
		s.must(t, anna, func(f *intake.File) intake.Turn {
			return intake.Turn{Forget: true, Outgoing: []intake.Outgoing{s.say(anna, "goodbye")}}
		})
		s.clock.Pass(time.Millisecond)
		s.must(t, anna, func(f *intake.File) intake.Turn {
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(anna, "welcome")}}
		})
		if said := strings.Join(s.deliver(t), " "); said != "goodbye welcome" {
			t.Errorf("said: %s", said)
		}
	})
}

// Keys that were committed for a person who never was, and of one whose erasure was cut off, are swept.
func TestOrphanedKeysAreSwept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.must(t, anna, func(f *intake.File) intake.Turn { return intake.Turn{} })
		there := s.file(t, anna).Person
		var lost string
		_ = s.InTx(t.Context(), func(tx intake.Tx) error {
			f := &intake.File{Account: bram, Conversation: intake.Conversation{Campaign: "tiktok", Stage: intake.StageOpen}}
			if err := tx.Begin(f); err != nil {
				t.Error(err)
			}
			lost = f.Person
			return io.ErrUnexpectedEOF
		})
		sweep := func() {
			t.Helper()
			if err := s.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		sweep()
		if s.keys(t, lost) != keysOfAll {
			t.Error("the key of a turn that may still be committed was swept")
		}
		s.clock.Pass(2 * time.Hour)
		sweep()
		if s.keys(t, lost) != 0 || s.keys(t, there) != keysOfAll || s.keys(t, "") != 4 {
			t.Errorf("keys: %d of nobody, %d of somebody, %d of the store", s.keys(t, lost), s.keys(t, there), s.keys(t, ""))
		}
	})
}

// keepFile lets an account's conversation name a file in custody, and returns it.
func (s *scene) keepFile(t testing.TB, a intake.Account, content string) intake.StoredFile {
	t.Helper()
	return s.keepFor(t, a, intake.Custody{Person: s.file(t, a).Person, Compartment: intake.Self}, content)
}

func (s *scene) keepFor(t testing.TB, a intake.Account, owner intake.Custody, content string) intake.StoredFile {
	t.Helper()
	stored, err := s.Vault().Put(t.Context(), owner, "proof.txt", bytes.NewReader([]byte(content)), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	s.must(t, a, func(f *intake.File) intake.Turn {
		f.Conversation.State.Files = append(f.Conversation.State.Files, stored)
		answer(f, "e.files", 0, stored.ID)
		return intake.Turn{Audit: []intake.Entry{{Kind: "file"}}}
	})
	return stored
}
