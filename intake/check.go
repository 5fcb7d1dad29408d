package intake

import (
	"slices"
	"time"

	"claimline/intake/campaign"
)

// mostOthers is how many other files a flag names.
const mostOthers = 5

// Other is a place in somebody else's file that a flag points at, for whoever compares the two.
type Other struct {
	Submission string `json:"submission"`
	Item       int    `json:"item,omitempty"`
}

// sharedBy says which flag the same value in two files raises. One account cannot send two files to a
// campaign, the store holds one for each; the same person with another account is found by name.
var sharedBy = map[string]string{byHandle: "SAME_HANDLE", byMember: "SAME_CHILD", byClaimant: "DUPLICATE_CLAIMANT", byEmail: sharedContact, byPhone: sharedContact}

const sharedContact = "SHARED_CONTACT"

// matched reports whether a flag is raised by what is in other files.
func matched(code string) bool {
	return slices.Contains([]string{"SAME_HANDLE", "SAME_CHILD", "DUPLICATE_CLAIMANT", sharedContact}, code)
}

// compare raises the flags of a submission that shares something with somebody else's, and takes
// back those of which nothing is left.
func (d *Desk) compare(tx Tx, c *campaign.Campaign, f *File, turn Turn) error {
	sought := slices.DeleteFunc(slices.Clone(turn.Lookups), func(l Lookup) bool { return sharedBy[l.Purpose] == "" })
	matches, err := tx.Matches(f, sought...)
	if err != nil {
		return err
	}
	f.Submission.compared(c, matches, turn.corrected)
	f.Submission.weigh()
	return nil
}

// compared goes through what was found in other files. corrected is the question that was just
// answered anew; "" when everything is new.
func (s *Submission) compared(c *campaign.Campaign, matches []Match, corrected string) {
	same := map[string]bool{} // the files of somebody of that name
	for _, m := range matches {
		same[m.Submission] = same[m.Submission] || m.Of.Purpose == byClaimant
	}
	var raised []Flag
	for _, m := range matches {
		code := sharedBy[m.Of.Purpose]
		if code == sharedContact && same[m.Submission] || !s.concerns(code, m, corrected) {
			continue
		}
		raised = share(raised, flagOf(c, code, m.Of.Item), m)
	}
	for i, f := range raised {
		for _, before := range s.Flags {
			if before.Code == f.Code && before.Item == f.Item && !slices.ContainsFunc(f.With, before.without) {
				raised[i].State = before.State
			}
		}
	}
	s.Flags = append(slices.DeleteFunc(s.Flags, func(f Flag) bool { return matched(f.Code) }), raised...)
}

// concerns reports whether a match is this file's affair: it came second, or its person has just said
// what makes the two alike. Else the other file was flagged when it came, and once is enough.
func (s *Submission) concerns(code string, m Match, corrected string) bool {
	return corrected == "" || !m.At.After(s.At) || slices.Contains(m.Of.Answers, corrected) ||
		slices.ContainsFunc(s.Flags, func(f Flag) bool {
			return f.Code == code && f.Item == m.Of.Item && !f.without(Other{m.Submission, m.Item})
		})
}

// share adds a match to the flags: one flag a member, whatever it shares and with however many.
func share(flags []Flag, f Flag, m Match) []Flag {
	i := slices.IndexFunc(flags, func(g Flag) bool { return g.Code == f.Code && g.Item == f.Item })
	if i < 0 {
		i, flags = len(flags), append(flags, f)
	}
	g := &flags[i]
	if g.without(Other{m.Submission, m.Item}) && len(g.With) < mostOthers {
		g.With = append(g.With, Other{m.Submission, m.Item})
	}
	for _, id := range m.Of.Answers {
		if !slices.Contains(g.Answers, id) {
			g.Answers = append(g.Answers, id)
		}
	}
	return flags
}

// without reports whether a flag does not name the other file.
func (f Flag) without(o Other) bool { return !slices.Contains(f.With, o) }

// Match is a submission found by a look-up.
type Match struct {
	Of         Lookup // what was looked for
	Submission string
	Item       int
	At         time.Time // when it was sent
}
