package intake

import (
	"slices"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// Limits of evidence sent in chat (CAMPAIGNS: ten files, 15 MB each).
const (
	MaxFileBytes = 15 << 20
	maxFiles     = 10
)

// sent handles a file. It is fetched by a job that is committed with this turn, and only where the
// conversation asks for files: in the safety branch, and everywhere else, it is never fetched,
// since to hold some pictures is itself an offence.
func (t *talk) sent(did Sent) {
	at := t.current()
	switch {
	case t.Conversation.Stage == StageStopped:
		t.showStopped()
	case at.q == nil || at.q.Kind != answer.File || at.q.Sensitivity == campaign.Safety:
		t.refuseFile(at, did)
	case did.Bytes > MaxFileBytes:
		t.again("unfit.file-too-big", wording.Args{"limit": "15"})
	case len(t.values(at.q.ID, at.item))+t.state().Fetching >= t.fileLimit(at.q):
		t.again("unfit.file-too-many", wording.Args{"limit": itoa(t.fileLimit(at.q))})
	default:
		t.turnTo(at)
		t.state().Fetching++
		t.queue(Outgoing{Do: Fetch, File: did, Keep: Custody{Person: t.Person, Compartment: compartmentOf(at.q, at.item)}})
		t.reply.Toast = ""
		if did.Compressed && t.state().Fetching == 1 {
			t.tell(Message{Text: t.say("better-as-file", nil)})
		}
	}
}

func (t *talk) fileLimit(q *campaign.Question) int {
	if q.Max > 0 {
		return q.Max
	}
	return maxFiles
}

// refuseFile says why a file is not taken. Where it could be a picture of abuse, it is taken out of
// the chat and only the fact is noted: no bytes, no hash.
func (t *talk) refuseFile(at position, did Sent) {
	if t.inSafety(at) {
		t.note("QUARANTINE")
		t.queue(Outgoing{Do: Remove, Message: did.Message})
		t.again("file-in-safety", nil)
		return
	}
	t.again("file-not-now", nil)
}

// inSafety reports whether the person is in, or has opened, the part about a child's safety.
func (t *talk) inSafety(at position) bool {
	if at.q == nil {
		return false
	}
	if at.q.Sensitivity == campaign.Safety {
		return true
	}
	for key := range t.state().Answers {
		if q := t.Campaign.Question(key.Question); q != nil && q.Sensitivity == campaign.Safety {
			return true
		}
	}
	return slices.ContainsFunc(at.q.Choices, func(c campaign.ChoiceOf) bool {
		return c.Opens != "" && slices.Contains(t.state().Draft.Chosen, c.ID)
	})
}

// fetched records a file whose job has ended. The question may have been left meanwhile: the file
// belongs to the question it was sent to.
func (t *talk) fetched(did Fetched) {
	state := t.state()
	state.Fetching = max(0, state.Fetching-1)
	at := t.current()
	if did.Unfit != "" {
		t.again("unfit."+did.Unfit, wording.Args{"limit": "15"})
		return
	}
	at, ok := t.fileQuestion(at)
	if !ok {
		return
	}
	key := at.key()
	a := state.Answers[key]
	values := slices.Clone(a.Values)
	if !slices.ContainsFunc(state.Files, func(f StoredFile) bool { return f.SHA256 == did.Stored.SHA256 }) {
		values = append(values, did.Stored.ID)
		state.Files = append(slices.Clone(state.Files), did.Stored)
	}
	t.record(at, at.q, Answer{How: Given, Values: values})
	t.audit("file", map[string]string{"file": did.Stored.ID, "question": at.q.ID})
	t.afterChange(at)
	if state.Fetching == 0 { // of an album, only the last file is worth a message
		t.above = append(t.above, t.words().Count("file-stored", len(values), nil))
		t.show()
	}
}

// fileQuestion is the question that a file arriving now belongs to: the one showing, or the one of
// the pack that was open.
func (t *talk) fileQuestion(at position) (position, bool) {
	if at.q != nil && at.q.Kind == answer.File {
		return at, true
	}
	for _, p := range t.Campaign.Packs {
		for _, item := range t.packItems() {
			for _, candidate := range t.packScreens(p, item) {
				if candidate.q.Kind == answer.File {
					return candidate, true
				}
			}
		}
	}
	return position{}, false
}
