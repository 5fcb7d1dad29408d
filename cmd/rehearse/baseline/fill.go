package baseline

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// fill puts copies of one submission into claimline's store, made by somebody who goes through a whole
// interview, the sealed part of each cut short. The copies do not open, which only the register would
// notice: what a turn costs depends on rows and indexes. Messages, which are swept after two days, are
// left out.
func (p *program) fill(ctx context.Context, n int) error {
	c := p.crowd(1, interview)
	for c.finished.Load() == 0 {
		if err := c.turn(ctx, c.talkers[0]); err != nil {
			return err
		}
	}
	return p.with(ctx, func(conn *pgx.Conn) error {
		err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			// The copies refer to each other rightly; looking at each of ten million once more takes minutes.
			if _, err := tx.Exec(ctx, "SET LOCAL session_replication_role = replica"); err != nil {
				return err
			}
			for _, r := range copies() {
				if err := r.make(ctx, tx, n); err != nil {
					return fmt.Errorf("filling %s: %w", r.table, err)
				}
			}
			return nil
		})
		if err == nil { // what a server does by itself, sooner or later, would otherwise fall into the measuring
			_, err = conn.Exec(ctx, "VACUUM ANALYZE")
		}
		if err == nil {
			_, err = conn.Exec(ctx, "CHECKPOINT")
		}
		return err
	})
}

// rows are copies of all rows of a table that fit, with some columns made from a number, x.n.
type rows struct {
	table, where string
	made         map[string]string
}

func copies() []rows {
	return []rows{
		{"persons", "id = (SELECT person FROM submissions)", map[string]string{"id": "'p' || x.n"}},
		{"conversations", "stage = 'sent'", map[string]string{"id": "'c' || x.n", "person": "'p' || x.n", "touched": "x.n", "audit_at": "x.n", "state": "substr(m.state, 1, 200)"}},
		{"accounts", "true", map[string]string{"address": hashed, "person": "'p' || x.n", "conversation": "'c' || x.n"}},
		{"lookups", "true", map[string]string{"hash": "sha256(m.hash || " + hashed + ")", "person": "'p' || x.n", "submission": "'s' || x.n"}},
		{"audit", "chain IN (SELECT id FROM conversations)", map[string]string{"chain": "'c' || x.n"}},
		{"events", "hash = (SELECT hash FROM events LIMIT 1)", map[string]string{"hash": hashed, "at": "x.n"}},
		{"claimline_keys.keys", "person = (SELECT person FROM submissions)", map[string]string{"id": "decode(md5(m.id::text || x.n), 'hex')", "person": "'p' || x.n"}},
		{"submissions", "true", map[string]string{"id": "'s' || x.n", "conversation": "'c' || x.n", "person": "'p' || x.n", "reference": "'R' || x.n", "at": "x.n", "body": "substr(m.body, 1, 200)"}},
	}
}

const hashed = "sha256(convert_to('h' || x.n, 'UTF8'))"

func (r rows) make(ctx context.Context, tx pgx.Tx, n int) error {
	described, err := tx.Query(ctx, "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped", r.table)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(described, pgx.RowTo[string])
	if err != nil {
		return err
	}
	var values []string
	for _, name := range names {
		value, ok := r.made[name]
		if !ok {
			value = "m." + name
		}
		values = append(values, value)
	}
	_, err = tx.Exec(ctx, fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM generate_series(1, $1::int) AS x(n), (SELECT * FROM %s WHERE %s) AS m",
		r.table, strings.Join(names, ", "), strings.Join(values, ", "), r.table, r.where), n)
	return err
}
