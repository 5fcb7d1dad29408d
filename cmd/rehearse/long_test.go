package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/bots/fakes/telegram"
)

// sends are messages that went out, each to a chat of its own, so long after noon.
func sends(at ...time.Duration) (all []telegram.Entry) {
	for i, d := range at {
		all = append(all, telegram.Entry{Method: "sendMessage", Done: true, Status: 200, At: noon.Add(d), Params: map[string]string{"chat_id": fmt.Sprint(i + 1)}})
	}
	return all
}

// Of a hundred things said at once thirty can be answered at once, thirty after a second, and so on:
// only what comes later than that is later than the limits allow.
func TestWhatTheLimitsAllowIsNobodysDelay(t *testing.T) {
	t.Parallel()
	var e evidence
	for i := range 100 {
		e.telegram = append(e.telegram, telegram.Entry{Act: "press", Chat: int64(i + 1), At: noon})
	}
	var at []time.Duration
	for i := range 100 {
		at = append(at, time.Duration(i/30)*time.Second+20*time.Millisecond)
	}
	e.telegram = append(e.telegram, sends(at...)...)
	all := e.beyondPacing(telegram.PublishedRates())
	if s := spreadOf(all); s.N != 100 || s.P50 != 20 || s.Max != 20 {
		t.Errorf("got %s, want 20 ms each", s)
	}
}

func TestWhichPartOfTheLimitsIsUsed(t *testing.T) {
	t.Parallel()
	var at []time.Duration
	for i := range 300 {
		at = append(at, time.Duration(i)*time.Second/15)
	}
	e := evidence{telegram: sends(at...)}
	if got := allowed(e.telegramCalls(), 30); math.Abs(got-0.478) > 0.001 { // 300 of the 628 that fit into 19.9 s and the second that the last is in
		t.Errorf("%.3f of the limit was used", got)
	}
}

// A 429 closes one chat, or with no chat in the call all; what was on its way is not held against anybody.
func TestCallsWithinAPenaltyAreCounted(t *testing.T) {
	t.Parallel()
	refused := func(chat string) telegram.Entry {
		return telegram.Entry{Method: "sendMessage", Status: 429, At: noon, Params: map[string]string{"chat_id": chat}, Reply: []byte(`{"parameters":{"retry_after":2}}`)}
	}
	for _, c := range []struct {
		label  string
		closed string
		at     time.Duration
		want   int
	}{
		{"the same chat, too soon", "1", time.Second, 1},
		{"the same chat, in time", "1", 2 * time.Second, 0},
		{"on its way", "1", 50 * time.Millisecond, 0},
		{"another chat", "2", time.Second, 0},
		{"all chats", "", time.Second, 1},
	} {
		e := evidence{telegram: append([]telegram.Entry{refused(c.closed)}, sends(c.at)...)}
		if got := tooSoon(e.telegramCalls()); got != c.want {
			t.Errorf("%s: %d calls within the penalty, want %d", c.label, got, c.want)
		}
	}
}

func TestGoalsAreHeldAgainstWhatAllRowsComeTo(t *testing.T) {
	t.Parallel()
	results := map[string]result{}
	add := func(figures map[string]float64) { results[fmt.Sprint(len(results))] = result{Figures: figures} }
	for range 10 {
		add(map[string]float64{killsOf("sqlite"): 100, killsBroken: 0, killsReady: 900})
		add(map[string]float64{killsOf("postgres"): 100, killsBroken: 0, killsReady: 1900})
	}
	kills := goals()[slices.IndexFunc(goals(), func(g goal) bool { return strings.HasPrefix(g.what, "SIGKILLs") })]
	if said, reached := kills.against(results); !reached || said != "1000 on SQLite, 1000 on PostgreSQL, 0 broken promises, ready p99 1900 ms in the worst row" {
		t.Errorf("reached is %t: %s", reached, said)
	}
	add(map[string]float64{killsOf("sqlite"): 1, killsBroken: 1, killsReady: 100})
	if said, reached := kills.against(results); reached {
		t.Errorf("a broken promise was passed over: %s", said)
	}
	var out strings.Builder
	writeGoals(&out, results)
	if !strings.Contains(out.String(), "no: 1001 on SQLite") || strings.Count(out.String(), "not measured") != len(goals())-1 {
		t.Errorf("got %s", &out)
	}
}

// Every row of a night has a name of its own: under it the night goes on where it was cut short.
func TestRowsOfANightAreToldApart(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range table(1) {
		if seen[r.name()] {
			t.Errorf("%s is played twice", r.name())
		}
		seen[r.name()] = true
	}
}

func TestWhatIsSeenAfterAnOutage(t *testing.T) {
	t.Parallel()
	const must = "↓ []\n**Country** ▸ France []\nthe page"
	for saw, want := range map[string]bool{must: true, "↓ []\nthe page": true, "↓ []\n**Country** ▸ Germany []\nthe page": false, "↓ []": false, must + "\nthe page": false} {
		if got := sameTalk(saw, must); got != want {
			t.Errorf("%q passes: %t", saw, got)
		}
	}
	if sameTalk("the page", "**Country** ▸ France []\nthe page") {
		t.Error("an answer that was lost passes")
	}
}

func TestEveryFuzzTargetIsFound(t *testing.T) {
	t.Parallel()
	root, err := moduleRoot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, err := targets(root)
	if err != nil || len(all) < 30 {
		t.Errorf("%d targets, error %v", len(all), err)
	}
}

// Each row counts for the goal that it is played for and for no other.
func TestWhichGoalARowCountsFor(t *testing.T) {
	t.Parallel()
	struck := map[string]int{"kill": 7, "commit-lost": 2, "postgres-stop": 3, "start again": 1}
	for _, c := range []struct {
		label string
		row   row
		want  map[string]float64
	}{
		{"nothing strikes", row{DB: "sqlite"}, map[string]float64{}},
		{"kills", row{DB: "sqlite", Faults: []string{"kill"}}, map[string]float64{killsOf("sqlite"): 7, killsBroken: 1, killsReady: 5}},
		{"kills and more", row{DB: "sqlite", Faults: []string{"kill", "away"}}, map[string]float64{}},
		{"the database", row{DB: "postgres", Faults: []string{"postgres-stop", "commit-lost"}}, map[string]float64{crashes: 5, crashesBroken: 1}},
		{"everything", row{DB: "postgres", Chaos: true}, map[string]float64{}},
		{"a crowd", row{DB: "postgres", long: long{Unpaced: true}}, map[string]float64{crowdPeople: 40, crowdBroken: 1, crowdMemory: 60}},
		{"an outage is counted elsewhere", row{DB: "sqlite", long: long{Unpaced: true, Play: "outages"}}, map[string]float64{}},
	} {
		res := result{Faults: struck, Failed: []failure{{What: "one"}}, Ready: spread{P99: 5}, Submitted: 40, Memory: 60}
		if got := c.row.figures(res); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.label, got, c.want)
		}
	}
}
