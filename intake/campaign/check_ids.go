package campaign

import (
	"regexp"
	"slices"
	"strings"

	"claimline/intake/answer"
)

// What ids look like. They are stable for ever: answers, exports and buttons are found by them.
var (
	campaignID = regexp.MustCompile(`^[a-z][a-z0-9_]{1,23}$`) // no hyphen: deep links are cut there
	pathID     = regexp.MustCompile(`^[a-z][a-z0-9-]{1,23}$`)
	codeID     = regexp.MustCompile(`^[A-Z]{2}$`)
	questionID = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}$`)
	choiceID   = regexp.MustCompile(`^[a-z0-9_]{1,20}$`)
	plainID    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,23}$`)
	flagCode   = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,39}$`)
)

// maxQuestionID keeps an id, and what a button says about it, inside a button's 64 bytes.
const maxQuestionID = 32

// reserved are the words of the language of expressions; no name in it may be one of them.
var reserved = append([]string{todayName, factsName, outcomeName, "in", "not", "and", "or", "let", "if", "else", "matches", "contains",
	"startsWith", "endsWith", "true", "false", "nil", "env"}, builtins...)

func isReserved(name string) bool {
	return slices.Contains(reserved, name) || slices.ContainsFunc(Functions, func(f Function) bool { return f.Name == name })
}

// ids checks that everything with an id has a right one of its own.
func (l *loader) ids(c *Campaign) {
	l.id("id", c.ID, campaignID, "two to 24 small letters, digits and underscores, a letter first")
	l.id("code", c.Code, codeID, "two capitals")
	seen, same := map[string]int{}, map[string]int{}
	for _, q := range c.Questions {
		l.questionID(q)
		if q.Same != "" {
			l.id("questions."+q.ID+".same", q.Same, plainID, "at most 24 small letters, digits and underscores")
			l.sameOnce(same, q)
		}
		l.unique(seen, "questions", q.ID)
		choices := map[string]int{}
		for _, choice := range q.Choices {
			l.id("questions."+q.ID+".choices."+choice.ID, choice.ID, choiceID, "at most 20 small letters, digits and underscores")
			l.unique(choices, "questions."+q.ID+".choices", choice.ID)
		}
	}
	l.prefixes(c)
	l.otherIDs(c)
}

func (l *loader) id(where, id string, pattern *regexp.Regexp, form string) {
	switch {
	case l.faulted(campaignFile, where):
	case id == "":
		l.at(where, "this has no id, which is %s", form)
	case !pattern.MatchString(id):
		l.at(where, "%q is not an id, which is %s", id, form)
	}
}

// unique reports an id that was seen before; its entry's path ends in a plus for each time.
func (l *loader) unique(seen map[string]int, list, id string) {
	where := list + "." + id
	if n := seen[id]; n > 0 && id != "" {
		l.at(where+strings.Repeat("+", n), "the id %q is used twice, first in line %d", id, l.line(where))
	}
	seen[id]++
}

// sameOnce refuses two questions that ask for the same, and what is never taken over: an agreement
// is given anew in each campaign.
func (l *loader) sameOnce(seen map[string]int, q *Question) {
	where := "questions." + q.ID + ".same"
	switch {
	case seen[q.Same] > 0:
		l.at(where, "another question is the same %q already", q.Same)
	case slices.Contains([]answer.Kind{answer.Agree, answer.Notice, answer.Signature, answer.File, answer.Group}, q.Kind):
		l.at(where, "what somebody agreed to, signed or sent is never taken over")
	}
	seen[q.Same]++
}

func (l *loader) questionID(q *Question) {
	where := "questions." + q.ID
	l.id(where, q.ID, questionID, "up to three names with dots between, each of small letters, digits and underscores")
	if len(q.ID) > maxQuestionID {
		l.at(where, "the id is longer than %d characters", maxQuestionID)
	}
	if isReserved(segments(q.ID)[0]) {
		l.at(where, "%q means something else in expressions", segments(q.ID)[0])
	}
}

// prefixes refuses an id that is the beginning of another: in expressions c cannot be a question
// and hold the question c.dob.
func (l *loader) prefixes(c *Campaign) {
	for _, q := range c.Questions {
		parts := segments(q.ID)
		for i := 1; i < len(parts); i++ {
			if outer := strings.Join(parts[:i], "."); c.Question(outer) != nil {
				l.at("questions."+q.ID, "the question %s cannot lie inside the question %s", q.ID, outer)
			}
		}
		if c.Group != nil && parts[0] == c.Group.ID {
			l.at("questions."+q.ID, "%q is the name of the group's list", parts[0])
		}
	}
}

func (l *loader) otherIDs(c *Campaign) {
	if g := c.Group; g != nil {
		l.id("group.id", g.ID, plainID, "small letters, digits and underscores")
		if isReserved(g.ID) {
			l.at("group.id", "%q means something else in expressions", g.ID)
		}
	}
	facts, packs, flags, paths := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, f := range c.Facts {
		l.id("facts."+f.ID, f.ID, plainID, "small letters, digits and underscores")
		l.unique(facts, "facts", f.ID)
	}
	for _, p := range c.Packs {
		l.id("packs."+p.ID, p.ID, plainID, "small letters, digits and underscores")
		l.unique(packs, "packs", p.ID)
	}
	for _, f := range c.Flags {
		l.id("flags."+f.Code, f.Code, flagCode, "capitals, digits and underscores")
		l.unique(flags, "flags", f.Code)
	}
	for _, p := range c.Paths {
		l.id("paths."+p.ID, p.ID, pathID, "small letters, digits and hyphens")
		l.unique(paths, "paths", p.ID)
	}
}
