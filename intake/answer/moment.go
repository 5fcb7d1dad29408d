package answer

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// moment is a date as exactly as it is known, written in EDTF (ISO 8601-2): 2012-03-12, 2018-05,
// 2018, 2019-22 for a summer, and ~ behind it for "about".
type moment struct {
	year   int
	month  int // 1 to 12; 21 to 24 for spring to winter; 0 when not known
	day    int // 0 when not known
	approx bool
}

// parseMoment reads the canonical form and nothing else.
func parseMoment(s string) (moment, bool) {
	exact, approx := strings.CutSuffix(s, "~")
	m := moment{approx: approx}
	fields := strings.Split(exact, "-")
	if len(fields) > 3 {
		return moment{}, false
	}
	for i, into := range []*int{&m.year, &m.month, &m.day}[:len(fields)] {
		width := 2
		if i == 0 {
			width = 4
		}
		if len(fields[i]) != width || strings.Trim(fields[i], "0123456789") != "" {
			return moment{}, false
		}
		n, err := strconv.Atoi(fields[i])
		if err != nil || n == 0 {
			return moment{}, false
		}
		*into = n
	}
	return m, m.valid()
}

// valid reports whether the calendar has the moment.
func (m moment) valid() bool {
	switch {
	case m.month == 0:
		return m.year > 0
	case m.season():
		return m.day == 0
	case m.month > 12:
		return false
	}
	return m.day <= daysIn(m.year, m.month)
}

func (m moment) season() bool { return m.month >= 21 && m.month <= 24 }

// String writes the canonical form.
func (m moment) String() string {
	s := fmt.Sprintf("%04d", m.year)
	if m.month > 0 {
		s += fmt.Sprintf("-%02d", m.month)
	}
	if m.day > 0 {
		s += fmt.Sprintf("-%02d", m.day)
	}
	if m.approx {
		s += "~"
	}
	return s
}

// days returns the first and the last day that the moment may mean.
//
// A season runs from the first of its first month to the day before the next one begins by the
// sun, so that both ways to count are in it; a winter may be the one in which the year began or
// the one in which it ended. "About" reaches as far to either side as the moment is long, a week
// for a day.
func (m moment) days() (from, to time.Time) {
	years, months, days := 0, 0, 0
	switch {
	case m.season():
		from, to = seasonDays(m.year, m.month)
		months = 3
	case m.month == 0:
		from, to = day(m.year, 1, 1), day(m.year, 12, 31)
		years = 1
	case m.day == 0:
		from, to = day(m.year, m.month, 1), day(m.year, m.month, daysIn(m.year, m.month))
		months = 1
	default:
		from = day(m.year, m.month, m.day)
		to = from
		days = 7
	}
	if !m.approx {
		return from, to
	}
	// Reckoned from the day after, for a month later than 31 January is not in February.
	return from.AddDate(-years, -months, -days), to.AddDate(0, 0, 1).AddDate(years, months, days-1)
}

func seasonDays(year, season int) (from, to time.Time) {
	switch season {
	case 21:
		return day(year, 3, 1), day(year, 6, 20)
	case 22:
		return day(year, 6, 1), day(year, 9, 22)
	case 23:
		return day(year, 9, 1), day(year, 12, 21)
	}
	return day(year-1, 12, 1), day(year+1, 3, 20)
}

func day(year, month, d int) time.Time {
	return time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC)
}

func daysIn(year, month int) int { return day(year, month+1, 0).Day() }

// Interval returns the first and the last day, at midnight UTC, that a canonical date may mean: a
// day, a month, a season or a year, each with or without ~, two of them as an EDTF interval
// ("2018-01-01/2018-05-24"), or Still, which is today (2026-11-23). It reports false for Unknown,
// for "" and for what is no date.
func Interval(value, today string) (from, to time.Time, ok bool) {
	if value == Still {
		value = today
	}
	first, last, isSpan := strings.Cut(value, "/")
	if !isSpan {
		last = first
	}
	a, aok := parseMoment(first)
	b, bok := parseMoment(last)
	if !aok || !bok {
		return time.Time{}, time.Time{}, false
	}
	from, _ = a.days()
	_, to = b.days()
	if to.Before(from) {
		return time.Time{}, time.Time{}, false
	}
	return from, to, true
}
