package people

import (
	"maps"
	"strings"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// doubt is an answer that was handed in on a page that then had nothing more to ask: it was taken, or the
// page was closed by then and it was not. Whoever is asked the same once more answers once more.
type doubt struct {
	question *campaign.Question
	about    string // the beginning of the child's name
	before   said   // the answer
}

// said is what a parent has told so far.
type said struct {
	child, born int
	role, name  string
	said        map[string]string
	taken       map[string]bool
}

// doubts is the doubt there would be of the answer that is about to be given.
func (p *Parent) doubts(q *campaign.Question) *doubt {
	return &doubt{q, p.mark("Nadi"), said{p.child, p.born, p.role, p.name, maps.Clone(p.said), maps.Clone(p.taken)}}
}

// of reports whether a message asks for what is in doubt.
func (d *doubt) of(text string, q *campaign.Question) bool {
	return d != nil && d.question == q && (q.Kind != answer.Group || strings.Contains(text, d.about))
}

// decide ends the doubt: what is asked now tells whether the answer was taken.
func (p *Parent) decide(text string, q *campaign.Question) {
	if p.doubt.of(text, q) {
		was := p.doubt.before
		p.child, p.born, p.role, p.name, p.said, p.taken = was.child, was.born, was.role, was.name, was.said, was.taken
	}
	p.doubt = nil
}
