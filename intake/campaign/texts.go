package campaign

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"claimline/intake/wording"
)

// EnginePlaceholders are the names that the program fills in a campaign's texts, besides the
// campaign's own values.
var EnginePlaceholders = []string{
	"first_name", // of the member, or "child 1"
	"name",       // the member's whole name
	"child",      // "child 1": never a name
	"children",   // the names of all members that an agreement is about
	"n",          // a number; plural texts take their form from it
	"reference",  // TT-7K4Q-9M2F
	"platform",   // Telegram, Discord, this terminal
	"personal",   // how very personal questions are asked: a sentence
	"version",    // of the campaign
	"link",       // to forward
	"from", "to", // the days or birthdays that a year's extra tap chooses between
}

// Texts returns the catalog of a language, or that of the campaign's first language.
func (c *Campaign) Texts(lang string) *wording.Catalog {
	if catalog, ok := c.texts[lang]; ok {
		return catalog
	}
	return c.texts[c.Languages[0]]
}

// Text words a key in a language, as the voice has it ("ask_self" for the voice "self") where the
// file does, with the campaign's values and args filled in. A text that does not exist is empty.
func (c *Campaign) Text(lang, key, voice string, args wording.Args) wording.Text {
	catalog := c.Texts(lang)
	if voice != "" && catalog.Has(key+"_"+voice) {
		key += "_" + voice
	}
	if !catalog.Has(key) {
		return nil
	}
	return catalog.Text(key, c.fill(catalog.Language(), args))
}

// fill adds the campaign's values to what else fills a text.
func (c *Campaign) fill(lang string, args wording.Args) wording.Args {
	all := make(wording.Args, len(c.Values)+len(args))
	for name, value := range c.Values {
		if words := value.In(lang); words != "" {
			all[name] = words
		}
	}
	maps.Copy(all, args)
	return all
}

// In is the value in a language; "" when nobody has filled it yet.
func (v Value) In(lang string) string {
	if words, ok := v[lang]; ok {
		return words
	}
	return v[""]
}

// Unfilled lists the values that are still missing in some language, sorted. A campaign with one
// cannot be approved: people would read its {name}.
func (c *Campaign) Unfilled() []string {
	var names []string
	for name, value := range c.Values {
		if slices.ContainsFunc(c.Languages, func(lang string) bool { return value.In(lang) == "" }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// draftMark is how a line begins that says of a text that it is not the final one, whatever markup
// stands before it.
var draftMark = regexp.MustCompile(`(?m)^(?:[\s*_#>[(]|<[^>]*>)*(?:DRAFT|CONCEPT)\b`)

// Drafts lists where a text or a document still says that it is a draft, as "agreement.en.md:3". A
// campaign with one cannot be approved: whoever confirms a text takes that line out of it. What
// stands in a PDF is not looked at.
func (c *Campaign) Drafts() []string {
	var places []string
	for lang, catalog := range c.texts {
		for _, key := range catalog.Keys() {
			if draftMark.MatchString(catalog.Text(key, nil).Plain()) {
				places = append(places, fmt.Sprintf("%s.yaml:%d", lang, catalog.Line(key)))
			}
		}
	}
	for file, body := range c.files {
		if at := draftMark.FindIndex(body); at != nil && path.Ext(file) != ".pdf" {
			places = append(places, fmt.Sprintf("%s:%d", file, bytes.Count(body[:at[1]], []byte{'\n'})+1))
		}
	}
	slices.Sort(places)
	return places
}

// Term is a word of the claim that people ask about, with its explanation.
type Term struct {
	Words []string
	Say   wording.Text
}

// Glossary lists the words that a language file explains.
func (c *Campaign) Glossary(lang string) []Term {
	catalog := c.Texts(lang)
	var terms []Term
	for i := 0; catalog.Has(glossaryKey(i, "words")); i++ {
		terms = append(terms, Term{catalog.List(glossaryKey(i, "words")), c.Text(lang, glossaryKey(i, "say"), "", nil)})
	}
	return terms
}

// Document returns a document in a language, or in the campaign's first: its bytes with the
// campaign's values filled in (of Markdown and plain text only), the name of its file and its media type.
func (c *Campaign) Document(name, lang string) ([]byte, string, string) {
	for _, lang := range []string{c.Texts(lang).Language(), c.Languages[0]} {
		for _, kind := range documentKinds {
			file := name + "." + lang + kind.suffix
			if body, ok := c.files[file]; ok {
				return c.fillDocument(body, lang, kind), file, kind.media
			}
		}
	}
	return nil, "", ""
}

// documentKind is a form in which a document may lie in the campaign's folder.
type documentKind struct {
	suffix, media string
	words, filled bool // it is text; placeholders in it are filled
}

var documentKinds = []documentKind{
	{".pdf", "application/pdf", false, false},
	{".html", "text/html; charset=utf-8", true, false},
	{".md", "text/markdown; charset=utf-8", true, true},
	{".txt", "text/plain; charset=utf-8", true, true},
}

func (c *Campaign) fillDocument(body []byte, lang string, kind documentKind) []byte {
	if !kind.filled {
		return slices.Clone(body)
	}
	var pairs []string
	for name, words := range c.fill(lang, nil) {
		pairs = append(pairs, "{"+name+"}", words)
	}
	return []byte(strings.NewReplacer(pairs...).Replace(string(body)))
}
