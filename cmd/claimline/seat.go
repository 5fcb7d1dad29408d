package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// takeSeat decides who takes leases. A process that has the data folder to itself is the successor
// of whoever had it before, and may take back at once what that one held when it died: the
// operating system lets the lock go with the process. Any other process is a stranger and waits
// until the lease has run out. leave gives the folder back.
func (s *service) takeSeat() (leave func(), err error) {
	lock := flock.New(filepath.Join(s.config.DataDir, "seat.lock"))
	mine, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the data folder %s: %w", s.config.DataDir, err)
	}
	leave = func() {
		if err := lock.Unlock(); err != nil {
			s.log.Warn("data folder not unlocked", "error", err)
		}
	}
	if !mine {
		s.log.Warn("another process works with this data folder", "data", s.config.DataDir)
		s.holder = rand.Text()
		return leave, nil
	}
	s.holder, err = seatOf(filepath.Join(s.config.DataDir, "seat"))
	return leave, err
}

// seatOf reads the data folder's id, and gives it one the first time.
func seatOf(path string) (string, error) {
	id, err := os.ReadFile(path)
	if err == nil && strings.TrimSpace(string(id)) != "" {
		return strings.TrimSpace(string(id)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the data folder's id: %w", err)
	}
	fresh := rand.Text()
	if err := os.WriteFile(path, []byte(fresh+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("write the data folder's id: %w", err)
	}
	return fresh, nil
}
