package storage_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"claimline/intake"
)

// sends is somebody's submission, with what it can be found by.
func (s *scene) sends(t testing.TB, n int, lookups ...intake.Lookup) string {
	t.Helper()
	s.must(t, parent(n), func(f *intake.File) intake.Turn {
		f.Conversation.Stage, f.Submission = intake.StageSent, submission(s.clock.Now(), fmt.Sprintf("TT-%04d", n))
		f.Submission.Flags = nil
		return intake.Turn{Lookups: lookups}
	})
	return s.file(t, parent(n)).Submission.ID
}

// inTurn does something in a transaction.
func (s *scene) inTurn(t testing.TB, fn func(tx intake.Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// Five copy a text within five minutes, among others who share nothing or only two by two; one had
// told it long before. They are found, marked and read again.
func TestABurst(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		text := intake.Lookup{Purpose: "text", Value: "the same words"}
		s.sends(t, 0, text)
		s.clock.Pass(3 * time.Hour)
		since := s.clock.Now()
		var want []intake.Arrival
		for n := 1; n <= 10; n++ {
			s.clock.Pass(30 * time.Second)
			own := intake.Lookup{Purpose: "handle", Value: fmt.Sprint(n / 2)}
			if n%2 == 0 {
				s.sends(t, n, own)
				continue
			}
			want = append(want, intake.Arrival{Submission: s.sends(t, n, text, own), At: s.clock.Now()})
		}
		crowds := func() (found [][]intake.Arrival) {
			s.inTurn(t, func(tx intake.Tx) (err error) {
				found, err = tx.Crowds("tiktok", since, 5)
				return err
			})
			return found
		}
		if diff := cmp.Diff([][]intake.Arrival{want}, crowds()); diff != "" {
			t.Fatalf("crowds (-want +got):\n%s", diff)
		}
		s.inTurn(t, func(tx intake.Tx) error {
			none, err := tx.Crowds("zoom", since, 1)
			if len(none) > 0 {
				t.Errorf("another campaign has %v", none)
			}
			return err
		})
		for i, a := range want {
			s.inTurn(t, func(tx intake.Tx) error {
				f, err := tx.FileOf(a.Submission)
				if err != nil {
					return err
				}
				if f.Account != parent(2*i+1) {
					t.Errorf("submission %d belongs to %q", i, string(f.Account))
				}
				f.Submission.Burst = "burst-1"
				return tx.Save(f, intake.Turn{At: s.clock.Now(), Audit: []intake.Entry{{Kind: "flag"}}})
			})
			want[i].Burst = "burst-1"
		}
		if diff := cmp.Diff([][]intake.Arrival{want}, crowds()); diff != "" {
			t.Errorf("crowds that are marked (-want +got):\n%s", diff)
		}
		s.must(t, parent(9), func(*intake.File) intake.Turn { return intake.Turn{Forget: true} })
		s.inTurn(t, func(tx intake.Tx) error {
			members, files, err := tx.Burst("burst-1", 3)
			if diff := cmp.Diff(want[:4], members); diff != "" {
				t.Errorf("the burst after somebody left (-want +got):\n%s", diff)
			}
			if len(files) != 3 || files[2].Submission.ID != want[2].Submission || files[2].Conversation.Campaign != "tiktok" {
				t.Errorf("%d files were read, want the first 3", len(files))
			}
			return err
		})
	})
}

// A file that is set aside is found by its submission as well; of one that was erased nothing is.
func TestFileOfASubmission(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.sends(t, 1)
		s.inTurn(t, func(tx intake.Tx) error {
			f, err := tx.Find(parent(1))
			if err != nil {
				return err
			}
			if _, err := tx.TurnTo(f, "zoom"); err != intake.ErrNoFile {
				return err
			}
			return tx.Begin(&intake.File{Account: parent(1), Conversation: intake.Conversation{Campaign: "zoom", Stage: intake.StageOpen, Language: "nl"}})
		})
		s.inTurn(t, func(tx intake.Tx) error {
			f, err := tx.FileOf(id)
			if err == nil && (f.Submission.ID != id || f.Account != parent(1)) {
				t.Errorf("found submission %s of %q", f.Submission.ID, string(f.Account))
			}
			return err
		})
		err := s.InTx(t.Context(), func(tx intake.Tx) error {
			_, err := tx.FileOf("no such submission")
			return err
		})
		if err != intake.ErrNoFile {
			t.Errorf("a submission that is not there: %v", err)
		}
	})
}

// A value that thousands hold is compared as quickly as one that few do: with ten of its holders.
func TestAValueThatManyHold(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for n := range 25 {
			s.sends(t, n, intake.Lookup{Purpose: "handle", Value: "everybody"})
			s.clock.Pass(time.Second)
		}
		s.inTurn(t, func(tx intake.Tx) error {
			f, err := tx.Find(parent(24))
			if err != nil {
				return err
			}
			matches, err := tx.Matches(f, intake.Lookup{Purpose: "handle", Value: "everybody"})
			if len(matches) != 10 {
				t.Errorf("%d matches, want the first 10", len(matches))
			}
			return err
		})
	})
}

// BenchmarkEvening is what it costs to look for bursts when 500 families came in the last quarter of
// an hour, and to compare one file with all others, with few and with many submissions stored.
func BenchmarkEvening(b *testing.B) {
	eachDatabase(b, func(b *testing.B, s *scene) {
		since := s.clock.Now()
		var lookups []intake.Lookup
		for n := range 500 {
			s.clock.Pass(15 * time.Minute / 500)
			lookups = nil
			for _, purpose := range []string{"e-mail", "claimant", "handle", "member"} {
				lookups = append(lookups, intake.Lookup{Purpose: purpose, Value: fmt.Sprint(n)})
			}
			s.sends(b, 10_000+n, append(lookups, intake.Lookup{Purpose: "text", Value: fmt.Sprint(n / 20)})...)
		}
		b.Run("crowds", func(b *testing.B) {
			for b.Loop() {
				s.inTurn(b, func(tx intake.Tx) error {
					crowds, err := tx.Crowds("tiktok", since, 20)
					if len(crowds) != 25 {
						b.Fatalf("%d crowds, want 25", len(crowds))
					}
					return err
				})
			}
		})
		b.Run("matches", func(b *testing.B) {
			for b.Loop() {
				s.inTurn(b, func(tx intake.Tx) error {
					f, err := tx.Find(parent(10_001))
					if err != nil {
						return err
					}
					_, err = tx.Matches(f, lookups...)
					return err
				})
			}
		})
	})
}
