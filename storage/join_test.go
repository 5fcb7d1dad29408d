package storage_test

import (
	"errors"
	"slices"
	"testing"

	"claimline/intake"
)

// adopt gives bram's account to anna's person, by a code.
func (s *scene) adopt(t *testing.T) error {
	t.Helper()
	s.must(t, anna, func(*intake.File) intake.Turn { return intake.Turn{Code: "code"} })
	s.must(t, bram, func(*intake.File) intake.Turn { return intake.Turn{} })
	return s.InTx(t.Context(), func(tx intake.Tx) error {
		other, err := tx.Find(bram)
		if err != nil {
			return err
		}
		to, err := tx.Redeem(intake.PassCode, "code")
		if err != nil {
			return err
		}
		if err := tx.Adopt(to, other, s.clock.Now()); err != nil {
			return err
		}
		return tx.Save(to, intake.Turn{At: s.clock.Now()})
	})
}

// turn makes an account talk about another campaign.
func (s *scene) turn(t *testing.T, a intake.Account, campaign string) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx intake.Tx) error {
		from, err := tx.Find(a)
		if err != nil {
			return err
		}
		_, err = tx.TurnTo(from, campaign)
		if !errors.Is(err, intake.ErrNoFile) {
			return err
		}
		fresh := intake.File{Account: a, Conversation: intake.Conversation{Campaign: campaign, Stage: intake.StageOpen, Language: "en"}}
		if err := tx.Begin(&fresh); err != nil {
			return err
		}
		return tx.Save(&fresh, intake.Turn{At: s.clock.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Somebody erases everything at one of two accounts: the other one hears of it, also where it talks
// about another campaign, and the words can be read after the person's keys are gone.
func TestAFarewellAtTheOtherAccount(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, away := range []bool{false, true} {
			s.must(t, anna, func(f *intake.File) intake.Turn { answer(f, "name", 0, "Anna"); return intake.Turn{} })
			if err := s.adopt(t); err != nil {
				t.Fatal(err)
			}
			if away {
				s.turn(t, bram, "zoom")
			}
			person := s.file(t, anna).Person
			s.must(t, anna, func(*intake.File) intake.Turn {
				parting := s.say(bram, "Erased elsewhere.").Body
				return intake.Turn{Forget: true, Outgoing: []intake.Outgoing{s.say(anna, "Erased.")}, Parting: &parting}
			})
			if n := s.keys(t, person); n != 0 {
				t.Errorf("%d keys are left", n)
			}
			if said := s.deliver(t); !slices.Equal(slices.Sorted(slices.Values(said)), []string{"Erased elsewhere.", "Erased."}) {
				t.Errorf("said: %q", said)
			}
		}
	})
}

// An account that has set a file aside is not given another one of that campaign.
func TestAnAccountKeepsOneFileOfACampaign(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.must(t, anna, func(f *intake.File) intake.Turn { answer(f, "name", 0, "Anna"); return intake.Turn{} })
		s.must(t, bram, func(f *intake.File) intake.Turn { answer(f, "name", 0, "Bram"); return intake.Turn{} })
		for _, a := range []intake.Account{anna, bram} { // both have a file of each, and talk about the first
			s.turn(t, a, "zoom")
			s.turn(t, a, s.file(t, anna).Conversation.Campaign)
		}
		before := s.file(t, bram)
		if err := s.adopt(t); !errors.Is(err, intake.ErrBeside) {
			t.Errorf("joining the accounts gave %v", err)
		}
		if after := s.file(t, bram); after == nil || after.Person != before.Person {
			t.Error("a refused joining changed who the account is")
		}
	})
}
