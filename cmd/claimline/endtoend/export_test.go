package endtoend

import (
	"fmt"
	"strings"

	"claimline/cmd/rehearse/people"
	"claimline/intake/story"
)

// export reads a campaign's whole register through the program, by reference.
func (in *installation) export(campaign string) map[string]people.Line {
	in.Helper()
	out := in.command("export", "--campaign", campaign, "--names", "--reason", "end-to-end tests", "--all")
	lines, err := people.ReadRegister(strings.NewReader(out))
	if err != nil {
		in.Fatal(err)
	}
	all := map[string]people.Line{}
	for _, l := range lines {
		if _, twice := all[l.Reference]; twice {
			in.Errorf("%s stands in the export twice", l.Reference)
		}
		all[l.Reference] = l
	}
	return all
}

// retell writes an exported submission in the words of stories; items are the members' numbers.
func retell(l people.Line, f *story.Final, items []int) {
	f.Status, f.Outcome, f.Language = l.Status, l.Outcome, l.Language
	for id, value := range l.Answers {
		f.Answers[id] = people.Flat(value)
	}
	for i, child := range l.Children {
		f.Members = append(f.Members, child.Outcome)
		f.Reasons = append(f.Reasons, child.Reasons...)
		for id, value := range child.Answers {
			f.Answers[fmt.Sprintf("%s#%d", id, items[i])] = people.Flat(value)
		}
	}
	for _, flag := range l.Flags {
		f.Flags = append(f.Flags, flag.Code)
	}
}
