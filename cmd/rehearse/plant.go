package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/sync/errgroup"

	"claimline/cmd/rehearse/planted"
)

// Planted bugs wait for platforms' limits most of the time, so some are played side by side, but those
// that stop the one PostgreSQL. A program that is broken loses people, who need not be waited for as long
// as others.
const (
	plantedAtOnce = 5
	plantedLimit  = "5m"
)

// fate is what became of a planted bug.
type fate struct {
	planted.Bug
	caught bool
	byRow  bool   // by a row, else by a test
	by     string // the promise that was not kept or the test that failed; where not caught, what was seen
	took   time.Duration
}

// plant plants bugs, all or some by name, one at a time in a program of its own, and tells how many of
// how many were caught. Rows that must not hold with a bug must hold without: they are played first.
func plant(ctx context.Context, names []string, dir string, out io.Writer) (caught, of int, err error) {
	bugs, err := chosenBugs(names)
	if err != nil {
		return 0, 0, err
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return 0, 0, err
	}
	var all errgroup.Group
	all.SetLimit(plantedAtOnce)
	var server sync.Mutex
	without, err := withoutBugs(ctx, bugs, dir, out, &all, &server)
	if err != nil {
		return 0, 0, err
	}
	fates := make([]fate, len(bugs))
	for i, b := range bugs {
		all.Go(func() (err error) {
			if fates[i], err = try(ctx, b, root, dir, &server); err != nil && ctx.Err() == nil {
				fates[i], err = fate{Bug: b, by: err.Error()}, nil // the others go on
			}
			fmt.Fprintln(out, fates[i])
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return 0, 0, err
	}
	for i, f := range fates {
		failed, ok := without.Load(f.Name)
		if !ok || !f.byRow {
			continue
		}
		fates[i] = fate{Bug: f.Bug, by: fmt.Sprint("its row does not hold without it either: ", failed), took: f.took}
		if f.Test == nil {
			continue
		}
		f.Rehearse = nil // and its test is left
		if fates[i], err = try(ctx, f.Bug, root, dir, &server); err != nil {
			return 0, 0, err
		}
	}
	return writeFates(fates, slices.Equal(names, []string{"all"}), out), len(fates), nil
}

func chosenBugs(names []string) ([]planted.Bug, error) {
	bugs, err := planted.All()
	if err != nil || slices.Equal(names, []string{"all"}) {
		return bugs, err
	}
	for _, name := range names {
		if !slices.ContainsFunc(bugs, func(b planted.Bug) bool { return b.Name == name }) {
			return nil, fmt.Errorf("no bug is called %q", name)
		}
	}
	return slices.DeleteFunc(bugs, func(b planted.Bug) bool { return !slices.Contains(names, b.Name) }), nil
}

func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("looking for the module's folder: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// withoutBugs begins to play every row of the bugs once on the program as it is. without holds, by
// bug, the promise that its row does not keep even so: it cannot be caught by it.
func withoutBugs(ctx context.Context, bugs []planted.Bug, dir string, out io.Writer, all *errgroup.Group, server *sync.Mutex) (without *sync.Map, err error) {
	without = &sync.Map{}
	rows, byRow := map[string]row{}, map[string][]string{}
	for _, b := range bugs {
		if b.Rehearse == nil {
			continue
		}
		r, err := rowOf(b)
		if err != nil {
			return nil, err
		}
		rows[r.name()], byRow[r.name()] = r, append(byRow[r.name()], b.Name)
	}
	if len(rows) == 0 {
		return without, nil
	}
	program, err := build(ctx, dir)
	if err != nil {
		return nil, err
	}
	for name, r := range rows {
		all.Go(func() error {
			res, err := r.beside(ctx, program, dir, server)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			fmt.Fprintf(out, "%s, without a bug: %s\n", name, res.verdict())
			if res.Held {
				return nil
			}
			res.write(out)
			for _, bug := range byRow[name] {
				without.Store(bug, short(res.Failed[0].What))
			}
			return nil
		})
	}
	return without, nil
}

// rowOf is the row that must catch a bug.
func rowOf(b planted.Bug) (row, error) {
	var r row
	parser, err := kong.New(&r, helped())
	if err == nil {
		_, err = parser.Parse(append([]string{"--people", "6", "--every", "2s", "--limit", plantedLimit}, b.Rehearse...))
	}
	if err != nil {
		return row{}, fmt.Errorf("%s: its row: %w", b.Name, err)
	}
	return r, nil
}

// beside plays a row while others are played. On PostgreSQL it is alone: its faults stop the one server.
func (r row) beside(ctx context.Context, program, dir string, server *sync.Mutex) (result, error) {
	if r.DB == "postgres" {
		server.Lock()
		defer server.Unlock()
	}
	return r.play(ctx, program, dir, io.Discard)
}

// try plants one bug and plays what must catch it.
func try(ctx context.Context, b planted.Bug, root, dir string, server *sync.Mutex) (fate, error) {
	began := time.Now()
	place, err := os.MkdirTemp(dir, b.Name+"-")
	if err != nil {
		return fate{}, err
	}
	overlay, err := b.Overlay(root, place)
	if err != nil {
		return fate{}, err
	}
	f := fate{Bug: b}
	if b.Rehearse != nil {
		f.caught, f.by, err = rehearsed(ctx, b, place, overlay, server)
		f.byRow = f.caught
	}
	if !f.caught && b.Test != nil && err == nil {
		f.caught, f.by, err = tried(ctx, b, root, overlay)
	}
	f.took = time.Since(began)
	return f, err
}

// rehearsed plays the bug's row on the program with the bug in it.
func rehearsed(ctx context.Context, b planted.Bug, place, overlay string, server *sync.Mutex) (caught bool, by string, err error) {
	program, err := build(ctx, place, "-overlay", overlay)
	if err != nil {
		return false, "", err
	}
	r, err := rowOf(b)
	if err != nil {
		return false, "", err
	}
	res, err := r.beside(ctx, program, place, server)
	if errors.Is(err, errNeverCame) {
		return b.Catch.MatchString(err.Error()), err.Error(), nil
	}
	if err != nil {
		return false, "", fmt.Errorf("%s: %w", b.Name, err)
	}
	what := "every promise was kept"
	for _, f := range res.Failed {
		if b.Catch.MatchString(f.What) {
			return true, f.What, nil
		}
		what = "only: " + f.What
	}
	return false, what, nil
}

// tried runs the bug's test, which must fail and not merely not build.
func tried(ctx context.Context, b planted.Bug, root, overlay string) (caught bool, by string, err error) {
	args := append([]string{"test", "-count=1", "-overlay", overlay}, b.Test...)
	c := exec.CommandContext(ctx, "go", args...)
	c.Dir = root
	c.Env = append(c.Environ(), "GOFLAGS=-overlay="+overlay) // for the program that some tests build
	out, err := c.CombinedOutput()
	_, failing, found := strings.Cut(string(out), "--- FAIL: ")
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false, "go test " + strings.Join(b.Test, " ") + " passes", nil
	case !errors.As(err, &exit):
		return false, "", fmt.Errorf("%s: %w", b.Name, err)
	case !found:
		return false, "", fmt.Errorf("%s: go test did not come to its verdict:\n%s", b.Name, out)
	}
	name, _, _ := strings.Cut(failing, " ")
	return true, filepath.ToSlash(b.Test[0]) + " " + name, nil
}

func (f fate) String() string {
	verdict := "caught"
	if !f.caught {
		verdict = "NOT CAUGHT"
	}
	how := "test"
	if f.byRow || f.Test == nil {
		how = "rehearsal"
	}
	return fmt.Sprintf("%s: %s by %s in %s: %s", f.Name, verdict, how, f.took.Round(time.Second), short(f.by))
}

// writeFates writes what became of the bugs, with all others of the sixty where all were asked for.
// It returns how many were caught.
func writeFates(fates []fate, everything bool, out io.Writer) (caught int) {
	byRow := 0
	fmt.Fprintln(out)
	for _, h := range planted.Sixty() {
		for _, f := range fates {
			if f.Historic != h.Name {
				continue
			}
			fmt.Fprintf(out, "%-11s %-46s %s\n", h.Part, h.Name, f)
			if f.caught {
				caught++
				if f.byRow {
					byRow++
				}
			}
		}
		if everything && h.Why != "" {
			fmt.Fprintf(out, "%-11s %-46s cannot be: %s\n", h.Part, h.Name, h.Why)
		}
	}
	fmt.Fprintf(out, "%d planted, %d caught: %d by a rehearsal, %d by a test\n", len(fates), caught, byRow, caught-byRow)
	return caught
}
