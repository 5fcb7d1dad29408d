package campaign

import "claimline/intake/wording"

// check finds everything that is wrong with a campaign that could be read. Where an id is wrong, what
// is found by it would be told wrongly, so the ids come first.
func (l *loader) check(c *Campaign) {
	l.head(c)
	before := len(l.faults)
	l.ids(c)
	if len(l.faults) > before {
		return
	}
	for _, q := range c.Questions {
		l.kind(c, q)
	}
	l.prepare(c)
	l.screens(c)
	l.group(c)
	l.order(c)
	l.outcomes(c)
	l.flags(c)
	l.review(c)
	l.raid(c)
	l.paths(c)
	l.texts(c)
}

// in reports a fault of a language file.
func (l *loader) in(file string, line int, where, reason string) {
	l.faults = append(l.faults, wording.Fault{File: file, Line: line, Where: where, Reason: reason})
}
