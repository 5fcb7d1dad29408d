package review_test

import (
	"context"
	"errors"
	"math/rand"
	"strings"
	"testing"

	"claimline/intake"
)

// A hundred thousand buttons that were not made for this desk at this moment: invented, altered, cut
// off, of another member, another chat, a family, and of earlier cards. Not one of them does anything
// but show the desk.
func TestForgedButtons(t *testing.T) {
	const all = 100_000
	t.Parallel()
	onSQLite(t, func(t *testing.T, w *world) {
		mother := w.at("telegram:1").lives("not-sure-who-decides").file()
		s := w.another(mother, "telegram:2", doubt("AUTHORITY_UNCLEAR", "moderator"))
		jan, kim := w.joins("telegram:900", "Jan", intake.Moderator, intake.Admin), w.joins("discord:901", "Kim", intake.Moderator)
		jan.Say("/case " + s.Reference)
		early := jan.card
		jan.Say("/case " + s.Reference)
		for range 3 {
			kim.Say("/case " + s.Reference) // as many showings as Jan's
		}
		m := jan.member()
		good := func(a intake.Account, conversation string, showing int) string {
			actions := []string{"act:accept", "act:hold", "look", "know", "have:" + m.Sitting.Case, "note", "send"}
			return w.desk.Signer.Token(a, conversation, showing, actions[rand.New(rand.NewSource(int64(showing))).Intn(len(actions))])
		}
		r := rand.New(rand.NewSource(4))
		now := m.Sitting.Showing
		forged := map[string]func(i int) string{
			"altered": func(int) string {
				token := []byte(good(jan.account, intake.DeskToken, now))
				token[r.Intn(len(token))] ^= byte(1 + r.Intn(127))
				return string(token)
			},
			"cut off": func(int) string {
				token := good(jan.account, intake.DeskToken, now)
				return token[:r.Intn(len(token))]
			},
			"invented": func(int) string {
				token := make([]byte, r.Intn(64))
				_, _ = r.Read(token)
				return string(token)
			},
			"another member's": func(i int) string { return good(kim.account, intake.DeskToken, now-i%3) },
			"another chat's":   func(i int) string { return good("telegram:90", intake.DeskToken, now-i%3) },
			"a room's":         func(i int) string { return good("telegram:-100", intake.DeskToken, now-i%3) },
			"a family's":       func(i int) string { return good(jan.account, mother.Conversation.ID, now-i%3) },
			"late":             func(i int) string { return good(jan.account, intake.DeskToken, now-1-i%5000) },
			"early":            func(i int) string { return good(jan.account, intake.DeskToken, now+1+i%5000) },
			"replayed":         func(i int) string { return early.Buttons[i%len(early.Buttons)][0].Token },
		}
		// One button of each sort and then every thousandth goes all the way through the store; the others
		// are judged where each of them is: by the signature and the showing.
		for sort, forge := range forged {
			for i := range all / len(forged) {
				token := forge(i)
				if i%500 == 0 {
					w.hangs(t, jan, sort, token)
					continue
				}
				if showing, action, ok := w.desk.Signer.Action(jan.account, intake.DeskToken, token); ok && (showing == now || showing == -1) && action != token {
					t.Fatalf("%s: %q is good for %s", sort, token, action)
				}
			}
		}
	})
}

// hangs fails where pressing a button does more than show the desk.
func (w *world) hangs(t *testing.T, h *human, sort, token string) {
	t.Helper()
	err := w.store.InTx(context.Background(), func(tx intake.Tx) error {
		eye := &watch{Tx: tx}
		reply, ours, err := w.team.Hear(eye, h.event(intake.Pressed{Button: token}))
		if err != nil {
			return err
		}
		if len(eye.seen) > 0 || !ours && !strings.Contains("sos resume erase", token) {
			t.Errorf("%s: %q did %q", sort, token, eye.seen)
		}
		if ours && reply.Desk == nil {
			t.Errorf("%s: the desk is not shown", sort)
		}
		return errRehearsed
	})
	if !errors.Is(err, errRehearsed) {
		t.Fatal(err)
	}
}
