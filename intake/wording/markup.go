package wording

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// template is a text as its author wrote it: the structure is settled, the placeholders are open.
type template []run

// run is a stretch of one style.
type run struct {
	text pattern
	bold bool
	link pattern // where it leads; empty for nowhere
}

// newMarkup reads the part of Markdown that every platform can show: bold, links, lists and
// paragraphs. A heading, code or raw HTML stays the characters it is written with.
func newMarkup() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
	)
}

// parseText reads one text. The error is a sentence for its author.
func parseText(markup parser.Parser, src string) (template, error) {
	if !utf8.ValidString(src) {
		return nil, errors.New("the text is not UTF-8")
	}
	source := []byte(strings.ReplaceAll(src, "\r\n", "\n"))
	w := &flattener{source: source}
	w.blocks(markup.Parse(text.NewReader(source)), "")
	return w.template()
}

// flattener turns a tree of blocks into runs.
type flattener struct {
	source []byte
	runs   []flatRun
	err    error
}

type flatRun struct {
	text string
	bold bool
	link string
}

// write adds words, joining them to the run before when the style is the same, so that a
// placeholder is found even where the parser cut it in two.
func (w *flattener) write(words string, bold bool, link string) {
	if n := len(w.runs); n > 0 && w.runs[n-1].bold == bold && w.runs[n-1].link == link {
		w.runs[n-1].text += words
		return
	}
	w.runs = append(w.runs, flatRun{words, bold, link})
}

func (w *flattener) blocks(parent ast.Node, indent string) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if n != parent.FirstChild() {
			w.write("\n", false, "")
			if n.HasBlankPreviousLines() {
				w.write("\n", false, "")
			}
		}
		switch n := n.(type) {
		case *ast.List:
			w.list(n, indent)
		default: // a paragraph, or the text of a list item
			w.inline(n, false, "")
		}
	}
}

func (w *flattener) list(list *ast.List, indent string) {
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		if item != list.FirstChild() {
			w.write("\n", false, "")
			if item.HasBlankPreviousLines() {
				w.write("\n", false, "")
			}
		}
		bullet := "• "
		switch {
		case list.IsOrdered():
			bullet = fmt.Sprintf("%d%c ", number, list.Marker)
			number++
		case list.Marker == '+': // "+ Child" is how a button is worded, not a list
			bullet = "+ "
		}
		w.write(indent+bullet, false, "")
		w.blocks(item, indent+"  ")
	}
}

func (w *flattener) inline(parent ast.Node, bold bool, link string) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			w.write(string(util.UnescapePunctuations(n.Segment.Value(w.source))), bold, link)
			if n.SoftLineBreak() || n.HardLineBreak() {
				w.write("\n", bold, link)
			}
		case *ast.String:
			w.write(string(n.Value), bold, link)
		case *ast.Emphasis:
			w.inline(n, true, link)
		case *ast.Link:
			w.inline(n, bold, string(util.UnescapePunctuations(n.Destination)))
		case *ast.Image:
			w.err = errors.New("a picture cannot be part of a text")
		}
	}
}

// template opens the placeholders of the runs.
func (w *flattener) template() (template, error) {
	if w.err != nil {
		return nil, w.err
	}
	var out template
	for _, r := range w.runs {
		words, err := parsePattern(r.text)
		if err != nil {
			return nil, err
		}
		link, err := parsePattern(r.link)
		if err != nil {
			return nil, err
		}
		if r.link != "" && !strings.HasPrefix(r.link, "https://") && link[0].name == "" {
			return nil, fmt.Errorf("the link to %q does not begin with https://", r.link)
		}
		out = append(out, run{words, r.bold, link})
	}
	return out, nil
}
