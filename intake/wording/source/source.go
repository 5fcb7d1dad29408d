// Package source reads a YAML file into a plain tree that remembers lines.
//
// Campaign and language files are written by people who are no programmers. What they need is
// every fault at once, each with its line, where a decoder into structs stops at the first. The
// tree keeps duplicate keys and what these files may not contain (anchors, aliases, tags), so that
// its readers can report them with the rest.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// MaxBytes is the size above which a file is refused: far more than any campaign needs, and little
// enough that no nesting inside it can exhaust the parser.
const MaxBytes = 512 << 10

// maxLines bounds a file for the parser's sake, whose time grows with the square of a map's keys.
const maxLines = 10_000

// maxDepth is how deep a file may be nested.
const maxDepth = 32

// Kind says what a node holds.
type Kind int

// What a node can hold. Odd is anything these files do not use; its Text says what it is.
const (
	Null Kind = iota
	Scalar
	List
	Map
	Odd
)

// Node is one value of the file.
type Node struct {
	Kind    Kind
	Line    int
	Text    string  // of a scalar, as written
	Items   []*Node // of a list
	Entries []Entry // of a map, in order, duplicates kept
}

// Entry is one key of a map with its value.
type Entry struct {
	Key   string
	Line  int
	Value *Node
}

// Get returns the value of a map's key, or nil.
func (n *Node) Get(key string) *Node {
	for _, e := range n.Entries {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

// SyntaxError is a file that is not YAML. Nothing else can be said about it.
type SyntaxError struct {
	Line   int
	Reason string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Parse reads a file. Its error is always a *SyntaxError.
func Parse(src []byte) (*Node, error) {
	if len(src) > MaxBytes {
		return nil, &SyntaxError{1, fmt.Sprintf("the file is larger than %d kB", MaxBytes>>10)}
	}
	if bytes.Count(src, []byte{'\n'})+bytes.Count(src, []byte{'\r'}) > maxLines {
		return nil, &SyntaxError{maxLines, fmt.Sprintf("the file has more than %d lines", maxLines)}
	}
	if err := Storable(src); err != nil {
		return nil, err
	}
	if line := tooDeep(src); line > 0 {
		return nil, &SyntaxError{line, fmt.Sprintf("this is nested more than %d deep", maxDepth)}
	}
	file, err := parse(src)
	if err != nil {
		return nil, err
	}
	switch len(file.Docs) {
	case 0:
		return &Node{Line: 1}, nil
	case 1:
		return convert(file.Docs[0].Body, 1), nil
	}
	return nil, &SyntaxError{lineOf(file.Docs[1].Start, 1), "the file holds more than one document; remove the line ---"}
}

// Storable reports the first line of a file that holds what no database stores and no platform
// shows: NUL, or bytes that are not UTF-8. Its error is always a *SyntaxError; nil when there is none.
func Storable(src []byte) error {
	for i, line := range bytes.Split(src, []byte{'\n'}) {
		switch {
		case bytes.IndexByte(line, 0) >= 0:
			return &SyntaxError{i + 1, "this line holds NUL, a byte that is no text"}
		case !utf8.Valid(line):
			return &SyntaxError{i + 1, "this line is not UTF-8; save the file in that encoding"}
		}
	}
	return nil
}

// parse keeps a panic of the parser on hostile bytes from ending the program: a campaign folder is
// input like any other.
func parse(src []byte) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			err = &SyntaxError{1, "this is not a YAML file"}
		}
	}()
	file, err = parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err == nil {
		return file, nil
	}
	var at interface {
		GetMessage() string
		GetToken() *token.Token
	}
	if errors.As(err, &at) {
		return nil, &SyntaxError{lineOf(at.GetToken(), 1), at.GetMessage()}
	}
	return nil, &SyntaxError{1, err.Error()}
}

// tooDeep finds the first line at which more is open than any campaign nests: brackets over the
// whole file, or dashes and question marks on the line. The parser recurses for each.
func tooDeep(src []byte) int {
	brackets := 0
	for i, line := range strings.Split(string(src), "\n") {
		for _, r := range line {
			switch r {
			case '[', '{':
				brackets++
			case ']', '}':
				brackets = max(brackets-1, 0)
			}
			if brackets > maxDepth {
				return i + 1
			}
		}
		if strings.Count(line, "- ")+strings.Count(line, "? ")+strings.Count(line, "!") > maxDepth {
			return i + 1
		}
	}
	return 0
}

func convert(n ast.Node, line int) *Node {
	if n == nil {
		return &Node{Line: line}
	}
	line = lineOf(n.GetToken(), line)
	switch n := n.(type) {
	case *ast.NullNode:
		return &Node{Line: line}
	case *ast.StringNode:
		return scalar(n.Value, line)
	case *ast.LiteralNode:
		return scalar(n.Value.Value, line)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return &Node{Kind: Scalar, Line: line, Text: n.GetToken().Value}
	case *ast.SequenceNode:
		out := &Node{Kind: List, Line: line}
		for _, item := range n.Values {
			out.Items = append(out.Items, convert(item, line))
		}
		return out
	case *ast.MappingNode:
		return convertMap(n.Values, line)
	case *ast.MappingValueNode:
		return convertMap([]*ast.MappingValueNode{n}, line)
	}
	return &Node{Kind: Odd, Line: line, Text: strings.ToLower(n.Type().YAMLName())}
}

// scalar is a text, unless an escape such as "\0" has put into it what the file itself may not hold.
func scalar(text string, line int) *Node {
	if strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
		return &Node{Kind: Odd, Line: line, Text: "escape for what is no character"}
	}
	return &Node{Kind: Scalar, Line: line, Text: text}
}

func convertMap(values []*ast.MappingValueNode, line int) *Node {
	out := &Node{Kind: Map, Line: line}
	for i, v := range values {
		key := convert(v.Key, line)
		if key.Kind != Scalar && key.Kind != Null {
			return &Node{Kind: Odd, Line: key.Line, Text: "key of this kind"}
		}
		name := key.Text
		if key.Kind == Null {
			name = "null"
		}
		if i == 0 {
			out.Line = key.Line
		}
		out.Entries = append(out.Entries, Entry{Key: name, Line: key.Line, Value: convert(v.Value, key.Line)})
	}
	return out
}

func lineOf(t *token.Token, otherwise int) int {
	if t == nil || t.Position == nil || t.Position.Line < 1 {
		return otherwise
	}
	return t.Position.Line
}
