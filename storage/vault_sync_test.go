package storage_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"claimline/intake"
)

// A file is received when its content and then its name are on the disk, and not before: until then
// no row names it.
func TestAFileIsOnTheDiskBeforeItIsOnFile(t *testing.T) {
	vaulted(t, func(t *testing.T, s *scene, folder string) {
		owner := intake.Custody{Person: s.file(t, anna).Person, Compartment: intake.Compartment(1)}
		rows := func() (n int64) {
			if err := s.DB().Table("files").Count(&n).Error; err != nil {
				t.Error(err)
			}
			return n
		}
		var steps []string
		s.WatchSyncs(func(path string) error {
			step := "content"
			if path == folder {
				step = "name"
			}
			steps = append(steps, step)
			hasName := slices.ContainsFunc(names(t, folder), func(name string) bool { return !strings.HasPrefix(name, ".") })
			if hasName != (step == "name") || rows() != 0 {
				t.Errorf("when the %s is synced the folder holds %v, and %d files are on file", step, names(t, folder), rows())
			}
			return nil
		})
		if _, err := s.Vault().Put(t.Context(), owner, "a.png", bytes.NewReader(png), 1<<20); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(steps, []string{"content", "name"}) || rows() != 1 {
			t.Errorf("synced: %v; %d files are on file", steps, rows())
		}
	})
}

// A disk that could not write something may say the next time that it has: it is asked once, and the
// file is not received.
func TestASyncThatFailedIsNotTriedAgain(t *testing.T) {
	vaulted(t, func(t *testing.T, s *scene, folder string) {
		owner := intake.Custody{Person: s.file(t, anna).Person, Compartment: intake.Compartment(1)}
		broken, asked := errors.New("input/output error"), 0
		s.WatchSyncs(func(string) error {
			asked++
			if asked == 1 {
				return broken
			}
			return nil
		})
		_, err := s.Vault().Put(t.Context(), owner, "a.png", bytes.NewReader(png), 1<<20)
		if !errors.Is(err, broken) || asked != 1 {
			t.Errorf("asked %d times, error %v", asked, err)
		}
		if left := names(t, folder); len(left) > 0 {
			t.Errorf("the folder holds %v", left)
		}
	})
}
