package baseline

import (
	"fmt"
	"io"
	"slices"
)

// The goals.
const (
	ofGORM = 0.75 // of the turns a second through GORM, at least
	ofPgx  = 0.6  // likewise through pgx
	atFar  = 1.5  // times the processor time of an early question, at most
	atFull = 1.2  // times that in a store with a thousand submissions, at most
)

// Report is what was measured.
type Report struct {
	Options
	Rounded    [][3]Rate `json:"rounds"` // claimline, bare through GORM, bare through pgx
	Work       [3]Work   `json:"work"`
	Statements Statements
	Far        [][2]Rate // at question 7 and at question 61
	Full       [][2]Rate // with a thousand and with Stored submissions
}

// Spread is a figure that was taken once a round.
type Spread struct{ Median, Least, Most float64 }

func spreadOf(all []float64) Spread {
	if len(all) == 0 {
		return Spread{}
	}
	slices.Sort(all)
	n := len(all)
	return Spread{(all[(n-1)/2] + all[n/2]) / 2, all[0], all[n-1]}
}

func (s Spread) String() string { return fmt.Sprintf("%.2f (%.2f–%.2f)", s.Median, s.Least, s.Most) }

// Ratios are claimline's turns a second of those through GORM, and through pgx, round by round.
func (r *Report) Ratios() (gorm, pgx Spread) {
	return r.rounds(func(round [3]Rate) float64 { return round[0].perSecond() / round[1].perSecond() }),
		r.rounds(func(round [3]Rate) float64 { return round[0].perSecond() / round[2].perSecond() })
}

func (r *Report) rounds(figure func([3]Rate) float64) Spread {
	var all []float64
	for _, round := range r.Rounded {
		all = append(all, figure(round))
	}
	return spreadOf(all)
}

// times compares the second of each pair to the first: claimline's own processor time for a turn, and
// that with its database's.
func times(pairs [][2]Rate) (program, both Spread) {
	var alone, together []float64
	for _, p := range pairs {
		alone = append(alone, p[1].CPU/p[0].CPU)
		together = append(together, (p[1].CPU+p[1].Database)/(p[0].CPU+p[0].Database))
	}
	return spreadOf(alone), spreadOf(together)
}

// Write writes the report. Every figure of several rounds is the median, with the least and the most.
func (r *Report) Write(out io.Writer) {
	fmt.Fprintf(out, "turns a second on PostgreSQL, %d people at once, %d rounds of %s each; then milliseconds of processor a turn: program, database, the people and their Telegram\n",
		r.People, len(r.Rounded), r.For)
	for i, kind := range []string{ours, "bare through GORM", "bare through pgx"} {
		fmt.Fprintf(out, "  %-20s %-26s %-18s %-18s %s\n", kind,
			r.rounds(func(round [3]Rate) float64 { return round[i].perSecond() }),
			r.rounds(func(round [3]Rate) float64 { return round[i].CPU }),
			r.rounds(func(round [3]Rate) float64 { return round[i].Database }),
			r.rounds(func(round [3]Rate) float64 { return round[i].People }))
	}
	gorm, pgx := r.Ratios()
	row(out, "of GORM's", gorm, gorm.Median >= ofGORM, "at least", ofGORM)
	row(out, "of pgx's", pgx, pgx.Median >= ofPgx, "at least", ofPgx)
	r.Statements.write(out)
	compared(out, "question 61 to 7", r.Far, atFar)
	compared(out, fmt.Sprintf("%d stored to %d", r.Stored, thousand), r.Full, atFull)
}

func row(out io.Writer, what string, s Spread, reached bool, bound string, goal float64) {
	verdict := "reached"
	if !reached {
		verdict = "NOT REACHED"
	}
	fmt.Fprintf(out, "  %-28s %-20s %s %.2f: %s\n", what, s, bound, goal, verdict)
}

func compared(out io.Writer, what string, pairs [][2]Rate, goal float64) {
	if len(pairs) == 0 {
		return
	}
	program, both := times(pairs)
	row(out, "CPU a turn, "+what, program, program.Median <= goal, "at most", goal)
	row(out, "  with the database's", both, both.Median <= goal, "at most", goal)
}

func (st Statements) write(out io.Writer) {
	if st.Missing != "" {
		fmt.Fprintf(out, "  statements a turn were not counted: %s\n", st.Missing)
		return
	}
	fmt.Fprintf(out, "  statements a turn %.2f, commits %.2f, calls to the Telegram %.2f (%d turns, whole interviews)\n", st.Counted, st.Commits, st.Telegrams, st.Turns)
	for _, s := range st.Dearest {
		fmt.Fprintf(out, "    %5.2f times, %.3f ms: %s\n", s.Calls, s.Time, s.Text)
	}
}

// Times are how often the processor time of a turn far into an interview is that of one at its beginning,
// and with a full store that with an empty one: the program's alone.
func (r *Report) Times() (far, full Spread) {
	far, _ = times(r.Far)
	full, _ = times(r.Full)
	return far, full
}

// Reached reports whether every goal was reached that was measured.
func (r *Report) Reached() bool {
	gorm, pgx := r.Ratios()
	far, full := r.Times()
	return gorm.Median >= ofGORM && pgx.Median >= ofPgx && far.Median <= atFar && full.Median <= atFull
}
