package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"claimline/bots/fakes/discord"
	"claimline/bots/fakes/telegram"
)

// fault is something that goes wrong. When strike returns the program runs; what it has left for
// calls to come is taken back by over, where it is not nil.
type fault struct {
	name    string
	servers bool // it needs a PostgreSQL server of ours
	breaks  bool // what was being sent may have been sent without the program knowing
	strike  func(ctx context.Context, s *stage, random *rand.Rand) (over func(), err error)
}

// struck is a fault that has happened.
type struck struct {
	fault
	from, until time.Time
}

// faults are all that can be asked for by name.
func faults() []fault {
	return append([]fault{
		{"kill", false, true, restart(0)},
		{"away", false, true, restart(3 * time.Second)},
		{"pause", false, true, pause},
		{"two", false, true, succeed},
		{"telegram-429", false, false, telegramFails(telegram.Fault{Method: "sendMessage", RetryAfter: 2})},
		{"telegram-5xx", false, false, telegramFails(telegram.Fault{Times: 3, Status: 502})},
		{"telegram-html", false, false, telegramFails(telegram.Fault{Times: 2, Status: 504, Body: "<html><h1>504 Gateway Time-out</h1></html>", HTML: true})},
		{"telegram-slow", false, false, telegramFails(telegram.Fault{Times: 5, Delay: 2 * time.Second})},
		{"telegram-cut-upload", false, false, telegramFails(telegram.Fault{Method: "sendMessage", Cut: telegram.CutUpload})},
		{"telegram-cut-before", false, false, telegramFails(telegram.Fault{Method: "sendMessage", Cut: telegram.CutBefore})},
		{"telegram-cut-middle", false, false, telegramFails(telegram.Fault{Method: "sendMessage", Cut: telegram.CutMiddle})},
		{"telegram-cut-after", false, false, telegramFails(telegram.Fault{Method: "sendMessage", Cut: telegram.CutAfter})},
		{"telegram-poll-cut", false, false, telegramFails(telegram.Fault{Method: "getUpdates", Cut: telegram.CutMiddle})},
		{"telegram-poll-5xx", false, false, telegramFails(telegram.Fault{Method: "getUpdates", Times: 3, Status: 500})},
		{"telegram-twice", false, false, act(func(s *stage, random *rand.Rand) { s.telegram.Repeat(1 + random.IntN(5)) })},
		{"telegram-again", false, false, act(func(s *stage, random *rand.Rand) { s.telegram.Redeliver(1 + random.IntN(50)) })},
		{"telegram-ids", false, false, act(func(s *stage, random *rand.Rand) { s.telegram.RestartIDs(1 + random.IntN(1<<30)) })},
		{"discord-429", false, false, discordFails(discord.Fault{RetryAfter: 1})},
		{"discord-5xx", false, false, discordFails(discord.Fault{Times: 3, Status: 502})},
		{"discord-html", false, false, discordFails(discord.Fault{Times: 2, Status: 504, Body: "<html><h1>504</h1></html>", HTML: true})},
		{"discord-cut-before", false, false, discordFails(discord.Fault{Route: discord.CreateMessage, Cut: discord.CutBefore})},
		{"discord-cut-after", false, false, discordFails(discord.Fault{Route: discord.CreateMessage, Cut: discord.CutAfter})},
		{"discord-twice", false, false, act(func(s *stage, random *rand.Rand) { s.discord.Repeat(1 + random.IntN(5)) })},
		{"discord-op7", false, false, act(func(s *stage, _ *rand.Rand) { s.discord.Reconnect() })},
		{"discord-op9", false, false, act(func(s *stage, random *rand.Rand) { s.discord.Invalidate(random.IntN(2) == 0) })},
		{"discord-gateway-cut", false, false, act(func(s *stage, _ *rand.Rand) { s.discord.CutGateway() })},
		{"poison", false, false, spoil},
		{campaignEdited, false, true, reword},
		{postgresStop, true, true, func(_ context.Context, s *stage, _ *rand.Rand) (func(), error) { return nil, s.server.Crash() }},
		{"postgres-backends", true, true, terminate},
	}, equipped()...)
}

func names(list []fault) []string {
	var all []string
	for _, f := range list {
		all = append(all, f.name)
	}
	return all
}

