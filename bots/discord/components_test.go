package discord

import (
	"fmt"
	"strings"
	"testing"

	"claimline/intake"
)

var own = labels{answer: "answer", choose: "choose"}

func buttons(n int, of func(i int) intake.Button) (row []intake.Button) {
	for i := range n {
		row = append(row, of(i))
	}
	return row
}

func choice(i int) intake.Button {
	return intake.Button{Label: fmt.Sprint("c", i), Token: fmt.Sprintf("1.pick:%d.mac", i)}
}

func box(i int) intake.Button {
	return intake.Button{Label: fmt.Sprint("☐ b", i), Token: fmt.Sprintf("1.on:%d.mac", i), Box: fmt.Sprint(i)}
}

func each(buttons []intake.Button) (rows [][]intake.Button) {
	for _, b := range buttons {
		rows = append(rows, []intake.Button{b})
	}
	return rows
}

// drawn is a layout as text: a row a line, a menu in braces.
func drawn(rows []component) string {
	var lines []string
	for _, row := range rows {
		var keys []string
		for _, c := range row.Components {
			switch c.Type {
			case typeSelect:
				keys = append(keys, fmt.Sprintf("{%s: %d}", c.Placeholder, len(c.Options)))
			default:
				keys = append(keys, c.Label)
			}
		}
		lines = append(lines, strings.Join(keys, " "))
	}
	return strings.Join(lines, "\n")
}

var service = []intake.Button{{Label: "Back", Token: "back"}, {Label: "SOS", Token: intake.ActionDanger}}

func TestHowButtonsAreLaidOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		label string
		m     intake.Message
		want  string
	}{
		{"none", intake.Message{}, ""},
		{"one row is no service row", intake.Message{Buttons: [][]intake.Button{{choice(0)}}}, "c0"},
		{"as it is", intake.Message{Buttons: append(each(buttons(3, choice)), service)}, "c0\nc1\nc2\nBack SOS"},
		{"too many rows", intake.Message{Buttons: append(each(buttons(6, choice)), service)}, "c0 c1 c2 c3 c4\nc5\nBack SOS"},
		{"too long a row", intake.Message{Buttons: [][]intake.Button{buttons(7, choice), service}}, "c0 c1 c2 c3 c4\nc5 c6\nBack SOS"},
		{"many choices", intake.Message{Buttons: append(each(buttons(9, choice)), service)}, "{choose: 9}\nBack SOS"},
		{"very many", intake.Message{Buttons: append(each(buttons(60, choice)), service)}, "{choose: 25}\n{choose: 25}\n{choose: 10}\nBack SOS"},
		{"boxes stay buttons", intake.Message{Buttons: append(each(append(buttons(12, box), intake.Button{Label: "Done", Token: "done"})), service)},
			"☐ b0 ☐ b1 ☐ b2 ☐ b3 ☐ b4\n☐ b5 ☐ b6 ☐ b7 ☐ b8 ☐ b9\n☐ b10 ☐ b11 Done\nBack SOS"},
		{"too many boxes", intake.Message{Buttons: append(each(buttons(24, box)), service)}, "{choose: 24}\nBack SOS"},
		{"a link beside many", intake.Message{Buttons: append(each(append(buttons(9, choice), intake.Button{Label: "Page", Link: "https://example.com"})), service)},
			"Page\n{choose: 9}\nBack SOS"},
		{"a form", intake.Message{Form: "f", Expect: intake.ExpectText, Buttons: [][]intake.Button{{choice(0)}, service}}, "c0\n✎ answer\nBack SOS"},
		{"a form with a hint", intake.Message{Form: "f", Expect: intake.ExpectNumber, Hint: "2012", Buttons: [][]intake.Button{{choice(0)}, service}}, "c0\n✎ 2012\nBack SOS"},
		{"a form and many", intake.Message{Form: "f", Expect: intake.ExpectText, Buttons: append(each(buttons(8, choice)), service)},
			"c0 c1 c2 c3 c4\nc5 c6 c7\n✎ answer\nBack SOS"},
		{"nothing to write", intake.Message{Form: "f", Expect: intake.ExpectPress, Buttons: [][]intake.Button{{choice(0)}, service}}, "c0\nBack SOS"},
	} {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			rows := components(c.m, own)
			if got := drawn(rows); got != c.want {
				t.Errorf("\n%s\nwant\n%s", got, c.want)
			}
			checkRows(t, rows)
		})
	}
}

// checkRows holds a layout against Discord's limits.
func checkRows(t *testing.T, rows []component) {
	t.Helper()
	seen := map[string]bool{}
	if len(rows) > mostRows {
		t.Errorf("%d rows", len(rows))
	}
	for _, row := range rows {
		if n := len(row.Components); n < 1 || n > mostInRow {
			t.Errorf("a row of %d", n)
		}
		for _, c := range row.Components {
			if c.Style == styleLink {
				continue
			}
			if seen[c.CustomID] || c.CustomID == "" || length(c.CustomID) > mostID {
				t.Errorf("the id %q", c.CustomID)
			}
			seen[c.CustomID] = true
			values := map[string]bool{}
			for _, o := range c.Options {
				if values[o.Value] || o.Value == "" || length(o.Value) > mostOption || o.Label == "" || length(o.Label) > mostOption {
					t.Errorf("the option %+v", o)
				}
				values[o.Value] = true
			}
		}
	}
}

func TestEqualTokensInOneMessageCanBeToldApart(t *testing.T) {
	t.Parallel()
	same := func(int) intake.Button { return intake.Button{Label: "x", Token: "1.same.mac"} }
	for _, n := range []int{2, 30} {
		rows := components(intake.Message{Buttons: [][]intake.Button{buttons(n, same), service}}, own)
		checkRows(t, rows)
		for _, row := range rows[:len(rows)-1] {
			for _, c := range row.Components {
				for _, o := range c.Options {
					if got := unnumbered(o.Value); got != "1.same.mac" {
						t.Errorf("an option brings %q", got)
					}
				}
				if c.Type == typeButton && unnumbered(c.CustomID) != "1.same.mac" {
					t.Errorf("a button brings %q", c.CustomID)
				}
			}
		}
	}
}
