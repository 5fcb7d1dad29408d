package answer

import (
	"encoding/json"
	"slices"
	"strings"
)

// Amount is money in an export.
type Amount struct {
	Amount   json.Number `json:"amount"`
	Currency string      `json:"currency"`
}

// ExportJSON returns the form of an answer in exports: lists for the kinds that may have several
// values, numbers and amounts as such, and canonical strings for everything else. A single value
// that was not given is nil.
func ExportJSON(k Kind, values []string) any {
	if k == Several || k == Handle || k == File {
		return append([]string{}, values...)
	}
	if len(values) == 0 {
		return nil
	}
	value := values[0]
	switch {
	case k == Number && isDecimal(value):
		return json.Number(value)
	case k == Money:
		if amount, currency, ok := strings.Cut(value, " "); ok && isDecimal(amount) {
			return Amount{json.Number(amount), currency}
		}
	}
	return value
}

// isDecimal reports a number that JSON can hold as it is.
func isDecimal(s string) bool {
	return json.Valid([]byte(s)) && !slices.Contains([]string{"true", "false", "null"}, s) && strings.Trim(s, "-0123456789.") == ""
}
