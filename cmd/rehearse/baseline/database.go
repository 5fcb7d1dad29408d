package baseline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// with does something in the program's database.
func (p *program) with(ctx context.Context, do func(conn *pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, p.address)
	if err != nil {
		return fmt.Errorf("looking into the database of %s: %w", p.kind, err)
	}
	defer conn.Close(ctx)
	if err := do(conn); err != nil {
		return fmt.Errorf("looking into the database of %s: %w", p.kind, err)
	}
	return nil
}

// sessions are the processes that serve the program's connections, as far as they run here.
func (p *program) sessions(ctx context.Context) (pids []int, err error) {
	err = p.with(ctx, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		if err != nil {
			return err
		}
		pids, err = pgx.CollectRows(rows, pgx.RowTo[int])
		return err
	})
	var here []int
	for _, pid := range pids {
		if name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err == nil && bytes.HasPrefix(name, []byte("postgres")) {
			here = append(here, pid)
		}
	}
	return here, err
}

// cpuOf is how much of the processors' time processes have used; those that are no more have used none.
func cpuOf(pids ...int) (all time.Duration) {
	const tick = 10 * time.Millisecond // USER_HZ of Linux
	for _, pid := range pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		for _, field := range fields[11:13] { // utime and stime
			n, _ := strconv.ParseInt(field, 10, 64)
			all += time.Duration(n) * tick
		}
	}
	return all
}

// Work is what is to be found of what a program did.
type Work struct {
	Events, Sent, Due, Submissions int // rows
	Messages                       int // that the Telegram took from it
}

// work looks for it when the program has ended.
func (p *program) work(ctx context.Context) (w Work, err error) {
	w.Messages = p.telegram.Calls("sendMessage") + p.telegram.Calls("sendDocument")
	err = p.with(ctx, func(conn *pgx.Conn) error {
		err := conn.QueryRow(ctx, "SELECT (SELECT count(*) FROM events), count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'due') FROM outbox").
			Scan(&w.Events, &w.Sent, &w.Due)
		if err != nil || p.kind != ours {
			return err
		}
		return conn.QueryRow(ctx, "SELECT count(*) FROM submissions").Scan(&w.Submissions)
	})
	return w, err
}

const ours = "claimline"

// agrees holds what is to be found against what people had answered: an event for each turn, each
// message at the Telegram and marked, a submission for each interview that came to its end. A bare
// program says one thing a turn; claimline also changes and removes messages.
func (w Work) agrees(kind string, c *crowd) error {
	turns, finished := int(c.turns.Load()), int(c.finished.Load())
	switch {
	case w.Due > 0:
		return fmt.Errorf("%d messages were never sent", w.Due)
	case w.Events != turns:
		return fmt.Errorf("%d events are noted of %d turns", w.Events, turns)
	case kind != ours && (w.Sent != turns || w.Messages != turns):
		return fmt.Errorf("%d messages came and %d are marked of %d turns", w.Messages, w.Sent, turns)
	case kind == ours && w.Submissions != finished:
		return fmt.Errorf("%d submissions of %d interviews", w.Submissions, finished)
	case kind == ours && w.Sent < w.Messages:
		return fmt.Errorf("%d messages came and %d are marked", w.Messages, w.Sent)
	case kind == ours && w.Messages*10 < turns*8: // a box that is ticked changes a message
		return errors.New("fewer messages came than questions were asked")
	}
	return nil
}
