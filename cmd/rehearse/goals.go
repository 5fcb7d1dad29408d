package main

import (
	"fmt"
	"io"
	"strings"
)

// The names of the figures that rows add up to.
const (
	turnsOfGORM    = "turns a second of a bare program's through GORM"
	turnsOfPgx     = "turns a second of a bare program's through pgx"
	cpuFar         = "processor time at question 61 of that at 7"
	cpuFull        = "processor time with a full store of that with an empty one"
	images         = "images after a power failure"
	imagesBroken   = "promises broken by a power failure"
	crashes        = "crashes of PostgreSQL and lost answers to COMMIT"
	crashesBroken  = "promises broken by crashes"
	bugsCaught     = "historic bugs caught"
	bugsMissed     = "historic bugs not caught"
	killsBroken    = "promises broken under kills"
	killsReady     = "ready again p99 ms"
	crowdPeople    = "parents in one run"
	crowdBroken    = "promises broken in the crowd"
	crowdMemory    = "memory of the crowd MB"
	deliveredShare = "delivered of what the limits allow"
	inPenalty      = "calls within a penalty"
	beyondPacing   = "reply p99 beyond the pacing ms"
	outages        = "Discord outages"
	outagesBroken  = "promises broken by outages"
	fuzzInputs     = "fuzz inputs"
	fuzzFailed     = "fuzz targets that failed"
)

func killsOf(db string) string { return "kills on " + db }

// goal is one thing to reach, by the figures of all rows.
type goal struct {
	what  string
	reach string // in words
	parts []part // all have to be reached
}

// part is one number of a goal.
type part struct {
	figure string
	gather func(sofar, one float64) float64
	enough func(float64) bool
	shown  string // how the number is written
}

func sum(a, b float64) float64   { return a + b }
func worst(a, b float64) float64 { return max(a, b) }
func least(a, b float64) float64 { return min(a, b) }

func atLeast(n float64) func(float64) bool { return func(x float64) bool { return x >= n } }
func atMost(n float64) func(float64) bool  { return func(x float64) bool { return x <= n } }

// goals are what the rows of the table are played for.
func goals() []goal {
	none := func(figure string) part { return part{figure, sum, atMost(0), "%.0f broken promises"} }
	return []goal{
		{"turns a second beside a bare program in the same run, on PostgreSQL: through GORM; through pgx alone", "at least 0.75; at least 0.6", []part{
			{turnsOfGORM, least, atLeast(0.75), "%.2f of GORM"}, {turnsOfPgx, least, atLeast(0.6), "%.2f of pgx"}}},
		{"processor time a turn, question 61 against 7; with 1,000,000 submissions stored against 1,000", "at most 1.5; at most 1.2", []part{
			{cpuFar, worst, atMost(1.5), "%.2f"}, {cpuFull, worst, atMost(1.2), "%.2f"}}},
		{"images of what a power failure leaves", "100,000: nothing lost that was acknowledged", []part{
			{images, sum, atLeast(100_000), "%.0f"}, none(imagesBroken)}},
		{"crashes of PostgreSQL and lost answers to COMMIT", "500: 0 lost, 0 double", []part{
			{crashes, sum, atLeast(500), "%.0f"}, none(crashesBroken)}},
		{"historic bugs planted", "all that apply are caught", []part{
			{bugsCaught, worst, atLeast(1), "%.0f caught"}, {bugsMissed, worst, atMost(0), "%.0f not"}}},
		{"SIGKILLs at random moments, half SQLite, half PostgreSQL", "2,000: 0 lost, 0 double, ready again within 2 s (p99)", []part{
			{killsOf("sqlite"), sum, atLeast(1000), "%.0f on SQLite"}, {killsOf("postgres"), sum, atLeast(1000), "%.0f on PostgreSQL"},
			none(killsBroken), {killsReady, worst, atMost(2000), "ready p99 %.0f ms in the worst row"}}},
		{"parents, a whole interview each, both platforms, limits lifted", "10,000 in one run: 0 lost, 0 double; memory under 150 MB", []part{
			{crowdPeople, worst, atLeast(10_000), "%.0f"}, none(crowdBroken), {crowdMemory, worst, atMost(150), "%.0f MB"}}},
		{"messages delivered of those the limits allow, 10,000 waiting; calls within a penalty", "at least 97 %; 0", []part{
			{deliveredShare, least, atLeast(0.97), "%.3f"}, {inPenalty, sum, atMost(0), "%.0f calls"}}},
		{"reply p99 at 30 sends a second, in bursts of 100, PostgreSQL", "under 50 ms beyond the pacing", []part{
			{beyondPacing, worst, atMost(50), "%.0f ms"}}},
		{"Discord outages of 1 s to 1 h", "500: every message once and in order, everybody told", []part{
			{outages, sum, atLeast(500), "%.0f"}, none(outagesBroken)}},
		{"fuzz inputs over all targets", "50,000,000: no panic, no hang", []part{
			{fuzzInputs, sum, atLeast(50e6), "%.0f"}, {fuzzFailed, sum, atMost(0), "%.0f targets failed"}}},
	}
}

// writeGoals writes every goal beside what the results come to.
func writeGoals(out io.Writer, results map[string]result) {
	fmt.Fprintln(out, "\n| what | to reach | reached |\n|---|---|---|")
	for _, g := range goals() {
		figure, reached := g.against(results)
		verdict := "yes"
		if !reached {
			verdict = "no"
		}
		fmt.Fprintf(out, "| %s | %s | %s: %s |\n", g.what, g.reach, verdict, figure)
	}
}

// against holds a goal to the results.
func (g goal) against(results map[string]result) (figure string, reached bool) {
	var said []string
	reached = true
	for _, p := range g.parts {
		total, measured := 0.0, false
		for _, r := range results {
			one, ok := r.Figures[p.figure]
			switch {
			case ok && !measured:
				total, measured = one, true
			case ok:
				total = p.gather(total, one)
			}
		}
		if !measured {
			reached = false
			continue
		}
		reached = reached && p.enough(total)
		said = append(said, fmt.Sprintf(p.shown, total))
	}
	if said == nil {
		return "not measured", false
	}
	return strings.Join(said, ", "), reached
}
