package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"claimline/cmd/rehearse/powerloss"
	"claimline/cmd/rehearse/wire"
)

// equipment is what some faults need on the stage before the program starts.
type equipment struct {
	line  *wire.Proxy // to PostgreSQL; nil for none
	disk  string      // the folder that a small disk is mounted at; "" for none
	clock string      // the file that says how wrong the program's clock is; "" for none

	recorder *powerloss.Recorder // of what the program writes; nil for none
}

// equipped are the faults that need equipment.
func equipped() []fault {
	return []fault{
		{"commit-lost", true, false, breakLine(wire.AfterCommit)},
		{"commit-cut", true, false, breakLine(wire.BeforeCommit)},
		{"disk-full", false, false, fillDisk},
		{"clock", false, true, setClock},
	}
}

// errMissed is that a fault found nothing to strike, and has not happened.
var errMissed = errors.New("there was nothing to strike")

// cannot says why a row cannot have a fault, which is one of those of its database; "" where it can.
func (r row) cannot(f fault) string {
	if f.name != "disk-full" {
		return ""
	}
	if r.DB != "sqlite" {
		return "its disk is the server's"
	}
	probe, err := os.MkdirTemp("", "claimline-disk-")
	if err != nil {
		return err.Error()
	}
	defer os.Remove(probe)
	if err := mountSmall(probe); err != nil {
		return "a small disk cannot be mounted here: " + err.Error()
	}
	if err := syscall.Unmount(probe, 0); err != nil {
		return err.Error()
	}
	return ""
}

// possible leaves out what a row cannot have, and says so; what was asked for by name is missed.
func (r row) possible(list []fault, out io.Writer) ([]fault, error) {
	var left []fault
	for _, f := range list {
		why := r.cannot(f)
		if why == "" {
			left = append(left, f)
		} else if !r.Chaos {
			return nil, fmt.Errorf("%s: %s", f.name, why)
		} else {
			fmt.Fprintf(out, "%s is left out: %s\n", f.name, why)
		}
	}
	return left, nil
}

// equip brings what the faults need.
func (s *stage) equip(list []fault) (err error) {
	chosen := func(name string) bool { return slices.Contains(names(list), name) }
	if chosen("commit-lost") || chosen("commit-cut") {
		if s.equipment.line, err = wire.Listen(s.address); err != nil {
			return err
		}
		through, err := s.equipment.line.Through(s.address)
		if err != nil {
			return err
		}
		s.env = append(s.env, "DATABASE_URL="+through) // the later one counts
	}
	if chosen("disk-full") {
		data := filepath.Join(s.dir, "data")
		if err := os.MkdirAll(data, 0o700); err != nil {
			return err
		}
		if err := mountSmall(data); err != nil {
			return err
		}
		s.equipment.disk = data
	}
	if chosen("clock") {
		s.equipment.clock = filepath.Join(s.dir, "clock")
		s.env = append(s.env, "REHEARSAL_CLOCK="+s.equipment.clock)
	}
	return nil
}

// close takes the equipment away.
func (e equipment) close() error {
	var err error
	if e.line != nil {
		err = e.line.Close()
	}
	if e.disk != "" {
		err = errors.Join(err, syscall.Unmount(e.disk, syscall.MNT_DETACH))
	}
	return err
}

// breakLine breaks the line of whoever commits next.
func breakLine(at wire.Break) func(context.Context, *stage, *rand.Rand) (func(), error) {
	return func(ctx context.Context, s *stage, _ *rand.Rand) (func(), error) {
		waiting, stop := context.WithTimeout(ctx, 3*time.Second)
		defer stop()
		err := s.equipment.line.Break(waiting, at)
		if err != nil && ctx.Err() == nil {
			return nil, errMissed // nobody commits: the talk is over, or the program is away
		}
		return nil, err
	}
}

// diskBytes is how large the small disk is: room for the data of some hundred people.
const diskBytes = 64 << 20

func mountSmall(folder string) error {
	return syscall.Mount("claimline", folder, "tmpfs", 0, fmt.Sprintf("size=%d,mode=0700", diskBytes))
}

// fillDisk takes every byte that is left on the program's disk, and gives it back after a while.
func fillDisk(ctx context.Context, s *stage, random *rand.Rand) (func(), error) {
	name := filepath.Join(s.equipment.disk, "filling")
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	defer os.Remove(name)
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 2
		} else if err != nil {
			return nil, err
		}
	}
	pass(ctx, time.Second+time.Duration(random.Int64N(int64(3*time.Second))))
	return nil, nil
}

// farthest is how wrong the clock gets. It is less than what the campaign keeps a conversation for
// that nobody goes on with.
const farthest = 3 * 24 * time.Hour

// setClock sets the program's clock wrong, by seconds to days into the future or the past, and mostly
// right again after a while.
func setClock(ctx context.Context, s *stage, random *rand.Rand) (func(), error) {
	right := func() error { return writeWhole(s.equipment.clock, []byte("0s")) }
	scale := []time.Duration{time.Minute, time.Hour, 12 * time.Hour, farthest}[random.IntN(4)]
	wrong := time.Duration(random.Int64N(int64(2*scale))) - scale
	if err := writeWhole(s.equipment.clock, []byte(wrong.String())); err != nil {
		return nil, err
	}
	over := func() { _ = right() } // nobody looks at the clock any more when the folder is gone
	pass(ctx, time.Duration(random.Int64N(int64(4*time.Second))))
	if random.IntN(3) == 0 {
		return over, nil
	}
	return over, right()
}

// writeWhole writes a file that nobody ever reads half of.
func writeWhole(name string, content []byte) error {
	if err := os.WriteFile(name+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}
