package telegram

import "encoding/json"

// Misfits holds a JSON value against a type of a published description.
func Misfits(description []byte, kind string, value json.RawMessage) []string {
	var p spec
	if err := json.Unmarshal(description, &p); err != nil {
		return []string{err.Error()}
	}
	if err := p.readable(kind, string(value)); err != nil {
		return []string{err.Error()}
	}
	return nil
}
