package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"claimline/bots/fakes/telegram"
)

// process is one life of the program.
type process struct {
	*exec.Cmd
	ended chan struct{} // closed when it is no more
}

// lives is what is known of all lives of the program.
type lives struct {
	mu     sync.Mutex
	count  int
	cpu    time.Duration
	peak   int64           // of the resident memory of any of them, bytes
	back   []time.Duration // from a start to the first poll
	deaths []string        // that nobody has caused
}

// String is how the program fares, for the screen.
func (l *lives) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := fmt.Sprintf("process %d, those before it had %.0f MB at most", l.count, float64(l.peak)/1e6)
	if len(l.back) > 0 {
		text += fmt.Sprintf(", the last one polled after %s", l.back[len(l.back)-1].Round(time.Millisecond))
	}
	if len(l.deaths) > 0 {
		text += fmt.Sprintf("; %d ended by themselves", len(l.deaths))
	}
	return text
}

// patience bounds every wait for something that must happen.
const patience = time.Minute

// launch starts the program, and does not wait for anything.
func (s *stage) launch() (*process, error) {
	f, err := os.OpenFile(s.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, err := s.equipment.life(s.program)
	if err != nil {
		return nil, err
	}
	c.Env, c.Dir, c.Stdout, c.Stderr = s.env, s.dir, f, f
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // no process outlives the rehearsal
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("starting the program: %w", err)
	}
	p := &process{c, make(chan struct{})}
	go func() {
		_ = c.Wait() // how it ended stands in ProcessState
		close(p.ended)
	}()
	go s.watch(p)
	return p, nil
}

// start gives the program a life on the stage and notes how long it takes until it polls.
func (s *stage) start() error {
	polls, began := s.telegram.Calls("getUpdates"), time.Now()
	p, err := s.launch()
	if err != nil {
		return err
	}
	s.process = p
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		go func() { // a life that ends before it polls has no such time
			<-p.ended
			cancel()
		}()
		if s.telegram.Wait(ctx, func([]telegram.Entry) bool { return s.telegram.Calls("getUpdates") > polls }) == nil {
			s.lives.mu.Lock()
			s.lives.back = append(s.lives.back, s.firstPoll(began).Sub(began))
			s.lives.mu.Unlock()
		}
	}()
	return nil
}

// firstPoll is when the first poll since a moment began. It stands in the history when it has ended.
func (s *stage) firstPoll(since time.Time) (at time.Time) {
	for _, t := range slices.Backward(s.telegram.History()) {
		if t.Method == "getUpdates" && t.At.After(since) {
			at = t.At
		}
		if t.At.Before(since.Add(-patience)) {
			break
		}
	}
	return at
}

// watch follows how much memory a life takes.
func (s *stage) watch(p *process) {
	for tick := time.NewTicker(200 * time.Millisecond); ; {
		select {
		case <-p.ended:
			tick.Stop()
			return
		case <-tick.C:
		}
		if peak := residentPeak(p.Process.Pid); peak > 0 {
			s.lives.mu.Lock()
			s.lives.peak = max(s.lives.peak, peak)
			s.lives.mu.Unlock()
		}
	}
}

// residentPeak is the most memory that a process ever had, in bytes; 0 when it is no more.
func residentPeak(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, after, found := strings.Cut(string(text), "VmHWM:")
	if err != nil || !found {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(strings.Fields(after)[0], 10, 64)
	return kilobytes * 1024
}

// kill ends the program at once, and returns when both platforms have handled what it had sent.
func (s *stage) kill(ctx context.Context) error {
	if s.process == nil {
		return nil
	}
	s.finish(s.process)
	s.process = nil
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return errors.Join(s.telegram.Quiet(ctx), s.discord.Quiet(ctx))
}

// finish kills one process and takes down what it has used.
func (s *stage) finish(p *process) {
	select {
	case <-p.ended:
		s.lives.mu.Lock()
		s.lives.deaths = append(s.lives.deaths, p.ProcessState.String())
		s.lives.mu.Unlock()
	default:
		_ = p.Process.Kill() // fails where it has just ended
		<-p.ended
	}
	s.lives.mu.Lock()
	defer s.lives.mu.Unlock()
	s.lives.count++
	s.lives.cpu += p.ProcessState.UserTime() + p.ProcessState.SystemTime()
}
