package powerloss

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// kind is what an act does.
type kind int

const (
	wrote     kind = iota
	truncated      // or made longer
	created        // a file
	foldered       // a folder was made
	renamed
	removed
	synced // a file's content, or a folder's names
)

// act is one thing that was done to the folder. Paths are relative to it; "" is the folder itself.
type act struct {
	kind         kind
	began, ended time.Time // ended is far away for what was not over when the program died
	path, to     string
	offset       int64 // of a write
	data         []byte
	size         int64 // that it was truncated to; less than 0: at least so much
	about        *file // whose name it changes, see disk.go
}

// calls are the system calls that can change a folder. Those that are not understood end the recording
// when they touch it.
var calls = []string{"open", "openat", "creat", "write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate",
	"rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat",
	"fsync", "fdatasync", "sync_file_range", "sendfile", "copy_file_range", "splice"}

// tracer understands the lines of strace.
type tracer struct {
	folder    string
	positions map[string]int64  // of write, by descriptor
	waiting   map[string]string // lines of calls that had not ended, by thread
}

// Lines are long, so that patterns are matched with their short ends only.
var (
	resumed = regexp.MustCompile(`^<\.\.\. \w+ resumed>`)
	ending  = regexp.MustCompile(`^(-?\d+|\?)(.*?)(?: <(\d+\.\d+)>)?$`)
)

// parts are the thread, the time and the rest of a line.
func parts(line string) (thread string, at time.Time, what string, err error) {
	thread, rest, _ := strings.Cut(line, " ")
	clock, what, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	seconds, micros, _ := strings.Cut(clock, ".")
	s, err1 := strconv.ParseInt(seconds, 10, 64)
	us, err2 := strconv.ParseInt(micros, 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return "", time.Time{}, "", fmt.Errorf("strace says %.80q: %w", line, err)
	}
	return thread, time.Unix(s, us*1000), what, nil
}

const unfinished = " <unfinished ...>"

// line understands one line; nil for one that tells of nothing here.
func (t *tracer) line(line string) (*act, error) {
	thread, _, what, err := parts(line)
	if err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(what, "+++"), strings.HasPrefix(what, "---"):
		return nil, nil
	case strings.HasSuffix(what, "= ?") && strings.Contains(what[max(len(what)-64, 0):], unfinished+")"): // the program was killed in it
		if !strings.HasPrefix(what, "<...") {
			t.waiting[thread] = line[:strings.LastIndex(line, unfinished)]
		}
		return nil, nil
	case strings.HasSuffix(what, unfinished):
		t.waiting[thread] = strings.TrimSuffix(line, unfinished)
		return nil, nil
	}
	rest := resumed.FindString(what)
	if rest == "" {
		return t.call(line)
	}
	begun, ok := t.waiting[thread]
	if !ok {
		return nil, nil // begun before the recording was
	}
	delete(t.waiting, thread)
	return t.call(begun + strings.TrimPrefix(what, rest))
}

// never is when a call ends that the program did not live to see the end of.
var never = time.Unix(math.MaxInt32, 0)

// unended are the calls that were under way when the program died. The system may have carried them
// out, which is what the record says.
func (t *tracer) unended() []act {
	var acts []act
	for _, line := range t.waiting {
		if a, err := t.call(line + ") = 0"); err == nil && a != nil && a.kind != created {
			a.ended = never
			acts = append(acts, *a)
		}
	}
	return acts
}

// call understands a whole call; nil for one that changed nothing here.
func (t *tracer) call(line string) (*act, error) {
	_, began, what, err := parts(line)
	if err != nil {
		return nil, err
	}
	name, rest, _ := strings.Cut(what, "(")
	at := max(strings.LastIndex(rest, " = "), 0)
	asked, closed := strings.CutSuffix(strings.TrimRight(rest[:at], " "), ")")
	end := ending.FindStringSubmatch(strings.TrimPrefix(rest[at:], " = "))
	if !closed || end == nil {
		return nil, fmt.Errorf("strace says %.120q … %q", line, line[max(len(line)-120, 0):])
	}
	if strings.HasPrefix(end[1], "-") {
		return nil, nil // refused
	}
	took, _ := strconv.ParseFloat(end[3], 64)
	a := act{began: began, ended: began.Add(time.Duration(took * float64(time.Second)))}
	if end[1] == "?" {
		a.ended = never
	}
	args := strings.Split(asked, ", ") // every text is in hexadecimal: no comma is in one
	known, err := t.understand(&a, name, args, end[1]+end[2])
	if err != nil {
		return nil, fmt.Errorf("strace says %.120q: %w", line, err)
	}
	if !known || shared(a.path) {
		return nil, nil
	}
	return &a, nil
}

