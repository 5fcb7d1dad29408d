package storage_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"claimline/intake"
	"claimline/storage"
	"claimline/storage/testdb"
)

var png = append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{7}, 200_000)...)

func unfitOf(err error) string {
	var unfit interface{ Unfit() string }
	if errors.As(err, &unfit) {
		return unfit.Unfit()
	}
	return ""
}

// vaulted is a scene that knows its folder of files, with one person on file.
func vaulted(t *testing.T, story func(t *testing.T, s *scene, folder string)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		c := newClock()
		var folder string
		s := &scene{Store: open(t, set(c), func(o *storage.Options) { folder = filepath.Join(o.DataDir, "files") }), clock: c}
		s.must(t, anna, func(f *intake.File) intake.Turn { answer(f, "c.name", 1, "Bo"); return intake.Turn{} })
		story(t, s, folder)
	})
}

func names(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// What was put in comes out, and what lies on the disk shows nothing of it.
func TestVault(t *testing.T) {
	vaulted(t, func(t *testing.T, s *scene, folder string) {
		owner := intake.Custody{Person: s.file(t, anna).Person, Compartment: intake.Compartment(1)}
		stored, err := s.Vault().Put(t.Context(), owner, "Bo op TikTok.png", bytes.NewReader(png), 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(png)
		want := intake.StoredFile{ID: stored.ID, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(png)), Type: "image/png", Name: "Bo op TikTok.png"}
		if stored != want {
			t.Errorf("stored %+v, want %+v", stored, want)
		}
		file, told, err := s.Vault().Open(t.Context(), stored.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		got, err := io.ReadAll(file)
		if err != nil || !bytes.Equal(got, png) || told != want {
			t.Errorf("%d bytes came out of %d, %+v, %v", len(got), len(png), told, err)
		}
		onDisk, err := os.ReadFile(filepath.Join(folder, stored.ID))
		if err != nil || bytes.Contains(onDisk, png[:8]) || bytes.Contains(onDisk, png[len(png)-64:]) {
			t.Errorf("the file lies open on the disk (%v)", err)
		}
		if !slices.Equal(names(t, folder), []string{stored.ID}) {
			t.Errorf("the folder holds %v", names(t, folder))
		}
	})
}

// What cannot be kept is refused with a reason that a person can be told, and leaves nothing.
func TestVaultRefuses(t *testing.T) {
	vaulted(t, func(t *testing.T, s *scene, folder string) {
		person := s.file(t, anna).Person
		broken := errors.New("the line broke")
		for _, c := range []struct {
			label   string
			owner   intake.Custody
			content io.Reader
			unfit   string
			is      error
		}{
			{"one byte too many", intake.Custody{Person: person, Compartment: "self"}, strings.NewReader(strings.Repeat("a", 1001)), "file-too-big", nil},
			{"a page with scripts", intake.Custody{Person: person, Compartment: "self"}, strings.NewReader("<!DOCTYPE html><script>alert(1)</script>"), "file-type", nil},
			{"a drawing with scripts", intake.Custody{Person: person, Compartment: "self"}, strings.NewReader(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), "file-type", nil},
			{"a program", intake.Custody{Person: person, Compartment: "self"}, strings.NewReader("MZ\x90\x00" + strings.Repeat("\x00", 200)), "file-type", nil},
			{"an archive", intake.Custody{Person: person, Compartment: "self"}, strings.NewReader("PK\x03\x04" + strings.Repeat("\x00", 200)), "file-type", nil},
			{"nothing", intake.Custody{Person: person, Compartment: "self"}, strings.NewReader(""), "file-type", nil},
			{"of nobody", intake.Custody{Person: "somebody erased", Compartment: "self"}, strings.NewReader("a"), "file-gone", nil},
			{"of a child who was let go", intake.Custody{Person: person, Compartment: "member-9"}, strings.NewReader("a"), "file-gone", nil},
			{"cut off", intake.Custody{Person: person, Compartment: "self"}, io.MultiReader(bytes.NewReader(png[:900]), failing{broken}), "", broken},
			{"cut off at once", intake.Custody{Person: person, Compartment: "self"}, failing{broken}, "", broken},
		} {
			_, err := s.Vault().Put(t.Context(), c.owner, "name", c.content, 1000)
			if err == nil || unfitOf(err) != c.unfit || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%s: %v", c.label, err)
			}
		}
		if left := names(t, folder); len(left) != 0 || s.count(t, "files", "1 = 1") != 0 {
			t.Errorf("left behind: %v", left)
		}
		if _, err := s.Vault().Put(t.Context(), intake.Custody{Person: person, Compartment: "self"}, "", strings.NewReader(strings.Repeat("a", 1000)), 1000); err != nil {
			t.Errorf("exactly at the limit: %v", err)
		}
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Every byte of a sealed file is guarded.
func TestVaultTampering(t *testing.T) {
	vaulted(t, func(t *testing.T, s *scene, folder string) {
		stored := s.keepFile(t, anna, strings.Repeat("a screenshot would be here\n", 100))
		path := filepath.Join(folder, stored.ID)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		read := func() error {
			file, _, err := s.Vault().Open(t.Context(), stored.ID)
			if err != nil {
				return err
			}
			defer file.Close()
			_, err = io.Copy(io.Discard, file)
			return err
		}
		for i := 0; i < len(whole); i += 97 {
			whole[i] ^= 1
			write(t, path, string(whole), 0o600)
			whole[i] ^= 1
			if read() == nil {
				t.Errorf("byte %d altered: it was read", i)
			}
		}
		write(t, path, string(whole[:len(whole)/2]), 0o600)
		if read() == nil {
			t.Error("cut in half: it was read")
		}
	})
}

// A file that the conversation names stays; one that it names no longer goes, with its bytes; so
// does one that no turn ever named, after a day; and what a killed download left.
func TestFilesComeAndGo(t *testing.T) {
	vaulted(t, func(t *testing.T, s *scene, folder string) {
		kept, replaced := s.keepFile(t, anna, "kept"), s.keepFile(t, anna, "replaced")
		owner := intake.Custody{Person: s.file(t, anna).Person, Compartment: intake.Self}
		unnamed, err := s.Vault().Put(t.Context(), owner, "", strings.NewReader("fetched twice"), 100)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, ".new-1"), "half a download", 0o600)
		s.must(t, anna, func(f *intake.File) intake.Turn {
			f.Conversation.State.Files = slices.DeleteFunc(f.Conversation.State.Files, func(f intake.StoredFile) bool { return f.ID == replaced.ID })
			return intake.Turn{}
		})
		if here := names(t, folder); slices.Contains(here, replaced.ID) || len(here) != 3 {
			t.Errorf("after one was taken back: %v", here)
		}
		s.clock.now = time.Now().Add(25 * time.Hour) // files have the machine's time
		for range 2 {
			if err := s.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if here := names(t, folder); !slices.Equal(here, []string{kept.ID}) {
			t.Errorf("a day later: %v, want %s only", here, kept.ID)
		}
		if _, _, err := s.Vault().Open(t.Context(), unnamed.ID); !errors.Is(err, storage.ErrNotKept) {
			t.Errorf("the file that nobody named: %v", err)
		}
	})
}

// A turn cannot name what is not in custody: "received" would be a lie.
func TestNamingAFileThatIsNotThere(t *testing.T) {
	vaulted(t, func(t *testing.T, s *scene, _ string) {
		err := s.hear(t.Context(), anna, func(f *intake.File) intake.Turn {
			f.Conversation.State.Files = []intake.StoredFile{{ID: "invented"}}
			return intake.Turn{}
		})
		if err == nil {
			t.Error("it was believed")
		}
	})
}

// A child is let go: its evidence goes with it.
func TestFilesOfAChildGo(t *testing.T) {
	vaulted(t, func(t *testing.T, s *scene, folder string) {
		owner := intake.Custody{Person: s.file(t, anna).Person, Compartment: intake.Compartment(1)}
		if _, err := s.Vault().Put(t.Context(), owner, "", bytes.NewReader(png), 1<<20); err != nil {
			t.Fatal(err)
		}
		s.must(t, anna, func(f *intake.File) intake.Turn { return intake.Turn{Destroy: []string{"member-1"}} })
		if here := names(t, folder); len(here) != 0 {
			t.Errorf("left: %v", here)
		}
	})
}
