package campaign

import (
	"regexp"
	"slices"
	"time"

	"claimline/intake/answer"
)

// What each parameter of a question is for.
var (
	withChoices  = []answer.Kind{answer.Choice, answer.Several, answer.Notice, answer.Agree, answer.YesNo, answer.Maybe, answer.Group}
	withMinMax   = []answer.Kind{answer.Text, answer.LongText, answer.Name, answer.Number, answer.Money, answer.Handle, answer.File, answer.Several}
	withPattern  = []answer.Kind{answer.Text, answer.LongText}
	withDates    = []answer.Kind{answer.Date, answer.Month, answer.Year}
	withLookup   = []answer.Kind{answer.Text, answer.Name, answer.Email, answer.Phone, answer.Handle, answer.Date}
	neverSkipped = []answer.Kind{answer.Notice, answer.Agree, answer.Signature, answer.Group}
)

// kind checks that a question's parameters fit its kind.
func (l *loader) kind(c *Campaign, q *Question) {
	at := "questions." + q.ID
	if !q.Kind.Known() {
		l.at(at+".kind", "there is no kind of question %q", q.Kind)
		return
	}
	if q.Sensitivity != "" && !slices.Contains(sensitivities, q.Sensitivity) {
		l.at(at+".sensitivity", "there is no sensitivity %q; known are %s", q.Sensitivity, listed(sensitivities))
	}
	only := func(given bool, key string, kinds []answer.Kind) {
		if given && !slices.Contains(kinds, q.Kind) {
			l.at(at+"."+key, "%s means nothing for the kind %s", key, q.Kind)
		}
	}
	only(len(q.Choices) > 0, "choices", withChoices)
	only(q.Min != 0, "min", withMinMax)
	only(q.Max != 0, "max", withMinMax)
	only(len(q.Pattern) > 0, "pattern", withPattern)
	only(q.Earliest != "", "earliest", withDates)
	only(q.Future, "future", withDates)
	only(q.Still, "still", withDates)
	only(q.Narrow != nil, "narrow", []answer.Kind{answer.Year})
	only(q.Lawyers, "lawyers", []answer.Kind{answer.Agree})
	only(q.Pays, "pays", []answer.Kind{answer.Agree})
	only(q.Document != "", "document", []answer.Kind{answer.Agree, answer.Notice})
	only(q.Lookup != "", "lookup", withLookup)
	if q.Optional && slices.Contains(neverSkipped, q.Kind) {
		l.at(at+".optional", "the kind %s cannot be skipped", q.Kind)
	}
	if q.Member && c.Group == nil {
		l.at(at+".member", "this campaign has no group")
	}
	if q.Min < 0 || q.Max < 0 || q.Max > 0 && q.Min > q.Max {
		l.at(at+".max", "min and max leave nothing between them")
	}
	l.pattern(q)
	l.narrow(c, q)
	l.choices(c, q)
	l.agreement(q)
}

func (l *loader) pattern(q *Question) {
	for country, pattern := range q.Pattern {
		where := "questions." + q.ID + ".pattern." + country
		if country != "" && !isCountry(country) {
			l.at(where, "%q is not the code of a country; the empty one stands for all others", country)
		}
		if _, err := regexp.Compile(pattern); err != nil {
			l.at(where, "the pattern cannot be read: %s", err)
		}
	}
	if q.Earliest != "" {
		if _, _, ok := answer.Interval(q.Earliest, ""); !ok {
			l.at("questions."+q.ID+".earliest", "%q is not a date, such as 2014, 2014-04 or 2014-04-30", q.Earliest)
		}
	}
}

func (l *loader) narrow(c *Campaign, q *Question) {
	if q.Narrow == nil {
		return
	}
	at := "questions." + q.ID + ".narrow"
	birth := c.Question(q.Narrow.Birth)
	switch {
	case q.Narrow.Birth == "" && len(q.Narrow.Birthdays) > 0:
		l.at(at, "birthdays need the question with the birth date, as birth")
	case q.Narrow.Birth != "" && (birth == nil || birth.Kind != answer.Date || birth.Member && !q.Member):
		l.at(at+".birth", "%q is not a question with a date that can be read here", q.Narrow.Birth)
	case len(q.Narrow.Birthdays)+len(q.Narrow.Days) == 0:
		l.at(at, "there is no birthday or day to narrow the year by")
	}
	for i, years := range q.Narrow.Birthdays {
		if years < 1 || years > oldest {
			l.at(numbered(at+".birthdays", i), "%d is not a birthday", years)
		}
	}
	for i, day := range q.Narrow.Days {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			l.at(numbered(at+".days", i), "%q is not a day written year-month-day", day)
		}
	}
}

// choices checks a question's choices and what follows from each.
func (l *loader) choices(c *Campaign, q *Question) {
	at := "questions." + q.ID + ".choices"
	if (q.Kind == answer.Choice || q.Kind == answer.Several) && len(q.Choices) < 2 {
		l.at(at, "the kind %s needs two choices or more", q.Kind)
	}
	if isPluralForms(q) {
		l.at(at, "choices with only these ids would be read as the forms of a plural; rename one")
	}
	plain := Question{Kind: q.Kind}
	for _, choice := range q.Choices {
		in := at + "." + choice.ID
		if fixed := plain.answers(); q.Kind != answer.Notice && q.Kind != answer.Agree && fixed != nil && !slices.Contains(fixed, choice.ID) {
			l.at(in, "the kind %s has the choices %s and no others", q.Kind, listed(fixed))
		}
		if choice.Stays && choice.Opens == "" {
			l.at(in+".stays", "a choice after which the question stays needs a note to open")
		}
		if choice.Erases && c.Group == nil {
			l.at(in+".erases", "this campaign has no group whose members could be erased")
		}
		if choice.Means != "" && choice.Means != answer.Yes && choice.Means != answer.No {
			l.at(in+".means", "a choice means yes or no, not %q", choice.Means)
		}
		for id := range choice.Sets {
			l.sets(c, q, in+".sets."+id, id)
		}
	}
}

func (l *loader) sets(c *Campaign, q *Question, where, id string) {
	switch target := c.Question(id); {
	case target == nil:
		l.at(where, "there is no question %s", id)
	case target.Member && !q.Member:
		l.at(where, "%s is asked about each member and cannot be set from here", id)
	}
}

// isPluralForms reports whether a language file could not tell the choices from a plural's forms.
func isPluralForms(q *Question) bool {
	other := false
	for _, choice := range q.Choices {
		if !slices.Contains([]string{"zero", "one", "two", "few", "many", "other"}, choice.ID) {
			return false
		}
		other = other || choice.ID == "other"
	}
	return other
}

func (l *loader) agreement(q *Question) {
	if q.Kind != answer.Agree {
		return
	}
	at := "questions." + q.ID
	if len(q.Choices) > 0 && !slices.ContainsFunc(q.Choices, func(c ChoiceOf) bool { return c.Means == answer.Yes }) {
		l.at(at+".choices", "one choice of an agreement must mean yes")
	}
	if q.Pays && q.Document == "" {
		l.at(at+".pays", "an agreement that costs money needs its whole text as a document")
	}
	if q.Pays && len(q.Choices) == 0 {
		l.at(at+".pays", "an agreement that costs money needs choices of its own, so that the button can say so")
	}
}
