package planted_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"claimline/cmd/rehearse/planted"
)

// Each patch fits the sources as they are, and what it makes of them is still Go that compiles.
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
	sources := list(t, root)
	for _, b := range all {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			overlay, err := b.Overlay(root, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(overlay)
			if err != nil {
				t.Fatal(err)
			}
			var laid struct{ Replace map[string]string }
			if err := json.Unmarshal(text, &laid); err != nil {
				t.Fatal(err)
			}
			for _, folder := range b.Packages() {
				sources.check(t, filepath.Join(root, folder), laid.Replace)
			}
		})
	}
}

// listed are the module's packages by folder, and where what was compiled of any package lies.
type listed struct {
	files    map[string][]string
	compiled map[string]string
}

func list(t *testing.T, root string) listed {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=Dir,ImportPath,Export,GoFiles", "./...")
	c.Dir = root
	out, err := c.Output()
	if err != nil {
		t.Fatalf("listing the sources: %v", err)
	}
	l := listed{map[string][]string{}, map[string]string{}}
	for all := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Dir, ImportPath, Export string
			GoFiles                 []string
		}
		if err := all.Decode(&p); errors.Is(err, io.EOF) {
			return l
		} else if err != nil {
			t.Fatal(err)
		}
		l.files[p.Dir], l.compiled[p.ImportPath] = p.GoFiles, p.Export
	}
}

// check compiles the package of a folder as far as an error can be in it.
func (l listed) check(t *testing.T, folder string, replace map[string]string) {
	t.Helper()
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range l.files[folder] {
		path := filepath.Join(folder, name)
		if patched, ok := replace[path]; ok {
			path = patched
		}
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if files == nil {
		t.Fatalf("there is no package in %s", folder)
	}
	lookup := func(path string) (io.ReadCloser, error) { return os.Open(l.compiled[path]) }
	config := types.Config{Importer: importer.ForCompiler(set, "gc", lookup), Error: func(err error) { t.Error(err) }}
	_, _ = config.Check(folder, set, files, nil) // its errors were told
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
