package storage

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"claimline/intake"
)

// A conversation's state, and a submission's body, are bundles: one envelope for each compartment,
// so that destroying the key of one child erases what was said about that child and nothing else.
// The envelope of the person's own compartment comes first and holds all that is not an answer.

// selfDoc is what the self envelope of a conversation says, for example
// {"More":"no","Members":[1],"Answers":[{"q":"country","how":"given","values":["NL"],…}]}.
type selfDoc struct {
	intake.State
	Answers []answerDoc // hides State.Answers
}

type answerDoc struct {
	Question string `json:"q"`
	Item     int    `json:"i,omitempty"`
	intake.Answer
}

// parts are words by compartment, on their way into or out of a bundle.
type parts map[string]any

// statePlace and bodyPlace say where a bundle belongs.
func statePlace(conversation string) place { return place{"conversations", "state", conversation} }
func bodyPlace(submission string) place    { return place{"submissions", "body", submission} }

// sealParts seals each compartment with its key, self first and the others by name.
func sealParts(random io.Reader, keys keyset, at place, p parts, unopened [][]byte) ([]byte, error) {
	names := make([]string, 0, len(p))
	for name := range p {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(-cmp.Compare(btoi(a == intake.Self), btoi(b == intake.Self)), cmp.Compare(a, b))
	})
	var envelopes [][]byte
	for _, name := range names {
		words, err := json.Marshal(p[name])
		if err != nil {
			return nil, fmt.Errorf("writing %s.%s of %s: %w", at.table, at.column, at.row, err)
		}
		k := keys[name]
		if k == nil {
			return nil, fmt.Errorf("sealing %s.%s of %s: no key for compartment %s", at.table, at.column, at.row, name)
		}
		sealed, err := k.seal(random, at, words)
		if err != nil {
			return nil, err
		}
		envelopes = append(envelopes, sealed)
	}
	return bundle(append(envelopes, unopened...)), nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// openParts hands each compartment's words to read, self first. Envelopes whose key is gone come
// back unopened: what they hold was erased, unless the key store is older than the register, and
// then it is still there for the day when the keys are back.
func openParts(keys keyset, at place, bundled []byte, read func(compartment string, words []byte) error) ([][]byte, error) {
	envelopes, err := unbundle(bundled)
	if err != nil {
		return nil, fmt.Errorf("opening %s.%s of %s: %w", at.table, at.column, at.row, err)
	}
	var unopened [][]byte
	for i, envelope := range envelopes {
		id, ok := sealedWith(envelope)
		k, compartment := keys.find(id)
		if !ok || i == 0 && compartment != intake.Self {
			return nil, fmt.Errorf("opening %s.%s of %s: %w", at.table, at.column, at.row, errSealed)
		}
		if k == nil {
			unopened = append(unopened, envelope)
			continue
		}
		words, err := k.open(at, envelope)
		if err != nil {
			return nil, err
		}
		if err := read(compartment, words); err != nil {
			return nil, fmt.Errorf("reading %s.%s of %s: %w", at.table, at.column, at.row, err)
		}
	}
	return unopened, nil
}

// splitState takes a state apart by compartment. What belongs to a destroyed compartment is left out.
func splitState(state intake.State, destroyed []string) parts {
	answers := map[string][]answerDoc{intake.Self: make([]answerDoc, 0, len(state.Answers))}
	for k, a := range state.Answers {
		c := compartmentOf(a)
		if !slices.Contains(destroyed, c) {
			answers[c] = append(answers[c], answerDoc{Question: k.Question, Item: k.Item, Answer: a})
		}
	}
	p := parts{}
	for c, docs := range answers {
		slices.SortFunc(docs, func(a, b answerDoc) int {
			return cmp.Or(cmp.Compare(a.Question, b.Question), cmp.Compare(a.Item, b.Item))
		})
		p[c] = docs
	}
	p[intake.Self] = selfDoc{State: state, Answers: answers[intake.Self]}
	return p
}

// openState puts a state together again.
func openState(keys keyset, conversation string, bundled []byte) (intake.State, [][]byte, error) {
	var state intake.State
	answers := map[intake.Key]intake.Answer{}
	unopened, err := openParts(keys, statePlace(conversation), bundled, func(compartment string, words []byte) error {
		var docs []answerDoc
		if compartment == intake.Self {
			var doc selfDoc
			if err := json.Unmarshal(words, &doc); err != nil {
				return err
			}
			state, docs = doc.State, doc.Answers
		} else if err := json.Unmarshal(words, &docs); err != nil {
			return err
		}
		if len(answers) == 0 {
			answers = make(map[intake.Key]intake.Answer, len(docs))
		}
		for _, d := range docs {
			d.Compartment = compartment
			answers[intake.Key{Question: d.Question, Item: d.Item}] = d.Answer
		}
		return nil
	})
	state.Answers = answers
	return state, unopened, err
}

// bodyDoc is what one compartment of a submission says; flags are the person's own.
type bodyDoc struct {
	Flags    []intake.Flag          `json:"flags,omitempty"`
	Members  []intake.MemberOutcome `json:"members,omitempty"`
	Consents []intake.Consent       `json:"consents,omitempty"`
	Review   *intake.Review         `json:"review,omitempty"`
}

func splitBody(s intake.Submission, destroyed []string) parts {
	docs := map[string]*bodyDoc{intake.Self: {Flags: s.Flags, Review: &s.Review}}
	of := func(item int) *bodyDoc {
		c := intake.Compartment(item)
		if docs[c] == nil {
			docs[c] = &bodyDoc{}
		}
		return docs[c]
	}
	for _, m := range s.Members {
		of(m.Item).Members = append(of(m.Item).Members, m)
	}
	for _, c := range s.Consents {
		of(c.Item).Consents = append(of(c.Item).Consents, c)
	}
	p := parts{}
	for c, doc := range docs {
		if !slices.Contains(destroyed, c) {
			p[c] = doc
		}
	}
	return p
}

// openBody fills a submission from its bundle. Members and consents come back by member, then in
// the order in which they were given.
func openBody(keys keyset, s *intake.Submission, bundled []byte) ([][]byte, error) {
	unopened, err := openParts(keys, bodyPlace(s.ID), bundled, func(compartment string, words []byte) error {
		var doc bodyDoc
		if err := json.Unmarshal(words, &doc); err != nil {
			return err
		}
		s.Flags = append(s.Flags, doc.Flags...)
		if doc.Review != nil {
			s.Review = *doc.Review
		}
		s.Members = append(s.Members, doc.Members...)
		s.Consents = append(s.Consents, doc.Consents...)
		return nil
	})
	slices.SortStableFunc(s.Members, func(a, b intake.MemberOutcome) int { return cmp.Compare(a.Item, b.Item) })
	slices.SortStableFunc(s.Consents, func(a, b intake.Consent) int { return cmp.Compare(a.Item, b.Item) })
	return unopened, err
}
