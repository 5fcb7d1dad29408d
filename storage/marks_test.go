package storage_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"claimline/intake"
)

// crowdIsSent brings nine people's messages to a platform. While the first mark cannot be written the
// others come; then it can. It returns what became of each mark.
func (s *scene) crowdIsSent(t *testing.T, sent []intake.Outgoing) []error {
	t.Helper()
	outcomes := make([]error, len(sent))
	var all sync.WaitGroup
	mark := func(i int) {
		all.Go(func() {
			outcomes[i] = s.Delivered(t.Context(), sent[i].ID, intake.MessageID(fmt.Sprint(100+i)), s.clock.Now())
		})
	}
	err := s.DB().WithContext(t.Context()).Transaction(func(db *gorm.DB) error {
		if err := db.Exec("UPDATE outbox SET why = why WHERE id = ?", sent[0].ID).Error; err != nil {
			return err
		}
		for i := range sent {
			mark(i)
			for waiting, writing := s.Marks(); waiting < i || !writing; waiting, writing = s.Marks() {
				time.Sleep(time.Millisecond) // until it has come; there is no event to wait for
			}
			for waiting, _ := s.Marks(); i == 0 && waiting > 0; waiting, _ = s.Marks() {
				time.Sleep(time.Millisecond) // until the first is being written
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all.Wait()
	return outcomes
}

func (s *scene) nineLetters(t *testing.T) (sent []intake.Outgoing) {
	for n := range 9 {
		o := s.say(parent(n), "a question")
		s.must(t, parent(n), func(*intake.File) intake.Turn { return intake.Turn{Outgoing: []intake.Outgoing{o}} })
		sent = append(sent, o)
	}
	s.due(t) // their keys are at hand now
	return sent
}

// Messages that are sent while a mark is being written are marked together, each with its own id.
func TestMarksGoTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		sent := s.nineLetters(t)
		tap := s.Tap()
		for i, err := range s.crowdIsSent(t, sent) {
			if err != nil {
				t.Errorf("mark %d: %v", i, err)
			}
		}
		// One statement and one commit hold the first mark up, one is that mark.
		if statements, commits := tap.Take(); statements != 3 || commits != 3 {
			t.Errorf("nine marks took %d statements and %d commits", statements-1, commits-1)
		}
		if n := s.count(t, "outbox", "state = 'sent' AND body IS NULL AND done > 0"); n != int64(len(sent)) {
			t.Errorf("%d of %d are marked", n, len(sent))
		}
		for n, o := range sent {
			s.must(t, parent(n), func(*intake.File) intake.Turn {
				return intake.Turn{Outgoing: []intake.Outgoing{{ID: s.id("edit"), Account: parent(n), Do: intake.Edit, Of: o.ID}}}
			})
		}
		for _, l := range s.due(t) {
			var n int
			if _, err := fmt.Sscanf(l.Account.ID(), "%d", &n); err != nil {
				t.Fatal(err)
			}
			if want := intake.MessageID(fmt.Sprint(100 + n - 1000000)); l.Target != want {
				t.Errorf("the message of %s is %q, want %q", l.Account, l.Target, want)
			}
		}
	})
}

// A mark that cannot be written does not hold up those that came with it.
func TestAMarkThatFails(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		sent := s.nineLetters(t)
		oneOfTwo := fmt.Sprintf("CREATE UNIQUE INDEX one_of_two ON outbox (state) WHERE state = 'sent' AND id IN ('%s', '%s')", sent[3].ID, sent[4].ID)
		if err := s.DB().Exec(oneOfTwo).Error; err != nil {
			t.Fatal(err)
		}
		failed := 0
		for _, err := range s.crowdIsSent(t, sent) {
			if err != nil {
				failed++
			}
		}
		if n := s.count(t, "outbox", "state = 'sent'"); n != 8 || failed != 1 {
			t.Errorf("%d are marked and %d failed, want 8 and 1", n, failed)
		}
	})
}
