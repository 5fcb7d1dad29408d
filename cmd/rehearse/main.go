// Command rehearse plays a whole campaign against the real program and says what was lost, doubled,
// late or leaked: nothing, or exactly what.
//
// It builds claimline and starts it as a process of its own (stage.go, process.go) against a Telegram
// and a Discord on the loopback interface, on SQLite or PostgreSQL. Invented parents (package people)
// register their claims, as many at once as are asked for, while faults strike (faults.go): the
// process is killed, the network cut, the database stopped. When everybody is done the process is
// killed once more, and a checker (check.go) that knows nothing of the program looks at what is left:
// what the platforms saw, what each parent really said, the register, and every file that was written.
// A report (report.go) gives the figures and the verdict.
//
// Everything that is drawn at random comes from the seed. The same seed makes the same parents say
// the same things and the same faults strike in the same order; at which moment of the program they
// strike depends on the machine.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"claimline/cmd/rehearse/people"
)

// row is one rehearsal: everything that makes it what it is.
type row struct {
	DB         string        `default:"sqlite" enum:"sqlite,postgres" help:"On which database: sqlite or postgres. TEST_DATABASE_URL names a server; without it one is started."`
	People     int           `default:"50" help:"How many parents talk at once."`
	Discord    int           `default:"20" help:"How many of a hundred are on Discord and the private page; the others are on Telegram."`
	Cast       people.Cast   `placeholder:"KIND=N,..." help:"Who there is beside parents who go straight through: of a hundred parents so many ${parents}; by the head ${team}; or mixed."`
	Seed       uint64        `default:"1" help:"What everything random is drawn from."`
	Faults     []string      `placeholder:"NAME,..." help:"Which faults strike: ${faults}."`
	Chaos      bool          `help:"All faults."`
	Every      time.Duration `default:"3s" help:"How long it takes on average until the next fault strikes."`
	Limit      time.Duration `default:"30m" help:"When whoever is not done by then counts as lost."`
	PowerLoss  int           `placeholder:"N" help:"Record what is written, and look at N images of what would be left had the power failed. SQLite only; needs strace."`
	long       `embed:""`
	comparison `embed:""`
}

// name says what the row is, as one would type it.
func (r row) name() string {
	name := fmt.Sprintf("--db %s --people %d --discord %d --seed %d", r.DB, r.People, r.Discord, r.Seed)
	if len(r.Cast) > 0 {
		name += " --cast " + r.Cast.String()
	}
	switch {
	case r.Chaos:
		name += fmt.Sprintf(" --chaos --every %s", r.Every)
	case len(r.Faults) > 0:
		name += fmt.Sprintf(" --faults %s --every %s", strings.Join(r.Faults, ","), r.Every)
	}
	if r.PowerLoss > 0 {
		name += fmt.Sprintf(" --power-loss %d", r.PowerLoss)
	}
	return name + r.options()
}

type commandLine struct {
	row     `embed:""`
	Table   bool     `help:"Play the rows of the table, one after the other, in place of one row."`
	Planted []string `placeholder:"NAME,..." help:"Plant historic bugs, one at a time, and say which are caught: names, or all."`
	Results string   `type:"path" placeholder:"FILE" help:"Add each row's result to this file, a line of JSON each. A row whose result stands in it already is not played again."`
	Compare bool     `name:"baseline" help:"The same as --play baseline."`
	Keep    bool     `help:"Leave what the program wrote where it is, and say where."`
}

// table are the rows that are played over night.
func table(seed uint64) []row {
	var rows []row
	for _, db := range []string{"sqlite", "postgres"} {
		calm := row{DB: db, People: 100, Discord: 20, Seed: seed, Every: 3 * time.Second, Limit: time.Hour}
		killed, chaos := calm, calm
		killed.Faults, chaos.Chaos = []string{"kill"}, true
		rows = append(rows, calm, killed, chaos)
	}
	return append(rows, nightly(seed)...)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commandLine
	kong.Parse(&c, kong.Name("rehearse"), kong.Description("Plays a whole campaign against the real program, with people and faults, and says what was lost."), helped())
	held, err := c.play(ctx, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "rehearse:", err)
	}
	if err != nil || !held {
		stop()
		os.Exit(1)
	}
}

// play plays what the command line asks for. held is whether every promise was kept.
func (c commandLine) play(ctx context.Context, out io.Writer) (held bool, err error) {
	if c.Compare {
		c.Play = "baseline"
	}
	rows := []row{c.row}
	if c.Table {
		rows = table(c.Seed)
	}
	done, err := readResults(c.Results)
	if err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp("", "claimline-rehearse-")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, c.leave(dir, out)) }()
	if c.Planted != nil {
		caught, of, err := plant(ctx, c.Planted, dir, out)
		return caught == of, err
	}
	program := "" // built when it is needed
	held = true
	for _, r := range rows {
		if past, ok := done[r.name()]; ok {
			fmt.Fprintf(out, "%s: played already, %s\n", r.name(), past.verdict())
			held = held && past.Held
			continue
		}
		if program == "" && r.program() {
			if program, err = build(ctx, dir); err != nil {
				return false, err
			}
		}
		result, err := r.play(ctx, program, dir, out)
		if err != nil {
			return false, fmt.Errorf("%s: %w", r.name(), err)
		}
		result.write(out)
		held, done[result.Row] = held && result.Held, result
		if err := result.add(c.Results); err != nil {
			return false, err
		}
	}
	if c.Table {
		writeGoals(out, done)
	}
	return held, nil
}

func (c commandLine) leave(dir string, out io.Writer) error {
	if c.Keep {
		_, err := fmt.Fprintln(out, "What was written is in", dir)
		return err
	}
	return os.RemoveAll(dir)
}

// helped are the names that a row's help mentions.
func helped() kong.Vars {
	return kong.Vars{"faults": strings.Join(names(faults()), ", "), "parents": people.ParentKinds(), "team": people.TeamKinds()}
}