// chosen are the faults of a row, as far as its database has them.
func (r row) chosen() ([]fault, error) {
	known := faults()
	for _, name := range r.Faults {
		if !slices.Contains(names(known), name) {
			return nil, fmt.Errorf("there is no fault %q; there are %v", name, names(known))
		}
	}
	return slices.DeleteFunc(known, func(f fault) bool {
		return !r.Chaos && !slices.Contains(r.Faults, f.name) || f.servers && r.DB != "postgres"
	}), nil
}

// trouble lets faults strike until it is over. A program that has ended by itself, which no fault of
// these makes it do, is told of in the end and started again.
func (s *stage) trouble(ctx context.Context, r row, list []fault, over <-chan struct{}) (all []struck, err error) {
	random := rand.New(rand.NewPCG(r.Seed, 1))
	for {
		next := make(<-chan time.Time) // none
		if len(list) > 0 {
			next = time.After(time.Duration(random.Int64N(int64(2 * r.Every))))
		}
		f := fault{"start again", false, true, restart(time.Second)}
		select {
		case <-over:
			return all, nil
		case <-ctx.Done():
			return all, ctx.Err()
		case <-s.process.ended:
		case <-next:
			f = list[random.IntN(len(list))]
		}
		one := struck{fault: f, from: time.Now()}
		undo, err := f.strike(ctx, s, random)
		if errors.Is(err, errMissed) {
			continue
		}
		one.until = time.Now()
		all = append(all, one)
		if err != nil {
			return all, fmt.Errorf("%s: %w", f.name, err)
		}
		if undo != nil {
			defer undo()
		}
	}
}

// restart kills the program and starts it again after a while. Mostly it is then let come to life: on a
// machine where a start takes as long as it is until the next kill, nobody would ever be answered.
func restart(after time.Duration) func(context.Context, *stage, *rand.Rand) (func(), error) {
	return func(ctx context.Context, s *stage, random *rand.Rand) (func(), error) {
		if err := s.kill(ctx); err != nil {
			return nil, err
		}
		if after > 0 {
			pass(ctx, time.Duration(random.Int64N(int64(2*after))))
		}
		if err := s.start(); err != nil || random.IntN(4) == 0 {
			return nil, err
		}
		return nil, s.alive(ctx)
	}
}

// alive waits until the program talks with Telegram, or has ended.
func (s *stage) alive(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	go func(p *process) {
		select {
		case <-p.ended:
			cancel()
		case <-waiting.Done():
		}
	}(s.process)
	if err := s.telegram.WaitPoll(waiting); err != nil && waiting.Err() != context.Canceled {
		return fmt.Errorf("waiting until the program talks with Telegram: %w", err)
	}
	return nil
}

// pause stops the program in the middle of whatever it does, for up to five seconds.
func pause(ctx context.Context, s *stage, random *rand.Rand) (func(), error) {
	if err := s.process.Process.Signal(syscall.SIGSTOP); err != nil {
		return nil, err
	}
	pass(ctx, time.Duration(random.Int64N(int64(5*time.Second))))
	return nil, s.process.Process.Signal(syscall.SIGCONT)
}

// succeed starts a second process beside the first, and kills the first after a while: the second
// must wait for it and then take its place.
func succeed(ctx context.Context, s *stage, random *rand.Rand) (func(), error) {
	second, err := s.launch()
	if err != nil {
		return nil, err
	}
	pass(ctx, time.Duration(random.Int64N(int64(4*time.Second))))
	s.finish(s.process)
	s.process = second
	return nil, nil
}

// pass lets a time pass.
func pass(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

func act(do func(*stage, *rand.Rand)) func(context.Context, *stage, *rand.Rand) (func(), error) {
	return func(_ context.Context, s *stage, random *rand.Rand) (func(), error) {
		do(s, random)
		return nil, nil
	}
}

func telegramFails(f telegram.Fault) func(context.Context, *stage, *rand.Rand) (func(), error) {
	return func(_ context.Context, s *stage, _ *rand.Rand) (func(), error) { return s.telegram.Fail(f), nil }
}

func discordFails(f discord.Fault) func(context.Context, *stage, *rand.Rand) (func(), error) {
	return func(_ context.Context, s *stage, _ *rand.Rand) (func(), error) { return s.discord.Fail(f), nil }
}

// terminate ends everybody's connections to the database.
func terminate(ctx context.Context, s *stage, _ *rand.Rand) (func(), error) {
	conn, err := pgx.Connect(ctx, s.address)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	return nil, err
}
