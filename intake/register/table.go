package register

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

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
