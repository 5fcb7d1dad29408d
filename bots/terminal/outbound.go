package terminal

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"claimline/intake"
	"claimline/intake/wording"
)

// What the terminal says by itself, besides what every platform says. It is for the person who
// tries a campaign out, not for families, and therefore in one language.
const (
	hello       = "Type an answer, or the number of a choice. !file PATH sends a file. The end of input (Ctrl-D) leaves; your answers stay.\n"
	goodbye     = "\nGoodbye.\n"
	tooLong     = "That line is too long to be an answer. Nothing was stored.\n"
	notStored   = "That was not stored. Please say it once more.\n"
	fileHow     = "!file needs the path of a file, for example: !file ./screenshot.png\n"
	fileMissing = "There is no such file. Nothing was sent.\n"
	toast       = "  · "
)

// styles are the escape sequences of a real terminal; the zero value has none.
type styles struct{ bold, faint, number, end string }

func stylesFor(live bool) styles {
	if !live {
		return styles{}
	}
	return styles{bold: "\x1b[1m", faint: "\x1b[2m", number: "\x1b[36m", end: "\x1b[0m"}
}

func (s styles) in(style, words string) string {
	if style == "" {
		return words
	}
	return style + words + s.end
}

// render words a message for the screen, buttons included.
func render(m intake.Message, s styles) string {
	var b strings.Builder
	b.WriteString("\n")
	b.WriteString(text(m.Text, s))
	b.WriteString("\n")
	b.WriteString(buttons(m, s))
	return b.String()
}

// rerender words what a change of an earlier message is worth: nothing where it lost its buttons,
// since what a person did stands on the screen already; the new buttons where only they changed.
func rerender(before, after intake.Message, s styles) string {
	switch {
	case len(after.Buttons) == 0:
		return ""
	case before.Text.Plain() == after.Text.Plain():
		return buttons(after, s)
	}
	return render(after, s)
}

func text(t wording.Text, s styles) string {
	var b strings.Builder
	for _, span := range t {
		words := clean(span.Text)
		if span.Bold {
			words = s.in(s.bold, words)
		}
		b.WriteString(words)
		if span.Link != "" && span.Link != span.Text {
			b.WriteString(" <" + clean(span.Link) + ">")
		}
	}
	return b.String()
}

// buttons words the choices, one row a line, each with the number that presses it.
func buttons(m intake.Message, s styles) string {
	var b strings.Builder
	n := 0
	for _, row := range m.Buttons {
		var cells []string
		for _, button := range row {
			n++
			cells = append(cells, cell(n, numbered(m), button, s))
		}
		b.WriteString("  " + strings.Join(cells, "   ") + "\n")
	}
	return b.String()
}

func cell(n int, numbered bool, button intake.Button, s styles) string {
	label := clean(button.Label)
	if button.Link != "" {
		label += " <" + clean(button.Link) + ">"
	}
	if !numbered {
		return s.in(s.number, "["+label+"]")
	}
	return s.in(s.number, "["+strconv.Itoa(n)+"]") + " " + label
}

// numbered reports whether a message's buttons are chosen by number. Where a number is the answer,
// they are chosen by their words.
func numbered(m intake.Message) bool { return m.Expect != intake.ExpectNumber }

// clean takes out what a terminal would obey: a name must not move the cursor, change colours or
// turn the direction of the text around it. Line breaks stay.
func clean(words string) string {
	words = strings.ToValidUTF8(words, string(unicode.ReplacementChar))
	obeyed := func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || bidi(r))
	}
	if !strings.ContainsFunc(words, obeyed) {
		return words
	}
	return strings.Map(func(r rune) rune {
		if obeyed(r) {
			return unicode.ReplacementChar
		}
		return r
	}, words)
}

// bidi reports whether a rune turns the direction of what follows it (UAX #9, 2.1 to 2.5).
func bidi(r rune) bool {
	return slices.Contains([]rune{0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069}, r)
}
