package powerloss

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver" // for the writer
)

// writes is the variable that makes this test program a writer instead: how it syncs.
const writes = "POWERLOSS_WRITES"

func TestMain(m *testing.M) {
	if how := os.Getenv(writes); how != "" {
		if err := writer(how, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// writer writes rows, each with a file, and says when each is stored.
func writer(how, folder string) error {
	db, err := sql.Open("sqlite3", "file:"+folder+"/said.db?_pragma=journal_mode(WAL)&_pragma=wal_autocheckpoint(20)&_pragma=synchronous("+strings.TrimSuffix(how, "-names")+")")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS said (word TEXT, body BLOB)"); err != nil {
		return err
	}
	for n := range 60 {
		word := strconv.Itoa(n)
		if err := keep(folder, word, !strings.HasSuffix(how, "-names")); err != nil {
			return err
		}
		if _, err := db.Exec("INSERT INTO said VALUES (?, randomblob(3000))", word); err != nil {
			return err
		}
		fmt.Println(word, time.Now().UnixNano())
	}
	return nil
}

func keep(folder, word string, names bool) error {
	f, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.WriteString("the words of " + word); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(folder, word)); err != nil || !names {
		return err
	}
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// recorded is what a writer did, and a plan that asks for what it said to be stored.
func recorded(t *testing.T, how string) (*Record, Plan) {
	t.Helper()
	folder := t.TempDir()
	// What is there at first is certain.
	setUp, err := sql.Open("sqlite3", "file:"+folder+"/said.db")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := setUp.Exec("CREATE TABLE said (word TEXT, body BLOB)"); err != nil {
		t.Fatal(err)
	}
	if err := setUp.Close(); err != nil {
		t.Fatal(err)
	}
	recorder, err := New(folder)
	if errors.Is(err, ErrForbidden) || err != nil && os.Getenv("CI") == "" {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	c, err := recorder.Command(os.Args[0], folder)
	if err != nil {
		t.Fatal(err)
	}
	var said, errs bytes.Buffer
	c.Env, c.Stdout, c.Stderr = append(os.Environ(), writes+"="+how), &said, &errs
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %s", err, &errs)
	}
	record, err := recorder.End()
	if err != nil {
		t.Fatal(err)
	}
	p := Plan{Images: 400, Seed: 7, Databases: []string{"said.db"},
		Questions: []Question{{Name: "said", Database: "said.db", Query: "SELECT word FROM said", Folder: "."}}}
	for line := range strings.Lines(said.String()) {
		var word string
		var at int64
		if _, err := fmt.Sscan(line, &word, &at); err != nil {
			t.Fatal(err)
		}
		p.Demands = append(p.Demands, Demand{At: time.Unix(0, at), Question: "said", Answer: word, Told: "the writer"})
	}
	if len(p.Demands) != 60 {
		t.Fatalf("%d rows were said to be stored", len(p.Demands))
	}
	return record, p
}

func play(t *testing.T, r *Record, p Plan) *Report {
	t.Helper()
	report, err := r.Play(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d images of %d moments in %.1f s, %d with something unsynced, %d demands met, %d failures", report.Images, report.Moments,
		report.Seconds, report.Unsynced, report.Asked, report.Failures)
	return report
}

// A database that syncs as it should loses nothing, whatever becomes of the rest. One that does not
// sync each commit is caught, and so is one whose syncs are taken out of the record.
func TestWhatIsSyncedIsKept(t *testing.T) {
	t.Parallel()
	record, plan := recorded(t, "FULL")
	sound := play(t, record, plan)
	if sound.Failures != 0 || sound.Asked == 0 || sound.Unsynced == 0 {
		t.Errorf("a database that syncs: %+v", sound)
	}
	again := play(t, record, plan)
	if again.Asked != sound.Asked || again.Unsynced != sound.Unsynced {
		t.Error("the same seed made other images")
	}
	for what, forgotten := range map[string]string{"the log": "-wal", "the database": "said.db", "everything": ""} {
		if r := play(t, record.Without(forgotten), plan); r.Failures == 0 {
			t.Errorf("without the syncs of %s nothing was noticed", what)
		}
	}
}

func TestWhatIsNotSyncedIsMissed(t *testing.T) {
	t.Parallel()
	for how, names := range map[string]string{"NORMAL": "is lost", "OFF": "", "FULL-names": "not as a file"} {
		record, plan := recorded(t, how)
		r := play(t, record, plan)
		if r.Failures == 0 || !strings.Contains(r.Failed[0].What, names) {
			t.Errorf("%s: %+v", how, r.Failed)
		}
	}
}
