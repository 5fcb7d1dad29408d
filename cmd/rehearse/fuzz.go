package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// How long a fuzz target gets at a time, and how much longer it may take to begin and to end. One that
// takes longer hangs.
const (
	fuzzTurn  = 30 * time.Second
	fuzzAside = 3 * time.Minute
)

// minimizeNothing keeps Go from making each input smaller that reached something new: for a minute each
// it would try nothing else, and what a cache remembers looks new again and again.
const minimizeNothing = "-fuzzminimizetime=1x"

// target is a fuzz target of the module.
type target struct{ folder, name string }

func (t target) String() string { return t.folder + " " + t.name }

var fuzzFunc = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(f \*testing\.F\)`)

// targets finds all fuzz targets below a folder.
func targets(root string) ([]target, error) {
	var all []target
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		for _, found := range fuzzFunc.FindAllStringSubmatch(string(text), -1) {
			all = append(all, target{"./" + folder, found[1]})
		}
		return err
	})
	return all, err
}

// fuzz gives every fuzz target a turn, again and again in an order of the seed's, until they have had as
// many inputs together as the row counts, and all of them at least one turn. What Go has learned of
// interesting inputs it keeps, so that another row goes on where this one ends.
func (r row) fuzz(ctx context.Context, out io.Writer) (result, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return result{}, err
	}
	all, err := targets(root)
	if err == nil && len(all) == 0 {
		err = errors.New("there are none")
	}
	if err != nil {
		return result{}, fmt.Errorf("looking for fuzz targets: %w", err)
	}
	random := rand.New(rand.NewPCG(r.Seed, 3))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var inputs, turns atomic.Int64
	stop := r.tell(out, func() string {
		return fmt.Sprintf("%d inputs in %d turns of %d targets", inputs.Load(), turns.Load(), len(all))
	})
	defer stop()
	began := time.Now()
	var missed []failure
	broken := map[target]bool{}
	for i := 0; i < len(all) || inputs.Load() < int64(r.Count) && len(broken) < len(all); i++ {
		t := all[i%len(all)]
		if broken[t] {
			continue
		}
		n, err := t.turn(ctx, root)
		if ctx.Err() != nil {
			return result{}, ctx.Err()
		}
		if err != nil {
			broken[t] = true
			missed = append(missed, failed("%s: %v", t, err))
		}
		inputs.Add(n)
		turns.Add(1)
	}
	return r.measured(began, map[string]float64{fuzzInputs: float64(inputs.Load()), fuzzFailed: float64(len(broken))}, missed...), nil
}

var (
	executed  = regexp.MustCompile(`execs: (\d+)`)
	outOfTime = regexp.MustCompile(`(?m)^ *context deadline exceeded$`)
)

// turn lets a target run for a while and returns how many inputs it had. The error is what it failed at.
func (t target) turn(ctx context.Context, root string) (inputs int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, fuzzTurn+fuzzAside)
	defer cancel()
	var said bytes.Buffer
	c := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", fuzzTurn.String(), minimizeNothing, t.folder)
	c.Dir, c.Stdout, c.Stderr = root, &said, &said
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its workers end with it
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = time.Second
	err = c.Run()
	if counts := executed.FindAllStringSubmatch(said.String(), -1); len(counts) > 0 {
		inputs, _ = strconv.ParseInt(counts[len(counts)-1][1], 10, 64)
	}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return inputs, errors.New("it hangs")
	case err != nil && outOfTime.Match(said.Bytes()) && !bytes.Contains(said.Bytes(), []byte("Failing input written")):
		return inputs, nil // the fuzzer's own failure when its time is up while a worker is busy
	case err != nil:
		lines := slices.DeleteFunc(strings.Split(said.String(), "\n"), func(l string) bool { return strings.HasPrefix(l, "fuzz: elapsed") })
		return inputs, fmt.Errorf("%w: %s", err, strings.Join(lines[:min(len(lines), 12)], " / "))
	case inputs == 0:
		return 0, errors.New("it had no inputs")
	}
	return inputs, nil
}
