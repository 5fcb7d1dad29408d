package baseline

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"claimline/bots/fakes/telegram"
)

// program is one of those that are compared, with its Telegram and its database.
type program struct {
	kind     string
	args     []string
	env      []string
	dir      string
	address  string // of the database
	telegram *telegram.Server
	met      *atomic.Int64 // people who have talked with it

	process *exec.Cmd
	ended   chan struct{} // closed when it is no more
}

func (p *program) crowd(people int, s func(n int) script) *crowd {
	return newCrowd(p.telegram, p.met, people, s)
}

// start starts the program and waits until it polls.
func (p *program) start(ctx context.Context) error {
	log, err := os.OpenFile(p.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	p.process = exec.Command(p.args[0], p.args[1:]...)
	p.process.Env, p.process.Dir, p.process.Stdout, p.process.Stderr = p.env, p.dir, log, log
	p.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it does not outlive the measuring
	if err := p.process.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", p.kind, err)
	}
	ended := make(chan struct{})
	p.ended = ended
	go func() {
		_ = p.process.Wait() // how it ended stands in ProcessState
		close(ended)
	}()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	go func() { // one that ends does not poll any more
		<-ended
		cancel()
	}()
	if err := p.telegram.WaitPoll(ctx); err != nil {
		return fmt.Errorf("%s does not poll: %w\n%s", p.kind, err, p.said())
	}
	return nil
}

func (p *program) log() string { return filepath.Join(p.dir, "log") }

// said is the end of what the program has logged.
func (p *program) said() []byte {
	text, _ := os.ReadFile(p.log())
	return text[max(0, len(text)-2000):]
}

// stop asks the program to end, and waits until it has finished what it had begun.
func (p *program) stop(ctx context.Context) error {
	if p.process == nil {
		return nil
	}
	if err := p.process.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stopping %s: %w\n%s", p.kind, err, p.said())
	}
	select {
	case <-p.ended:
	case <-time.After(patience):
		return fmt.Errorf("%s does not stop\n%s", p.kind, p.said())
	case <-ctx.Done():
		return ctx.Err()
	}
	ended := p.process.ProcessState
	p.process = nil
	if !ended.Success() {
		return fmt.Errorf("%s ended with %s\n%s", p.kind, ended, p.said())
	}
	return nil
}

func (p *program) kill() {
	if p.process != nil && p.process.Process != nil {
		_ = p.process.Process.Kill()
		<-p.ended
	}
}

// Rate is what a program did in one round.
type Rate struct {
	Turns    int     `json:"turns"`
	Seconds  float64 `json:"seconds"`
	CPU      float64 `json:"cpu_ms_per_turn"`          // of the program
	Database float64 `json:"database_cpu_ms_per_turn"` // of its sessions; 0 where the server is elsewhere
	People   float64 `json:"people_cpu_ms_per_turn"`   // of this process: the people and their Telegram
}

func (r Rate) perSecond() float64 { return float64(r.Turns) / r.Seconds }

// round lets a crowd talk with the program for a while.
func (p *program) round(ctx context.Context, c *crowd, d time.Duration) (Rate, error) {
	sessions, err := p.sessions(ctx)
	if err != nil {
		return Rate{}, err
	}
	turns, cpu, database, people, began := c.turns.Load(), cpuOf(p.process.Process.Pid), cpuOf(sessions...), cpuOf(os.Getpid()), time.Now()
	if err := c.until(ctx, began.Add(d)); err != nil {
		return Rate{}, fmt.Errorf("%s: %w\n%s", p.kind, err, p.said())
	}
	took, cpu, people := time.Since(began), cpuOf(p.process.Process.Pid)-cpu, cpuOf(os.Getpid())-people
	if sessions, err = p.sessions(ctx); err != nil { // there may be more by now
		return Rate{}, err
	}
	n := float64(max(c.turns.Load()-turns, 1))
	return Rate{Turns: int(c.turns.Load() - turns), Seconds: took.Seconds(),
		CPU: milliseconds(cpu) / n, Database: milliseconds(cpuOf(sessions...)-database) / n, People: milliseconds(people) / n}, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
