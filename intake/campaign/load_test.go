package campaign

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"claimline/intake/answer"
)

// lanterns loads the made-up campaign of testdata.
func lanterns(t testing.TB) *Campaign {
	t.Helper()
	c, faults := Load(os.DirFS("testdata"), "lanterns")
	for _, f := range faults {
		t.Error(f)
	}
	if c == nil {
		t.FailNow()
	}
	return c
}

// folder reads the files of the made-up campaign, for a test to change.
func folder(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := fs.ReadDir(os.DirFS("testdata"), "lanterns")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		body, err := os.ReadFile(path.Join("testdata", "lanterns", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = &fstest.MapFile{Data: body}
	}
	return files
}

func TestTheMadeUpCampaignUsesEveryKind(t *testing.T) {
	t.Parallel()
	used := map[answer.Kind]bool{}
	for _, q := range lanterns(t).Questions {
		used[q.Kind] = true
	}
	for _, k := range []answer.Kind{answer.Notice, answer.Agree, answer.Choice, answer.Several, answer.YesNo, answer.Maybe,
		answer.Text, answer.LongText, answer.Name, answer.Number, answer.Money, answer.Date, answer.Month, answer.Year,
		answer.Country, answer.Email, answer.Phone, answer.Handle, answer.File, answer.Signature, answer.Group} {
		if !used[k] {
			t.Errorf("no question of the kind %s", k)
		}
	}
}

func TestEveryShippedCampaignLoads(t *testing.T) {
	t.Parallel()
	dirs, err := fs.ReadDir(Embedded(), ".")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no campaign is embedded: %v", err)
	}
	for _, dir := range dirs {
		c, faults := Load(Embedded(), dir.Name())
		for _, f := range faults {
			t.Error(f)
		}
		if c != nil && c.ID != dir.Name() {
			t.Errorf("the folder %s holds the campaign %s", dir.Name(), c.ID)
		}
	}
}

// TestAllFaultsAreReportedTogether makes slips in three files.
func TestAllFaultsAreReportedTogether(t *testing.T) {
	t.Parallel()
	files := folder(t)
	change(t, files, "campaign.yaml", "Europe/Brussels", "Europe/Brugge")
	change(t, files, "campaign.yaml", "threshold: 25", "treshold: 25")
	change(t, files, "campaign.yaml", "kind: month", "kind: mnth")
	change(t, files, "nl.yaml", "short: Borg", "short: Bo{rg")
	change(t, files, "campaign.yaml", `when: '"stranger" in b.item'`, `when: '"strangr" in b.item'`)
	change(t, files, "en.yaml", "    short: Deposit\n", "")
	change(t, files, "nl.yaml", "title: De lantaarnclaim", "title: De {lantaarn}claim")
	_, faults := Load(files, ".")
	var got []string
	for _, f := range faults {
		got = append(got, f.File+" "+f.Where)
	}
	want := []string{"campaign.yaml time_zone", "campaign.yaml treshold", "campaign.yaml questions.b.safe.when", "campaign.yaml questions.lm.since.kind", "en.yaml questions.lm.deposit.short", "nl.yaml title", "nl.yaml title", "nl.yaml questions.lm.deposit.short"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestAFolderThatCannotBeRead(t *testing.T) {
	t.Parallel()
	files := folder(t)
	for _, test := range []struct {
		label  string
		change func(fstest.MapFS)
		want   string
	}{
		{"no campaign", func(f fstest.MapFS) { delete(f, "campaign.yaml") }, "campaign.yaml: : the file cannot be read: there is no such file"},
		{"no YAML", func(f fstest.MapFS) { f["campaign.yaml"] = &fstest.MapFile{Data: []byte("a: [")} }, "campaign.yaml:1: : "},
		{"empty", func(f fstest.MapFS) { f["campaign.yaml"] = &fstest.MapFile{} }, "campaign.yaml:1: : nothing is written here"},
		{"two documents", func(f fstest.MapFS) { f["campaign.yaml"] = &fstest.MapFile{Data: []byte("a: 1\n---\nb: 2\n")} }, "campaign.yaml:2: : the file holds more than one document"},
		{"too large", func(f fstest.MapFS) { f["campaign.yaml"] = &fstest.MapFile{Data: make([]byte, 1<<20)} }, "campaign.yaml:1: : the file is larger than 512 kB"},
		{"brackets", func(f fstest.MapFS) {
			f["campaign.yaml"] = &fstest.MapFile{Data: []byte(strings.Repeat("[", 1000))}
		}, "campaign.yaml:1: : this is nested more than 32 deep"},
	} {
		changed := fstest.MapFS{}
		for name, file := range files {
			changed[name] = file
		}
		test.change(changed)
		c, faults := Load(changed, ".")
		if c != nil || len(faults) == 0 || !strings.HasPrefix(faults[0].String(), test.want) {
			t.Errorf("%s: got %v, want %s", test.label, faults, test.want)
		}
	}
}

func change(t testing.TB, files fstest.MapFS, file, old, new string) {
	t.Helper()
	body := string(files[file].Data)
	if !strings.Contains(body, old) {
		t.Fatalf("%s does not hold %q", file, old)
	}
	files[file] = &fstest.MapFile{Data: []byte(strings.Replace(body, old, new, 1))}
}

// small is about the smallest campaign there can be, in one language.
const (
	smallBody = `
id: small
code: SM
version: 1
languages: [en]
time_zone: UTC
retention: {unsent_days: 1, stopped_hours: 1}
questions:
  - {id: s.who, kind: choice, choices: [{id: me}, {id: you}]}
  - {id: s.when, kind: date, optional: true, when: s.who == "me"}
screens:
  - {part: 1, ask: [s.who]}
  - {part: 1, ask: [s.when]}
facts: [{id: old, is: 'age_min(s.when, today) > 90'}]
outcomes: [{tier: counts, when: f.old}, {tier: helps}]
`
	smallTexts = `
title: Small
questions:
  s.who: {ask: Who?, why: So., choices: {me: Me, you: You}}
  s.when: {ask: When?, why: So., skip: Later}
notes: {sent: Sent.}
tiers: {counts: Counts., helps: Helps.}
`
)

func TestTheSmallestCampaignLoads(t *testing.T) {
	t.Parallel()
	c, faults := Load(fstest.MapFS{"campaign.yaml": {Data: []byte(smallBody)}, "en.yaml": {Data: []byte(smallTexts)}}, ".")
	if c == nil {
		t.Fatal(faults)
	}
}

// FuzzLoad reads any bytes as a campaign and its texts: it loads, or says what is wrong.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(smallBody), []byte(smallTexts))
	f.Add([]byte(strings.Replace(smallBody, "kind: choice", "kind: several, member: true", 1)), []byte(smallTexts))
	f.Add([]byte("group: {id: f}\nquestions: [{id: f.a}]\nlanguages: [en]"), []byte("a.b: x\na: {b: y}"))
	f.Add([]byte("? {a: b}\n: &x [*x]"), []byte("- **[{x}]({y})**"))
	f.Fuzz(func(t *testing.T, campaign, english []byte) {
		c, faults := Load(fstest.MapFS{"campaign.yaml": {Data: campaign}, "en.yaml": {Data: english}}, ".")
		if (c == nil) != (len(faults) > 0) {
			t.Fatalf("campaign %v with faults %v", c, faults)
		}
		for _, fault := range faults {
			if fault.Reason == "" || fault.File == "" {
				t.Fatalf("a fault that says nothing: %v", fault)
			}
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	files := folder(b)
	for b.Loop() {
		if c, faults := Load(files, "."); c == nil {
			b.Fatal(faults)
		}
	}
}
