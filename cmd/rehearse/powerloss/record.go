// Package powerloss tells what a program would have found on its disk had the power failed.
//
// A Recorder runs the program under strace and notes everything that it does to a folder: each write,
// each change of a name, each sync, with its time and content (record.go, strace.go). From the record
// images are made (disk.go): at a moment drawn at random, what was synced before is there; of what was
// not, each piece is drawn to be kept, lost, or torn at a sector, in no order, names in folders as much
// as contents. Each image is opened as a database and asked for what somebody had been told by then
// (check.go).
//
// The disk that is modelled keeps its word: what it said to be synced is there, and a sector is whole.
// What is written through shared memory alone, as SQLite's -shm is, is never on it.
package powerloss

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Recorder records what a program does to a folder, in one life or several.
type Recorder struct {
	strace string
	folder string
	base   map[string][]byte // what lay there at first, by path in the folder; nil for a folder

	pipes string // folder of the pipes that strace writes to
	lives sync.WaitGroup

	mu    sync.Mutex
	begun []string // pipes
	acts  []act
	errs  []error
}

// ErrForbidden means that this machine does not let one process look at another.
var ErrForbidden = errors.New("strace may not look at other processes here")

// New makes a recorder of a folder. What lies there now counts as synced. It fails where there is no
// strace, and with ErrForbidden where it may not work.
func New(folder string) (*Recorder, error) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return nil, errors.New("recording what is written needs strace, which is not installed")
	}
	if out, err := exec.Command(strace, "-f", "-o", os.DevNull, strace, "-V").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrForbidden, out)
	}
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return nil, err
	}
	r := &Recorder{strace: strace, folder: folder, base: map[string][]byte{}}
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == folder || shared(path) {
			return err
		}
		name := strings.TrimPrefix(path, folder+"/")
		if entry.IsDir() {
			r.base[name] = nil
			return nil
		}
		r.base[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the folder to be recorded: %w", err)
	}
	r.pipes, err = os.MkdirTemp("", "powerloss-")
	return r, err
}

// shared reports whether a file is only written through shared memory.
func shared(path string) bool { return strings.HasSuffix(path, "-shm") }

// Command is a program that will be recorded while it runs. Its process is the program itself, so that
// whoever kills it kills the program.
func (r *Recorder) Command(program string, args ...string) (*exec.Cmd, error) {
	pipe, err := os.CreateTemp(r.pipes, "life-")
	if err != nil {
		return nil, err
	}
	name := pipe.Name()
	if err := errors.Join(pipe.Close(), os.Remove(name), syscall.Mkfifo(name, 0o600)); err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.begun = append(r.begun, name)
	r.mu.Unlock()
	r.lives.Go(func() { r.follow(name) })
	traced := append([]string{"-D", "-f", "--seccomp-bpf", "-ttt", "-T", "-y", "-xx", "-s", "67108864", "-e", "signal=none",
		"-e", "trace=" + strings.Join(calls, ","), "-o", name, "--", program}, args...)
	return exec.Command(r.strace, traced...), nil
}

// follow reads one life of the program until its end, which is when strace closes the pipe.
func (r *Recorder) follow(pipe string) {
	from, err := os.Open(pipe) // waits for strace
	if err != nil {
		r.add(err)
		return
	}
	defer from.Close()
	t := tracer{folder: r.folder, positions: map[string]int64{}, waiting: map[string]string{}}
	lines := bufio.NewReaderSize(from, 1<<20)
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			r.add(nil, t.unended()...)
			return
		}
		if err != nil {
			r.add(err)
			return
		}
		a, err := t.line(strings.TrimSuffix(line, "\n"))
		if err != nil {
			r.add(err) // and goes on reading, since strace waits for it
		} else if a != nil {
			r.add(nil, *a)
		}
	}
}

func (r *Recorder) add(err error, acts ...act) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acts = append(r.acts, acts...)
	if err != nil {
		r.errs = append(r.errs, err)
	}
}

// End returns the record once every life of the program has ended.
func (r *Recorder) End() (*Record, error) {
	for _, pipe := range r.begun { // lives that never came to be
		if f, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			_ = f.Close()
		}
	}
	r.lives.Wait()
	if err := errors.Join(append(r.errs, os.RemoveAll(r.pipes))...); err != nil {
		return nil, err
	}
	slices.SortStableFunc(r.acts, func(a, b act) int { return a.began.Compare(b.began) })
	return &Record{base: r.base, acts: r.acts}, nil
}

// Record is what a program has done to a folder.
type Record struct {
	base map[string][]byte
	acts []act
}

// Acts is how many changes and syncs there are in the record.
func (r *Record) Acts() int { return len(r.acts) }

// Until is when the last of it happened.
func (r *Record) Until() time.Time {
	if len(r.acts) == 0 {
		return time.Time{}
	}
	return r.acts[len(r.acts)-1].began
}

// Without returns the record as it would be without syncs of the files whose name ends so, "" for all:
// as if the program had forgotten them, or the disk had lied.
func (r *Record) Without(suffix string) *Record {
	return &Record{base: r.base, acts: slices.DeleteFunc(slices.Clone(r.acts), func(a act) bool {
		return a.kind == synced && strings.HasSuffix(a.path, suffix)
	})}
}
