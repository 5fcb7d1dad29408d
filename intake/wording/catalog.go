package wording

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Args fills the placeholders of a text, by name, with plain words. They are never parsed: what a
// person typed cannot become a link or bold.
type Args map[string]string

// Catalog holds the texts of one language. It does not change after Read and may be used by many at once.
type Catalog struct {
	language string
	tag      language.Tag
	texts    map[string]template
	counts   map[string]map[plural.Form]template
	lists    map[string][]string
	lines    map[string]int
}

// Language is the language of the texts, BCP 47.
func (c *Catalog) Language() string { return c.language }

// Has reports whether there is a text, a plural text or a list under the key.
func (c *Catalog) Has(key string) bool {
	_, ok := c.lines[key]
	return ok
}

// Keys lists all keys, sorted.
func (c *Catalog) Keys() []string { return slices.Sorted(maps.Keys(c.lines)) }

// Line is where a key stands in its file; 0 when it does not.
func (c *Catalog) Line(key string) int { return c.lines[key] }

// Text returns a text with its placeholders filled. A missing text is its key in ⟦⟧, so that a
// reader sees that something is missing and a search finds it; a placeholder without an argument
// stays as it is written.
func (c *Catalog) Text(key string, a Args) Text {
	if t, ok := c.texts[key]; ok {
		return t.fill(a)
	}
	if forms, ok := c.counts[key]; ok {
		return forms[plural.Other].fill(a)
	}
	return Say("⟦" + key + "⟧")
}

// Count returns the form of a plural text that n takes in this language, with {n} filled.
func (c *Catalog) Count(key string, n int, a Args) Text {
	args := Args{"n": strconv.Itoa(n)}
	maps.Copy(args, a)
	forms, ok := c.counts[key]
	if !ok {
		return c.Text(key, args)
	}
	if t, ok := forms[form(c.tag, n)]; ok {
		return t.fill(args)
	}
	return forms[plural.Other].fill(args)
}

// List returns a list of words, for example the synonyms of a command; nil when there is none.
func (c *Catalog) List(key string) []string { return slices.Clone(c.lists[key]) }

// Placeholders lists what a text has to be filled with, sorted, over all its plural forms.
func (c *Catalog) Placeholders(key string) []string {
	return c.names(key, func(r run) []string { return append(r.text.names(), r.link.names()...) })
}

// LinkPlaceholders lists the placeholders inside the addresses of a text's links, sorted. What
// fills them decides where a person is led, so it must not be anything that a person typed.
func (c *Catalog) LinkPlaceholders(key string) []string {
	return c.names(key, func(r run) []string { return r.link.names() })
}

func (c *Catalog) names(key string, of func(run) []string) []string {
	var names []string
	for _, t := range append(slices.Collect(maps.Values(c.counts[key])), c.texts[key]) {
		for _, r := range t {
			names = append(names, of(r)...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fill makes a text of a template. A link whose address did not become an https address is words only.
func (t template) fill(a Args) Text {
	out := make(Text, 0, len(t))
	for _, r := range t {
		span := Span{Text: r.text.fill(a), Bold: r.bold, Link: r.link.fill(a)}
		if !strings.HasPrefix(span.Link, "https://") {
			span.Link = ""
		}
		out = append(out, span)
	}
	return out
}
