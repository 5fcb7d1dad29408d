package campaign

import (
	"slices"
	"strings"
	"testing"
)

// Of what contradicts itself the parent is asked once before a moderator is: whatever raises one of
// these flags is a doubt about one of its questions, or cannot be where another of them is not.
func TestContradictionsAreAskedAboutFirst(t *testing.T) {
	t.Parallel()
	follows := []Expression{ // the last use is refused when it lies before the first
		"surely_before(c.last_use, c.dob)", "surely_before(zm.c.last_use, zm.c.dob)",
	}
	for _, id := range []string{"tiktok", "zoom"} {
		c, faults := Load(Embedded(), id)
		if faults != nil {
			t.Fatal(faults)
		}
		var doubts []Expression
		for _, q := range c.Questions {
			for _, d := range q.Doubt {
				doubts = append(doubts, d.When)
			}
		}
		for _, code := range []string{"DATE_CONFLICT", "COUNTRY_MISMATCH"} {
			flag, ok := c.Flag(code)
			if !ok {
				t.Errorf("%s has no %s", id, code)
			}
			for reason := range strings.SplitSeq(string(flag.When), " || ") {
				if !slices.Contains(append(doubts, follows...), Expression(reason)) {
					t.Errorf("%s: nobody is asked about %s before %s is raised", id, reason, code)
				}
			}
		}
	}
}
