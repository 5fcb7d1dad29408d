package intake

import (
	"strconv"
	"time"

	"claimline/intake/answer"
	"claimline/intake/campaign"
	"claimline/intake/wording"
)

// yearButtons offers the years that are possible: from the earliest, or the year of birth, to now.
func (t *talk) yearButtons(at position) [][]Button {
	now, _ := strconv.Atoi(t.today[:4])
	first := now - 25
	if from, _, ok := answer.Interval(at.q.Earliest, t.today); ok {
		first = from.Year()
	}
	if born, ok := t.born(at.q.Narrow, at.item); ok {
		first = max(first, born.Year())
	}
	var buttons []Button
	for year := first; year <= now; year++ {
		buttons = append(buttons, Button{Label: strconv.Itoa(year), Action: "pick:" + strconv.Itoa(year)})
	}
	out := rows(buttons)
	if at.q.Still {
		out = append([][]Button{{{Label: t.label("answers.still"), Action: "pick:" + answer.Still}}}, out...)
	}
	return out
}

func (t *talk) born(n *campaign.Narrow, item int) (time.Time, bool) {
	if n == nil || n.Birth == "" {
		return time.Time{}, false
	}
	from, to, ok := answer.Interval(t.value(n.Birth, item), t.today)
	return from, ok && from.Equal(to)
}

// boundary is the day inside a year that decides something about the claim: a birthday or a date
// of the law. A year without one needs no extra tap.
func (t *talk) boundary(at position, year string) (time.Time, bool) {
	n := at.q.Narrow
	y, err := strconv.Atoi(year)
	if n == nil || err != nil || len(year) != 4 {
		return time.Time{}, false
	}
	for _, day := range n.Days {
		if d, err := time.Parse(time.DateOnly, day); err == nil && d.Year() == y {
			return d, true
		}
	}
	if born, ok := t.born(n, at.item); ok {
		for _, age := range n.Birthdays {
			if d := born.AddDate(age, 0, 0); d.Year() == y && d.YearDay() > 1 {
				return d, true
			}
		}
	}
	return time.Time{}, false
}

func (t *talk) askNarrow(at position) wording.Text {
	day, _ := t.boundary(at, t.state().Draft.Year)
	return t.say("before-or-after", wording.Args{"day": t.shown(answer.Date, day.Format(time.DateOnly))})
}

func (t *talk) narrowButtons(at position) [][]Button {
	day, _ := t.boundary(at, t.state().Draft.Year)
	shown := wording.Args{"day": t.shown(answer.Date, day.Format(time.DateOnly))}
	year := t.state().Draft.Year
	return [][]Button{
		{{Label: t.say("before-day", shown).Plain(), Action: "half:before"}},
		{{Label: t.say("from-day", shown).Plain(), Action: "half:after"}},
		{{Label: t.say("year-unsure", wording.Args{"year": year}).Plain(), Action: "half:unsure"}},
	}
}

// half is the year's one extra tap: an EDTF interval on one side of the boundary, or the whole year.
func (t *talk) half(at position, side string) (value string, ok bool) {
	year := t.state().Draft.Year
	day, ok := t.boundary(at, year)
	if !ok {
		return "", false
	}
	switch side {
	case "before":
		return year + "-01-01/" + day.AddDate(0, 0, -1).Format(time.DateOnly), true
	case "after":
		return day.Format(time.DateOnly) + "/" + year + "-12-31", true
	case "unsure":
		return year, true
	}
	return "", false
}

func (t *talk) shown(k answer.Kind, value string) string {
	return answer.Show(k, value, t.Conversation.Language)
}
