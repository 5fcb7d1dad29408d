package answer

import (
	"strconv"
)

// oldest is the earliest date that anything asked about can have.
const oldest = "1900"

// readDate reads a day for Date; for Month and Year also a month, a season, a third of a year or a
// year, each as exactly as it was said. Every reading is said back with the month's name.
//
// 12/3/2012 is read the way of the person's language and country of residence; where these leave
// doubt both readings are returned to choose from.
func readDate(k Kind, line string, lim Limits, s Situation) (Reading, *Unfit) {
	words := speechOf(s.Language)
	if lim.Still && words.sentences[fold(line)] == Still || line == Still && lim.Still {
		return said(Still), nil
	}
	values, unfit := dateValues(k, line, lim, s)
	if unfit != nil {
		return Reading{}, unfit
	}
	var fit []string
	for _, v := range values {
		if late := outside(v, lim, s); late != nil {
			unfit = late
			continue
		}
		fit = append(fit, v)
	}
	switch len(fit) {
	case 0:
		return Reading{}, unfit
	case 1:
		return echoed(fit[0]), nil
	}
	return Reading{Options: fit, Echo: true}, nil
}

// dateValues returns the canonical dates that the words may mean, the likelier first.
func dateValues(k Kind, line string, lim Limits, s Situation) ([]string, *Unfit) {
	if _, _, ok := Interval(line, ""); ok && canonicalFor(k, line) {
		return []string{line}, nil
	}
	unreadable := refuse(ReasonDateUnreadable)
	if k != Date {
		unreadable = refuse(ReasonMonthUnreadable)
	}
	parts, ok := splitDate(line, speechOf(s.Language))
	if !ok {
		return nil, unreadable
	}
	year := yearOf(lim, s)
	if span := parts.span(year); span != "" && k != Date {
		return []string{span}, nil
	}
	moments, reason := parts.moments(k, year, orderOf(s))
	switch {
	case reason != "":
		return nil, refuse(reason)
	case len(moments) == 0:
		return nil, unreadable
	}
	return exact(k, moments, s.Language)
}

// canonicalFor reports whether a canonical date is exact enough for the kind.
func canonicalFor(k Kind, value string) bool {
	m, single := parseMoment(value)
	return k != Date || single && m.day > 0 && !m.approx
}

// exact keeps the moments that the calendar has and that are exact enough, or says what is wrong
// with the first one.
func exact(k Kind, moments []moment, language string) ([]string, *Unfit) {
	var values []string
	var first *Unfit
	for _, m := range moments {
		var unfit *Unfit
		switch {
		case m.month > 12 && !m.season():
			unfit = refuse(ReasonDateNoMonth)
		case !m.valid():
			month := moment{year: m.year, month: m.month}
			unfit = refuse(ReasonDateNoDay, "month", Show(Month, month.String(), language), "days", strconv.Itoa(daysIn(m.year, m.month)))
		case k == Date && (m.day == 0 || m.approx):
			unfit = refuse(ReasonDateNeedsDay)
		default:
			values = append(values, m.String())
			continue
		}
		if first == nil || unfit.Reason == ReasonDateNoDay {
			first = unfit
		}
	}
	if len(values) == 0 {
		return nil, first
	}
	return values, nil
}

// outside says why a date is too early or in the future, nil when it is neither. A month or a year
// is refused only when all of it is outside.
func outside(value string, lim Limits, s Situation) *Unfit {
	from, to, ok := Interval(value, s.Today)
	if !ok {
		return refuse(ReasonDateUnreadable)
	}
	earliest := lim.Earliest
	begin, _, known := Interval(earliest, s.Today)
	if !known {
		earliest = oldest
		begin, _, _ = Interval(earliest, s.Today)
	}
	if to.Before(begin) {
		return refuse(ReasonDateEarly, "earliest", Show(Date, earliest, s.Language))
	}
	_, today, known := Interval(s.Today, "")
	if known && !lim.Future && from.After(today) {
		return refuse(ReasonDateFuture, "today", Show(Date, s.Today, s.Language))
	}
	return nil
}

// yearRule tells which year a number is, false when it is none.
type yearRule func(numeral) (int, bool)

// yearOf returns how to read the number of a year. One of two digits is the latest such year that
// may be meant: 12 is 2012, and 95 is 1995 when 2095 is still to come.
func yearOf(lim Limits, s Situation) yearRule {
	_, today, known := Interval(s.Today, "")
	begin, _, bounded := Interval(lim.Earliest, s.Today)
	return func(n numeral) (int, bool) {
		if n.digits != 2 {
			return n.value, n.yearLike() && n.value > 0
		}
		recent := 2000 + n.value
		if !known || lim.Future || recent <= today.Year() || bounded && recent-100 < begin.Year() {
			return recent, true
		}
		return recent - 100, true
	}
}
