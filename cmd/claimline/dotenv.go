package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/joho/godotenv"
)

// environment looks variables up, first in the environment, then in the file .env of the folder
// that the program runs in. It returns an error when there is such a file and it cannot be read.
func environment(fromOS func(string) (string, bool), file string) (func(string) (string, bool), error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", file, err)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fromOS, nil
	}
	if err != nil {
		return nil, err
	}
	values, err := godotenv.UnmarshalBytes(text)
	if err != nil { // the library's own words quote the file, and with it a secret
		return nil, fmt.Errorf("%s, line %d: expected NAME=value", path, badLine(string(text)))
	}
	return func(name string) (string, bool) {
		if value, ok := fromOS(name); ok {
			return value, true
		}
		value, ok := values[name]
		return value, ok
	}, nil
}

// badLine is the number of the first line at which the text cannot be read.
func badLine(text string) int {
	n := 0
	read := ""
	for line := range strings.Lines(text) {
		n++
		read += line
		if _, err := godotenv.Unmarshal(read); err != nil {
			return n
		}
	}
	return n
}
