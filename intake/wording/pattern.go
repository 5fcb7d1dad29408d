package wording

import (
	"errors"
	"regexp"
	"strings"
)

// pattern is words with placeholders between them.
type pattern []piece

// piece is words, or the name of a placeholder.
type piece struct{ words, name string }

var placeholder = regexp.MustCompile(`\{([A-Za-z0-9_]+)\}`)

// parsePattern finds the placeholders of a text. A brace that belongs to none is refused: it is a
// placeholder with a slip in it, and people would read it.
func parsePattern(s string) (pattern, error) {
	var out pattern
	rest := 0
	add := func(words string) error {
		if strings.ContainsAny(words, "{}") {
			return errors.New("a brace belongs to no {placeholder}; a placeholder is {letters_digits_underscores}")
		}
		if words != "" {
			out = append(out, piece{words: words})
		}
		return nil
	}
	for _, at := range placeholder.FindAllStringSubmatchIndex(s, -1) {
		if err := add(s[rest:at[0]]); err != nil {
			return nil, err
		}
		out = append(out, piece{name: s[at[2]:at[3]]})
		rest = at[1]
	}
	if err := add(s[rest:]); err != nil {
		return nil, err
	}
	return out, nil
}

// fill puts words in the place of placeholders. One without an argument stays as it is written.
func (p pattern) fill(a Args) string {
	var b strings.Builder
	for _, piece := range p {
		if piece.name == "" {
			b.WriteString(piece.words)
		} else if value, ok := a[piece.name]; ok {
			b.WriteString(value)
		} else {
			b.WriteString("{" + piece.name + "}")
		}
	}
	return b.String()
}

func (p pattern) names() []string {
	var names []string
	for _, piece := range p {
		if piece.name != "" {
			names = append(names, piece.name)
		}
	}
	return names
}
