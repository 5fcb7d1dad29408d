package intake

import (
	"time"

	"claimline/intake/campaign"
)

// Answers is what a file says, read through its campaign: what was given, else what stands by
// default, as far as it belongs to the path that was walked. It is for one goroutine.
type Answers struct {
	file  File
	c     *campaign.Campaign
	zone  *time.Location
	talks map[string]*talk // by day: rules may ask how old somebody is today
	last  string           // the day of the last answer, by which the file was judged
}

// AnswersOf reads a file. What applies depends on the day for rules about ages: an answer belongs
// to the file when it applied on the day it was given, and facts are those of the last answer's
// day, so that reading a file again years later gives the same.
func AnswersOf(c *campaign.Campaign, f File) Answers {
	last := f.Conversation.Started
	if f.Submission != nil {
		last = f.Submission.At
	}
	for _, a := range f.Conversation.State.Answers {
		if a.At.After(last) {
			last = a.At
		}
	}
	a := Answers{file: f, c: c, zone: c.Location(), talks: map[string]*talk{}}
	a.last = a.day(last)
	return a
}

// Of returns the answer to a question about a member, or about the person when item is 0, in
// canonical form; no values when it was skipped. It reports whether the file has one at all.
func (a Answers) Of(q *campaign.Question, item int) ([]string, bool) {
	if q.Member != (item != 0) {
		return nil, false
	}
	given, ok := a.file.Conversation.State.Answers[Key{q.ID, item}]
	if ok {
		return given.Values, a.on(a.day(given.At)).counted(q, item)
	}
	values := a.on(a.last).values(q.ID, item)
	return values, len(values) > 0 && a.on(a.last).counted(q, item)
}

// Facts returns what the campaign derives from the answers about a member, or about the person
// when item is 0: each is a bool, an int or a string.
func (a Answers) Facts(item int) map[string]any {
	return a.c.FactsOf(a.on(a.last).env(item))
}

func (a Answers) day(at time.Time) string { return at.In(a.zone).Format(time.DateOnly) }

func (a Answers) on(day string) *talk {
	t, ok := a.talks[day]
	if !ok {
		t = &talk{Place: Place{Campaign: a.c}, File: a.file, today: day}
		a.talks[day] = t
	}
	return t
}
