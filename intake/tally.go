package intake

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Tally is what a campaign's figures are at one moment, made of plain columns alone: no answer is
// opened for it. Tests stand apart and are in no other number.
//
// Package storage makes one. It is not changed afterwards, and may be read by many goroutines.
type Tally struct {
	Campaign     string
	Since, Until time.Time // the period of Days; in Since's place is midnight where the campaign is at home

	All       Standing            // everything that was sent, ever
	Countries map[string]Standing // ISO codes; "" where nothing is known
	Days      []Day               // every day of the period, also those without anything
	Later     int                 // of those verified, how many were sent at Until or later
	Tests     int                 // sent in a draft, or in the practice store

	// Screens counts by the id of a screen who stopped there: interviews that are open and in which
	// nothing happened for Silent.
	Screens map[string]int

	Cases *CaseFigures // nil where nobody has counted them
}

// Silent is how long nothing has happened in an interview that was left.
const Silent = time.Hour

// Standing tells apart what is never added up into one number: a file is in exactly one of these.
type Standing struct {
	Verified   int // counts towards the threshold, see Submission.Counts
	InReview   int // a moderator has to look
	Supporters int // accepted, and supports the claim without being part of it
	Other      int // neither: held, rejected, merged, withdrawn, frozen, or with a severe flag open
}

// Day is what was sent on a day, as it stands now.
type Day struct {
	Date time.Time // its midnight
	Standing
}

// CaseFigures is what the moderators' work was in the period.
type CaseFigures struct {
	Opened   int           // submissions of the period that became cases
	Decided  int           // cases decided in the period
	Taps     float64       // the median of presses that a decision took
	ToDecide time.Duration // the median time from opened to decided
}

// Part is a number of submissions that are alike.
type Part struct {
	Test, Counts             bool
	Status, Outcome, Country string
	Number                   int
}

// NewTally begins a tally of a period, whose days are those of since's place.
func NewTally(campaign string, since, until time.Time) Tally {
	t := Tally{Campaign: campaign, Since: since, Until: until, Countries: map[string]Standing{}, Screens: map[string]int{}}
	for day := midnight(since); day.Before(until); day = midnight(day.AddDate(0, 0, 1)) {
		t.Days = append(t.Days, Day{Date: day})
	}
	return t
}

// Add counts submissions among all.
func (t *Tally) Add(p Part) {
	if p.Test {
		t.Tests += p.Number
		return
	}
	t.All.add(p)
	country := t.Countries[p.Country]
	country.add(p)
	t.Countries[p.Country] = country
}

// AddSent counts submissions on the day that they were sent.
func (t *Tally) AddSent(p Part, at time.Time) {
	day := midnight(at.In(t.Since.Location()))
	i, ok := slices.BinarySearchFunc(t.Days, day, func(d Day, at time.Time) int { return d.Date.Compare(at) })
	switch {
	case p.Test:
	case ok && at.Before(t.Until):
		t.Days[i].add(p)
	case p.Counts && !at.Before(t.Until):
		t.Later += p.Number
	}
}

// add counts alike submissions where they stand.
func (s *Standing) add(p Part) {
	switch {
	case p.Counts:
		s.Verified += p.Number
	case p.Status == InReview:
		s.InReview += p.Number
	case p.Status == Accepted && p.Outcome == "supporter":
		s.Supporters += p.Number
	default:
		s.Other += p.Number
	}
}

// Sent is how many were sent in the period.
func (t Tally) Sent() int {
	n := 0
	for _, d := range t.Days {
		n += d.Verified + d.InReview + d.Supporters + d.Other
	}
	return n
}

// Growth is how many had been sent by the end of each day of the period, of those verified now.
func (t Tally) Growth() []int {
	growth := make([]int, len(t.Days))
	n := t.All.Verified - t.Later
	for i, d := range slices.Backward(t.Days) {
		growth[i] = max(n, 0)
		n -= d.Verified
	}
	return growth
}

// ranked lists keys by their numbers, the largest first, and equal ones by name.
func ranked(numbers map[string]int) []string {
	return slices.SortedFunc(maps.Keys(numbers), func(a, b string) int {
		return cmp.Or(cmp.Compare(numbers[b], numbers[a]), cmp.Compare(a, b))
	})
}

// Period is that of the figures: the present day where the campaign is at home and the 27 before it.
func Period(now time.Time, home *time.Location) (since, until time.Time) {
	return midnight(midnight(now.In(home)).AddDate(0, 0, -27)), now
}

// midnight is when a day begins: an hour later where clocks are put forward at midnight.
func midnight(at time.Time) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, at.Location())
}
