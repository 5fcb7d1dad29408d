package intake

import (
	"time"

	"claimline/intake/answer"
)

// The flags about how a person can be reached. A file counts only while they can be: by a chat that
// takes messages. Nothing sends mail or confirms an address yet, so an address is no proof; it makes
// the difference between somebody who can still be asked to confirm it and somebody who is lost.
const (
	contactUnverified = "CONTACT_UNVERIFIED" // the chat takes no messages; an address that nobody confirmed is left
	unreachable       = "UNREACHABLE"        // nothing is left
	disposableEmail   = "DISPOSABLE_EMAIL"   // the address does not last
)

// outOfReach reports a flag that says that nobody can be asked any more.
func outOfReach(f Flag) bool { return f.Code == contactUnverified || f.Code == unreachable }

// contactFlags looks at the addresses. One that does not last is a parent's good right: the chat is
// there, so it is only noted, and is no address once the chat is gone.
func (t *talk) contactFlags() (out []Flag) {
	var lasting, disposable []string
	for _, q := range t.Campaign.Questions {
		if !isContact(q) || len(t.about(q)) == 0 || t.value(q.ID, 0) == "" {
			continue
		}
		if q.Kind == answer.Email && answer.Disposable(t.value(q.ID, 0)) {
			disposable = append(disposable, q.ID)
		} else {
			lasting = append(lasting, q.ID)
		}
	}
	raise := func(code string, answers []string) {
		f := flagOf(t.Campaign, code, 0)
		f.Answers = answers
		out = append(out, f)
	}
	if disposable != nil {
		raise(disposableEmail, disposable)
	}
	switch gone := !t.state().Unreached.IsZero(); {
	case gone && lasting != nil:
		raise(contactUnverified, lasting)
	case gone:
		raise(unreachable, disposable)
	}
	return out
}

// reached notes that the chat takes messages, or none any more. Somebody who talks from another of
// their accounts can be reached there.
func (t *talk) reached(yes bool) {
	state := t.state()
	if yes == state.Unreached.IsZero() || !yes && t.elsewhereNow() {
		return
	}
	state.Unreached = time.Time{}
	if !yes {
		state.Unreached = t.Now
	}
	if t.Submission != nil {
		t.judge()
	}
}
