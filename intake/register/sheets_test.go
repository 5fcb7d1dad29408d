package register_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"claimline/intake"
	"claimline/intake/register"
)

// line is a submission as anybody reads it who knows the reference form from its description.
type line struct {
	Reference   string
	Campaign    string
	Status      string
	Outcome     string
	Language    string
	Country     string
	SubmittedAt string `json:"submitted_at"`
	Answers     map[string]any
	Children    []struct {
		Outcome string
		Reasons []string
		Answers map[string]any
	}
	Flags []struct {
		Code, Severity, Acts, State string
		Child                       *int
	}
	Consents []struct {
		Purpose     string
		Version     int
		TextSHA256  string  `json:"text_sha256"`
		GivenAt     string  `json:"given_at"`
		WithdrawnAt *string `json:"withdrawn_at"`
	}
	Files []struct {
		SHA256 string
		Bytes  int
		Type   string
	}
}

func readLines(t *testing.T, o register.Options, files []intake.File) []line {
	t.Helper()
	o.Format = register.JSONL
	out, _ := registerOf(t, o, files...)
	var all []line
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		d.UseNumber()
		var l line
		if err := d.Decode(&l); err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

// cells flattens answers to cells by the name of their column; what holds nothing is left out.
func cells(prefix string, answers map[string]any) map[string]string {
	out := map[string]string{}
	for id, v := range answers {
		switch v := v.(type) {
		case nil:
		case []any:
			var all []string
			for _, one := range v {
				all = append(all, fmt.Sprint(one))
			}
			out[prefix+id] = strings.Join(all, " | ")
		case map[string]any:
			out[prefix+id], out[prefix+id+".currency"] = fmt.Sprint(v["amount"]), fmt.Sprint(v["currency"])
		default:
			out[prefix+id] = fmt.Sprint(v)
		}
	}
	return filled(out)
}

func filled(row map[string]string) map[string]string {
	maps.DeleteFunc(row, func(_, v string) bool { return v == "" })
	return row
}

// head is what opens a row of every format.
func (l line) head() map[string]string {
	return map[string]string{"reference": l.Reference, "campaign": l.Campaign, "status": l.Status, "outcome": l.Outcome,
		"language": l.Language, "country": l.Country, "submitted_at": l.SubmittedAt}
}

func everybody(t *testing.T) []intake.File {
	odd := smuggler(t, "it's; \"=odd\"\n<&>\t\u202eright to left 👩‍👧 _x0041_")
	odd.Submission.Flags = nil // codes are the program's own words
	return []intake.File{voorbeeld(t), grown(t), silent(t), friend(t), odd}
}

func TestCSVHoldsWhatTheLinesHold(t *testing.T) {
	t.Parallel()
	for _, names := range []bool{false, true} {
		o := register.Options{Campaign: lanterns(t), Format: register.CSV, Names: names, All: true}
		want := []map[string]string{}
		for _, l := range readLines(t, o, everybody(t)) {
			row := l.head()
			maps.Copy(row, cells("", l.Answers))
			for i, c := range l.Children {
				prefix := "child." + strconv.Itoa(i+1) + "."
				row[prefix+"outcome"], row[prefix+"reasons"] = c.Outcome, strings.Join(c.Reasons, " | ")
				maps.Copy(row, cells(prefix, c.Answers))
			}
			row["flags"], row["consents"], row["files"] = l.listed()
			want = append(want, filled(row))
		}
		out, _ := registerOf(t, o, everybody(t)...)
		rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, table(rows, unguard)); diff != "" {
			t.Errorf("names %v: (-lines +csv):\n%s", names, diff)
		}
	}
}

// listed is the three cells of CSV that hold lists. Whom a consent is about only sheets say.
func (l line) listed() (flags, consents, files string) {
	var f, k, e []string
	for _, flag := range l.Flags {
		f = append(f, strings.Join([]string{flag.Code, flag.Severity, flag.Acts, orEmpty(flag.Child), flag.State}, "/"))
	}
	child := 0
	for _, c := range l.Consents {
		about := ""
		if c.Purpose == "k.act" {
			child++
			about = strconv.Itoa(child)
		}
		k = append(k, strings.Join([]string{c.Purpose, strconv.Itoa(c.Version), c.TextSHA256, c.GivenAt, orEmpty(c.WithdrawnAt), about}, "/"))
	}
	for _, file := range l.Files {
		e = append(e, strings.Join([]string{file.SHA256, strconv.Itoa(file.Bytes), file.Type}, "/"))
	}
	return strings.Join(f, " | "), strings.Join(k, " | "), strings.Join(e, " | ")
}

