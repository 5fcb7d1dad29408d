package wording

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/parser"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"claimline/intake/wording/source"
)

// Read reads a language file: nested YAML whose keys are joined with dots. A leaf is a text, a list
// of words, or a map of plural forms (CLDR names only, "other" among them). A list of maps, such as
// a glossary, is flattened with its positions from 0: "glossary.0.say". All faults are reported
// together; the catalog holds what could be read.
func Read(file string, src []byte, lang string) (*Catalog, []Fault) {
	r := &reader{file: file, markup: newMarkup(), catalog: &Catalog{
		language: lang,
		texts:    map[string]template{},
		counts:   map[string]map[plural.Form]template{},
		lists:    map[string][]string{},
		lines:    map[string]int{},
	}}
	tag, err := language.Parse(lang)
	if err != nil {
		r.fault(0, "", fmt.Sprintf("%q is not the code of a language", lang))
	}
	r.catalog.tag, r.needed = tag, needed(tag)
	tree, err := source.Parse(src)
	if err != nil {
		var syntax *source.SyntaxError
		errors.As(err, &syntax)
		r.fault(syntax.Line, "", syntax.Reason)
		return r.catalog, r.faults
	}
	if tree.Kind != source.Map {
		r.fault(tree.Line, "", "a language file is a list of keys, each with its text")
		return r.catalog, r.faults
	}
	r.entries(tree, "")
	return r.catalog, r.faults
}

type reader struct {
	file    string
	markup  parser.Parser
	needed  map[plural.Form]bool
	catalog *Catalog
	faults  []Fault
}

func (r *reader) fault(line int, where, reason string) {
	r.faults = append(r.faults, Fault{File: r.file, Line: line, Where: where, Reason: reason})
}

func (r *reader) entries(m *source.Node, path string) {
	seen := map[string]int{}
	for _, e := range m.Entries {
		where := join(path, e.Key)
		if first, twice := seen[e.Key]; twice {
			r.fault(e.Line, where, fmt.Sprintf("this key stands here twice, first in line %d", first))
			continue
		}
		seen[e.Key] = e.Line
		if e.Key == "" || strings.Contains(e.Key, ".") {
			r.nested(e, where)
			continue
		}
		r.value(e.Value, where, e.Line)
	}
}

// nested accepts a key with dots, as the ids of questions have them.
func (r *reader) nested(e source.Entry, where string) {
	if slices.Contains(strings.Split(e.Key, "."), "") {
		r.fault(e.Line, where, "a key is empty, or begins or ends with a dot")
		return
	}
	r.value(e.Value, where, e.Line)
}

func (r *reader) value(n *source.Node, where string, line int) {
	switch n.Kind {
	case source.Scalar:
		r.text(n, where, line)
	case source.List:
		r.list(n, where, line)
	case source.Map:
		if isPlural(n) {
			r.plural(n, where, line)
			return
		}
		r.entries(n, where)
	case source.Null:
		r.fault(line, where, "the text is missing")
	default:
		r.fault(line, where, fmt.Sprintf("a language file cannot hold a YAML %s", n.Text))
	}
}

func (r *reader) text(n *source.Node, where string, line int) {
	t, err := parseText(r.markup, n.Text)
	switch {
	case err != nil:
		r.fault(line, where, err.Error())
	case len(t) == 0:
		r.fault(line, where, "the text is empty")
	case r.claim(where, line):
		r.catalog.texts[where] = t
	}
}

// claim takes a key; two spellings of one key ("a.b" and a: b:) cannot both have it.
func (r *reader) claim(where string, line int) bool {
	if first, taken := r.catalog.lines[where]; taken {
		r.fault(line, where, fmt.Sprintf("this key has a text already, in line %d", first))
		return false
	}
	r.catalog.lines[where] = line
	return true
}

func (r *reader) list(n *source.Node, where string, line int) {
	var words []string
	for i, item := range n.Items {
		switch item.Kind {
		case source.Scalar:
			words = append(words, strings.TrimSpace(item.Text))
		case source.Map:
			r.entries(item, join(where, strconv.Itoa(i)))
		default:
			r.fault(item.Line, where, "a list holds words, or entries with keys of their own")
		}
	}
	if words != nil && r.claim(where, line) {
		r.catalog.lists[where] = words
	}
}

func isPlural(n *source.Node) bool {
	for _, e := range n.Entries {
		if _, ok := forms[e.Key]; !ok {
			return false
		}
	}
	return n.Get("other") != nil
}

func (r *reader) plural(n *source.Node, where string, line int) {
	texts := map[plural.Form]template{}
	for _, e := range n.Entries {
		if _, twice := texts[forms[e.Key]]; twice {
			r.fault(e.Line, where, fmt.Sprintf("the form %q stands here twice", e.Key))
		}
		t, err := parseText(r.markup, e.Value.Text)
		if err != nil || e.Value.Kind != source.Scalar {
			r.fault(e.Line, join(where, e.Key), "a plural form is one text: "+reason(err))
		}
		texts[forms[e.Key]] = t
	}
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		if _, ok := texts[forms[name]]; r.needed[forms[name]] && !ok {
			r.fault(line, where, fmt.Sprintf("the language %s needs the plural form %q", r.catalog.language, name))
		}
	}
	if r.claim(where, line) {
		r.catalog.counts[where] = texts
	}
}

func reason(err error) string {
	if err == nil {
		return "it holds something else"
	}
	return err.Error()
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
