package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"claimline/cmd/rehearse/baseline"
)

// comparison is how much --baseline measures.
type comparison struct {
	Rounds  int           `default:"7" help:"With --baseline: how many rounds of each program."`
	Round   time.Duration `default:"4s" help:"With --baseline: how long a round takes."`
	Stored  int           `default:"1000000" help:"With --baseline: submissions in the store that is full; 0 leaves that comparison out."`
	Profile string        `type:"path" placeholder:"FILE" help:"With --baseline: write where the program's processor time goes, for go tool pprof."`
}

// compare plays --baseline. held is whether the goals were reached.
func (c commandLine) compare(ctx context.Context, out io.Writer) (held bool, err error) {
	if c.DB != "postgres" {
		return false, errors.New("--baseline is measured on PostgreSQL: add --db postgres")
	}
	dir, err := os.MkdirTemp("", "claimline-baseline-")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, c.leave(dir, out)) }()
	o := baseline.Options{People: c.People, Rounds: c.Rounds, For: c.Round, Stored: c.Stored, Profile: c.Profile}
	r, err := baseline.Run(ctx, o, dir, out)
	if err != nil {
		return false, err
	}
	fmt.Fprintln(out, time.Now().UTC().Format(time.DateTime)+",", machine())
	r.Write(out)
	return r.Reached(), nil
}
