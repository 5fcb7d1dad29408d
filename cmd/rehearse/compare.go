package main

import (
	"context"
	"errors"
	"io"
	"time"

	"claimline/cmd/rehearse/baseline"
)

// comparison is how much --play baseline measures.
type comparison struct {
	Rounds  int           `default:"7" help:"With --baseline: how many rounds of each program."`
	Round   time.Duration `default:"4s" help:"With --baseline: how long a round takes."`
	Stored  int           `default:"1000000" help:"With --baseline: submissions in the store that is full; 0 leaves that comparison out."`
	Profile string        `type:"path" placeholder:"FILE" help:"With --baseline: write where the program's processor time goes, for go tool pprof."`
}

// compare plays --play baseline. What it comes to is what was not reached.
func (r row) compare(ctx context.Context, dir string, out io.Writer) (result, error) {
	if r.DB != "postgres" {
		return result{}, errors.New("a baseline is measured on PostgreSQL: add --db postgres")
	}
	o := baseline.Options{People: r.People, Rounds: r.Rounds, For: r.Round, Stored: r.Stored, Profile: r.Profile}
	began := time.Now()
	report, err := baseline.Run(ctx, o, dir, out)
	if err != nil {
		return result{}, err
	}
	report.Write(out)
	gorm, pgx := report.Ratios()
	far, full := report.Times()
	figures := map[string]float64{turnsOfGORM: gorm.Median, turnsOfPgx: pgx.Median, cpuFar: far.Median}
	if r.Stored > 0 {
		figures[cpuFull] = full.Median
	}
	if !report.Reached() {
		return r.measured(began, figures, failed("not every goal of the baseline was reached")), nil
	}
	return r.measured(began, figures), nil
}

// catch plays --play planted: every bug that can be planted.
func (r row) catch(ctx context.Context, dir string, out io.Writer) (result, error) {
	began := time.Now()
	caught, of, err := plant(ctx, []string{"all"}, dir, out)
	if err != nil {
		return result{}, err
	}
	figures := map[string]float64{bugsCaught: float64(caught), bugsMissed: float64(of - caught)}
	if caught < of {
		return r.measured(began, figures, failed("%d of %d bugs were not caught", of-caught, of)), nil
	}
	return r.measured(began, figures), nil
}
