package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"claimline/bots"
	"claimline/intake"
)

// Only what is the update's own fault counts against it: no end of the program and no store that is
// down gives up anything, however often.
func TestOnlyAnUpdatesOwnFailuresCount(t *testing.T) {
	t.Parallel()
	panicked, refused := fmt.Errorf("7: %w", bots.ErrPanicked), errors.New("refused")
	for _, c := range []struct {
		label  string
		err    error
		others bool // were stored
		after  int  // failures until it is given up; 0 for never
	}{
		{"it panics", panicked, false, 2},
		{"it panics while others are stored", panicked, true, 2},
		{"it is refused while others are stored", refused, true, 6},
		{"everything is refused", refused, false, 0},
		{"its connection to the store breaks", fmt.Errorf("handle: %w", intake.ErrAway), true, 0},
		{"the program ends", fmt.Errorf("handle: %w", context.Canceled), true, 0},
	} {
		p := &poller{Bot: &Bot{faults: bots.NewRecent[string, int](faultsKept)}}
		u := incoming{raw: json.RawMessage(private(`"text":"ja"`)), outcome: c.err}
		given := 0
		for n := 1; n <= 100 && given == 0; n++ {
			if p.hopeless(u, c.others) {
				given = n
			}
		}
		if given != c.after {
			t.Errorf("%s: given up after %d failures, want %d", c.label, given, c.after)
		}
		if next := (&poller{Bot: &Bot{faults: bots.NewRecent[string, int](faultsKept)}}); next.hopeless(incoming{raw: u.raw, outcome: panicked}, true) {
			t.Errorf("%s: the next process goes on counting", c.label)
		}
	}
}
