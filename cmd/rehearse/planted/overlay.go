package planted

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// copyFile copies one of the sources to where it may be changed.
func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

// writeOverlay writes what the go command's flag -overlay reads, and returns where.
func writeOverlay(file string, replace map[string]string) (string, error) {
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	return file, os.WriteFile(file, text, 0o644)
}
