package review_test

import (
	"fmt"
	"testing"
	"time"

	"claimline/intake"
)

// A raid is one case, and two presses settle all of it.
func TestARaid(t *testing.T) {
	if testing.Short() {
		t.Skip("fifty interviews")
	}
	onBoth(t, func(t *testing.T, w *world) {
		w.wink = time.Second
		var families []*human
		for i := range 25 {
			families = append(families, w.at(intake.Account(fmt.Sprintf("telegram:%d", 1+i))).lives("one-child"))
		}
		n, err := w.desk.Gather(t.Context(), "tiktok")
		if err != nil || n != 25 {
			t.Fatalf("gathered %d, %v", n, err)
		}
		w.wink = 7 * time.Second
		families[0].Say("/delete")
		families[0].Press("Yes, erase everything", false)
		jan := w.joins("telegram:900", "Jan", intake.Moderator)
		jan.Say("/next")
		for i := 0; ; i++ { // cases that were there before the burst was seen come first
			if _, ok := find(jan.card, "⏸ Hold all 24"); ok {
				break
			}
			if i == 30 {
				t.Fatalf("no card shows the burst:\n%s", jan.card.Text.Plain())
			}
			jan.tap("⏭ Skip")
		}
		jan.sees("24 submissions", "the same child 24 times").tap("⏸ Hold all 24").sees("24 held")
		for _, f := range families[1:] {
			if s := f.file().Submission; s.Status != intake.Held {
				t.Fatalf("after holding all one is %s", s.Status)
			}
		}
		w.pass(15 * 24 * time.Hour)
		jan.Say("/next")
		for i := 0; i < 30; i++ {
			if _, ok := find(jan.card, "✅ Not a raid"); ok {
				break
			}
			jan.tap("⏭ Skip")
		}
		jan.tap("✅ Not a raid").sees("24 released")
	})
}
