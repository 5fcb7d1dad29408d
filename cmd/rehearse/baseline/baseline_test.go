package baseline

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"claimline/storage/testdb/cluster"
)

// A short comparison: each of the three did the work that it claims. Run itself looks at what is in
// their databases and at their Telegrams, and here it is told of work that was not done.
func TestAShortComparison(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	if _, err := cluster.Find(); err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	r, err := Run(t.Context(), Options{People: 4, Rounds: 1, For: time.Second, Stored: 2 * thousand}, t.TempDir(), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	r.Write(&told)
	t.Logf("\n%s", &told)
	for i, w := range r.Work {
		turns := r.Rounded[0][i].Turns
		if turns < 10 || w.Events != turns || w.Messages < turns/2 || w.Sent < w.Messages || w.Due != 0 {
			t.Errorf("the %d-th did %d turns, and is found to have done %+v", i, turns, w)
		}
		if r.Rounded[0][i].CPU <= 0 {
			t.Errorf("the %d-th took no processor time", i)
		}
	}
	if s := r.Statements; s.Missing == "" && (s.Counted < 5 || s.Counted > 20 || s.Commits < 1) {
		t.Errorf("counted were %+v", s)
	}
	if len(r.Far) != 1 || len(r.Full) != 1 || r.Far[0][1].Turns == 0 || r.Full[0][1].Turns == 0 {
		t.Errorf("claimline was not compared with itself: %+v, %+v", r.Far, r.Full)
	}
	for _, says := range []string{"of GORM's", "at least 0.75", "of pgx's", "at least 0.60", "question 61 to 7", "2000 stored to 1000"} {
		if !strings.Contains(told.String(), says) {
			t.Errorf("the report does not say %q", says)
		}
	}
}

// Work that is not to be found is noticed.
func TestWorkThatWasNotDone(t *testing.T) {
	t.Parallel()
	c := &crowd{}
	c.turns.Store(100)
	c.finished.Store(4)
	for _, o := range []struct {
		kind, wrong string
		work        Work
	}{
		{ours, "", Work{Events: 100, Sent: 180, Submissions: 4, Messages: 95}},
		{ours, "never sent", Work{Events: 100, Sent: 180, Due: 1, Submissions: 4, Messages: 95}},
		{ours, "events", Work{Events: 99, Sent: 180, Submissions: 4, Messages: 95}},
		{ours, "submissions", Work{Events: 100, Sent: 180, Submissions: 3, Messages: 95}},
		{ours, "are marked", Work{Events: 100, Sent: 90, Submissions: 4, Messages: 95}},
		{ours, "fewer messages", Work{Events: 100, Sent: 180, Submissions: 4, Messages: 70}},
		{"bare gorm", "", Work{Events: 100, Sent: 100, Messages: 100}},
		{"bare gorm", "never sent", Work{Events: 100, Sent: 99, Due: 1, Messages: 100}},
		{"bare gorm", "messages came", Work{Events: 100, Sent: 100, Messages: 99}},
		{"bare pgx", "are marked", Work{Events: 100, Sent: 99, Messages: 100}},
	} {
		err := o.work.agrees(o.kind, c)
		if (err == nil) != (o.wrong == "") || err != nil && !strings.Contains(err.Error(), o.wrong) {
			t.Errorf("%+v of %s: %v, want an error with %q", o.work, o.kind, err, o.wrong)
		}
	}
}

// The ratio of a row is the median of its rounds.
func TestSpread(t *testing.T) {
	t.Parallel()
	if got := spreadOf([]float64{3, 1, 2, 10}).String(); got != "2.50 (1.00–10.00)" {
		t.Error(got)
	}
}
