package register_test

import (
	"slices"
	"strings"
	"testing"

	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/intake/register"
)

// delicate lists every value in a file that a pseudonymous register must not hold.
func delicate(c *campaign.Campaign, f intake.File) []string {
	var out []string
	for key, a := range f.Conversation.State.Answers {
		switch c.SensitivityOf(key.Question) {
		case campaign.Ordinary, campaign.ChildFact:
			continue
		}
		for _, v := range a.Values {
			if len(v) > 6 && v != "unknown" { // shorter ones are words of the register itself
				out = append(out, v)
			}
		}
	}
	return out
}

func TestAPseudonymousRegisterNamesNobody(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	files := []intake.File{voorbeeld(t), grown(t), silent(t), friend(t)}
	for _, format := range []register.Format{register.JSONL, register.CSV, register.XLSX} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			o := register.Options{Campaign: c, Format: format, All: true, Scratch: t.TempDir()}
			without := text(t, o, files)
			o.Names = true
			with := text(t, o, files)
			for _, f := range files {
				words := delicate(c, f)
				for _, word := range append(words, "telegram:3527065", "3527065", f.Person, f.Conversation.ID, "canary.jpg") {
					if strings.Contains(without, word) {
						t.Errorf("a pseudonymous register holds %q", word)
					}
				}
				for _, word := range words {
					amount, _, _ := strings.Cut(word, "0 EUR")
					if !strings.Contains(with, word) && !strings.Contains(with, amount) {
						t.Errorf("a register with names does not hold %q", word)
					}
				}
			}
			if strings.Contains(strings.ToLower(without), "canary") {
				t.Error("a pseudonymous register holds a canary")
			}
			if strings.Contains(with, "canary of a file") || strings.Contains(with, "canary.jpg") {
				t.Error("a register holds a file that no answer names, or the name of one")
			}
		})
	}
}

// text is everything that can be read in a register.
func text(t *testing.T, o register.Options, files []intake.File) string {
	out, _ := registerOf(t, o, files...)
	if o.Format != register.XLSX {
		return string(out)
	}
	var all strings.Builder
	for _, part := range parts(t, out) {
		all.WriteString(part)
	}
	return all.String()
}

// A year is narrowed down by asking "before or after the 6th of May?": the birthday.
func TestAPseudonymousRegisterTellsNoBirthday(t *testing.T) {
	t.Parallel()
	o := register.Options{Campaign: lanterns(t), Format: register.JSONL}
	if out := text(t, o, []intake.File{voorbeeld(t)}); strings.Contains(out, "-05-05") || !strings.Contains(out, `"b.first":"2021"`) {
		t.Errorf("the year of first use: %s", out)
	}
	// The days of the law are everybody's.
	if out := text(t, o, []intake.File{grown(t)}); !strings.Contains(out, `"b.last":"2020-07-01/2020-12-31"`) {
		t.Errorf("the year of last use: %s", out)
	}
}

// A fact is as delicate as the answers behind it, unless the campaign says that it is not.
func TestFactsInherit(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	facts := func() []string {
		out := text(t, register.Options{Campaign: c, Format: register.CSV}, nil)
		header := strings.Split(strings.TrimSpace(out), ",")
		return slices.DeleteFunc(header, func(h string) bool { return !strings.HasPrefix(h, "f.") && !strings.HasPrefix(h, "child.1.f.") })
	}
	want := []string{"f.lamps", "f.household", "child.1.f.under_12", "child.1.f.listened"}
	if got := facts(); !slices.Equal(got, want) {
		t.Errorf("facts without names: %q, want %q", got, want)
	}
	i := slices.IndexFunc(c.Facts, func(f campaign.Fact) bool { return f.ID == "under_12" })
	c.Facts[i].Sensitivity = ""
	if got := facts(); slices.Contains(got, "child.1.f.under_12") {
		t.Error("a fact about a birth date is in a register without names though nobody said that it is harmless")
	}
}
