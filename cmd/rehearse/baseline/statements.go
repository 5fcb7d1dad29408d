package baseline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Statements is what claimline asks of PostgreSQL for a turn.
type Statements struct {
	Missing   string      `json:"missing,omitempty"` // why it was not counted
	Turns     int         `json:"turns"`
	Counted   float64     `json:"statements_per_turn"` // BEGIN and COMMIT left out
	Commits   float64     `json:"commits_per_turn"`    // of turns, and of what writes in a transaction of its own
	Dearest   []Statement `json:"dearest"`
	Telegrams float64     `json:"calls_per_turn"` // to the Telegram, polls left out
}

// Statement is one of them.
type Statement struct {
	Calls float64 `json:"calls_per_turn"`
	Time  float64 `json:"ms_per_turn"` // in the database, planning left out
	Text  string  `json:"text"`
}

// Count makes the server count what is asked of a database in the sessions that begin after it. It
// returns an error where the server, somebody else's, has no counter.
func Count(ctx context.Context, conn *pgx.Conn) error {
	name := pgx.Identifier{conn.Config().Database}.Sanitize()
	for _, statement := range []string{"CREATE EXTENSION IF NOT EXISTS pg_stat_statements", "ALTER DATABASE " + name + " SET pg_stat_statements.track = 'top'",
		"SELECT pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = current_database()), 0)"} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("counting statements: %w", err)
		}
	}
	return nil
}

// count lets a crowd talk with one more claimline while the server counts, which costs a little: it is
// in no other figure.
func (s *stage) count(ctx context.Context, people int, d time.Duration) (st Statements, err error) {
	p, err := s.claimline(ctx, "")
	if err != nil {
		return st, err
	}
	err = errors.Join(p.stop(ctx), p.with(ctx, func(conn *pgx.Conn) error {
		if err := Count(ctx, conn); err != nil {
			st.Missing = err.Error()
		}
		return nil
	}), p.start(ctx))
	if err != nil || st.Missing != "" {
		return st, err
	}
	calls, c := p.calls(), p.crowd(people, interview)
	if err := c.until(ctx, time.Now().Add(d)); err != nil {
		return st, err
	}
	if err := p.stop(ctx); err != nil {
		return st, err
	}
	st.Turns = int(c.turns.Load())
	st.Telegrams = float64(p.calls()-calls) / float64(st.Turns)
	return st, p.with(ctx, func(conn *pgx.Conn) error { return st.Read(ctx, conn) })
}

// calls are those that the Telegram has answered.
func (p *program) calls() (n int) {
	for _, method := range []string{"sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup", "deleteMessage", "answerCallbackQuery", "sendChatAction"} {
		n += p.telegram.Calls(method)
	}
	return n
}

// Read divides what the server has counted since Count by the turns.
func (st *Statements) Read(ctx context.Context, conn *pgx.Conn) error {
	turns := float64(st.Turns)
	const here = " FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) "
	err := conn.QueryRow(ctx, "SELECT coalesce(sum(calls) FILTER (WHERE query !~* '^(begin|commit|rollback|set|show)'), 0) / $1::float8, "+
		"coalesce(sum(calls) FILTER (WHERE query ILIKE 'commit%' OR query ILIKE 'update \"outbox\"%'), 0) / $1::float8"+here, turns).
		Scan(&st.Counted, &st.Commits)
	if err != nil {
		return err
	}
	rows, err := conn.Query(ctx, "SELECT calls / $1::float8, total_exec_time / $1::float8, regexp_replace(left(query, 110), '\\s+', ' ', 'g')"+here+
		"ORDER BY total_exec_time DESC LIMIT 14", turns)
	if err != nil {
		return err
	}
	st.Dearest, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Statement])
	if err != nil {
		return fmt.Errorf("reading the counted statements: %w", err)
	}
	return nil
}
