package main

import (
	"fmt"
	"strings"
	"testing"
)

// An answer is shown from each time that it was asked for: what took it may have happened long after.
func TestTheTrailOfAnAnswer(t *testing.T) {
	t.Parallel()
	c := filled(t)
	e := forged(t, c)
	asks := c.Text("en", "questions.tt.country.ask", "", nil).Plain()
	e.telegram = nil
	for i := range 60 {
		text := fmt.Sprint("message ", i)
		if i == 10 || i == 40 {
			text = asks
		}
		e.telegram = append(e.telegram, tells(float64(i), "100", text), tells(float64(i), "101", "of somebody else"))
	}
	trail := strings.Join(e.since(e.cast[0], "tt.country"), "\n")
	for _, shown := range []string{`"message 11"`, "…", `"message 47"`} {
		if !strings.Contains(trail, shown) {
			t.Errorf("%s is not in the trail:\n%s", shown, trail)
		}
	}
	for _, hidden := range []string{`"message 9"`, `"message 30"`, `"message 48"`, "somebody else"} {
		if strings.Contains(trail, hidden) {
			t.Errorf("%s is in the trail:\n%s", hidden, trail)
		}
	}
}
