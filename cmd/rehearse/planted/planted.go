// Package planted holds the historic bugs: each sank a bot somewhere, and each that this program could
// have is kept as a patch that puts it in. A checker that lets one pass has a hole.
//
// A patch is a unified diff against the sources as they are, below a head of a few lines:
//
//	Bug: ack before commit
//	Seen: whoever writes at the wrong moment is never answered
//	Rehearse: --people 6 --faults kill
//	Catch: did not come to the end
//
// Rehearse is the row of a rehearsal that must not hold, and Catch, a regular expression, the promise
// that must be broken. What cannot be seen from outside, or not every time, has a line
// "Test: ./bots/telegram -run ^TestName$": the go test that must fail where no row did. The sources are
// never changed: a patched copy of the few files is laid over them when the program is built.
package planted

import (
	"bufio"
	"embed"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Bug is one patch.
type Bug struct {
	Name     string         // of its file, without the end
	Historic string         // which of Sixty it is
	Seen     string         // what a person would see
	Rehearse []string       // the flags of the row that catches it; nil where only a test does
	Catch    *regexp.Regexp // with Rehearse: what the checker must say
	Test     []string       // the arguments of go test; nil where a row is enough
	Files    []string       // that it changes, by their path in the module
	patch    []byte
}

//go:embed patches/*.patch
var patches embed.FS

// All returns every bug, by name. It returns an error where the head of one cannot be read.
func All() ([]Bug, error) {
	files, err := patches.ReadDir("patches")
	if err != nil {
		return nil, err
	}
	var all []Bug
	for _, f := range files {
		text, err := patches.ReadFile("patches/" + f.Name())
		if err != nil {
			return nil, err
		}
		b, err := read(strings.TrimSuffix(f.Name(), ".patch"), text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
		all = append(all, b)
	}
	return all, nil
}

// read reads a patch with its head.
func read(name string, patch []byte) (Bug, error) {
	b := Bug{Name: name, patch: patch}
	var faults []error
	inHead := true
	for lines := bufio.NewScanner(strings.NewReader(string(patch))); lines.Scan(); {
		line := lines.Text()
		if file, ok := strings.CutPrefix(line, "+++ b/"); ok {
			b.Files = append(b.Files, file)
			inHead = false
		}
		key, value, _ := strings.Cut(line, ": ")
		switch {
		case !inHead:
		case key == "Bug":
			b.Historic = value
		case key == "Seen":
			b.Seen = value
		case key == "Rehearse":
			b.Rehearse = strings.Fields(value)
		case key == "Test":
			b.Test = strings.Fields(value)
		case key == "Catch":
			var err error
			b.Catch, err = regexp.Compile(value)
			faults = append(faults, err)
		}
	}
	aRow := b.Rehearse != nil
	if b.Historic == "" || b.Seen == "" || b.Files == nil || aRow != (b.Catch != nil) || !aRow && b.Test == nil {
		faults = append(faults, errors.New("the head needs Bug and Seen, and Rehearse with Catch, or Test, or both"))
	}
	return b, errors.Join(faults...)
}

// Packages are the folders that it changes, as the go command wants them.
func (b Bug) Packages() []string {
	var all []string
	for _, file := range b.Files {
		folder := "./" + path.Dir(file)
		if strings.HasSuffix(file, ".go") && !slices.Contains(all, folder) {
			all = append(all, folder)
		}
	}
	return all
}

// Overlay patches a copy of the files in dir and returns the file that makes the go command see them
// in place of those below root, the module's folder. It returns an error where the patch does not fit
// the sources any more.
func (b Bug) Overlay(root, dir string) (string, error) {
	replace := map[string]string{}
	for _, file := range b.Files {
		copied := filepath.Join(dir, filepath.FromSlash(file))
		replace[filepath.Join(root, filepath.FromSlash(file))] = copied
		if err := copyFile(filepath.Join(root, filepath.FromSlash(file)), copied); err != nil {
			return "", fmt.Errorf("%s: %w", b.Name, err)
		}
	}
	apply := exec.Command("git", "apply", "-")
	apply.Dir, apply.Stdin = dir, strings.NewReader(string(b.patch))
	apply.Env = append(apply.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir), "GIT_DIR="+filepath.Join(dir, "none"))
	if out, err := apply.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s does not fit the sources any more: %w\n%s", b.Name, err, out)
	}
	return writeOverlay(filepath.Join(dir, "overlay.json"), replace)
}
