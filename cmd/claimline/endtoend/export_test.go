package endtoend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"claimline/intake/campaign"
	"claimline/intake/story"
)

// exported is one line of the register, in the reference form.
type exported struct {
	Reference string         `json:"reference"`
	Status    string         `json:"status"`
	Outcome   string         `json:"outcome"`
	Language  string         `json:"language"`
	Country   string         `json:"country"`
	Answers   map[string]any `json:"answers"`
	Children  []struct {
		Outcome string         `json:"outcome"`
		Reasons []string       `json:"reasons"`
		Answers map[string]any `json:"answers"`
	} `json:"children"`
	Flags []struct {
		Code string `json:"code"`
	} `json:"flags"`
}

// export reads a campaign's whole register through the program, by reference.
func (in *installation) export(campaign string) map[string]exported {
	in.Helper()
	out := in.command("export", "--campaign", campaign, "--names", "--reason", "end-to-end tests", "--all")
	all := map[string]exported{}
	lines := json.NewDecoder(bytes.NewReader([]byte(out)))
	for lines.More() {
		var e exported
		if err := lines.Decode(&e); err != nil {
			in.Fatalf("reading the export: %v", err)
		}
		if _, twice := all[e.Reference]; twice {
			in.Errorf("%s stands in the export twice", e.Reference)
		}
		all[e.Reference] = e
	}
	return all
}

// said is what a submission holds of what a person said, by question and child.
func (e exported) said(c *campaign.Campaign) map[string]string {
	said := map[string]string{}
	for _, q := range c.Questions {
		if value, ok := e.Answers[q.ID]; ok {
			said[q.ID] = flat(value)
		}
		for i, child := range e.Children {
			if value, ok := child.Answers[q.ID]; ok {
				said[fmt.Sprintf("%s#%d", q.ID, i+1)] = flat(value)
			}
		}
	}
	return said
}

// into writes an exported submission in the words of stories; items are the members' numbers.
func (e exported) into(f *story.Final, items []int) {
	f.Status, f.Outcome, f.Language = e.Status, e.Outcome, e.Language
	for id, value := range e.Answers {
		f.Answers[id] = flat(value)
	}
	for i, child := range e.Children {
		f.Members = append(f.Members, child.Outcome)
		f.Reasons = append(f.Reasons, child.Reasons...)
		for id, value := range child.Answers {
			f.Answers[fmt.Sprintf("%s#%d", id, items[i])] = flat(value)
		}
	}
	for _, flag := range e.Flags {
		f.Flags = append(f.Flags, flag.Code)
	}
}

// flat writes a value as stories and people do.
func flat(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case []any:
		var parts []string
		for _, part := range v {
			parts = append(parts, flat(part))
		}
		return strings.Join(parts, ",")
	case map[string]any: // money
		return fmt.Sprint(v["currency"], " ", v["amount"])
	}
	return fmt.Sprint(value)
}
