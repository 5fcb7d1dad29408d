package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/leaks"
	"claimline/cmd/rehearse/people"
	"claimline/cmd/rehearse/planted"
	"claimline/storage/testdb/cluster"
)

// briefly plays a short form of a row; the program is built once for all.
func briefly(t *testing.T, program string, r row) (*evidence, result) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	r.Seed, r.Limit = 20261124, 3*time.Minute
	e, res, err := r.rehearse(ctx, program, t.TempDir(), testLog{t})
	if err != nil {
		t.Fatal(err)
	}
	return e, res
}

type testLog struct{ testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.Log(strings.TrimRight(string(b), "\n"))
	return len(b), nil
}

// A short rehearsal on each database, with kills and everything else that can strike: every promise
// is kept. What it gathered is then tampered with, and the checker notices each time.
func TestAShortRehearsal(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes about a minute")
	}
	lookAtSources(t)
	program, err := build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		e, res := briefly(t, program, row{DB: "sqlite", People: 8, Discord: 25, Cast: people.Cast{people.Prover: 40},
			Faults: []string{"kill"}, Every: 4 * time.Second})
		res.write(testLog{t})
		if !res.Held {
			t.Fatalf("%d promises were not kept", len(res.Failed))
		}
		if res.Faults["kill"] == 0 || res.Answers < 4*10 || res.Turns < res.Answers/2 {
			t.Errorf("too little happened: %+v", res)
		}
		catchesWhatIsWrong(t, e)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		faults := []string{"kill", postgresStop, "postgres-backends", "commit-lost", "commit-cut", "telegram-cut-after", "telegram-again", "telegram-ids", "discord-op7", "discord-op9"}
		if _, err := cluster.Find(); err != nil && os.Getenv("CI") == "" {
			t.Skip(err)
		}
		ours := os.Getenv("TEST_DATABASE_URL") == ""
		if !ours { // and is not stopped
			faults = slices.DeleteFunc(faults, func(name string) bool { return strings.HasPrefix(name, "postgres-") })
		}
		_, res := briefly(t, program, row{DB: "postgres", People: 8, Discord: 25, Every: 3 * time.Second, Faults: faults})
		res.write(testLog{t})
		if !res.Held {
			t.Fatalf("%d promises were not kept", len(res.Failed))
		}
		crashed := res.Faults[postgresStop] > 0
		if ours && (crashed != (res.Asked.Missing != "") || !crashed && res.Asked.Counted < 3) {
			t.Errorf("asked of a server that crashed %d times: %s", res.Faults[postgresStop], res.Asked)
		}
	})
}

