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

// readCode reads a code as people type it: with or without dashes, and with the letters that
// Crockford's alphabet takes for digits. "" for what cannot be one.
func readCode(typed string) string {
	same := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1")
	code := same.Replace(strings.ToUpper(typed))
	if len(code) != codeLetters || strings.Trim(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
		return ""
	}
	return code
}

func showCode(code string) string { return code[:4] + "-" + code[4:8] + "-" + code[8:] }

// offerCode gives out a code. It takes the place of an earlier one.
func (t *talk) offerCode() {
	t.turn.Code = t.NewCode()
	t.tell(Message{Text: t.say("link.code", wording.Args{"code": showCode(t.turn.Code), "minutes": itoa(int(CodeLife.Minutes()))}), Protect: true})
}

// linked says what came of a code.
func (t *talk) linked(did linked) {
	if did.why != "" {
		t.tell(Message{Text: t.say("link."+did.why, wording.Args{"minutes": itoa(int(CodeLife.Minutes()))}), Buttons: t.backToQuestion()})
		return
	}
	t.audit("account-linked", map[string]string{"platform": t.Account.Platform()})
	t.above = append(t.above, t.say("link.done", nil))
	t.show()
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
	word, rest, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(said.Text, "/")), " ")
	if !isWords || !strings.HasPrefix(said.Text, "/") || strings.TrimSpace(rest) == "" || w.known(strings.ToLower(word)) != "link" {
		return "", false
	}
	return strings.TrimSpace(rest), true
}

// join makes the account that an event came from one of the person's whom a code leads to. What the
// account had before is erased; who has told anything there already is asked to erase it first.
func (d *Desk) join(tx Tx, f File, e Event, typed string) (Reply, error) {
	e.Did = linked{}
	state := &f.Conversation.State
	if state.Tries.Since.Before(e.At.Add(-CodeLife)) {
		state.Tries = Tries{Since: e.At}
	}
	switch {
	case f.told():
		e.Did = linked{"own-file"}
		return d.advance(tx, f, e)
	case state.Tries.Wrong >= codeTries:
		e.Did = linked{"wait"}
		return d.advance(tx, f, e)
	}
	to, err := tx.Redeem(PassCode, readCode(typed))
	if errors.Is(err, ErrNoFile) {
		state.Tries.Wrong++
		e.Did = linked{"wrong"}
		return d.advance(tx, f, e)
	}
	if err != nil {
		return Reply{}, err
	}
	if to.Person == f.Person {
		return d.advance(tx, *to, e)
	}
	if err := tx.Adopt(to, &f, d.Now()); err != nil {
		return Reply{}, err
	}
	return d.advance(tx, *to, e)
}
