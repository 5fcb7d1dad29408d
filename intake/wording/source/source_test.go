package source

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseKeepsLinesAndDuplicates(t *testing.T) {
	t.Parallel()
	got, err := Parse([]byte("a: 1\nb:\n  - x: yes\n    y: |\n      two\n      lines\n  - 'z'\na: ~\nc: &here v\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := &Node{Kind: Map, Line: 1, Entries: []Entry{
		{"a", 1, &Node{Kind: Scalar, Line: 1, Text: "1"}},
		{"b", 2, &Node{Kind: List, Line: 3, Items: []*Node{
			{Kind: Map, Line: 3, Entries: []Entry{
				{"x", 3, &Node{Kind: Scalar, Line: 3, Text: "yes"}},
				{"y", 4, &Node{Kind: Scalar, Line: 4, Text: "two\nlines\n"}},
			}},
			{Kind: Scalar, Line: 7, Text: "z"},
		}}},
		{"a", 8, &Node{Kind: Null, Line: 8}},
		{"c", 9, &Node{Kind: Odd, Line: 9, Text: "anchor"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tree (-want +got):\n%s", diff)
	}
	if v := got.Get("b"); v == nil || v.Kind != List || got.Get("d") != nil {
		t.Errorf("Get found %v", v)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		label, src string
		line       int
		reason     string
	}{
		{"a bracket left open", "a: 1\nb: [x\n", 2, ""},
		{"a tab as indentation", "a:\n\tb: 1\n", 2, ""},
		{"two documents", "a: 1\n---\nb: 1\n", 2, "the file holds more than one document; remove the line ---"},
		{"too large", "a: " + strings.Repeat("x", 600_000), 1, "the file is larger than 512 kB"},
		{"too many lines", strings.Repeat("a:\n", 20_000), 10_000, "the file has more than 10000 lines"},
		{"brackets over many lines", strings.Repeat("[\n", 5_000), 33, "this is nested more than 32 deep"},
		{"NUL", "a: 1\nb: x\x00y\n", 2, "this line holds NUL, a byte that is no text"},
		{"another encoding", "a: 1\n\nb: caf\xe9\n", 3, "this line is not UTF-8; save the file in that encoding"},
		{"half a surrogate pair", "a: 1\nb: \"\\ud83dx\"\n", 2, ""},
		{"dashes in one line", strings.Repeat("- ", 100), 1, "this is nested more than 32 deep"},
	} {
		_, err := Parse([]byte(test.src))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s: got %v, want a *SyntaxError", test.label, err)
			continue
		}
		if syntax.Line != test.line || test.reason != "" && syntax.Reason != test.reason {
			t.Errorf("%s: got %q, want line %d: %s", test.label, syntax, test.line, test.reason)
		}
	}
}

// An escape can put into a text what the file itself may not hold.
func TestParseFindsEscapesForNoCharacter(t *testing.T) {
	t.Parallel()
	for _, escape := range []string{`\0`, `\x00`, `\u0000`} {
		got, err := Parse([]byte("a: 1\nb: \"x" + escape + "y\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if b := got.Get("b"); b.Kind != Odd || b.Line != 2 {
			t.Errorf("%s was read as %+v", escape, b)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: {b: [c, 'd']}\ne: |\n  f\n"))
	f.Add([]byte("? - x\n: !!str &y *y\n--- #\n...\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		n, err := Parse(src)
		if (n == nil) == (err == nil) {
			t.Fatalf("node %v with error %v", n, err)
		}
		if n != nil {
			checkStorable(t, n)
		}
	})
}

func checkStorable(t *testing.T, n *Node) {
	t.Helper()
	if strings.ContainsRune(n.Text, 0) || !utf8.ValidString(n.Text) {
		t.Errorf("line %d holds %q", n.Line, n.Text)
	}
	for _, item := range n.Items {
		checkStorable(t, item)
	}
	for _, e := range n.Entries {
		checkStorable(t, e.Value)
	}
}
