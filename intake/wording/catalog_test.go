package wording

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func read(t testing.TB, lang, src string) *Catalog {
	t.Helper()
	c, faults := Read(lang+".yaml", []byte(src), lang)
	for _, f := range faults {
		t.Errorf("%v", f)
	}
	return c
}

// show writes a text so that its structure can be seen.
func show(t Text) string {
	var b strings.Builder
	for _, s := range t {
		words := s.Text
		if s.Bold {
			words = "<b>" + words + "</b>"
		}
		if s.Link != "" {
			words = "<" + s.Link + ">" + words + "</>"
		}
		b.WriteString(words)
	}
	return b.String()
}

func TestAuthorsMarkup(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ label, src, want string }{
		{"plain", "Hello.", "Hello."},
		{"bold", "Hello **there**!", "Hello <b>there</b>!"},
		{"a link", "See [our page](https://a.example/x).", "See <https://a.example/x>our page</>."},
		{"bold inside a link", "[see **this**](https://a.example)", "<https://a.example>see </><https://a.example><b>this</b></>"},
		{"line breaks stay", "one\ntwo\n\nthree\n\n\n\nfour", "one\ntwo\n\nthree\n\nfour"},
		{"a list", "What:\n- one\n- two\n\nAfter.", "What:\n• one\n• two\n\nAfter."},
		{"a list with stars", "* one\n* two", "• one\n• two"},
		{"a list inside a list", "- one\n  - two\n- three", "• one\n  • two\n• three"},
		{"a list with room", "- one\n\n- two", "• one\n\n• two"},
		{"numbers stay", "1. one\n2. two", "1. one\n2. two"},
		{"a day is no list", "12. mars", "12. mars"},
		{"a button with a plus", "+ Child", "+ Child"},
		{"a heading is plain", "# Head", "# Head"},
		{"code is plain", "`a` and    b", "`a` and    b"},
		{"HTML is plain", "<b>a</b> &amp; b", "<b>a</b> &amp; b"},
		{"a bare address is plain", "https://a.example/x_y_z", "https://a.example/x_y_z"},
		{"a rule is plain", "a\n\n---\n\nb", "a\n\n---\n\nb"},
		{"an escaped star", `5 \* 3 \[x\](y)`, "5 * 3 [x](y)"},
		{"a star alone", "5 * 3 = 15", "5 * 3 = 15"},
		{"a quote is plain", "> so", "> so"},
		{"a placeholder with underscores", "**{first_name}** and {last_name}", "<b>{first_name}</b> and {last_name}"},
		{"Windows line breaks", "one\r\ntwo", "one\ntwo"},
	} {
		c := read(t, "en", "a: "+fmt.Sprintf("%q", test.src)+"\n")
		if got := show(c.Text("a", nil)); got != test.want {
			t.Errorf("%s: got %q, want %q", test.label, got, test.want)
		}
	}
}

