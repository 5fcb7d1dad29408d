package intake

import (
	"errors"
	"strings"
	"time"

	"claimline/intake/wording"
)

// A person may be reached at several accounts. A code that is given out at one and typed at another
// makes them one: one file, one status, and the conversation goes on where it stood.

// CodeLife is how long a code can be used. It is good for one use.
const CodeLife = 10 * time.Minute

// codeTries is how many wrong codes somebody may type in the life of one.
const codeTries = 5

// codeLetters is how long a code is: 60 bits, read aloud in groups of four.
const codeLetters = 12

// linked is what comes of a code that was typed: "" when the accounts are one now, else the key
// under "link" that says why not.
type linked struct{ why string }

func (linked) did() {}

// ReadCode reads a code as people type it: with or without dashes, and with the letters that
// Crockford's alphabet takes for digits. "" for what cannot be one.
func ReadCode(typed string) string {
	same := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1")
	code := same.Replace(strings.ToUpper(typed))
	if len(code) != codeLetters || strings.Trim(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
		return ""
	}
	return code
}

// ShowCode writes a code in groups that can be read aloud.
func ShowCode(code string) string { return code[:4] + "-" + code[4:8] + "-" + code[8:] }

// offerCode gives out a code. It takes the place of an earlier one.
func (t *talk) offerCode() {
	t.turn.Code = t.NewCode()
	t.tell(Message{Text: t.say("link.code", wording.Args{"code": ShowCode(t.turn.Code), "minutes": itoa(int(CodeLife.Minutes()))}), Protect: true})
}

// linked says what came of a code.
func (t *talk) linked(did linked) {
	switch {
	case t.Conversation.Stage == StageStopped:
		t.showStopped()
	case did.why != "":
		t.tell(Message{Text: t.say("link."+did.why, wording.Args{"minutes": itoa(int(CodeLife.Minutes()))}), Buttons: t.backToQuestion()})
	case t.Conversation.Stage == StageOpen && t.closedNow():
		t.tell(Message{Text: t.say("paused", t.days())})
	default:
		t.above = append(t.above, t.say("link.done", nil))
		t.show()
	}
	if did.why == "" {
		t.audit("account-linked", map[string]string{"platform": t.Account.Platform()})
	}
}

// told reports whether anything is on file that would be lost.
func (f File) told() bool {
	if f.Submission != nil {
		return true
	}
	for _, a := range f.Conversation.State.Answers {
		if a.How == Given {
			return true
		}
	}
	return false
}

// typedCode is the code that somebody types after the command; ok is false for everything else.
func (w *Words) typedCode(e Event) (code string, ok bool) {
	said, isWords := e.Did.(Said)
	if said.Edited || said.Forwarded || said.Damaged || e.Page {
		return "", false
	}
	word, rest, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(said.Text, "/")), " ")
	if !isWords || !strings.HasPrefix(said.Text, "/") || strings.TrimSpace(rest) == "" || w.known(strings.ToLower(word)) != "link" {
		return "", false
	}
	return strings.TrimSpace(rest), true
}

// join makes the account that an event came from one of the person's whom a code leads to. What the
// account had before is erased; who has told anything there already is asked to erase it first.
func (d *Desk) join(tx Tx, f File, e Event, typed string) (Reply, error) {
	to, why, err := d.redeem(tx, &f, e, ReadCode(typed))
	if err != nil {
		return Reply{}, err
	}
	e.Did = linked{why}
	if why != "" {
		return d.advance(tx, f, e)
	}
	if err := tx.Adopt(to, &f, d.Now()); err != nil {
		return Reply{}, err
	}
	return d.advance(tx, *to, e)
}

// redeem finds the file that a code leads to and spends the code, or says why not. A code that does
// not join anybody is not spent.
func (d *Desk) redeem(tx Tx, f *File, e Event, code string) (to *File, why string, err error) {
	tries := &f.Conversation.State.Tries
	if tries.Since.Before(e.At.Add(-CodeLife)) {
		*tries = Tries{Since: e.At}
	}
	switch {
	case f.Conversation.Stage == StageStopped:
		return nil, "stopped", nil
	case tries.Wrong >= codeTries:
		return nil, "wait", nil
	}
	to, err = tx.Redeem(PassCode, code)
	switch {
	case errors.Is(err, ErrNoFile):
		tries.Wrong++
		return nil, "wrong", nil
	case err != nil:
		return nil, "", err
	case to.Person == f.Person || to.Account == f.Account:
		return nil, "same", nil
	case f.told() || len(f.Conversation.State.Beside) > 0:
		return nil, "own-file", nil
	}
	return to, "", tx.Spend(PassCode, code)
}
