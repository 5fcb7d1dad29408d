package register

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// workbook is XLSX: a sheet of submissions and, joined to it by their reference, sheets of
// children, flags, consents and files. With names, answers that Art. 9 GDPR protects or that
// concern a child's safety have the sheet "special" to themselves, so that it can be taken out
// before the book is passed on. Every text is written as a text, never as something to be run.
type workbook struct {
	out    io.Writer
	book   *excelize.File
	layout layout
	bold   int

	submissions, children, flags, consents, files *sheet
	special                                       *sheet // nil where no such answer is in the register
}

func newWorkbook(w io.Writer, l layout, scratch string) (*workbook, error) {
	b := &workbook{out: w, book: excelize.NewFile(excelize.Options{TmpDir: scratch}), layout: l}
	if err := b.begin(); err != nil {
		return nil, errors.Join(err, b.book.Close())
	}
	return b, nil
}

func (b *workbook) begin() error {
	if err := b.book.SetSheetName("Sheet1", "submissions"); err != nil {
		return fmt.Errorf("name the first sheet: %w", err)
	}
	bold, err := b.book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("make the style of the headings: %w", err)
	}
	b.bold = bold
	person, member := ordinary(b.layout.person), ordinary(b.layout.member)
	sheets := []struct {
		at    **sheet
		name  string
		heads []string
	}{
		{&b.submissions, "submissions", slices.Concat(submissionHeads, headings("", person))},
		{&b.children, "children", slices.Concat([]string{"reference", "child", "outcome", "reasons"}, headings("", member))},
		{&b.flags, "flags", []string{"reference", "code", "severity", "acts", "child", "state"}},
		{&b.consents, "consents", []string{"reference", "purpose", "version", "text_sha256", "given_at", "withdrawn_at", "child"}},
		{&b.files, "files", []string{"reference", "sha256", "bytes", "type"}},
	}
	for _, s := range sheets {
		if *s.at, err = b.sheet(s.name, s.heads); err != nil {
			return err
		}
	}
	specials := slices.Concat(headings("", special(b.layout.person)), headings("", special(b.layout.member)))
	if len(specials) > 0 {
		b.special, err = b.sheet("special", slices.Concat([]string{"reference", "child"}, specials))
	}
	return err
}

// sheet begins a sheet whose heading and first column stay in sight.
func (b *workbook) sheet(name string, heads []string) (*sheet, error) {
	if _, err := b.book.NewSheet(name); err != nil { // one that is there already is taken
		return nil, fmt.Errorf("make the sheet %s: %w", name, err)
	}
	to, err := b.book.NewStreamWriter(name)
	if err != nil {
		return nil, fmt.Errorf("begin the sheet %s: %w", name, err)
	}
	err = to.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"})
	if err != nil {
		return nil, fmt.Errorf("begin the sheet %s: %w", name, err)
	}
	if err := to.SetColWidth(1, max(len(heads), 2), 18); err != nil {
		return nil, fmt.Errorf("begin the sheet %s: %w", name, err)
	}
	s := &sheet{name: name, to: to}
	cells := make([]any, len(heads))
	for i, head := range heads {
		cells[i] = excelize.Cell{StyleID: b.bold, Value: head}
	}
	return s, s.add(cells)
}

func (b *workbook) write(r record) error {
	err := b.submissions.add(slices.Concat(r.head(), ordinary(r.Answers).cells()))
	for i, c := range r.Children {
		head := []any{r.Reference, i + 1, c.Outcome, strings.Join(c.Reasons, between)}
		err = errors.Join(err, b.children.add(slices.Concat(head, ordinary(c.Answers).cells())))
	}
	for _, f := range r.Flags {
		err = errors.Join(err, b.flags.add([]any{r.Reference, f.Code, f.Severity, f.Acts, orNothing(f.Child), f.State}))
	}
	for _, k := range r.Consents {
		err = errors.Join(err, b.consents.add([]any{r.Reference, k.Purpose, k.Version, k.TextSHA256, k.GivenAt, orNothing(k.WithdrawnAt), orNothing(k.Child)}))
	}
	for _, f := range r.Files {
		err = errors.Join(err, b.files.add([]any{r.Reference, f.SHA256, f.Bytes, f.Type}))
	}
	return errors.Join(err, b.writeSpecial(r))
}

// writeSpecial gives the person a row, and every child, where there is something to be put in it.
func (b *workbook) writeSpecial(r record) error {
	if b.special == nil {
		return nil
	}
	person := special(r.Answers).cells()
	err := b.special.addFilled([]any{r.Reference, nil}, person)
	blank := make([]any, len(person))
	for i, c := range r.Children {
		err = errors.Join(err, b.special.addFilled([]any{r.Reference, i + 1}, slices.Concat(blank, special(c.Answers).cells())))
	}
	return err
}

func (b *workbook) close() error {
	err := errors.Join(b.flush(), b.book.Close())
	if err != nil {
		return fmt.Errorf("put the workbook together: %w", err)
	}
	return nil
}

func (b *workbook) flush() error {
	for _, s := range []*sheet{b.submissions, b.children, b.flags, b.consents, b.files, b.special} {
		if s == nil {
			continue
		}
		if err := s.to.Flush(); err != nil {
			return err
		}
	}
	_, err := b.book.WriteTo(b.out)
	return err
}

// sheet is one sheet, written from top to bottom.
type sheet struct {
	name string
	to   *excelize.StreamWriter
	row  int
}

// add writes a row. It refuses a text that a cell cannot hold, where the library would cut it off.
func (s *sheet) add(cells []any) error {
	for i, cell := range cells {
		switch cell := cell.(type) {
		case json.Number:
			cells[i] = numeric(cell)
		case string:
			if len(cell) > excelize.TotalCellChars && len(utf16.Encode([]rune(cell))) > excelize.TotalCellChars {
				return fmt.Errorf("sheet %s: the text of column %d is longer than a cell can hold", s.name, i+1)
			}
		}
	}
	s.row++
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return fmt.Errorf("sheet %s: row %d: %w", s.name, s.row, err)
	}
	if err := s.to.SetRow(at, cells); err != nil {
		return fmt.Errorf("sheet %s: row %d: %w", s.name, s.row, err)
	}
	return nil
}

func (s *sheet) addFilled(key, cells []any) error {
	if !slices.ContainsFunc(cells, func(c any) bool { return c != nil }) {
		return nil
	}
	return s.add(slices.Concat(key, cells))
}

// numeric is a number for a sheet, which holds 15 digits; one with more stays a text.
func numeric(n json.Number) any {
	const digits = 15
	f, err := n.Float64()
	if err != nil || len(strings.NewReplacer("-", "", ".", "").Replace(n.String())) > digits {
		return n.String()
	}
	return f
}

func orNothing[T any](value *T) any {
	if value == nil {
		return nil
	}
	return *value
}

// divided is a list of columns, or of what was said in them.
type divided interface{ isSpecial() bool }

func (c column) isSpecial() bool { return c.special }
func (s said) isSpecial() bool   { return s.column.special }

func ordinary[L ~[]T, T divided](list L) L {
	return slices.DeleteFunc(slices.Clone(list), T.isSpecial)
}

func special[L ~[]T, T divided](list L) L {
	return slices.DeleteFunc(slices.Clone(list), func(one T) bool { return !one.isSpecial() })
}
