package intake

import (
	"maps"
	"slices"
	"strconv"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// Limits of evidence: ten files of 15 MB in a chat; the page streams and takes larger ones.
const (
	MaxFileBytes     = 15 << 20
	MaxPageFileBytes = 100 << 20
	maxFiles         = 10
)

// mostBytes is how large a file may be where the person is.
func (t *talk) mostBytes() int64 {
	if t.onPage {
		return MaxPageFileBytes
	}
	return MaxFileBytes
}

func (t *talk) tooBig() wording.Args {
	return wording.Args{"limit": strconv.FormatInt(t.mostBytes()>>20, 10)}
}

// sent handles a file. It is fetched by a job that is committed with this turn, and only where the
// conversation asks for files: in the safety branch, and everywhere else, it is never fetched,
// since to hold some pictures is itself an offence.
func (t *talk) sent(did Sent) {
	at := t.current()
	switch {
	case t.Conversation.Stage == StageStopped:
		t.showStopped()
	case did.Form != "" && !t.onForm(did.Form):
	case at.q == nil || at.q.Kind != answer.File || at.q.Sensitivity == campaign.Safety:
		t.refuseFile(at, did)
	case did.Bytes > t.mostBytes():
		t.again("unfit.file-too-big", t.tooBig())
	case len(t.values(at.q.ID, at.item))+len(t.state().Fetching) >= t.fileLimit(at.q):
		t.again("unfit.file-too-many", wording.Args{"limit": itoa(t.fileLimit(at.q))})
	default:
		t.fetch(at, did)
	}
}

func (t *talk) fetch(at position, did Sent) {
	t.turnTo(at)
	state := t.state()
	first := len(state.Fetching) == 0
	job := t.takeIn(Outgoing{Do: Fetch, File: did, Keep: Custody{Person: t.Person, Compartment: compartmentOf(at.q, at.item)}})
	state.Fetching = maps.Clone(state.Fetching)
	if state.Fetching == nil {
		state.Fetching = map[string]Key{}
	}
	state.Fetching[job] = at.key()
	if did.Compressed && first {
		t.tell(Message{Text: t.say("better-as-file", nil)})
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
		t.keepOut(did, at.q.ID)
		t.again("file-in-safety", nil)
		return
	}
	if t.Conversation.Stage == StageSent {
		t.again("file-not-here", nil)
		return
	}
	t.again("file-not-now", nil)
}

// keepOut notes that a file came where none may, and takes it out of the chat: no bytes, no hash.
func (t *talk) keepOut(did Sent, at ...string) {
	t.note("QUARANTINE", at...)
	t.queue(Outgoing{Do: Remove, Message: did.Message})
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

// fetched records a file whose job has ended, with the question that it was sent to: that may have
// been left meanwhile.
func (t *talk) fetched(did Fetched) {
	state := t.state()
	key, ours := state.Fetching[did.Job]
	q := t.Campaign.Question(key.Question)
	if !ours || q == nil {
		return
	}
	state.Fetching = maps.Clone(state.Fetching)
	delete(state.Fetching, did.Job)
	if did.Unfit != "" {
		t.again("unfit."+did.Unfit, t.tooBig())
		return
	}
	n := t.keep(key, q, did.Stored)
	pending := slices.Contains(slices.Collect(maps.Values(state.Fetching)), key)
	if !pending { // of an album, only the last file is worth a message
		t.above = append(t.above, t.filesStored(n, t.fileLimit(q)))
		t.show()
	}
}

func (t *talk) filesStored(n, limit int) wording.Text {
	if n >= limit {
		return t.words().Count("file-stored-full", n, nil)
	}
	return t.words().Count("file-stored", n, nil)
}

// keep adds a file to an answer, and returns how many it holds. The same bytes twice are one file.
func (t *talk) keep(key Key, q *campaign.Question, file StoredFile) int {
	state := t.state()
	a := state.Answers[key]
	values := slices.Clone(a.Values)
	known := slices.ContainsFunc(state.Files, func(f StoredFile) bool {
		return f.SHA256 == file.SHA256 && slices.Contains(values, f.ID)
	})
	if !known {
		values = append(values, file.ID)
		state.Files = append(slices.Clone(state.Files), file)
	}
	how := Gathering
	if a.How == Given {
		how = Given
	}
	at := position{q: q, item: key.Item, screen: campaign.Screen{Ask: []string{q.ID}}}
	t.record(at, q, Answer{How: how, Values: values})
	t.audit("file", map[string]string{"file": file.ID, "question": q.ID})
	t.afterChange(at)
	return len(values)
}
