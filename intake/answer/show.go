package answer

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
)

// Show writes one canonical value in the words of a language, English where there is no file for
// it: "3 maart 2012" for 2012-03-03, "Nederland" for NL. What it does not know is shown as it is.
func Show(k Kind, value, language string) string {
	words := speechOf(language)
	if shown := words.shared(value); shown != "" && !k.prose() && k != Handle {
		return shown
	}
	switch k {
	case Date, Month, Year:
		return words.showDate(value)
	case Country:
		return showCountry(value, language)
	case Phone:
		return showPhone(value)
	case Email:
		return showEmail(value)
	case Money:
		return words.showMoney(value)
	case Number:
		return words.showNumber(value)
	case Handle:
		return "@" + value
	}
	return value
}

// shared shows the values that several kinds have, "" for any other.
func (s *speech) shared(value string) string {
	list := map[string][]string{Yes: s.Yes, No: s.No, Unknown: s.Unknown, Still: s.Still}[value]
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// showDate shows a moment or an interval of two.
func (s *speech) showDate(value string) string {
	first, last, isSpan := strings.Cut(value, "/")
	from, ok := parseMoment(first)
	if !ok {
		return value
	}
	if !isSpan {
		return s.showMoment(from)
	}
	to, ok := parseMoment(last)
	if !ok {
		return value
	}
	begin := s.showMoment(from)
	if from.year == to.year && !from.approx && from.month >= 1 && from.month <= 12 && to.month >= 1 && to.month <= 12 {
		begin = s.withoutYear(from) // "1 januari – 24 mei 2018"
	}
	if from.approx && to.approx {
		to.approx = false // said once: "rond januari 2018 – april 2018"
	}
	return strings.NewReplacer("{from}", begin, "{to}", s.showMoment(to)).Replace(s.Formats.Range)
}

func (s *speech) showMoment(m moment) string {
	form := "{year}"
	switch {
	case m.season():
		form = s.Formats.Season
	case m.day > 0:
		form = s.Formats.Day
	case m.month > 0:
		form = s.Formats.Month
	}
	shown := s.fill(form, m)
	if m.approx {
		return strings.ReplaceAll(s.Formats.About, "{date}", shown)
	}
	return shown
}

func (s *speech) withoutYear(m moment) string {
	if m.day == 0 {
		return s.fill("{month}", m)
	}
	return s.fill(s.Formats.DayOfMonth, m)
}

// fill puts the parts of a moment into a form.
func (s *speech) fill(form string, m moment) string {
	month, season := "", ""
	switch {
	case m.season():
		season = s.Seasons[m.month-21][0]
	case m.month > 0:
		month = s.Months[m.month-1][0]
	}
	return strings.NewReplacer("{day}", strconv.Itoa(m.day), "{month}", month, "{season}", season,
		"{year}", strconv.Itoa(m.year)).Replace(form)
}

// showPhone writes an E.164 number in the groups of its country: +31 6 12345678.
func showPhone(value string) string {
	number, err := phonenumbers.Parse(value, "")
	if err != nil {
		return value
	}
	return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
}

// showEmail writes an international domain in its own letters.
func showEmail(value string) string {
	local, domain, ok := strings.Cut(value, "@")
	if !ok {
		return value
	}
	shown, err := idna.Display.ToUnicode(domain)
	if err != nil {
		return value
	}
	return local + "@" + shown
}
