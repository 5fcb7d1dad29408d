//go:build !rehearsal

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What is built for people has the machine's clock, whatever the environment says: the words that a
// build for rehearsals listens to are not in it, and are in the other.
func TestAReleaseHasTheRightClock(t *testing.T) {
	for tags, wrong := range map[string]bool{"": false, "rehearsal": true} {
		program := filepath.Join(t.TempDir(), "claimline")
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", tags, "-o", program, ".").CombinedOutput(); err != nil {
			t.Fatalf("building with tags %q: %v\n%s", tags, err, out)
		}
		built, err := os.ReadFile(program)
		if err != nil {
			t.Fatal(err)
		}
		if has := bytes.Contains(built, []byte("REHEARSAL_CLOCK")); has != wrong {
			t.Errorf("built with tags %q: can be told another time is %t", tags, has)
		}
	}
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.GoFiles}}", ".").Output()
	if err != nil || strings.Contains(string(out), "_rehearsal.go") {
		t.Errorf("a release is made of %s, error %v", out, err)
	}
	wrong := filepath.Join(t.TempDir(), "clock")
	if err := os.WriteFile(wrong, []byte("48h"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("REHEARSAL_CLOCK", wrong)
	if off := time.Until(clock()()); off.Abs() > time.Hour {
		t.Errorf("the clock is %s wrong", off)
	}
}
