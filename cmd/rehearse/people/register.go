package people

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Line is one submission as the register has it, in the reference form.
type Line struct {
	Reference string         `json:"reference"`
	Status    string         `json:"status"`
	Outcome   string         `json:"outcome"`
	Language  string         `json:"language"`
	Country   string         `json:"country"`
	Answers   map[string]any `json:"answers"`
	Children  []struct {
		Outcome string         `json:"outcome"`
		Reasons []string       `json:"reasons"`
		Answers map[string]any `json:"answers"`
	} `json:"children"`
	Flags []struct {
		Code string `json:"code"`
	} `json:"flags"`
	Consents []struct {
		Purpose    string `json:"purpose"`
		Version    int    `json:"version"`
		TextSHA256 string `json:"text_sha256"`
	} `json:"consents"`
	Decisions []struct {
		Verdict string   `json:"verdict"`
		Codes   []string `json:"codes"`
		Undone  bool     `json:"undone"`
	} `json:"decisions"`
}

// ReadRegister reads an export. A reference that stands in it twice is among the lines twice.
func ReadRegister(export io.Reader) ([]Line, error) {
	var all []Line
	for lines := json.NewDecoder(export); ; {
		var l Line
		if err := lines.Decode(&l); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading the export: %w", err)
		}
		all = append(all, l)
	}
}

// Said is everything that a submission holds of what a person said, by question and child.
func (l Line) Said() map[string]string {
	said := map[string]string{}
	take := func(answers map[string]any, mark string) {
		for id, value := range answers {
			if !strings.HasPrefix(id, "f.") { // what the campaign makes of answers
				said[id+mark] = Flat(value)
			}
		}
	}
	take(l.Answers, "")
	for i, child := range l.Children {
		take(child.Answers, fmt.Sprintf("#%d", i+1))
	}
	return said
}

// Flat writes a value of the register as stories and people do.
func Flat(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case []any:
		var parts []string
		for _, part := range v {
			parts = append(parts, Flat(part))
		}
		return strings.Join(parts, ",")
	case map[string]any: // money
		return fmt.Sprint(v["currency"], " ", v["amount"])
	}
	return fmt.Sprint(value)
}
