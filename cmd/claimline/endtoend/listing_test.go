package endtoend

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// listing is how the telling of each story went on each surface.
type listing struct {
	mu  sync.Mutex
	how map[string]map[string]string // by story and surface
}

// note keeps how a test that tells a story ends. A story is told in part where a surface does not have
// everything that it needs; its transcript says what that is.
func (l *listing) note(t *testing.T, story, surface string, inPart bool) {
	t.Cleanup(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.how == nil {
			l.how = map[string]map[string]string{}
		}
		if l.how[story] == nil {
			l.how[story] = map[string]string{}
		}
		switch {
		case t.Failed():
			l.how[story][surface] = "FAIL"
		case inPart:
			l.how[story][surface] = "pass, in part"
		default:
			l.how[story][surface] = "pass"
		}
	})
}

// String is the listing as a table, with the sums below.
func (l *listing) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	row := func(first string, cell func(surface string) string) {
		fmt.Fprintf(&b, "\n| %-26s |", first)
		for _, on := range surfaces() {
			fmt.Fprintf(&b, " %-17s |", cell(on.name))
		}
	}
	row("story", func(surface string) string { return surface })
	sums := map[string]int{}
	for _, story := range slices.Sorted(maps.Keys(l.how)) {
		row(story, func(surface string) string {
			how := l.how[story][surface]
			if strings.HasPrefix(how, "pass") {
				sums[surface]++
			}
			return how
		})
	}
	row("pass", func(surface string) string { return fmt.Sprint(sums[surface], " of ", len(l.how)) })
	return b.String()
}
