package register

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"claimline/intake/answer"
)

// between stands between the values of an answer with several, in one cell.
const between = " | "

// table is CSV as RFC 4180 has it, in UTF-8 with a header: one row a submission, so that counting
// rows counts submissions and a reference stands in it once. The children stand side by side, in
// as many numbered groups of columns as the campaign allows children ("child.2.c.dob"). Flags,
// consents and files share a cell each, their parts separated by slashes.
type table struct {
	to     *csv.Writer
	layout layout
	row    []string
}

func newTable(w io.Writer, l layout) (*table, error) {
	t := &table{to: csv.NewWriter(w), layout: l}
	t.row = append(t.row, submissionHeads...)
	t.row = append(t.row, headings("", l.person)...)
	t.row = append(t.row, "flags", "consents", "files")
	for n := 1; n <= l.members; n++ {
		prefix := "child." + strconv.Itoa(n) + "."
		t.row = append(t.row, prefix+"outcome", prefix+"reasons")
		t.row = append(t.row, headings(prefix, l.member)...)
	}
	if err := t.to.Write(t.row); err != nil {
		return nil, fmt.Errorf("write the header: %w", err)
	}
	return t, nil
}

func (t *table) write(r record) error {
	if len(r.Children) > t.layout.members {
		return fmt.Errorf("it has %d members, the campaign allows %d", len(r.Children), t.layout.members)
	}
	width := len(t.row)
	t.row = t.row[:0]
	t.add(r.head()...)
	t.add(r.Answers.cells()...)
	t.add(listed(r.Flags), listed(r.Consents), listed(r.Files))
	for _, c := range r.Children {
		t.add(c.Outcome, strings.Join(c.Reasons, between))
		t.add(c.Answers.cells()...)
	}
	for len(t.row) < width {
		t.row = append(t.row, "")
	}
	return t.to.Write(t.row)
}

func (t *table) add(cells ...any) {
	for _, cell := range cells {
		t.row = append(t.row, written(cell))
	}
}

func (t *table) close() error {
	t.to.Flush()
	return t.to.Error()
}

// written is a cell as text. What people typed is guarded; numbers, which cannot be formulas, stay numbers.
func written(cell any) string {
	switch cell := cell.(type) {
	case nil:
		return ""
	case string:
		return guard(cell)
	}
	return fmt.Sprint(cell)
}

// submissionHeads names what head returns.
var submissionHeads = []string{"reference", "campaign", "status", "outcome", "language", "country", "submitted_at"}

func (r record) head() []any {
	return []any{r.Reference, r.Campaign, r.Status, r.Outcome, r.Language, r.Country, r.SubmittedAt}
}

// headings names the cells of columns; an amount has a second one for its currency.
func headings(prefix string, columns []column) []string {
	var out []string
	for _, col := range columns {
		out = append(out, prefix+col.id)
		if col.isMoney() {
			out = append(out, prefix+col.id+".currency")
		}
	}
	return out
}

func (c column) isMoney() bool { return c.q != nil && c.q.Kind == answer.Money }

// cells are the answers as cells: texts, numbers, yes or no, and nil for nothing.
func (a answers) cells() []any {
	var out []any
	for _, s := range a {
		out = append(out, s.cells()...)
	}
	return out
}

func (s said) cells() []any {
	value := s.value
	if several, ok := value.([]string); ok {
		value = nil
		if len(several) > 0 {
			value = strings.Join(several, between)
		}
	}
	if !s.column.isMoney() {
		return []any{value}
	}
	if amount, ok := value.(answer.Amount); ok {
		return []any{amount.Amount, amount.Currency}
	}
	return []any{value, nil}
}

// listed is several flags, consents or files in one cell.
func listed[T interface{ parts() []string }](list []T) string {
	var out []string
	for _, one := range list {
		out = append(out, strings.Join(one.parts(), "/"))
	}
	return strings.Join(out, between)
}

func (f flag) parts() []string {
	return []string{f.Code, f.Severity, f.Acts, numbered(f.Child), f.State}
}

func (k consent) parts() []string {
	withdrawn := ""
	if k.WithdrawnAt != nil {
		withdrawn = *k.WithdrawnAt
	}
	return []string{k.Purpose, strconv.Itoa(k.Version), k.TextSHA256, k.GivenAt, withdrawn, numbered(k.Child)}
}

func (f file) parts() []string {
	return []string{f.SHA256, strconv.FormatInt(f.Bytes, 10), f.Type}
}

// numbered is a child's number; "" for nobody's.
func numbered(child *int) string {
	if child == nil {
		return ""
	}
	return strconv.Itoa(*child)
}
