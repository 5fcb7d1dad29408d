package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"claimline/cmd/rehearse/baseline"
)

// postgresStop is the fault that crashes the server.
const postgresStop = "postgres-stop"

// statements are what the program asked of its database: in all, and once they are divided for a turn.
type statements struct {
	Missing string  `json:"missing,omitempty"` // why it was not counted
	Counted float64 `json:"statements"`        // BEGIN and COMMIT left out
	Commits float64 `json:"commits"`
}

func (s statements) String() string {
	if s.Missing != "" {
		return "not counted: " + s.Missing
	}
	return fmt.Sprintf("%.1f statements and %.1f commits a turn", s.Counted, s.Commits)
}

// count makes the database count what the program asks of it once it is started; missing says why it
// cannot.
func (s *stage) count(ctx context.Context) (missing string, err error) {
	if s.server == nil {
		return "nothing but the program sees what it asks of SQLite", nil
	}
	return missing, s.inDatabase(ctx, func(conn *pgx.Conn) error {
		if err := baseline.Count(ctx, conn); err != nil {
			missing = err.Error()
		}
		return nil
	})
}

// counted is what was asked since.
func (s *stage) counted(ctx context.Context, missing string, all []struck) (statements, error) {
	if slices.ContainsFunc(all, func(f struck) bool { return f.name == postgresStop }) {
		missing = "a server that crashes forgets what it was asked"
	}
	if missing != "" {
		return statements{Missing: missing}, nil
	}
	asked := baseline.Statements{Turns: 1}
	err := s.inDatabase(ctx, func(conn *pgx.Conn) error { return asked.Read(ctx, conn) })
	return statements{Counted: asked.Counted, Commits: asked.Commits}, err
}

// among divides what was asked by the turns that caused it.
func (s statements) among(turns int) statements {
	s.Counted /= float64(max(turns, 1))
	s.Commits /= float64(max(turns, 1))
	return s
}

func (s *stage) inDatabase(ctx context.Context, do func(conn *pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, s.address)
	if err == nil {
		defer conn.Close(ctx)
		err = do(conn)
	}
	if err != nil {
		return fmt.Errorf("asking the database what it was asked: %w", err)
	}
	return nil
}
