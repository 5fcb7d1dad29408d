package endtoend

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is the time in one installation, for Telegram, the program and the test alike. It can start
// at any moment, run faster than the machine's and be put forward. The program reads it from a file.
type clock struct {
	testing.TB
	file string

	mu     sync.Mutex
	moment time.Time // by the machine
	showed time.Time // at that moment
	speed  int
}

func newClock(t testing.TB, dir string, showed time.Time, speed int) *clock {
	t.Helper()
	c := &clock{TB: t, file: filepath.Join(dir, "clock"), moment: time.Now(), showed: showed, speed: speed}
	c.write()
	return c
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at(time.Now())
}

func (c *clock) at(moment time.Time) time.Time {
	return c.showed.Add(moment.Sub(c.moment) * time.Duration(c.speed))
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.moment, c.showed = now, c.at(now).Add(d)
	c.write()
}

// write replaces the file in one go: the program may be reading it.
func (c *clock) write() {
	c.Helper()
	text := fmt.Sprintln(c.moment.UnixNano(), c.showed.UnixNano(), c.speed)
	err := os.WriteFile(c.file+".new", []byte(text), 0o600)
	if err == nil {
		err = os.Rename(c.file+".new", c.file)
	}
	if err != nil {
		c.Fatalf("setting the clock: %v", err)
	}
}

// overlay makes the program take the time from a file. That is all that differs from the program
// as it is shipped, and the file it names for the go command is in dir.
func overlay(dir string) (string, error) {
	const place, instead = "os.LookupEnv, clock()}", "os.LookupEnv, shown}"
	source, err := filepath.Abs(filepath.Join("..", "main.go"))
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(source)
	if err != nil {
		return "", err
	}
	if strings.Count(string(text), place) != 1 {
		return "", fmt.Errorf("%s does not hold %q once: the tests' clock cannot be put in", source, place)
	}
	changed := filepath.Join(dir, "main.go")
	if err := os.WriteFile(changed, []byte(strings.Replace(string(text), place, instead, 1)), 0o600); err != nil {
		return "", err
	}
	clock, err := filepath.Abs(filepath.Join("testdata", "clock.go.txt"))
	if err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {
		source: changed, filepath.Join(filepath.Dir(source), "clock.go"): clock,
	}})
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "overlay.json")
	return file, os.WriteFile(file, list, 0o600)
}
