package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// readMasterKey reads 32 bytes in base64 from a file that only its owner may read. The error wraps
// fs.ErrNotExist when there is no such file.
func readMasterKey(path string) ([]byte, error) {
	info, err := os.Stat(path) // before it is opened: a pipe would be waited for
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("master key %s is not a file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	defer file.Close()
	if others := info.Mode().Perm() & 0o077; others != 0 && os.PathSeparator == '/' {
		return nil, fmt.Errorf("master key %s can be read by others (mode %04o): run: chmod 600 %s", path, info.Mode().Perm(), path)
	}
	const most = 1 << 10
	text, err := io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != keyBytes {
		return nil, fmt.Errorf("master key %s does not hold %d bytes in base64", path, keyBytes) // never the text itself
	}
	return secret, nil
}

// makeMasterKey writes a new key. Of two that start together one wins, and both use its key.
func makeMasterKey(path string, random io.Reader) ([]byte, error) {
	secret := make([]byte, keyBytes)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("making a master key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("folder of the master key: %w", err)
	}
	text := base64.StdEncoding.EncodeToString(secret) + "\n"
	draft, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("making a master key: %w", err)
	}
	defer os.Remove(draft.Name())
	if err := writeAndSync(draft, []byte(text)); err != nil {
		return nil, fmt.Errorf("making a master key: %w", err)
	}
	err = os.Link(draft.Name(), path) // unlike a rename it never replaces a key
	if errors.Is(err, fs.ErrExist) {
		return readMasterKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("making a master key: %w", err)
	}
	return secret, syncFolder(filepath.Dir(path))
}

// masterKey names the key by a hash of itself, so that a store can tell two master keys apart while
// one replaces the other.
func masterKey(secret []byte) (*key, error) {
	sum := sha256.Sum256(append([]byte("claimline master key\n"), secret...))
	return newKey(keyID(sum[:idBytes]), secret)
}

// newID draws 128 random bits and writes them in 26 lower-case letters and digits.
func newID(random io.Reader) (string, error) {
	var drawn [16]byte
	if _, err := io.ReadFull(random, drawn[:]); err != nil {
		return "", fmt.Errorf("drawing an id: %w", err)
	}
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(drawn[:])
	return strings.ToLower(text), nil
}

// writeSynced replaces a small file whole, and returns when it would survive a power failure.
func writeSynced(path string, text []byte) error {
	draft, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	if err := writeAndSync(draft, text); err != nil {
		return err
	}
	if err := os.Rename(draft.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func writeAndSync(file *os.File, text []byte) error {
	_, err := io.Copy(file, bytes.NewReader(text))
	return errors.Join(err, file.Sync(), file.Close())
}

// syncFolder makes a file's name as durable as its content.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
