package powerloss

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"
	"golang.org/x/sync/errgroup"
)

// Question asks an image for what it holds: a query whose first column is a text. Its name is what
// demands are made of.
type Question struct {
	Name, Database, Query string
	Folder                string // where each answer must be a file, whole; "" for nowhere
	In                    string // the question among whose answers each answer must be too; "" for none
}

// Demand is something that somebody was told at a moment, so that every image from then on must hold it.
type Demand struct {
	At       time.Time
	Question string
	Answer   string
	Told     string // who was told what
}

// Plan is what is to be done with a record.
type Plan struct {
	Images    int
	Seed      uint64
	Databases []string // by path in the folder
	Questions []Question
	Demands   []Demand
	Whole     int // of so many images one is looked at as a whole
	// Look looks at a whole image: a folder, the moment it is of, and a number that no other image has.
	Look func(ctx context.Context, folder string, at time.Time) error
	Made func() // called after each image; nil for nothing
}

// Report is what came of it.
type Report struct {
	Images   int       `json:"images"`
	Moments  int       `json:"moments"`     // that there were to choose from
	Demands  int       `json:"demands"`     // that were made of the last of them
	Asked    int64     `json:"demands_met"` // of all images together
	Unsynced int       `json:"with_a_loss"` // images in which something was not synced
	Whole    int       `json:"looked_at"`   // as a whole
	Seconds  float64   `json:"seconds"`     // that it took
	Failed   []Failure `json:"failed,omitempty"`
	Failures int       `json:"failures"` // also those that are not listed
}

// String is the report in a line.
func (r *Report) String() string {
	return fmt.Sprintf("%d images of %d moments, %d with something unsynced, %d looked at as a whole; %d demands in the end, met %d times; %d failures; %.0f images/s",
		r.Images, r.Moments, r.Unsynced, r.Whole, r.Demands, r.Asked, r.Failures, float64(r.Images)/r.Seconds)
}

// Failure is an image that does not hold what it must.
type Failure struct {
	Moment int       `json:"moment"`
	At     time.Time `json:"at"`
	What   string    `json:"what"`
}

// mostListed bounds what is kept of an evil record.
const mostListed = 20

// Play makes the images of a plan and looks at each. It fails when it could not; what images lack is
// in the report.
func (r *Record) Play(ctx context.Context, p Plan) (*Report, error) {
	began, moments := time.Now(), r.count()
	if moments == 0 {
		return nil, errors.New("nothing was recorded")
	}
	random := rand.New(rand.NewPCG(p.Seed, 3))
	times := make([]int, moments)
	for range p.Images {
		times[random.IntN(moments)]++
	}
	p.Demands = slices.SortedFunc(slices.Values(p.Demands), func(a, b Demand) int { return a.At.Compare(b.At) })
	report := &Report{Images: p.Images, Moments: moments, Demands: len(p.due(r.Until()))}
	var mu sync.Mutex
	var all errgroup.Group
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		all.Go(func() error {
			dir, err := os.MkdirTemp(memory(), "powerloss-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			l := &look{plan: p, dir: dir, report: report, mu: &mu}
			mine := func(nth int) int {
				if nth%workers != w || ctx.Err() != nil || l.err != nil {
					return 0
				}
				return times[nth]
			}
			r.moments(mine, func(d *disk, at time.Time, nth, times int) {
				for copy := range times {
					l.image(ctx, d, at, nth, copy)
				}
			})
			return errors.Join(l.err, ctx.Err())
		})
	}
	err := all.Wait()
	report.Seconds = time.Since(began).Seconds()
	slices.SortFunc(report.Failed, func(a, b Failure) int { return a.Moment - b.Moment })
	return report, err
}

// memory is a folder that lies in memory, where there is one.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return os.TempDir()
}

// due are the demands that hold at a moment.
func (p Plan) due(at time.Time) []Demand {
	n, _ := slices.BinarySearchFunc(p.Demands, at, func(d Demand, at time.Time) int {
		if d.At.After(at) {
			return 1
		}
		return -1
	})
	return p.Demands[:n]
}

// look is what one worker needs to look at images.
type look struct {
	plan   Plan
	dir    string
	err    error
	mu     *sync.Mutex
	report *Report
}

