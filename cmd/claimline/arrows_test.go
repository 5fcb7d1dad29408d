package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is what the paths of our own packages begin with.
const module = "claimline/"

// The arrows all point inwards: cmd → bots/* → bots → intake ← storage. The first line that covers a
// package says what it may import. "p/..." is p and everything below it, as go list has it.
var arrows = []struct {
	from string
	to   []string
}{
	{"cmd/claimline/...", []string{"..."}},
	{"cmd/rehearse/...", []string{"cmd/rehearse/...", "bots/botstest", "bots/fakes/...", "storage", "storage/testdb/...", "intake", "intake/answer", "intake/campaign"}},
	{"bots/fakes/...", []string{"bots/fakes/..."}},
	{"bots", []string{"intake/..."}},
	{"bots/page/copies", nil},
	{"bots/page", []string{"bots", "bots/page/copies", "intake/..."}},
	{"bots/...", []string{"bots", "intake/..."}}, // no platform knows another
	{"storage/testdb/...", []string{"storage", "storage/testdb/..."}},
	{"storage/...", []string{"storage", "intake/..."}},
	{"intake/answer", nil},
	{"intake/wording/...", []string{"intake/wording/..."}},
	{"intake/campaign", []string{"intake/answer", "intake/wording/..."}},
	{"intake", []string{"intake/answer", "intake/wording/...", "intake/campaign"}},
	{"intake/...", []string{"intake/..."}},
}

// Only tests may import these, and the rehearsal, which plays people and platforms to the real program.
var forTests = []string{"bots/fakes/...", "bots/botstest", "storage/testdb/...", "intake/story", "cmd/rehearse/..."}

type goPackage struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestArrowsPointInwards(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		from := strings.TrimPrefix(p.ImportPath, module)
		for _, to := range ours(p.Imports) {
			if !mayImport(from, to) || covered(forTests, to) && !covered(forTests, from) {
				t.Errorf("%s imports %s", from, to)
			}
		}
		for _, to := range ours(slices.Concat(p.TestImports, p.XTestImports)) {
			if to != from && !mayImport(from, to) && !covered(forTests, to) {
				t.Errorf("a test of %s imports %s", from, to)
			}
		}
	}
}

// The rules above are told apart from one that allows everything.
func TestArrowsRefuseWhatTheyShould(t *testing.T) {
	t.Parallel()
	for _, wrong := range [][2]string{
		{"bots", "storage"}, {"storage", "bots"}, {"bots/telegram", "bots/terminal"}, {"bots", "bots/telegram"}, {"bots/terminal", "storage"},
		{"intake", "storage"}, {"intake", "bots"}, {"intake", "intake/register"}, {"intake/campaign", "intake"}, {"intake/answer", "intake/wording"},
		{"intake/wording", "intake/answer"}, {"bots/fakes/telegram", "intake"}, {"storage", "cmd/claimline"},
	} {
		if mayImport(wrong[0], wrong[1]) {
			t.Errorf("%s may import %s", wrong[0], wrong[1])
		}
	}
}

func mayImport(from, to string) bool {
	for _, a := range arrows {
		if covers(a.from, from) {
			return covered(a.to, to)
		}
	}
	return false
}

func covered(patterns []string, p string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return covers(pattern, p) })
}

func covers(pattern, p string) bool {
	top, tree := strings.CutSuffix(pattern, "...")
	top = strings.TrimSuffix(top, "/")
	return p == top || tree && (top == "" || strings.HasPrefix(p, top+"/"))
}

func ours(imports []string) []string {
	var own []string
	for _, path := range imports {
		if p, ok := strings.CutPrefix(path, module); ok {
			own = append(own, p)
		}
	}
	return own
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for read := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := read.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("read what go list says: %v", err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("go list found only %d packages", len(all))
	}
	return all
}

const root = "../.."

// The top level holds four folders of code, what tools force to live there, and nothing else.
func TestTheTopLevelStaysSmall(t *testing.T) {
	t.Parallel()
	allowed := []string{"cmd", "bots", "intake", "storage", "go.mod", "go.sum", ".env.example", "README.md",
		".ci", "LICENSE", "Dockerfile", ".dockerignore", ".gitignore", ".gitattributes"}
	local := []string{".git", ".env", "data", "secrets", "claimline"} // of this machine, not of the project
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(allowed, e.Name()) && !slices.Contains(local, e.Name()) {
			t.Errorf("%s lies at the top level", e.Name())
		}
	}
}

// Only a platform's client opens connections, and it dials the host that is configured and no other
// (its own tests show that). So a test that gives it a server on loopback dials nothing else.
func TestOnlyClientsOpenConnections(t *testing.T) {
	t.Parallel()
	allowed := []string{"bots/telegram", "bots/discord", "bots/fakes/", "bots/botstest", "storage/testdb", "cmd/rehearse"}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		if slices.ContainsFunc(allowed, func(prefix string) bool { return strings.HasPrefix(filepath.ToSlash(dir)+"/", prefix) }) {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, dialling := range []string{"net.Dial", "tls.Dial", "http.Get(", "http.Post", "http.DefaultClient", "http.DefaultTransport", "http.Client{", "http.Transport{"} {
			if strings.Contains(string(source), dialling) {
				t.Errorf("%s opens connections: %s", path, dialling)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
