package terminal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"claimline/intake"
)

// mostCopies is how many files of one name a folder takes.
const mostCopies = 1000

// save writes a file that was handed out into a folder, readable by its owner alone, and returns
// its absolute path. An earlier file of the name stays; the new one gets a number.
func save(folder string, a intake.Attachment) (string, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("folder for received files: %w", err)
	}
	ext := filepath.Ext(a.Name)
	stem := safeName(strings.TrimSuffix(a.Name, ext))
	for n := range mostCopies {
		name := stem
		if n > 0 {
			name += "-" + strconv.Itoa(n+1)
		}
		path := filepath.Join(folder, name+safeName(ext))
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("save a received file: %w", err)
		}
		_, err = f.Write(a.Body)
		if err := errors.Join(err, f.Close()); err != nil {
			return "", fmt.Errorf("save a received file: %w", err)
		}
		return filepath.Abs(path)
	}
	return "", fmt.Errorf("save a received file: %s holds %d of its name", folder, mostCopies)
}

// safeName keeps letters, digits, dots inside, hyphens and underscores: a name that leads nowhere.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, name)
	if strings.Trim(name, ".") == "" && name != "" {
		return "file"
	}
	return name
}
