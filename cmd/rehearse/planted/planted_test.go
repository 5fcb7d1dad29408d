package planted_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"claimline/cmd/rehearse/planted"
)

// Each patch fits the sources as they are, and what it makes of them compiles.
func TestEveryBugCanBePlanted(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs(filepath.Join("..", "..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	all, err := planted.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			overlay, err := b.Overlay(root, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			build := exec.CommandContext(t.Context(), "go", append([]string{"build", "-overlay", overlay}, b.Packages()...)...)
			build.Dir = root
			if out, err := build.CombinedOutput(); err != nil {
				t.Errorf("it does not build: %v\n%s", err, out)
			}
		})
	}
}

// Of the sixty each is planted, or it is said why this program cannot have it.
func TestEachOfTheSixtyHasAnAnswer(t *testing.T) {
	t.Parallel()
	all, err := planted.All()
	if err != nil {
		t.Fatal(err)
	}
	sixty := planted.Sixty()
	if len(sixty) != 60 {
		t.Errorf("there are %d", len(sixty))
	}
	for _, h := range sixty {
		isPlanted := slices.ContainsFunc(all, func(b planted.Bug) bool { return b.Historic == h.Name })
		if isPlanted == (h.Why != "") {
			t.Errorf("%s: planted: %t, why not: %q", h.Name, isPlanted, h.Why)
		}
	}
	for _, b := range all {
		if !slices.ContainsFunc(sixty, func(h planted.Historic) bool { return h.Name == b.Historic }) {
			t.Errorf("%s is none of the sixty: %q", b.Name, b.Historic)
		}
	}
}
