package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// How often it is told how far a row is: on a screen, and elsewhere.
const (
	drawEvery = 500 * time.Millisecond
	lineEvery = 15 * time.Second
)

// tell tells how far a row is: on a terminal in lines that change, elsewhere now and then the first of
// them. The returned function ends it.
func (r row) tell(out io.Writer, how func() string) (stop func()) {
	show, every := &screen{out: out}, lineEvery
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		show.terminal, every = f, drawEvery
	}
	fmt.Fprintln(out, r.name())
	began, over, told := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		defer show.clear()
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
				show.draw(fmt.Sprintf("%s: %s", time.Since(began).Round(time.Second), how()))
			}
		}
	}()
	return func() { close(over); <-told }
}

// screen shows some lines in the place of those before, or only the first where nothing can be taken back.
type screen struct {
	out      io.Writer
	terminal *os.File // nil for what is no terminal
	height   int      // lines that are shown
}

func (s *screen) draw(text string) {
	lines := strings.Split(text, "\n")
	if s.terminal == nil {
		fmt.Fprintln(s.out, "  "+lines[0])
		return
	}
	picture := s.above()
	width, _, err := term.GetSize(int(s.terminal.Fd()))
	for _, line := range lines {
		runes := []rune("  " + line)
		if err == nil && len(runes) >= width { // one that wraps could not be taken back
			runes = runes[:max(width-1, 0)]
		}
		picture += string(runes) + "\n"
	}
	fmt.Fprint(s.out, picture)
	s.height = len(lines)
}

func (s *screen) clear() {
	fmt.Fprint(s.out, s.above())
	s.height = 0
}

// above moves to where the lines began, and takes them away.
func (s *screen) above() string {
	if s.height == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r\x1b[J", s.height)
}

const barWidth = 40

// bar draws how many of some are done.
func bar(done, of int) string {
	full := barWidth * done / max(of, 1)
	return strings.Repeat("█", full) + strings.Repeat("░", barWidth-full) + fmt.Sprintf(" %d %%", 100*done/max(of, 1))
}

// watch counts the faults that strike.
type watch struct {
	mu   sync.Mutex
	many int
	last string
	at   time.Time
}

// over watches over some faults.
func (w *watch) over(list []fault) {
	for i := range list {
		name, strike := list[i].name, list[i].strike
		list[i].strike = func(ctx context.Context, s *stage, random *rand.Rand) (func(), error) {
			w.mu.Lock()
			w.many, w.last, w.at = w.many+1, name, time.Now()
			w.mu.Unlock()
			return strike(ctx, s, random)
		}
	}
}

func (w *watch) sofar() (many int, last string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.many == 0 {
		return 0, "no fault has struck"
	}
	return w.many, fmt.Sprintf("the last fault: %s, %s ago", w.last, time.Since(w.at).Round(time.Second))
}
