package main

import (
	"context"
	"database/sql"

	"claimline/intake"
	"claimline/storage"
)

// mark is when a message was done with.
type mark struct {
	id   string
	done int64 // microseconds
}

// marked are the messages of an account's talk that are done with, in their order.
func marked(ctx context.Context, store *storage.Store, db *sql.DB, a intake.Account) ([]mark, error) {
	var conversation string
	err := store.InTx(ctx, func(tx intake.Tx) error {
		f, err := tx.Find(a)
		if f != nil {
			conversation = f.Conversation.ID
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, "SELECT id, done FROM outbox WHERE conversation = ? AND lane = 0 AND state <> 'due' ORDER BY done, seq", conversation)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []mark
	for rows.Next() {
		var m mark
		if err := rows.Scan(&m.id, &m.done); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}
