package storage_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"claimline/intake"
	"claimline/storage"
	"claimline/storage/testdb"
)

// place is where a test's store lies, so that parts of it can be lost.
type place struct{ storage.Options }

func (p place) open(t *testing.T) error {
	t.Helper()
	s, err := storage.Open(t.Context(), p.Options)
	if err != nil {
		return err
	}
	return s.Close()
}

func (p place) register() string { return strings.TrimPrefix(p.URL, "sqlite:") }

func (p place) keyStore() string { return strings.TrimSuffix(p.register(), ".db") + ".keys.db" }

// lose takes a file away, and a database's log with it.
func (p place) lose(t *testing.T, path string) {
	t.Helper()
	for _, f := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.RemoveAll(f); err != nil {
			t.Fatal(err)
		}
	}
}

func sealed(t *testing.T, address string) place {
	t.Helper()
	dir := t.TempDir()
	p := place{storage.Options{URL: address, DataDir: filepath.Join(dir, "data"), MasterKeyFile: filepath.Join(dir, "secrets", "master.key")}}
	if err := p.open(t); err != nil {
		t.Fatal(err)
	}
	return p
}

// Whoever starts the program with something missing is told what, and where it should be.
func TestRefusedStarts(t *testing.T) {
	t.Parallel()
	cases := []struct {
		label  string
		happen func(t *testing.T, p *place)
		say    []string // each with the path that is meant
	}{
		{"the master key is lost", func(t *testing.T, p *place) { p.lose(t, p.MasterKeyFile) },
			[]string{"master key {key} is missing", "{register}"}},
		{"another master key", func(t *testing.T, p *place) {
			p.lose(t, p.MasterKeyFile)
			write(t, p.MasterKeyFile, strings.Repeat("QUFB", 10)+"QUE=\n", 0o600)
		}, []string{"master key {key} is not the one", "{register}"}},
		{"a master key that others can read", func(t *testing.T, p *place) {
			if err := os.Chmod(p.MasterKeyFile, 0o640); err != nil {
				t.Fatal(err)
			}
		}, []string{"{key} can be read by others (mode 0640)", "chmod 600 {key}"}},
		{"a master key that is cut off", func(t *testing.T, p *place) { write(t, p.MasterKeyFile, "QUFB\n", 0o600) },
			[]string{"{key} does not hold 32 bytes"}},
		{"the register is lost", func(t *testing.T, p *place) { p.lose(t, p.register()) },
			[]string{"{register} is empty", "{keys}"}},
		{"the key store is lost", func(t *testing.T, p *place) { p.lose(t, p.keyStore()) },
			[]string{"{register} is sealed", "{keys}", "is empty"}},
		{"started from another folder", func(t *testing.T, p *place) {
			p.URL = "sqlite:" + filepath.Join(t.TempDir(), "other.db")
		}, []string{"is empty", "{data} holds files of an earlier one"}},
		{"another register's data folder", func(t *testing.T, p *place) {
			p.DataDir = sealed(t, testdb.SQLite(t)).DataDir
		}, []string{"{data} belongs to another register"}},
		{"both databases lost, and the key", func(t *testing.T, p *place) {
			p.lose(t, p.register())
			p.lose(t, p.keyStore())
			p.lose(t, p.MasterKeyFile)
		}, []string{"is empty", "{data} holds files of an earlier one"}},
	}
	for _, c := range cases {
		t.Run(c.label, func(t *testing.T) {
			t.Parallel()
			p := sealed(t, testdb.SQLite(t))
			c.happen(t, &p)
			_, before := os.Stat(p.MasterKeyFile)
			err := p.open(t)
			if err == nil {
				t.Fatal("it started")
			}
			names := strings.NewReplacer("{key}", p.MasterKeyFile, "{register}", p.register(), "{keys}", p.keyStore(), "{data}", p.DataDir)
			for _, want := range c.say {
				if !strings.Contains(err.Error(), names.Replace(want)) {
					t.Errorf("it says:\n%v\nand not:\n%s", err, names.Replace(want))
				}
			}
			if _, after := os.Stat(p.MasterKeyFile); (before == nil) != (after == nil) {
				t.Error("a master key was made beside what another one had sealed")
			}
		})
	}
}

// Files are on record, but the data folder is a fresh one: they would be missed later.
func TestDataFolderLost(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		c := newClock()
		var o storage.Options
		s := &scene{Store: open(t, set(c), func(made *storage.Options) { o = *made }), clock: c}
		s.must(t, anna, func(f *intake.File) intake.Turn { return intake.Turn{} })
		elsewhere := place{o}
		elsewhere.DataDir = t.TempDir()
		if err := elsewhere.open(t); err != nil {
			t.Errorf("a second machine with an empty data folder: %v", err)
		}
		s.keepFile(t, anna, "proof")
		elsewhere.DataDir = t.TempDir()
		if err := elsewhere.open(t); err == nil || !strings.Contains(err.Error(), elsewhere.DataDir) {
			t.Errorf("got %v, want to be told that %s is empty", err, elsewhere.DataDir)
		}
	})
}

// The very first start is cut off at any point: the next one finishes it.
func TestFirstStartCutOff(t *testing.T) {
	t.Parallel()
	cut := map[string]func(t *testing.T, p place, s *storage.Store){
		"before the register": func(t *testing.T, p place, s *storage.Store) {
			exec(t, s, "DELETE FROM store")
			p.lose(t, filepath.Join(p.DataDir, "store.json"))
		},
		"before the data folder": func(t *testing.T, p place, s *storage.Store) { p.lose(t, filepath.Join(p.DataDir, "store.json")) },
		"before the end":         func(*testing.T, place, *storage.Store) {},
	}
	for label, happen := range cut {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			p := sealed(t, testdb.SQLite(t))
			s, err := storage.Open(t.Context(), p.Options)
			if err != nil {
				t.Fatal(err)
			}
			happen(t, p, s)
			if err := s.KeyDB().Exec("UPDATE store SET opened = 0").Error; err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(s.Close(), p.open(t), p.open(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Eight processes start together on nothing: one store comes of it, and one key.
func TestFirstStartsTogether(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(testing.TB) string{"SQLite": testdb.SQLite, "PostgreSQL": testdb.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			p := place{storage.Options{URL: address(t), DataDir: filepath.Join(dir, "data"), MasterKeyFile: filepath.Join(dir, "master.key")}}
			var group errgroup.Group
			for range 8 {
				group.Go(func() error { return p.open(t) })
			}
			if err := group.Wait(); err != nil {
				t.Fatal(err)
			}
			if err := p.open(t); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// The key is made with a warning to keep a copy, and is nobody else's to read.
func TestMasterKeyIsMade(t *testing.T) {
	t.Parallel()
	p := sealed(t, testdb.SQLite(t))
	info, err := os.Stat(p.MasterKeyFile)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	first, err := os.ReadFile(p.MasterKeyFile)
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(sealed(t, testdb.SQLite(t)).MasterKeyFile)
	if err != nil || bytes.Equal(first, second) {
		t.Errorf("two stores have the same key (%v)", err)
	}
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, s *storage.Store, statement string, args ...any) {
	t.Helper()
	if err := s.DB().WithContext(t.Context()).Exec(statement, args...).Error; err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
