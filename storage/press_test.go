package storage_test

import (
	"fmt"
	"math/rand"
	"testing"

	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/intake/review"
)

// What a moderator does costs the same however much is stored: the decision with everything it means
// for the family, what is on record of it, and the next case in its place.
func TestStatementsOfATeam(t *testing.T) {
	for _, stored := range []int{10, 2000} {
		t.Run(fmt.Sprint(stored), func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *scene) {
				s.stock(t, stored)
				for n := range 5 {
					s.doubtful(t, parent(9000+n))
				}
				desk := s.desk(t)
				jan := intake.Account("telegram:77")
				s.enrol(t, jan)
				m := &meter{tap: s.Tap(), most: map[string]int64{}}
				card := s.does(t, desk, jan, intake.Said{Text: "/next"})
				m.cost(t, "next case")
				for range 3 {
					card = s.does(t, desk, jan, intake.Pressed{Button: token(t, card, "✅ Accept"), Message: "9"})
					m.cost(t, "decision and next")
				}
				s.does(t, desk, jan, intake.Pressed{Button: token(t, card, "↩ Undo the last one"), Message: "9"})
				m.cost(t, "decision and next")
			})
		})
	}
}

// doubtful is a family whose submission waits for a moderator.
func (s *scene) doubtful(t testing.TB, who intake.Account) {
	t.Helper()
	s.must(t, who, func(f *intake.File) intake.Turn {
		rich(f, s.clock.Now())
		f.Conversation.Stage, f.Submission = intake.StageSent, submission(s.clock.Now(), s.id("TT"))
		f.Submission.Flags[0].Code = "AUTHORITY_UNCLEAR"
		id := s.id("case")
		f.Submission.Review.Cases = map[intake.CaseKind]string{intake.ClaimCase: id}
		f.Submission.ID = s.id("submission")
		return intake.Turn{Cases: []intake.Case{{ID: id, Kind: intake.ClaimCase, Submission: f.Submission.ID, Campaign: "tiktok", Code: "AUTHORITY_UNCLEAR",
			State: intake.Waiting, Opened: s.clock.Now(), Due: s.clock.Now()}}}
	})
}

// desk is the families' desk with the team's beside it.
func (s *scene) desk(t testing.TB) *intake.Desk {
	t.Helper()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	tiktok, faults := campaign.Load(campaign.Embedded(), "tiktok")
	if tiktok == nil {
		t.Fatal(faults)
	}
	desk := &intake.Desk{Store: s.Store, Words: words, Signer: intake.Signer{Key: s.ButtonKey()}, Now: s.clock.Now, Random: rand.New(rand.NewSource(1)),
		Campaign: func(string) (*campaign.Campaign, campaign.Status, bool) { return tiktok, campaign.Open, true }}
	if _, err := review.New(desk); err != nil {
		t.Fatal(err)
	}
	return desk
}

// enrol makes an account a moderator's.
func (s *scene) enrol(t testing.TB, a intake.Account) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx intake.Tx) error {
		return tx.Enrol(&intake.Member{Account: a, Roles: []intake.Role{intake.Moderator}, Sitting: intake.Sitting{Name: "Jan", Language: "en"}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// does is what a moderator does, and what their desk shows then.
func (s *scene) does(t testing.TB, desk *intake.Desk, a intake.Account, did intake.Did) *intake.Message {
	t.Helper()
	reply, err := desk.Handle(t.Context(), intake.Event{Account: a, Identity: s.id("press"), At: s.clock.Now(), Locale: "en", Did: did})
	if err != nil {
		t.Fatal(err)
	}
	if reply.Desk == nil {
		t.Fatalf("the desk shows nothing after %T", did)
	}
	return reply.Desk
}

// token is what a button of a card sends.
func token(t testing.TB, card *intake.Message, label string) string {
	t.Helper()
	for _, row := range card.Buttons {
		for _, b := range row {
			if b.Label == label {
				return b.Token
			}
		}
	}
	t.Fatalf("there is no %q under\n%s", label, card.Text.Plain())
	return ""
}