// TestWhatPeopleTypedIsNeverMarkup fills placeholders with what would be markup from an author.
func TestWhatPeopleTypedIsNeverMarkup(t *testing.T) {
	t.Parallel()
	c := read(t, "en", "a: Hello **{name}**, see [{name}]({site}/x).\n")
	evil := "**x** [y](https://evil.example) {site} @everyone\n- z"
	got := c.Text("a", Args{"name": evil, "site": "https://a.example"})
	want := Text{{Text: "Hello "}, {Text: evil, Bold: true}, {Text: ", see "}, {Text: evil, Link: "https://a.example/x"}, {Text: "."}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	got = c.Text("a", Args{"site": "javascript:alert(1)//"})
	for _, s := range got {
		if s.Link != "" {
			t.Errorf("a link leads to %q", s.Link)
		}
	}
}

func TestMissingTextsAndArgumentsCanBeSeen(t *testing.T) {
	t.Parallel()
	c := read(t, "en", "a: Hello {name}\n")
	if got := c.Text("b.c", nil).Plain(); got != "⟦b.c⟧" {
		t.Errorf("missing text: %q", got)
	}
	if got := c.Text("a", Args{"nam": "x"}).Plain(); got != "Hello {name}" {
		t.Errorf("missing argument: %q", got)
	}
	if got := c.Count("b.c", 2, nil).Plain(); got != "⟦b.c⟧" {
		t.Errorf("missing plural: %q", got)
	}
	if got := c.List("a"); got != nil {
		t.Errorf("a text as a list: %v", got)
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	t.Parallel()
	for lang, test := range map[string]struct {
		src  string
		want map[int]string
	}{
		"en": {"{one: '{n} day {x}', other: '{n} days {x}'}", map[int]string{0: "0 days !", 1: "1 day !", 2: "2 days !", 1_000_001: "1000001 days !"}},
		"nl": {"{one: '{n} dag {x}', other: '{n} dagen {x}'}", map[int]string{0: "0 dagen !", 1: "1 dag !"}},
		"pl": {"{one: '{n} dzień {x}', few: '{n} dni {x}', many: '{n} dni, {x}', other: '{n} dnia {x}'}", map[int]string{1: "1 dzień !", 3: "3 dni !", 5: "5 dni, !", 22: "22 dni !"}},
		"ja": {"{other: '{n}日 {x}'}", map[int]string{1: "1日 !"}},
	} {
		c := read(t, lang, "days: "+test.src+"\n")
		for n, want := range test.want {
			if got := c.Count("days", n, Args{"x": "!"}).Plain(); got != want {
				t.Errorf("%s %d: got %q, want %q", lang, n, got, want)
			}
		}
		if got := c.Placeholders("days"); !slices.Equal(got, []string{"n", "x"}) {
			t.Errorf("%s: placeholders %v", lang, got)
		}
	}
}

func TestKeysAreFlattenedWithDots(t *testing.T) {
	t.Parallel()
	c := read(t, "en", `
questions:
  tt.role:
    ask: Who?
    choices: {parent: A parent, other: Another, none: Nobody}
words: [stop, " quit "]
glossary:
  - {words: [x], say: y}
18: a number as a key
yes: "No"
`)
	want := []string{"18", "glossary.0.say", "glossary.0.words", "questions.tt.role.ask", "questions.tt.role.choices.none",
		"questions.tt.role.choices.other", "questions.tt.role.choices.parent", "words", "yes"}
	if diff := cmp.Diff(want, c.Keys()); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if got := c.List("words"); !slices.Equal(got, []string{"stop", "quit"}) {
		t.Errorf("words: %q", got)
	}
	if c.Line("questions.tt.role.ask") != 4 || c.Line("no") != 0 || !c.Has("yes") || c.Has("no") || c.Language() != "en" {
		t.Error("a key is not where it should be")
	}
	if got := c.LinkPlaceholders("yes"); len(got) != 0 {
		t.Errorf("placeholders in no link: %v", got)
	}
}

func TestFaultsOfALanguageFile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ label, lang, src, want string }{
		{"a brace left open", "en", "a: x\nb: '{name'", "en.yaml:2: b: a brace belongs to no {placeholder}; a placeholder is {letters_digits_underscores}"},
		{"a brace too many", "en", "b: 'name}'", "en.yaml:1: b: a brace belongs to no {placeholder}; a placeholder is {letters_digits_underscores}"},
		{"a placeholder with a space", "en", "b: '{first name}'", "en.yaml:1: b: a brace belongs to no {placeholder}; a placeholder is {letters_digits_underscores}"},
		{"a key twice", "en", "a: x\nb: y\na: z", "en.yaml:3: a: this key stands here twice, first in line 1"},
		{"a key written in two ways", "en", "a.b: x\na:\n  b: y", "en.yaml:3: a.b: this key has a text already, in line 1"},
		{"a key with a dot at its end", "en", "a.: x", "en.yaml:1: a.: a key is empty, or begins or ends with a dot"},
		{"no text", "en", "a:\nb: y", "en.yaml:1: a: the text is missing"},
		{"an empty text", "en", "a: ' '", "en.yaml:1: a: the text is empty"},
		{"a plural without a form", "pl", "a: {one: x, other: y, many: z}", `pl.yaml:1: a: the language pl needs the plural form "few"`},
		{"a plural of lists", "en", "a: {one: [x], other: y}", "en.yaml:1: a.one: a plural form is one text: it holds something else"},
		{"an alias", "en", "a: &x y\nb: *x", "en.yaml:1: a: a language file cannot hold a YAML anchor\nen.yaml:2: b: a language file cannot hold a YAML alias"},
		{"a list in a list", "en", "a:\n  - [x]", "en.yaml:2: a: a list holds words, or entries with keys of their own"},
		{"a link that is no address", "en", "a: '[x](page)'", `en.yaml:1: a: the link to "page" does not begin with https://`},
		{"a link to a script", "en", "a: '[x](javascript:x)'", `en.yaml:1: a: the link to "javascript:x" does not begin with https://`},
		{"a picture", "en", "a: '![x](https://a.example)'", "en.yaml:1: a: a picture cannot be part of a text"},
		{"no keys", "en", "- a", "en.yaml:1: : a language file is a list of keys, each with its text"},
		{"no language", "e!", "a: x", `e!.yaml: : "e!" is not the code of a language`},
	} {
		_, faults := Read(test.lang+".yaml", []byte(test.src), test.lang)
		var got []string
		for _, f := range faults {
			got = append(got, f.String())
		}
		if diff := cmp.Diff(test.want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.label, diff)
		}
	}
}

func TestLengthsAreCountedAsTelegramCounts(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]int{"": 0, "abc": 3, "é": 1, "🆘": 2, "👨‍👩‍👧": 8, "e\u0301": 2} {
		if got := (Text{{Text: words}, {Text: "!", Bold: true}}).Len16(); got != want+1 {
			t.Errorf("%q: got %d, want %d", words, got, want+1)
		}
	}
}

// FuzzRead reads any bytes as a language file: it never panics, and every text that was read can
// be said.
func FuzzRead(f *testing.F) {
	f.Add([]byte("a: Hello **{name}** [x]({y})\nb: {one: x, other: '{n}'}\nc: [d, e]\n"))
	f.Add([]byte("a: |\n  - x\n  - **y\n\n  1) z_ _{a}_ ![\\](\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		c, _ := Read("en.yaml", src, "en")
		for _, key := range c.Keys() {
			args := Args{}
			for _, name := range c.Placeholders(key) {
				args[name] = "**x**"
			}
			for _, s := range append(c.Text(key, args), c.Count(key, 2, args)...) {
				if s.Link != "" && !strings.HasPrefix(s.Link, "https://") {
					t.Fatalf("%s leads to %q", key, s.Link)
				}
			}
		}
	})
}

func BenchmarkText(b *testing.B) {
	c := read(b, "en", "a: Hello **{name}**, see [this]({site}/x).\n")
	args := Args{"name": "Anna", "site": "https://a.example"}
	for b.Loop() {
		c.Text("a", args)
	}
}
