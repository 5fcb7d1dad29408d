package campaign

import (
	"strconv"
	"strings"
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
	always = 0
	never  = 9999_12_31

	oldest = 150 // years; the age of somebody about whom nothing is known
)

// whenever is a date about which nothing is known.
func whenever(value string) When { return When{always, never, value} }

func (w When) known() bool { return w.from != always && w.to != never }

// readWhen understands a canonical date: a day, a month, a season, a year, two of them with a slash
// between, "still" for today, and everything else as a date about which nothing is known. A date
// that cannot lie in the future ends today at the latest.
func readWhen(value, today string, future bool) When {
	now := readDay(today)
	if value == answer.Still {
		return When{now.from, now.to, value}
	}
	w := whenever(value)
	first, last, isRange := strings.Cut(value, "/")
	w.from, w.to = readDay(first).from, readDay(first).to
	if isRange {
		w.to = readDay(last).to
	}
	if !future && w.from <= now.to && w.to > now.to && w.to != never {
		w.to = now.to
	}
	return w
}

// readDay understands one end of a range.
func readDay(s string) When {
	s = strings.TrimRight(s, "~?%")
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		t, err := time.Parse(layout, s)
		if err != nil || t.Year() == 0 {
			continue
		}
		switch layout {
		case "2006-01":
			return When{number(t), number(t.AddDate(0, 1, -1)), s}
		case "2006":
			return When{number(t), number(t.AddDate(1, 0, -1)), s}
		}
		return When{number(t), number(t), s}
	}
	if year, season, ok := strings.Cut(s, "-"); ok && len(season) == 2 {
		return readSeason(year, season, s)
	}
	return whenever(s)
}

// seasons are the EDTF's, by the month in which they begin; three months each.
var seasons = map[string]time.Month{"21": time.March, "22": time.June, "23": time.September, "24": time.December}

func readSeason(year, season, value string) When {
	y, err := strconv.Atoi(year)
	month, ok := seasons[season]
	if err != nil || !ok || len(year) != 4 {
		return whenever(value)
	}
	start := time.Date(y, month, 1, 0, 0, 0, 0, time.UTC)
	return When{number(start), number(start.AddDate(0, 3, -1)), value}
}

func number(t time.Time) int { return t.Year()*10000 + int(t.Month())*100 + t.Day() }

// ageMin is the youngest age in whole years that somebody born within dob can have had within at.
func ageMin(dob, at When) int {
	if at.from == always || dob.to == never {
		return 0
	}
	return max((at.from-dob.to)/10000, 0)
}

// ageMax is the oldest.
func ageMax(dob, at When) int {
	if at.to == never || dob.from == always {
		return oldest
	}
	return min(max((at.to-dob.from)/10000, 0), oldest)
}
