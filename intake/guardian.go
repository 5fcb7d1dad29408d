package intake

import (
	"errors"
	"strings"
	"time"

	"claimline/intake/wording"
)

// The other parent or guardian of a child may be invited to say whether they agree. They see nothing
// of what was filled in, and nothing of them is kept but the answer: an objection holds the file
// until a lawyer has looked at it.

// InviteLife is how long an invitation can be answered. It is good for one answer.
const InviteLife = 7 * 24 * time.Hour

// guardianLink begins the word of a deep link that is an invitation, and guardianAction what its
// buttons stand for: "guardian:yes:7K4Q9M2F3C8W".
const (
	guardianLink   = "guardian-"
	guardianAction = "guardian"
)

// guardianAnswer is what the other guardian says about a file; guardianThanks is the answer to them:
// a key under "guardian".
type (
	guardianAnswer struct{ agrees bool }
	guardianThanks struct{ say string }
)

func (guardianAnswer) did() {}
func (guardianThanks) did() {}

// mayInvite reports whether a file is about a member who is somebody else than the person.
func (t *talk) mayInvite() bool {
	if t.Submission == nil || t.Submission.Status == Withdrawn || t.Campaign.Group == nil {
		return false
	}
	for _, item := range t.state().Members {
		if t.state().Answers[Key{t.Campaign.Group.Name, item}].How == Given {
			return true
		}
	}
	return false
}

// invite gives out an invitation, to be forwarded.
func (t *talk) invite() {
	if !t.mayInvite() {
		t.show()
		return
	}
	t.turn.Invite = t.NewCode()
	way := t.say("guardian.by-command", wording.Args{"code": ShowCode(t.turn.Invite)})
	if t.Link != "" {
		way = t.say("guardian.by-link", wording.Args{"link": t.Link + guardianLink + t.turn.Invite})
	}
	t.tell(Message{Text: t.say("guardian.invite", nil), Buttons: t.backToQuestion()})
	t.tell(Message{Text: wording.Lines(t.say("guardian.forward", wording.Args{"title": t.textOf("title", 0).Plain()}), way)})
}

// askGuardian asks somebody who was invited. Whether the invitation is good shows when they answer,
// so that nothing is told to who only tries.
func (t *talk) askGuardian(code string) {
	if code == "" {
		t.thankGuardian(guardianThanks{"gone"})
		return
	}
	answer := func(label, says string) []Button {
		return []Button{{Label: t.label("guardian." + label), Action: guardianAction + ":" + says + ":" + code}}
	}
	t.tell(Message{Text: t.say("guardian.ask", nil), Buttons: [][]Button{answer("agree", "yes"), answer("object", "no")}})
}

// guardianSays reads a press on the answer to an invitation; ok is false for everything else.
func (d *Desk) guardianSays(f File, e Event) (agrees bool, code string, ok bool) {
	pressed, isPress := e.Did.(Pressed)
	if !isPress {
		return false, "", false
	}
	_, action, ok := d.Signer.Action(f.Account, f.Conversation.ID, pressed.Button)
	verb, rest, _ := strings.Cut(action, ":")
	says, code, _ := strings.Cut(rest, ":")
	return says == "yes", code, ok && verb == guardianAction
}

// hearGuardian brings the answer to the file that the invitation leads to.
func (d *Desk) hearGuardian(tx Tx, f File, e Event, agrees bool, code string) (Reply, error) {
	to, err := tx.Redeem(PassInvite, code)
	thanks := guardianThanks{"thanks"}
	switch {
	case errors.Is(err, ErrNoFile):
		thanks.say = "gone"
	case err != nil:
		return Reply{}, err
	case to.Person == f.Person || to.Account == f.Account:
		thanks.say = "yourself"
	default:
		if err := tx.Spend(PassInvite, code); err != nil {
			return Reply{}, err
		}
		about := Event{Account: to.Account, Identity: e.Identity, At: e.At, Did: guardianAnswer{agrees}}
		if _, err := d.advance(tx, *to, about); err != nil {
			return Reply{}, err
		}
	}
	e.Did = thanks
	return d.advance(tx, f, e)
}

// guardianAnswered takes down what the other guardian said. Who they are is not known here.
func (t *talk) guardianAnswered(did guardianAnswer) {
	if t.Submission == nil {
		return
	}
	says := "agrees"
	if !did.agrees {
		says = "objects"
		t.note("GUARDIAN_DISPUTE")
		t.judge()
	}
	t.audit("guardian", map[string]string{"submission": t.Submission.ID, "says": says})
	t.tell(Message{Text: t.say("guardian."+says, wording.Args{"reference": t.Submission.Reference})})
}

// thankGuardian ends an invitation. Of somebody who came for nothing else nothing is kept.
func (t *talk) thankGuardian(did guardianThanks) {
	t.tell(Message{Text: t.say("guardian."+did.say, nil)})
	if did.say == "thanks" && t.Conversation.Stage == StageOpen && len(t.state().Answers) == 0 {
		t.audit("erasure", map[string]string{"why": "answered"})
		t.turn.Forget = true
	}
}
