package campaign

import "slices"

// order checks that every branch ends: whether a question is asked, and what it offers, depends
// only on what was said before it.
func (l *loader) order(c *Campaign) {
	place := c.places()
	for _, q := range c.Questions {
		at := "questions." + q.ID
		l.earlier(c, place, q, at+".when", q.When)
		l.earlier(c, place, q, at+".offer", q.Offer)
		for _, choice := range q.Choices {
			l.earlier(c, place, q, at+".choices."+choice.ID+".when", choice.When)
		}
		if q.Default != "" && c.defaultsTo(q.ID, q.Default, nil) {
			l.at(at+".default", "the default depends on itself")
		}
		if q.Narrow != nil && place[q.Narrow.Birth] > place[q.ID] {
			l.at(at+".narrow.birth", "%s is asked later than %s", q.Narrow.Birth, q.ID)
		}
	}
	if c.Group == nil {
		return
	}
	for _, s := range c.Screens {
		if q := c.Question(first(s.Ask)); q != nil && q.Member {
			l.earlier(c, place, q, "group.when", c.Group.When)
			l.earlier(c, place, q, "group.one", c.Group.One)
			return
		}
	}
}

// places numbers the questions in the order they are asked. One that is only set by a choice comes
// with the question of that choice; one that only has a default is there from the start.
func (c *Campaign) places() map[string]int {
	place := map[string]int{}
	n := 0
	number := func(screens []Screen) {
		for _, s := range screens {
			for _, id := range s.Ask {
				n++
				if place[id] == 0 {
					place[id] = n
				}
			}
		}
	}
	number(c.Screens)
	for _, p := range c.Packs {
		number(p.Screens)
	}
	for id, setter := range c.setByChoices() {
		if place[id] == 0 {
			place[id] = place[setter]
		}
	}
	return place
}

func (l *loader) earlier(c *Campaign, place map[string]int, q *Question, where string, e Expression) {
	if place[q.ID] == 0 {
		return // never asked, or there from the start
	}
	for _, id := range c.Mentions(e) {
		switch {
		case id == q.ID:
			l.at(where, "this depends on the answer to %s itself", id)
		case place[id] > place[q.ID]:
			l.at(where, "this depends on %s, which is asked later", id)
		}
	}
}

// defaultsTo reports whether the default of a question leads back to it through other defaults.
func (c *Campaign) defaultsTo(id string, e Expression, through []string) bool {
	for _, read := range c.Mentions(e) {
		if read == id {
			return true
		}
		if slices.Contains(through, read) {
			continue
		}
		if c.defaultsTo(id, c.Question(read).Default, append(through, read)) {
			return true
		}
	}
	return false
}
