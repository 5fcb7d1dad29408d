package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// throughPgx uses the driver and nothing else.
type throughPgx struct{ pool *pgxpool.Pool }

func openPgx(ctx context.Context, address string) (*throughPgx, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	config.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	_, err = pool.Exec(ctx, schema)
	return &throughPgx{pool}, err
}

func (s *throughPgx) turn(ctx context.Context, d done) (l letter, fresh bool, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		now := time.Now().UnixMicro()
		noted, err := tx.Exec(ctx, "INSERT INTO events (identity, at) VALUES ($1, $2) ON CONFLICT DO NOTHING", d.identity, now)
		if err != nil || noted.RowsAffected() == 0 {
			return err
		}
		var kept []byte
		var seq int64
		err = tx.QueryRow(ctx, "SELECT seq, state FROM conversations WHERE chat = $1 FOR UPDATE", d.chat).Scan(&seq, &kept)
		met := !errors.Is(err, pgx.ErrNoRows)
		if err != nil && met {
			return err
		}
		state, err := next(kept, d.what)
		if err != nil {
			return err
		}
		save := "INSERT INTO conversations (chat, seq, touched, state) VALUES ($1, $2, $3, $4)"
		if met {
			save = "UPDATE conversations SET seq = $2, touched = $3, state = $4 WHERE chat = $1"
		}
		if _, err := tx.Exec(ctx, save, d.chat, seq+1, now, state); err != nil {
			return err
		}
		l, fresh = letter{rand.Text(), d.chat, question, answer}, true
		_, err = tx.Exec(ctx, "INSERT INTO outbox (id, chat, seq, state, due, done, message, body) VALUES ($1, $2, $3, 'due', $4, 0, 0, $5)",
			l.id, l.chat, seq+1, now, []byte(question))
		return err
	})
	return l, fresh, err
}

func (s *throughPgx) sent(ctx context.Context, id string, message int) error {
	_, err := s.pool.Exec(ctx, "UPDATE outbox SET state = 'sent', done = $2, message = $3, body = NULL WHERE id = $1 AND state = 'due'",
		id, time.Now().UnixMicro(), int64(message))
	if err != nil {
		return fmt.Errorf("marking %s: %w", id, err)
	}
	return nil
}