// image makes one image and looks at it.
func (l *look) image(ctx context.Context, d *disk, at time.Time, nth, copy int) {
	if l.err != nil {
		return
	}
	t := newTemper(rand.New(rand.NewPCG(l.plan.Seed^uint64(copy)<<32, uint64(nth))))
	image := d.image(t)
	folder := filepath.Join(l.dir, "image")
	whole := l.plan.Whole > 0 && t.IntN(l.plan.Whole) == 0
	if l.err = write(folder, image, whole || l.plan.Databases == nil, l.plan.Databases); l.err != nil {
		return
	}
	due := l.plan.due(at)
	what := l.ask(folder, image, d, due)
	if what == nil && whole && l.plan.Look != nil {
		what = l.plan.Look(ctx, folder, at)
	}
	l.err = os.RemoveAll(folder)
	l.note(d, what, whole, int64(len(due)), Failure{Moment: nth, At: at})
}

func (l *look) note(d *disk, what error, whole bool, due int64, f Failure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if whole {
		l.report.Whole++
	}
	if d.unsynced() {
		l.report.Unsynced++
	}
	if what != nil {
		f.What = what.Error()
		l.report.Failures++
		if len(l.report.Failed) < mostListed {
			l.report.Failed = append(l.report.Failed, f)
		}
	} else {
		l.report.Asked += due
	}
	if l.plan.Made != nil {
		l.plan.Made()
	}
}

// unsynced reports whether anything was not synced.
func (d *disk) unsynced() bool {
	if len(d.pending) > 0 {
		return true
	}
	for _, f := range d.now {
		if len(f.pending) > 0 {
			return true
		}
	}
	return false
}

// write writes an image: all of it, or the databases with their logs.
func write(folder string, image map[string][]byte, all bool, databases []string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if all {
		for name, content := range image {
			if content == nil {
				if err := os.MkdirAll(filepath.Join(folder, name), 0o700); err != nil {
					return err
				}
			}
		}
	}
	for name, content := range image {
		database := slices.ContainsFunc(databases, func(d string) bool { return name == d || name == d+"-wal" || name == d+"-journal" })
		if content == nil || !all && !database {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// ask asks an image everything, and says what it lacks.
func (l *look) ask(folder string, image map[string][]byte, d *disk, due []Demand) error {
	held := map[string]map[string]bool{}
	for _, database := range l.plan.Databases {
		if image[database] == nil {
			continue // demands will tell
		}
		if err := l.open(filepath.Join(folder, database), database, held); err != nil {
			return fmt.Errorf("%s: %w", database, err)
		}
	}
	for _, q := range l.plan.Questions {
		for answer := range held[q.Name] {
			path := filepath.Join(q.Folder, answer)
			if q.Folder != "" && (d.now[path] == nil || !bytes.Equal(image[path], d.now[path].whole())) {
				return fmt.Errorf("%s is on file, and not as a file", answer)
			}
			if q.In != "" && !held[q.In][answer] {
				return fmt.Errorf("%s %s is none of: %s", q.Name, answer, q.In)
			}
		}
	}
	for _, demand := range due {
		if !held[demand.Question][demand.Answer] {
			return fmt.Errorf("%s of %s: %s %s is lost", demand.Told, demand.At.Format("15:04:05.000000"), demand.Question, demand.Answer)
		}
	}
	return nil
}

// whole is a file's content as the program saw it.
func (f *file) whole() []byte {
	content := bytes.Clone(f.content)
	for _, p := range f.pending {
		content = p.apply(content)
	}
	return content
}

// open opens a database as a program would that starts again, and asks it.
func (l *look) open(file, database string, held map[string]map[string]bool) (err error) {
	db, err := sqlite3.Open(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	// One process alone looks at it, and throws it away.
	if err := db.Exec("PRAGMA locking_mode = exclusive; PRAGMA synchronous = off"); err != nil {
		return err
	}
	if _, err := db.Config(sqlite3.DBCONFIG_NO_CKPT_ON_CLOSE, true); err != nil {
		return err
	}
	sound, err := column(db, "PRAGMA integrity_check")
	if err != nil {
		return err
	}
	if !sound["ok"] || len(sound) != 1 {
		return fmt.Errorf("it is damaged: %v", sound)
	}
	for _, q := range l.plan.Questions {
		if q.Database != database {
			continue
		}
		if held[q.Name], err = column(db, q.Query); err != nil {
			return fmt.Errorf("%s: %w", q.Query, err)
		}
	}
	return nil
}

// column is the first column of a query's rows.
func column(db *sqlite3.Conn, query string) (map[string]bool, error) {
	rows, _, err := db.Prepare(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]bool{}
	for rows.Step() {
		all[rows.ColumnText(0)] = true
	}
	return all, rows.Err()
}