func orEmpty[T any](v *T) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}

// table makes rows by the names of their columns, without the cells that are empty.
func table(rows [][]string, read func(string) string) []map[string]string {
	out := []map[string]string{}
	for _, row := range rows[1:] {
		named := map[string]string{}
		for i, cell := range row {
			named[rows[0][i]] = read(cell)
		}
		out = append(out, filled(named))
	}
	return out
}

func TestAWorkbookHoldsWhatTheLinesHold(t *testing.T) {
	t.Parallel()
	for _, names := range []bool{false, true} {
		o := register.Options{Campaign: lanterns(t), Format: register.XLSX, Names: names, All: true, Scratch: t.TempDir()}
		want := map[string][]map[string]string{"submissions": {}, "children": {}, "flags": {}, "consents": {}, "files": {}}
		if names {
			want["special"] = []map[string]string{}
		}
		for _, l := range readLines(t, o, everybody(t)) {
			l.spread(want)
		}
		out, _ := registerOf(t, o, everybody(t)...)
		got := sheets(t, out)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Fatalf("names %v: sheets (-want +got):\n%s", names, diff)
		}
		for name := range want {
			if diff := cmp.Diff(want[name], got[name], cmp.Comparer(sameCell)); diff != "" {
				t.Errorf("names %v: sheet %s (-lines +workbook):\n%s", names, name, diff)
			}
		}
	}
}

// spread lays a line out over the sheets of a workbook.
func (l line) spread(over map[string][]map[string]string) {
	add := func(sheet string, row map[string]string) { over[sheet] = append(over[sheet], filled(row)) }
	row := l.head()
	maps.Copy(row, cells("", l.Answers))
	add("submissions", row)
	for i, c := range l.Children {
		row := map[string]string{"reference": l.Reference, "child": strconv.Itoa(i + 1), "outcome": c.Outcome, "reasons": strings.Join(c.Reasons, " | ")}
		apart := map[string]string{"reference": l.Reference, "child": strconv.Itoa(i + 1)}
		for id, cell := range cells("", c.Answers) {
			if slices.Contains([]string{"b.safe", "b.prayer", "b.words"}, id) {
				apart[id] = cell
			} else {
				row[id] = cell
			}
		}
		add("children", row)
		if len(apart) > 2 {
			add("special", apart)
		}
	}
	for _, f := range l.Flags {
		add("flags", map[string]string{"reference": l.Reference, "code": f.Code, "severity": f.Severity, "acts": f.Acts, "child": orEmpty(f.Child), "state": f.State})
	}
	child := 0
	for _, k := range l.Consents {
		row := map[string]string{"reference": l.Reference, "purpose": k.Purpose, "version": strconv.Itoa(k.Version),
			"text_sha256": k.TextSHA256, "given_at": k.GivenAt, "withdrawn_at": orEmpty(k.WithdrawnAt)}
		if k.Purpose == "k.act" {
			child++
			row["child"] = strconv.Itoa(child)
		}
		add("consents", row)
	}
	for _, f := range l.Files {
		add("files", map[string]string{"reference": l.Reference, "sha256": f.SHA256, "bytes": strconv.Itoa(f.Bytes), "type": f.Type})
	}
}

func sheets(t *testing.T, book []byte) map[string][]map[string]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string][]map[string]string{}
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = table(rows, func(cell string) string { return cell })
	}
	return out
}

// sameCell compares what a workbook shows with the reference form: 17.5 is 17.50, and TRUE is true.
func sameCell(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX == nil && errY == nil {
		return x == y
	}
	return a == b || strings.EqualFold(a, b) && slices.Contains([]string{"TRUE", "FALSE"}, strings.ToUpper(a))
}

func TestATextThatNoCellHoldsIsRefused(t *testing.T) {
	t.Parallel()
	f := voorbeeld(t)
	f.Conversation.State.Answers[intake.Key{Question: "b.words", Item: 1}] = intake.Answer{How: intake.Given, Values: []string{strings.Repeat("é", 40_000)}, At: sent}
	w, err := register.NewWriter(&bytes.Buffer{}, register.Options{Campaign: lanterns(t), Format: register.XLSX, Names: true, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(f); err == nil || strings.Contains(err.Error(), "é") {
		t.Errorf("got %v, want an error that does not repeat the text", err)
	}
	if _, err := w.Close(); err == nil {
		t.Error("a register that failed was closed as if it were whole")
	}
}
