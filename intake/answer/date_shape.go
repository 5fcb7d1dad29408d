package answer

import "fmt"

// span returns the EDTF interval of words that mean several months or years: "early 2018",
// "2017 or 2018", "winter 2018/2019". It returns "" for everything else.
func (p dateParts) span(year yearRule) string {
	var years []int
	for _, n := range p.numbers {
		y, ok := year(n)
		if !ok {
			return ""
		}
		years = append(years, y)
	}
	about := ""
	if p.approx {
		about = "~"
	}
	switch {
	case len(years) == 1 && p.third >= 0 && p.month == 0:
		return fmt.Sprintf("%04d-%02d%s/%04d-%02d%s", years[0], 4*p.third+1, about, years[0], 4*p.third+4, about)
	case len(years) != 2 || years[0] >= years[1] || p.third >= 0:
		return ""
	case p.month == 0 && p.numbers[0].yearLike() && p.numbers[1].yearLike():
		return fmt.Sprintf("%04d%s/%04d%s", years[0], about, years[1], about)
	case p.month == 24 && years[0]+1 == years[1]:
		_, end := seasonDays(years[0], p.month)
		return fmt.Sprintf("%04d-12-01%s/%s%s", years[0], about, end.Format("2006-01-02"), about)
	}
	return ""
}

// moments returns what the parts may mean, the local reading first, or the reason why they mean
// nothing; neither when they make no date at all.
func (p dateParts) moments(k Kind, year yearRule, o order) ([]moment, string) {
	var found []moment
	var reason string
	switch {
	case p.month > 0:
		found, reason = p.named(k, year)
	case len(p.numbers) == 1:
		found = p.compact(k, year, o)
	case len(p.numbers) == 2:
		found, reason = p.pair(k, year)
	case len(p.numbers) == 3:
		found = p.triple(year, o)
	}
	for i := range found {
		found[i].approx = p.approx
	}
	return found, reason
}

// named reads a date with the name of its month or season.
func (p dateParts) named(k Kind, year yearRule) ([]moment, string) {
	switch len(p.numbers) {
	case 0:
		return nil, ReasonDateNeedsYear
	case 1:
		n := p.numbers[0]
		y, ok := year(n)
		season := p.month > 12
		switch {
		case n.yearLike() && ok, ok && season, ok && k != Date && p.before == 0:
			return []moment{{year: y, month: p.month}}, ""
		case n.short() && !season:
			return nil, ReasonDateNeedsYear // "3 maart"
		}
	case 2:
		d, y := p.numbers[0], p.numbers[1]
		if d.yearLike() {
			d, y = y, d
		}
		full, ok := year(y)
		if ok && d.short() && d.value > 0 && p.month <= 12 {
			return []moment{{year: full, month: p.month, day: d.value}}, ""
		}
	}
	return nil, ""
}

// compact reads one number: 2012, 201203 or 032012, 20120312 or 12032012, and 120312.
func (p dateParts) compact(k Kind, year yearRule, o order) []moment {
	n := p.numbers[0]
	switch {
	case n.yearLike() && n.value > 0:
		return []moment{{year: n.value}}
	case n.digits == 8:
		whole := moment{year: n.value / 10000, month: n.value / 100 % 100, day: n.value % 100}
		if whole.year >= 1900 && whole.day > 0 && whole.month > 0 && whole.month <= 12 {
			return []moment{whole}
		}
		return dateParts{numbers: []numeral{{n.value / 1000000, 2}, {n.value / 10000 % 100, 2}, {n.value % 10000, 4}}}.triple(year, o)
	case n.digits == 6 && k == Date:
		return dateParts{numbers: []numeral{{n.value / 10000, 2}, {n.value / 100 % 100, 2}, {n.value % 100, 2}}}.triple(year, o)
	case n.digits == 6:
		first, last := n.value/100, n.value%100
		if first < 1900 || last == 0 || last > 12 {
			first, last = n.value%10000, n.value/10000
		}
		if first > 0 && last > 0 {
			return []moment{{year: first, month: last}}
		}
	}
	return nil
}

// pair reads two numbers: a month with its year, or a day without one.
func (p dateParts) pair(k Kind, year yearRule) ([]moment, string) {
	m, y := p.numbers[0], p.numbers[1]
	if m.yearLike() {
		m, y = y, m
	}
	full, ok := year(y)
	switch {
	case !m.short() || m.value == 0:
		return nil, ""
	case ok && (y.yearLike() || k != Date):
		return []moment{{year: full, month: m.value}}, ""
	case y.short() && y.value > 0:
		return nil, ReasonDateNeedsYear // "12/3"
	}
	return nil, ""
}

// triple reads a date in numbers, whose year comes first or last.
func (p dateParts) triple(year yearRule, o order) []moment {
	a, b, c := p.numbers[0], p.numbers[1], p.numbers[2]
	if a.yearLike() && b.short() && c.short() && a.value > 0 && b.value > 0 && c.value > 0 {
		return []moment{{year: a.value, month: b.value, day: c.value}}
	}
	full, ok := year(c)
	if !ok || !a.short() || !b.short() || a.value == 0 || b.value == 0 {
		return nil
	}
	return o.read(a.value, b.value, full)
}
