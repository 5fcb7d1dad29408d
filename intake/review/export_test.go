package review

import (
	"maps"
	"slices"

	"claimline/intake"
)

// Verbs are all that a button of the desk can stand for.
func Verbs() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for verb := range maps.Keys(free) {
			yield(verb)
		}
		for verb := range maps.Keys(turns) {
			yield(verb)
		}
		for verb := range maps.Keys(moves) {
			yield(verb)
		}
	})
}

// ProposalID names a change of roles that waits, as buttons do.
var ProposalID = proposalID

// Stamp is a moment as buttons carry it.
var Stamp = stamp

// ReasonsOf is what a member has read who was shown the card of a case.
func (d *Desk) ReasonsOf(c *intake.Case, f *intake.File) string {
	return (&sitting{Desk: d, c: c, f: f}).reasonsNow()
}
