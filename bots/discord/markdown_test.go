package discord

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"claimline/intake/wording"
)

// formatting is what Discord's clients make something of. It is looked for in what is left when
// everything that a backslash shows as it is has been taken out.
var formatting = regexp.MustCompile("(?im)" + strings.Join([]string{
	`\*`, `_`, "`", `\|`, `~`, `<`, `\[`, `\]`, `@`, // emphasis, code, spoilers, mentions, emoji, times, links
	`^\s*#{1,3}\s`, `^\s*-#`, `^\s*[-+]\s`, `^\s*\d+\.\s`, `^\s*>`, // headings, lists, quotes
	`\w+://`, `:\w+:`, `discord(app)?\.\w`, // addresses, emoji by name, invitations
}, "|"))

var kept = regexp.MustCompile(`\\[^0-9A-Za-z\s]`)

// shownAs is what a client shows of words that hold no formatting.
func shownAs(content string) string {
	return regexp.MustCompile(`\\([^0-9A-Za-z\s])`).ReplaceAllString(content, "$1")
}

var hostile = []string{
	"**bold** *it* __under__ _it_ ~~gone~~ ||spoiler||", "`code` ```block\nx\n```", "@everyone @here <@123> <@&1> <#5> <@!9>",
	"<:x:1> <a:y:2> :smile: <t:1:R> </cmd:1>", "# one\n## two\n### three\n-# small", "- a\n* b\n+ c\n1. d\n  22. e\n3) f", "> q\n>>> all",
	"[click](https://example.com) <https://example.com> http://example.com HTTPS://EXAMPLE.COM", "discord.gg/abc DISCORD.com/invite/x",
	`back\slash \*x\* \\`, "Anna*Voorbeeld_", "_", "*", "12:30 a:b", "\r\n# x\r- y", "a\u202e*b*", "```", "\\", "line\\\n# next", "1.", "٣. x", "  - x", "\t# x",
}

func TestNothingThatAPersonTypesIsFormatting(t *testing.T) {
	t.Parallel()
	for _, words := range hostile {
		checkPlain(t, words)
	}
}

func checkPlain(t *testing.T, words string) {
	t.Helper()
	content := markdown(wording.Say(words))
	if left := kept.ReplaceAllString(content, "\x01"); formatting.MatchString(left) {
		t.Errorf("%q is shown with formatting: %q, in it %q", words, content, formatting.FindString(left))
	}
	want := strings.ReplaceAll(strings.ReplaceAll(clean(words), "\r\n", "\n"), "\r", "\n")
	if got := shownAs(content); got != want {
		t.Errorf("%q is shown as %q", words, got)
	}
}

func TestStructureBecomesMarkup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		text  wording.Text
		want  string
	}{
		{"plain", wording.Say("Hello there."), "Hello there."},
		{"bold", wording.Text{{Text: "Part 2", Bold: true}, {Text: " of 4"}}, "**Part 2** of 4"},
		{"bold with a star", wording.Text{{Text: "a*", Bold: true}, {Text: "*b"}}, `**a\***\*b`},
		{"bold twice", wording.Text{{Text: "a", Bold: true}, {Text: "b", Bold: true}}, "**ab**"},
		{"bold nothing", wording.Text{{Text: "a"}, {Text: " ", Bold: true}, {Text: "b"}}, "a b"},
		{"a link", wording.Text{{Text: "our notice", Link: "https://example.com/a?b=c"}}, "[our notice](<https://example.com/a?b=c>)"},
		{"a bare link", wording.Text{{Text: "https://example.com", Link: "https://example.com"}}, "<https://example.com>"},
		{"words like another link", wording.Text{{Text: "https://a.example", Link: "https://b.example"}}, `https\://a.example <https://b.example>`},
		{"a link elsewhere", wording.Text{{Text: "x", Link: "javascript:alert(1)"}, {Text: "y", Link: "http://example.com"}}, "xy"},
		{"a link that breaks out", wording.Text{{Text: "x", Link: "https://example.com/>)x"}}, "[x](<https://example.com/%3E%29x>)"},
		{"a bullet", wording.Say("• one\n• two"), "• one\n• two"},
		{"a heading behind a form feed", wording.Say("\f# b"), "\f\\# b"},
		{"a heading in the second span, after blanks", wording.Text{{Text: "a\n "}, {Text: "# b", Bold: true}}, "a\n **\\# b**"},
		{"a heading in the second span", wording.Text{{Text: "a\n", Bold: true}, {Text: "# b"}}, "**a\n**\\# b"},
	} {
		if got := markdown(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.label, got, c.want)
		}
	}
}

func TestALongTextIsSplitAndNothingOfItIsLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		text  wording.Text
		parts int
	}{
		{"exactly one", wording.Say(strings.Repeat("a", mostText)), 1},
		{"one more", wording.Say(strings.Repeat("a", mostText+1)), 2},
		{"all escaped", wording.Say(strings.Repeat("*", 1500)), 2},
		{"emoji of two units", wording.Say(strings.Repeat("👪", 1001)), 2},
		{"lines", wording.Say(strings.Repeat(strings.Repeat("b", 99)+"\n", 50)), 3},
		{"bold across", wording.Text{{Text: strings.Repeat("word ", 700), Bold: true}}, 2},
		{"nothing", wording.Say(" \n "), 0},
	} {
		parts := split(c.text, mostText)
		if len(parts) != c.parts {
			t.Errorf("%s: %d parts, want %d", c.label, len(parts), c.parts)
		}
		all := ""
		for _, p := range parts {
			if n := length(p); n > mostText || n == 0 || !utf8.ValidString(p) {
				t.Errorf("%s: a part of %d units", c.label, n)
			}
			if strings.Count(kept.ReplaceAllString(p, ""), "**")%2 != 0 {
				t.Errorf("%s: a part begins or ends within bold", c.label)
			}
			all += shownAs(strings.ReplaceAll(p, "**", ""))
		}
		bare := strings.NewReplacer(" ", "", "\n", "", "*", "")
		if bare.Replace(all) != bare.Replace(c.text.Plain()) && c.label != "all escaped" {
			t.Errorf("%s: words are lost", c.label)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, words := range hostile {
		f.Add(words, true)
	}
	f.Fuzz(func(t *testing.T, words string, bold bool) {
		checkPlain(t, words)
		for _, part := range split(wording.Text{{Text: words, Bold: bold}, {Text: words}}, 60) {
			if n := length(part); n > 60 || n == 0 {
				t.Errorf("%q has a part of %d units: %q", words, n, part)
			}
		}
	})
}
