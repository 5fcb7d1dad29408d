package campaign

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"claimline/intake/wording"
)

// texts checks the language files against what the campaign uses, and against each other.
func (l *loader) texts(c *Campaign) {
	l.objections(c)
	keys := map[string]textKey{}
	for _, k := range c.keys() {
		if known, twice := keys[k.key]; twice {
			k.must, k.most = k.must || known.must, max(k.most, known.most)
		}
		keys[k.key] = k
	}
	wanted := l.wanted(c, keys)
	for _, lang := range c.Languages {
		catalog := c.texts[lang]
		if catalog == nil {
			continue // reported: there is no such file
		}
		for _, key := range wanted {
			if !catalog.Has(key) && !l.faulted(lang+".yaml", key) {
				l.in(lang+".yaml", 0, key, missing(c, key, keys))
			}
		}
		for _, key := range catalog.Keys() {
			l.text(c, catalog, key, keys)
		}
	}
	l.screenLengths(c)
	l.paying(c)
}

// objections checks that every reason against an answer can be told.
func (l *loader) objections(c *Campaign) {
	for _, q := range c.Questions {
		for i, o := range q.Refuse {
			l.objection("questions."+q.ID+".refuse", i, o)
		}
		for i, o := range q.Doubt {
			l.objection("questions."+q.ID+".doubt", i, o)
		}
	}
}

func (l *loader) objection(list string, i int, o Objection) {
	where := numbered(list, i)
	if o.When == "" {
		l.at(where, "every answer would be objected to: the condition is missing")
	}
	if o.Say == "" {
		l.at(where, "the reason is missing, as the name of a note")
	}
}

// wanted lists the keys that every language must have: what is required, and what any language has.
func (l *loader) wanted(c *Campaign, keys map[string]textKey) []string {
	want := map[string]bool{}
	for key, k := range keys {
		if k.must {
			want[key] = true
		}
	}
	for _, catalog := range c.texts {
		for _, key := range catalog.Keys() {
			if _, ok := keys[c.base(key, keys)]; ok {
				want[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(want))
}

func missing(c *Campaign, key string, keys map[string]textKey) string {
	if k, ok := keys[key]; ok && k.must {
		return "the text is missing"
	}
	return "the text is missing here, while another language has it"
}

// base is a key without the voice it is said in.
func (c *Campaign) base(key string, keys map[string]textKey) string {
	if _, ok := keys[key]; ok {
		return key
	}
	for _, voice := range c.voices {
		if plain, ok := strings.CutSuffix(key, "_"+voice); ok {
			return plain
		}
	}
	return key
}

// text checks one text of one language.
func (l *loader) text(c *Campaign, catalog *wording.Catalog, key string, keys map[string]textKey) {
	fault := func(format string, args ...any) {
		l.in(catalog.Language()+".yaml", catalog.Line(key), key, fmt.Sprintf(format, args...))
	}
	k, known := keys[c.base(key, keys)]
	isWords := strings.HasSuffix(key, ".words")
	switch {
	case glossaryEntry.MatchString(key):
		if isWords != (catalog.List(key) != nil) || !catalog.Has(strings.TrimSuffix(key, ".words")+".say") && isWords {
			fault("an entry of the glossary has a list of words, and a text to say")
		}
	case !known:
		fault("the campaign uses no text of this name")
		return
	case catalog.List(key) != nil:
		fault("this must be a text, not a list")
		return
	}
	l.placeholders(c, catalog, key, fault)
	if k.most > 0 {
		c.label(catalog, key, k.most, fault)
	} else if n := c.sample(catalog, key, true).Len16(); n > maxMessage {
		fault("the text has %d characters when its placeholders are filled; a message holds %d", n, maxMessage)
	}
}

func (l *loader) placeholders(c *Campaign, catalog *wording.Catalog, key string, fault func(string, ...any)) {
	for _, name := range catalog.Placeholders(key) {
		if _, ok := c.Values[name]; !ok && !slices.Contains(EnginePlaceholders, name) {
			fault("nothing fills {%s}: it is no value of the campaign, and the program does not know it", name)
		}
	}
	for _, name := range catalog.LinkPlaceholders(key) {
		if _, ok := c.Values[name]; !ok && name != "link" {
			fault("{%s} decides where a link leads; only a value of the campaign may", name)
		}
	}
	reference := c.texts[c.Languages[0]]
	if reference == nil || reference == catalog || !reference.Has(key) || glossaryEntry.MatchString(key) {
		return
	}
	ours, theirs := catalog.Placeholders(key), reference.Placeholders(key)
	if !slices.Equal(ours, theirs) {
		fault("this fills %s, but %s.yaml fills %s", braced(ours), reference.Language(), braced(theirs))
	}
}

func braced(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return "{" + strings.Join(names, "} {") + "}"
}
