package campaign

// check finds everything that is wrong with a campaign that could be read.
func (l *loader) check(c *Campaign) {
	before := len(l.faults)
	l.ids(c)
	if len(l.faults) > before {
		return // what follows finds things by their ids
	}
	l.prepare(c)
}
