package intake

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"claimline/intake/campaign"
)

// who acts on each flag, and how severe it is: the campaigns and the program must agree on it. Only
// what a moderator acts on opens a case.
var acts = map[string][2]string{
	"NOT_ELIGIBLE_PERIOD":  {"nobody", "info"},
	"NOT_ELIGIBLE_AGE":     {"nobody", "info"},
	"OUT_OF_SCOPE_COUNTRY": {"nobody", "info"},
	"WEAK_LINK":            {"nobody", "low"},
	"ACCOUNT_BREACH":       {"nobody", "medium"},
	"PUBLICATION":          {"nobody", "medium"},
	"SPECIAL_DATA":         {"nobody", "info"},
	"POLITICAL_SPEECH":     {"nobody", "medium"},
	"HIGH_VALUE":           {"nobody", "low"},
	"SHARED_CONTACT":       {"nobody", "low"},
	"NO_LAWYER_CONSENT":    {"nobody", "info"},
	"MANY_CHILDREN":        {"nobody", "low"},
	"UNREACHABLE":          {"nobody", "low"},
	"DISPOSABLE_EMAIL":     {"nobody", "low"},

	"ADULT_NOW":          {"parent", "medium"},
	"CHILD_OBJECTS":      {"parent", "high"},
	"CONTACT_UNVERIFIED": {"parent", "low"},
	"ID_NUMBER_IN_TEXT":  {"parent", "medium"},
	"EVIDENCE_DEADLINE":  {"parent", "medium"},

	"SAME_CHILD":         {"moderator", "medium"},
	"SAME_HANDLE":        {"moderator", "medium"},
	"DUPLICATE_CLAIMANT": {"moderator", "medium"},
	"AUTHORITY_UNCLEAR":  {"moderator", "high"},
	"DATE_CONFLICT":      {"moderator", "medium"},
	"COUNTRY_MISMATCH":   {"moderator", "medium"},
	"NAME_IMPLAUSIBLE":   {"moderator", "low"},
	"FAST_FILL":          {"moderator", "medium"},
	"RAID":               {"moderator", "medium"},
	"ENTERPRISE_ONLY":    {"moderator", "medium"},
	"SAID_UNDER_18":      {"moderator", "medium"},

	"PRIOR_SETTLEMENT":     {"lawyer", "high"},
	"OTHER_REPRESENTATION": {"lawyer", "medium"},
	"GUARDIAN_DISPUTE":     {"lawyer", "high"},
	"SERIOUS_HARM":         {"lawyer", "high"},

	"SAFEGUARDING_URGENT":       {"safeguarding", "critical"},
	"SAFEGUARDING":              {"safeguarding", "critical"},
	"QUARANTINE":                {"safeguarding", "critical"},
	"THREAT_OR_SELF_HARM_WORDS": {"safeguarding", "high"},
}

func TestWhoActsOnAFlag(t *testing.T) {
	t.Parallel()
	raised := map[string]bool{}
	holds := func(where string, f Flag) {
		t.Helper()
		want, known := acts[f.Code]
		if !known || f.Acts != want[0] || f.Severity != want[1] {
			t.Errorf("%s: %s is for %s, %s; want %v", where, f.Code, f.Acts, f.Severity, want)
		}
		raised[f.Code] = true
	}
	bare := &campaign.Campaign{}
	for _, code := range codesInTheProgram(t) {
		holds("the program", flagOf(bare, code, 0))
	}
	for _, id := range []string{"tiktok", "zoom"} {
		c, faults := campaign.Load(campaign.Embedded(), id)
		if faults != nil {
			t.Fatal(faults)
		}
		for _, rule := range c.Flags {
			holds(id, flagOf(c, rule.Code, 0))
		}
	}
	for _, code := range slices.Sorted(maps.Keys(acts)) {
		if !raised[code] {
			t.Errorf("nothing raises %s", code)
		}
	}
}

// codesInTheProgram are the flags that the program raises by name, as its source has them: words in
// capitals, of five letters or more, and RAID.
func codesInTheProgram(t *testing.T) (codes []string) {
	t.Helper()
	code := regexp.MustCompile(`^([A-Z][A-Z0-9_]{4,}|RAID)$`)
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file.Name(), "_test.go") || !strings.HasSuffix(file.Name(), ".go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if word, ok := n.(*ast.BasicLit); ok && word.Kind == token.STRING {
				if text, err := strconv.Unquote(word.Value); err == nil && code.MatchString(text) {
					codes = append(codes, text)
				}
			}
			return true
		})
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// What a moderator acts on opens a case and nothing else does; severe ones that a lawyer or the family
// settles hold a file, safeguarding never decides about the claim, and who cannot be reached does not count.
func TestOnlyWhatAModeratorActsOnIsACase(t *testing.T) {
	t.Parallel()
	for code, is := range acts {
		s := Submission{Status: Accepted, eligible: true, Flags: []Flag{{Code: code, Acts: is[0], Severity: is[1], State: "open"}}}
		s.weigh()
		want := Accepted
		severe := is[1] == "high" || is[1] == "critical"
		switch {
		case is[0] == "moderator":
			want = InReview
		case severe && is[0] != "safeguarding":
			want = Held
		}
		counts := want == Accepted && !outOfReach(s.Flags[0])
		if s.Status != want || s.Counts != counts {
			t.Errorf("%s: %s, counts: %t; want %s, %t", code, s.Status, s.Counts, want, counts)
		}
	}
}
