package endtoend

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write the transcripts anew")

// executable is the program, built once by TestMain.
var executable string

func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "claimline-endtoend-")
	if err == nil {
		executable = filepath.Join(dir, "claimline")
		err = build()
	}
	code := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
	}
	if leak := goleak.Find(); code == 0 && leak != nil && !strings.Contains(leak.Error(), "testdb") {
		fmt.Fprintln(os.Stderr, leak)
		code = 1
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// build makes the program from the sources as they are now, with the tests' clock.
func build() error {
	if err := lookAtSources(); err != nil {
		return err
	}
	file, err := overlay(filepath.Dir(executable))
	if err != nil {
		return err
	}
	out, err := exec.Command("go", "build", "-overlay", file, "-o", executable, "claimline/cmd/claimline").CombinedOutput()
	if err != nil {
		return fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return nil
}

// lookAtSources makes the go command run these tests again after any change to the program, whose
// packages they do not all import: what a test looks at in the module is part of its cache's key.
func lookAtSources() error {
	root := filepath.Join("..", "..", "..")
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // a scratch file of another test
			return nil
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.IsDir() || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		_, err = os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}