// lookAtSources makes the go command run the rehearsal again after any change to the program: what a
// test looks at in the module is part of its cache's key.
func lookAtSources(t *testing.T) {
	t.Helper()
	for _, folder := range []string{"bots", "intake", "storage", "cmd/claimline"} {
		err := filepath.WalkDir(filepath.Join("..", "..", folder), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && !strings.HasSuffix(path, "_test.go") {
				_, err = os.Stat(path)
			}
			if errors.Is(err, fs.ErrNotExist) { // a scratch file of another test
				return nil
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// catchesWhatIsWrong plants one fault after the other in sound evidence.
func catchesWhatIsWrong(t *testing.T, sound *evidence) {
	texter := slices.IndexFunc(sound.cast, func(p player) bool {
		return p.telegram != 0 && p.Receipt != "" && p.Kind == people.Plain && len(p.Secrets()) > 0
	})
	somebody := sound.cast[texter]
	line := slices.IndexFunc(sound.register, func(l people.Line) bool { return l.Reference == somebody.Receipt })
	question := slices.IndexFunc(sound.telegram, func(e telegram.Entry) bool {
		return e.Method == "sendMessage" && e.Done && e.Params["reply_markup"] != "" && ofChat(e, somebody) && somebody.Asks(e.Params["text"]) == "tt.country"
	})
	said := func(chat int64, text string) telegram.Entry {
		return telegram.Entry{Method: "sendMessage", Done: true, Status: 200, At: time.Now(), Params: map[string]string{"chat_id": fmt.Sprint(chat), "text": text}}
	}
	other := sound.cast[(texter+1)%len(sound.cast)]
	tamper := func(answers func(map[string]any)) func(*evidence) {
		return func(e *evidence) {
			changed := e.register[line]
			changed.Answers = map[string]any{}
			for id, value := range e.register[line].Answers {
				changed.Answers[id] = value
			}
			answers(changed.Answers)
			e.register = slices.Clone(e.register)
			e.register[line] = changed
		}
	}
	for _, c := range []struct {
		wrong, says string
		plant       func(e *evidence)
	}{
		{"a lost answer", "is lost", tamper(func(a map[string]any) { delete(a, "tt.country") })},
		{"a changed answer", "became", tamper(func(a map[string]any) { a["tt.country"] = "XX" })},
		{"an invented answer", "was invented", tamper(func(a map[string]any) { a["tt.never_asked"] = "yes" })},
		{"a lost submission", "not in the register", func(e *evidence) { e.register = slices.Delete(slices.Clone(e.register), line, line+1) }},
		{"a double submission", "twice", func(e *evidence) { e.register = append(slices.Clone(e.register), e.register[line]) }},
		{"a submission too many", "nobody was told", func(e *evidence) {
			e.register = append(slices.Clone(e.register), people.Line{Reference: "TT-0000-0000"})
		}},
		{"a second reference", "told of 2 submissions", func(e *evidence) { e.telegram = append(e.telegram, said(somebody.telegram, "TT-0000-0000")) }},
		{"a question twice", "came twice", func(e *evidence) {
			again := e.telegram[question]
			again.At = time.Now()
			e.telegram, e.struck = append(e.telegram, again), nil
		}},
		{"an echo", "was sent", func(e *evidence) {
			e.telegram = append(e.telegram, said(somebody.telegram, "Dear "+somebody.Secrets()[0]))
		}},
		{"somebody else's word", "which is of chat", func(e *evidence) {
			e.telegram = append(e.telegram, said(other.telegram, "Dear "+somebody.Secrets()[0]))
		}},
		{"a word in a file", "found", func(e *evidence) {
			e.places = append(e.places, leaks.Place{Name: "a file", Body: []byte("xx" + somebody.Secrets()[0])})
		}},
		{"a panic", "panic", func(e *evidence) {
			e.places = append(e.places, leaks.Place{Name: "stage/log", Body: []byte("panic: nil map")})
		}},
		{"a death", "ended by itself", func(e *evidence) { e.deaths = []string{"exit status 2"} }},
		{"somebody who is stuck", "did not come to the end", func(e *evidence) { e.undone = map[int]string{texter: "waiting"} }},
		{"a broken audit trail", "audit", func(e *evidence) { e.audit = errors.New("audit verify: exit status 1") }},
		{"an innocent update put aside", "put aside", func(e *evidence) { e.parked = []string{"{}"} }},
	} {
		tampered := *sound
		tampered.telegram = slices.Clip(tampered.telegram)
		c.plant(&tampered)
		if all := tampered.check(); !slices.ContainsFunc(all, func(f failure) bool { return strings.Contains(f.What, c.says) }) {
			t.Errorf("%s was not noticed; noticed was %v", c.wrong, all)
		}
	}
}

// A row that was played is read back from its file and not played again.
func TestResultsAccumulate(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "results")
	r := row{DB: "sqlite", People: 3, Seed: 5, Faults: []string{"kill"}, Every: time.Second}
	for _, held := range []bool{false, true} {
		if err := (result{Row: r.name(), Held: held}).add(file); err != nil {
			t.Fatal(err)
		}
	}
	var said strings.Builder
	held, err := commandLine{row: r, Results: file}.play(t.Context(), &said)
	if err != nil || !held || !strings.Contains(said.String(), "played already, everything held") {
		t.Errorf("held: %t, error: %v, said: %s", held, err, &said)
	}
	if _, err := (row{Faults: []string{"earthquake"}}).chosen(); err == nil {
		t.Error("a fault that nobody knows was accepted")
	}
}

// A bug whose row cannot be read would be found out in the middle of the night.
func TestEveryPlantedBugHasARow(t *testing.T) {
	t.Parallel()
	bugs, err := planted.All()
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, b := range bugs {
		if b.Rehearse == nil {
			continue
		}
		rows++
		if r, err := rowOf(b); err != nil || r.People == 0 || r.Limit == 0 {
			t.Errorf("%s: %v, row %q", b.Name, err, r.name())
		}
	}
	if rows < 30 {
		t.Errorf("%d of %d bugs have a row", rows, len(bugs))
	}
}
