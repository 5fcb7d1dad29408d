package campaign

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strconv"
	_ "time/tzdata" // a campaign names its time zone; not every machine has the data

	"claimline/intake/wording"
	"claimline/intake/wording/source"
)

//go:embed all:campaigns
var shipped embed.FS

// Embedded holds the campaigns that are part of the program, one folder each.
func Embedded() fs.FS {
	sub, err := fs.Sub(shipped, "campaigns")
	if err != nil { // only a malformed path is refused, and this one is constant
		panic(err)
	}
	return sub
}

const campaignFile = "campaign.yaml"

// Load reads a campaign's folder and checks all of it. It returns the campaign, or every fault it
// found: a campaign with a fault is not returned.
func Load(fsys fs.FS, dir string) (*Campaign, []wording.Fault) {
	l := &loader{fsys: fsys, dir: dir, decoder: decoder{file: campaignFile, lines: map[string]int{}}}
	c := l.campaign()
	if c != nil {
		l.languages(c)
		l.documents(c)
		l.check(c)
	}
	if len(l.faults) > 0 {
		slices.SortFunc(l.faults, byPlace)
		return nil, slices.Compact(l.faults)
	}
	return c, nil
}

// byPlace sorts faults as an author works through them: campaign.yaml first, then by line.
func byPlace(a, b wording.Fault) int {
	other := func(f wording.Fault) int {
		if f.File == campaignFile {
			return 0
		}
		return 1
	}
	return cmp.Or(other(a)-other(b), cmp.Compare(a.File, b.File), a.Line-b.Line, cmp.Compare(a.Where, b.Where), cmp.Compare(a.Reason, b.Reason))
}

type loader struct {
	decoder
	fsys fs.FS
	dir  string
}

// campaign reads campaign.yaml; nil when nothing can be made of it.
func (l *loader) campaign() *Campaign {
	src, err := l.read(campaignFile)
	if err != nil {
		l.fault(0, "", "the file cannot be read: %s", reasonOf(err))
		return nil
	}
	tree, err := source.Parse(src)
	if err != nil {
		var syntax *source.SyntaxError
		errors.As(err, &syntax)
		l.fault(syntax.Line, "", "%s", syntax.Reason)
		return nil
	}
	c := &Campaign{}
	l.into(tree, "", reflect.ValueOf(c).Elem())
	c.question = map[string]*Question{}
	for _, q := range c.Questions {
		if q == nil {
			return nil // an entry that is no question was reported
		}
		if c.question[q.ID] == nil {
			c.question[q.ID] = q
		}
	}
	return c
}

// languages reads the text file of each language.
func (l *loader) languages(c *Campaign) {
	c.texts = map[string]*wording.Catalog{}
	for i, lang := range c.Languages {
		file := lang + ".yaml"
		src, err := l.read(file)
		if err != nil {
			l.at("languages."+strconv.Itoa(i+1), "the language file %s cannot be read: %s", file, reasonOf(err))
			continue
		}
		catalog, faults := wording.Read(file, src, lang)
		c.texts[lang] = catalog
		l.faults = append(l.faults, faults...)
	}
}

// documents reads the documents that questions hand out.
func (l *loader) documents(c *Campaign) {
	c.files = map[string][]byte{}
	for _, q := range c.Questions {
		if q.Document == "" {
			continue
		}
		for _, lang := range c.Languages {
			l.document(c, q, lang)
		}
	}
}

func (l *loader) document(c *Campaign, q *Question, lang string) {
	for _, kind := range documentKinds {
		file := q.Document + "." + lang + kind.suffix
		body, err := l.read(file)
		if err != nil {
			continue
		}
		c.files[file] = body
		if kind.words {
			l.storable(file, body)
		}
		return
	}
	l.at("questions."+q.ID+".document", "there is no document %s.%s.md (or .pdf, .html, .txt)", q.Document, lang)
}

// storable reports bytes that are no text. YAML files are looked at where they are parsed.
func (l *loader) storable(file string, body []byte) {
	var wrong *source.SyntaxError
	if errors.As(source.Storable(body), &wrong) {
		l.faults = append(l.faults, wording.Fault{File: file, Line: wrong.Line, Reason: wrong.Reason})
	}
}

func (l *loader) read(file string) ([]byte, error) {
	if !fs.ValidPath(file) || path.Base(file) != file {
		return nil, fmt.Errorf("open %q: %w", file, fs.ErrInvalid)
	}
	return fs.ReadFile(l.fsys, path.Join(l.dir, file))
}

func reasonOf(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrInvalid):
		return "this is not the name of a file"
	}
	return err.Error()
}

func glossaryKey(i int, part string) string { return "glossary." + strconv.Itoa(i) + "." + part }
