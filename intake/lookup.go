package intake

import (
	"slices"
	"strings"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// What a file can be found by again. A campaign declares the first three of its questions; the others
// are made of several answers, or of the way the file was filled in.
const (
	byEmail    = "e-mail"
	byPhone    = "phone"
	byHandle   = "handle"
	byMember   = "member"   // a member's name with the date of birth: either alone is many people's
	byClaimant = "claimant" // the person's name with a way to reach them
	byText     = "text"     // a long text: only in a burst does it mean anything that two are alike
	byHaste    = "haste"    // nobody can be reached and nobody can have read it: likewise
)

// lookups are the values that may be found again in somebody else's file, by keyed hash only.
func (t *talk) lookups() []Lookup {
	out := []Lookup{}
	var contacts []Lookup
	for _, q := range t.Campaign.Questions {
		for _, item := range t.about(q) {
			for _, value := range t.values(q.ID, item) {
				l := Lookup{Purpose: q.Lookup, Value: strings.ToLower(value), Item: item, Answers: []string{q.ID}}
				if q.Lookup != "" {
					out = append(out, l)
				}
				if isContact(q) {
					contacts = append(contacts, l)
				}
			}
		}
	}
	out = append(append(append(out, t.claimant(contacts)...), t.knownMembers()...), t.texts()...)
	if len(contacts) == 0 && fast(t.state().Pace) {
		out = append(out, Lookup{Purpose: byHaste})
	}
	return out
}

// isContact reports whether a question asks for another way to reach the person than the chat.
func isContact(q *campaign.Question) bool {
	return !q.Member && (q.Lookup == byEmail || q.Lookup == byPhone)
}

// isText reports whether copies of what is said to a question can be told from other texts. What is
// special or about safety is compared with nobody's.
func isText(q *campaign.Question) bool {
	return q.Kind == answer.LongText && q.Sensitivity != campaign.Special && q.Sensitivity != campaign.Safety
}

// sought reports whether a file is found by the answer to a question.
func (t *talk) sought(q *campaign.Question) bool {
	return q.Lookup != "" || isText(q) || q == t.own() || slices.Contains([]string{sameMember, sameBirth}, q.Same)
}

// What a campaign calls the answers that say who a member is, see campaign.Question.Same.
const (
	sameMember = "member_name"
	sameBirth  = "member_birth"
)

func (t *talk) claimant(contacts []Lookup) (out []Lookup) {
	q := t.own()
	if q == nil || t.value(q.ID, 0) == "" {
		return nil
	}
	for _, c := range contacts {
		out = append(out, Lookup{Purpose: byClaimant, Value: answer.NameKey(t.value(q.ID, 0)) + "|" + c.Value, Answers: []string{q.ID, c.Answers[0]}})
	}
	return out
}

func (t *talk) knownMembers() (out []Lookup) {
	name, birth := t.Campaign.Asking(sameMember), t.Campaign.Asking(sameBirth)
	if name == nil || birth == nil {
		return nil
	}
	for _, item := range t.about(name) {
		called, born := t.value(name.ID, item), t.value(birth.ID, item)
		if called != "" && len(born) == len("2012-03-12") { // a year alone is many children's
			out = append(out, Lookup{Purpose: byMember, Value: answer.NameKey(called) + "|" + born, Item: item, Answers: []string{name.ID, birth.ID}})
		}
	}
	return out
}

func (t *talk) texts() (out []Lookup) {
	for _, q := range t.Campaign.Questions {
		if !isText(q) {
			continue
		}
		for _, item := range t.about(q) {
			if key := answer.TextKey(t.value(q.ID, item)); key != "" {
				out = append(out, Lookup{Purpose: byText, Value: key, Item: item, Answers: []string{q.ID}})
			}
		}
	}
	return out
}
