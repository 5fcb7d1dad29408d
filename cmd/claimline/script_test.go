package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts call the program as a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"claimline": main})
}

// The program as somebody at a shell meets it: each script is a folder, commands and what they print.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}
