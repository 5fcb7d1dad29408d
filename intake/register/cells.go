package register

import (
	"strconv"
	"strings"

	"claimline/intake/answer"
)

// between stands between the values of an answer with several, in one cell.
const between = " | "

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
