package storage_test

import (
	"context"
	"errors"
	"testing"

	"claimline/intake"
)

// begins turns an account to another campaign, in which it has no file yet.
func (s *scene) begins(t *testing.T, a intake.Account, campaign string) {
	t.Helper()
	err := s.InTx(context.Background(), func(tx intake.Tx) error {
		from, err := tx.Find(a)
		if err != nil {
			return err
		}
		if _, err := tx.TurnTo(from, campaign); !errors.Is(err, intake.ErrNoFile) {
			t.Errorf("turning to %s: %v", campaign, err)
		}
		return tx.Begin(&intake.File{Account: a, Conversation: intake.Conversation{Campaign: campaign, Stage: intake.StageOpen,
			Language: "nl", Started: s.clock.Now(), Touched: s.clock.Now(), Expires: s.clock.Now().AddDate(0, 0, 14)}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *scene) turnsTo(t *testing.T, a intake.Account, campaign string) (f *intake.File) {
	t.Helper()
	err := s.InTx(context.Background(), func(tx intake.Tx) error {
		from, err := tx.Find(a)
		if err != nil {
			return err
		}
		f, err = tx.TurnTo(from, campaign)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (s *scene) current(t *testing.T, a intake.Account) (f *intake.File) {
	t.Helper()
	err := s.InTx(context.Background(), func(tx intake.Tx) (err error) { f, err = tx.Find(a); return err })
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// An account may have a file in each campaign. They share nothing: what is said in one is not in the
// other, and erasing one leaves the other as it was.
func TestAFileInEachCampaign(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.must(t, anna, func(f *intake.File) intake.Turn { f.Conversation.State.Source = "first"; return intake.Turn{} })
		first := s.current(t, anna)
		s.begins(t, anna, "zoom")
		if got := s.current(t, anna); got.Conversation.Campaign != "zoom" || got.Person == first.Person {
			t.Errorf("the current file is %s of person %s", got.Conversation.Campaign, got.Person)
		}
		back := s.turnsTo(t, anna, "tiktok")
		if back.Conversation.ID != first.Conversation.ID || back.Conversation.State.Source != "first" || back.Account != anna {
			t.Errorf("turned back to %+v", back.Conversation)
		}
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Forget: true} })
		if late, err := s.Overdue(t.Context(), s.clock.Now().AddDate(0, 0, 14), 9); err != nil || len(late) != 1 || late[0] != (intake.Overdue{Account: anna, Campaign: "zoom"}) {
			t.Errorf("to be erased in two weeks: %v, %v", late, err)
		}
		if got := s.current(t, anna); got.Conversation.Campaign != "zoom" {
			t.Errorf("after one file was erased the account is at %s", got.Conversation.Campaign)
		}
		s.begins(t, anna, "tiktok")
		if got := s.turnsTo(t, anna, "zoom"); got.Conversation.Campaign != "zoom" {
			t.Error("the file in the other campaign is gone")
		}
	})
}

// What a person has in other campaigns comes along when another account is joined to theirs, and goes
// with them.
func TestJoinedWithEverything(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{} })
		s.begins(t, anna, "zoom")
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Code: "word"} })
		s.must(t, bram, func(*intake.File) intake.Turn { return intake.Turn{} })
		err := s.InTx(t.Context(), func(tx intake.Tx) error {
			other, err := tx.Find(bram)
			if err != nil {
				return err
			}
			to, err := tx.Redeem(intake.PassCode, "word")
			if err != nil {
				return err
			}
			return errors.Join(tx.Spend(intake.PassCode, "word"), tx.Adopt(to, other, s.clock.Now()))
		})
		if err != nil {
			t.Fatal(err)
		}
		first := s.turnsTo(t, bram, "tiktok")
		if there := s.turnsTo(t, anna, "tiktok"); there.Conversation.ID != first.Conversation.ID {
			t.Error("the accounts have different files in the other campaign")
		}
		s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Forget: true} })
		if got := s.current(t, bram); got.Conversation.Campaign != "zoom" {
			t.Errorf("the other account is at %s after one file was erased", got.Conversation.Campaign)
		}
	})
}