// understand fills in what a call did; known is false where it was nothing here.
func (t *tracer) understand(a *act, name string, args []string, result string) (known bool, err error) {
	switch name {
	case "open", "openat", "creat":
		return t.opened(a, args, result)
	case "write", "pwrite64":
		return t.wrote(a, name, args, result)
	case "ftruncate", "fallocate":
		a.kind, known = truncated, t.descriptor(a, args[0])
		a.size, err = strconv.ParseInt(args[len(args)-1], 10, 64)
		if name == "fallocate" && known && err == nil {
			var from int64
			from, err = strconv.ParseInt(args[2], 10, 64)
			a.size = -(from + a.size) // never shorter
		}
		return known, err
	case "fsync", "fdatasync":
		a.kind = synced
		return t.descriptor(a, args[0]), nil
	case "rename", "renameat", "renameat2":
		a.kind = renamed
		from, to := paths(args)
		var in bool
		a.path, known = t.within(from)
		a.to, in = t.within(to)
		if known != in {
			return false, fmt.Errorf("moved across the border of the folder")
		}
		return known, nil
	case "unlink", "unlinkat", "rmdir":
		a.kind = removed
		path, _ := paths(args)
		a.path, known = t.within(path)
		return known, nil
	case "mkdir", "mkdirat":
		a.kind = foldered
		path, _ := paths(args)
		a.path, known = t.within(path)
		return known, nil
	}
	for _, arg := range args {
		if _, in := t.within(text(arg)); in {
			return false, fmt.Errorf("a call that is not understood")
		}
	}
	return false, nil
}

func (t *tracer) opened(a *act, args []string, result string) (bool, error) {
	fd, path, ok := strings.Cut(strings.TrimSuffix(result, ">"), "<")
	if !ok {
		return false, nil
	}
	t.positions[fd] = 0
	a.kind = created
	var known bool
	a.path, known = t.within(decoded(path))
	flags := strings.Join(args, " ")
	if known && strings.Contains(flags, "O_TRUNC") {
		return false, fmt.Errorf("opened and emptied")
	}
	return known && strings.Contains(flags, "O_CREAT"), nil
}

func (t *tracer) wrote(a *act, name string, args []string, result string) (bool, error) {
	a.kind = wrote
	if !t.descriptor(a, args[0]) {
		return false, nil
	}
	many, err := int64(0), error(nil) // all of it, where the program did not live to hear how much
	if result != "?" {
		if many, err = strconv.ParseInt(strings.Fields(result)[0], 10, 64); err != nil {
			return false, err
		}
	}
	if a.data, err = hex.DecodeString(strings.ReplaceAll(strings.Trim(args[1], `"`), `\x`, "")); err != nil {
		return false, fmt.Errorf("what was written cannot be read: %w", err)
	}
	if many > 0 && many < int64(len(a.data)) {
		a.data = a.data[:many]
	}
	if name == "pwrite64" {
		a.offset, err = strconv.ParseInt(args[3], 10, 64)
		return true, err
	}
	fd, _, _ := strings.Cut(args[0], "<")
	a.offset = t.positions[fd]
	t.positions[fd] += int64(len(a.data))
	return true, nil
}

// descriptor reads 5<path>.
func (t *tracer) descriptor(a *act, arg string) (known bool) {
	_, path, _ := strings.Cut(arg, "<")
	if strings.HasSuffix(path, "(deleted)") {
		return false
	}
	a.path, known = t.within(decoded(strings.TrimSuffix(path, ">")))
	return known
}

// within is a path relative to the folder.
func (t *tracer) within(path string) (string, bool) {
	if path == t.folder {
		return "", true
	}
	return strings.CutPrefix(path, t.folder+"/")
}

// text is the path in an argument, whether it is a descriptor's or a text.
func text(arg string) string {
	if _, path, ok := strings.Cut(arg, "<"); ok {
		return decoded(strings.TrimSuffix(path, ">"))
	}
	return decoded(strings.Trim(arg, `"`))
}

// paths are the one or two paths of a call. A relative one stands behind the folder it is relative to.
func paths(args []string) (first, second string) {
	var all []string
	for i, arg := range args {
		if !strings.HasPrefix(arg, `"`) {
			continue
		}
		path := text(arg)
		if !strings.HasPrefix(path, "/") && i > 0 {
			path = text(args[i-1]) + "/" + path
		}
		all = append(all, path)
	}
	all = slices.Concat(all, []string{"", ""})
	return all[0], all[1]
}

func decoded(hexadecimal string) string {
	raw, err := hex.DecodeString(strings.ReplaceAll(hexadecimal, `\x`, ""))
	if err != nil {
		return ""
	}
	return string(raw)
}
