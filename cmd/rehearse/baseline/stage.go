package baseline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"

	"claimline/bots/fakes/telegram"
	"claimline/cmd/rehearse/people"
	"claimline/cmd/rehearse/wire"
	"claimline/storage/testdb/cluster"
)

// stage holds everything that is taken down in the end.
type stage struct {
	dir      string
	server   *cluster.Server
	programs []*program
	drops    []func(context.Context) error
}

// build makes the programs from the sources as they are now.
func (s *stage) build(ctx context.Context) error {
	for _, b := range [][]string{
		{"-tags", "rehearsal", "-o", s.path("claimline"), "claimline/cmd/claimline"},
		{"-o", s.path("bare"), "claimline/cmd/rehearse/baseline/bare"},
	} {
		out, err := exec.CommandContext(ctx, "go", append([]string{"build"}, b...)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("go build %v: %w\n%s", b, err, out)
		}
	}
	return people.Fill(s.path("campaigns"))
}

func (s *stage) path(name string) string { return filepath.Join(s.dir, name) }

// prepare makes a Telegram and a database for a program.
func (s *stage) prepare(ctx context.Context, kind string, args ...string) (*program, error) {
	p := &program{kind: kind, args: args, dir: s.path(fmt.Sprint(kind, "-", len(s.programs))), met: &atomic.Int64{}}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return nil, err
	}
	address, drop, err := s.server.Create(ctx)
	if err != nil {
		return nil, err
	}
	s.drops = append(s.drops, drop)
	p.address = address
	if p.telegram, err = telegram.New(telegram.Options{Brief: true}); err != nil {
		return nil, err
	}
	s.programs = append(s.programs, p)
	p.env = []string{"PATH=" + os.Getenv("PATH"), "DATABASE_URL=" + address,
		"TELEGRAM_API_URL=" + p.telegram.URL(), "TELEGRAM_BOT_TOKEN=" + telegram.Token}
	return p, nil
}

// bare starts one of the bare programs.
func (s *stage) bare(ctx context.Context, through string) (*program, error) {
	p, err := s.prepare(ctx, "bare "+through, s.path("bare"), through)
	if err != nil {
		return nil, err
	}
	return p, p.start(ctx)
}

// claimline starts claimline, with its campaign open. A profile of its life goes to a file; "" for none.
func (s *stage) claimline(ctx context.Context, profile string) (*program, error) {
	p, err := s.prepare(ctx, "claimline", s.path("claimline"), "run")
	if err != nil {
		return nil, err
	}
	listen, err := wire.FreeAddress()
	if err != nil {
		return nil, err
	}
	p.env = append(p.env, "DATA_DIR="+filepath.Join(p.dir, "data"), "MASTER_KEY_FILE="+filepath.Join(p.dir, "secrets", "master.key"),
		"CAMPAIGNS_DIR="+s.path("campaigns"), "LISTEN_ADDR="+listen, "LOG_FORMAT=json", "REHEARSAL_UNPACED=1")
	if err := errors.Join(p.start(ctx), p.stop(ctx)); err != nil { // begins the store
		return nil, err
	}
	approve := exec.CommandContext(ctx, s.path("claimline"), "campaign", "approve", "tiktok", "--by", "Rehearsal")
	approve.Env, approve.Dir = p.env, p.dir
	if out, err := approve.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("approving the campaign: %w\n%s", err, bytes.TrimSpace(out))
	}
	if profile != "" {
		p.env = append(p.env, "REHEARSAL_PROFILE="+profile)
	}
	return p, p.start(ctx)
}

// clear ends what still runs and removes the databases.
func (s *stage) clear(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	var err error
	for _, p := range s.programs {
		p.kill()
		p.telegram.Close()
	}
	for _, drop := range s.drops {
		err = errors.Join(err, drop(ctx))
	}
	return err
}
