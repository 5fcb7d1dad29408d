package campaign

import (
	"time"

	"claimline/intake/answer"
)

// When is an answered date as expressions see it: the days between which it may lie, both included,
// written as numbers such as 20120312. An imprecise or missing date is simply a wider one.
type When struct {
	from, to int
	value    string // the canonical answer
}

const (
	earliest = 0
	latest   = 9999_12_31

	oldest = 150 // years; the age of somebody about whom nothing is known
)

func (w When) known() bool { return w.from != earliest }

// readWhen understands a canonical date; what is none, or "unknown", is a date about which nothing
// is known. One that cannot lie in the future ends today at the latest.
func readWhen(value, today string, future bool) When {
	from, to, ok := answer.Interval(value, today)
	if !ok {
		return When{earliest, latest, value}
	}
	w := When{number(from), number(to), value}
	if now, err := time.Parse(time.DateOnly, today); err == nil && !future && w.from <= number(now) {
		w.to = min(w.to, number(now))
	}
	return w
}

func number(t time.Time) int { return t.Year()*10000 + int(t.Month())*100 + t.Day() }

// ageMin is the youngest age in whole years that somebody born within dob can have had within at.
func ageMin(dob, at When) int {
	if !dob.known() || !at.known() {
		return 0
	}
	return max((at.from-dob.to)/10000, 0)
}

// ageMax is the oldest.
func ageMax(dob, at When) int {
	if !dob.known() || !at.known() {
		return oldest
	}
	return min(max((at.to-dob.from)/10000, 0), oldest)
}
