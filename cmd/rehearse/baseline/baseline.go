// Package baseline measures what claimline's promises cost: how many turns a second it does, beside
// two programs that do the least that loses nothing (folder bare), one through GORM and one through
// pgx alone.
//
// All three are processes of their own, each with a Telegram and a PostgreSQL database of its own, on
// one server. The same number of people talk with each, and everybody answers as quickly as they are
// asked; the Telegrams keep no limits, and claimline is built so that it does not pace itself. The
// machine is shared, so the three take turns in short rounds, and what counts is the ratio within a
// round: its median, and how far it lay apart.
//
// Then the same for claimline against itself: far into an interview and at its beginning, with many
// submissions stored and with few.
package baseline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"claimline/storage/testdb/cluster"
)

// Options say how much is measured.
type Options struct {
	People int           // who talk with a program at once
	Rounds int           // of each program
	For    time.Duration // how long a round takes
	Stored int           // submissions in the store that is full; 0 leaves that comparison out
	// Profile is a file for where claimline's processor time goes during its rounds; "" for none.
	Profile string
}

// Run measures, tells what it does, and returns the figures. It builds the programs into dir and
// leaves what they wrote there. The error tells of a program that did not do the work it claims.
func Run(ctx context.Context, o Options, dir string, out io.Writer) (r *Report, err error) {
	server, err := cluster.Find()
	if err != nil {
		return nil, err
	}
	s := &stage{dir: dir, server: server}
	defer func() { err = errors.Join(err, s.clear(ctx)) }()
	fmt.Fprintln(out, "building")
	if err := s.build(ctx); err != nil {
		return nil, err
	}
	r = &Report{Options: o}
	fmt.Fprintf(out, "%d rounds of %s of each program\n", o.Rounds, o.For)
	if err := s.compare(ctx, r); err != nil {
		return nil, err
	}
	fmt.Fprintln(out, "counting statements")
	if r.Statements, err = s.count(ctx, o.People, o.For); err != nil {
		return nil, err
	}
	fmt.Fprintln(out, "far into an interview")
	if err := s.far(ctx, r); err != nil {
		return nil, err
	}
	if o.Stored == 0 {
		return r, nil
	}
	fmt.Fprintf(out, "filling a store with %d submissions\n", o.Stored)
	return r, s.full(ctx, r)
}

// compare lets the three take turns.
func (s *stage) compare(ctx context.Context, r *Report) error {
	profile := ""
	if r.Profile != "" {
		var err error
		if profile, err = filepath.Abs(r.Profile); err != nil {
			return err
		}
	}
	ours, err := s.claimline(ctx, profile)
	if err != nil {
		return err
	}
	orm, err := s.bare(ctx, "gorm")
	if err != nil {
		return err
	}
	driver, err := s.bare(ctx, "pgx")
	if err != nil {
		return err
	}
	all := []*program{ours, orm, driver}
	crowds := []*crowd{ours.crowd(r.People, interview), orm.crowd(r.People, same), driver.crowd(r.People, same)}
	for n := range r.Rounds {
		var round [3]Rate
		for i := range all {
			i = (i + n) % len(all) // nobody is always the first
			if round[i], err = all[i].round(ctx, crowds[i], r.For); err != nil {
				return err
			}
		}
		r.Rounded = append(r.Rounded, round)
	}
	for i, p := range all {
		if err := p.stop(ctx); err != nil {
			return err
		}
		w, err := p.work(ctx)
		if err == nil {
			err = w.agrees(p.kind, crowds[i])
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.kind, err)
		}
		r.Work[i] = w
	}
	return nil
}

// far compares the same two questions, asked and taken back again and again, of a first child and of
// a seventh.
func (s *stage) far(ctx context.Context, r *Report) error {
	p, err := s.claimline(ctx, "")
	if err != nil {
		return err
	}
	early, late := p.crowd(few(r.People), upTo(1)), p.crowd(few(r.People), upTo(7))
	for _, c := range []*crowd{early, late} {
		if err := c.arrive(ctx); err != nil {
			return err
		}
	}
	for range r.Rounds {
		var pair [2]Rate
		for i, c := range []*crowd{early, late} {
			if pair[i], err = p.round(ctx, c, r.For); err != nil {
				return err
			}
		}
		r.Far = append(r.Far, pair)
	}
	return p.stop(ctx)
}

// full compares a store with many submissions and one with a thousand.
func (s *stage) full(ctx context.Context, r *Report) error {
	var programs [2]*program
	var crowds [2]*crowd
	for i, stored := range []int{thousand, r.Stored} {
		p, err := s.claimline(ctx, "")
		if err != nil {
			return err
		}
		if err := p.fill(ctx, stored); err != nil {
			return err
		}
		programs[i], crowds[i] = p, p.crowd(few(r.People), interview)
	}
	for range r.Rounds {
		var pair [2]Rate
		for i, p := range programs {
			var err error
			if pair[i], err = p.round(ctx, crowds[i], r.For); err != nil {
				return err
			}
		}
		r.Full = append(r.Full, pair)
	}
	return errors.Join(programs[0].stop(ctx), programs[1].stop(ctx))
}

const thousand = 1000

// few are enough to keep claimline busy where nobody counts how many it serves.
func few(people int) int { return min(people, 8) }
