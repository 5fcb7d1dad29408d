package storage

import (
	"context"
	"fmt"

	"claimline/intake"
)

// A key that a turn decided to destroy is doomed in that turn and destroyed after its commit. When
// a crash comes in between, the conversation's own row tells: nothing is read or sealed with a
// doomed key again, however late it goes.

type doomedRow struct {
	Key          []byte `gorm:"column:key"`
	Conversation string `gorm:"column:conversation"`
}

// doom notes which keys must go. What else they sealed goes now.
func (t *tx) doom(f *intake.File, d *dossier, compartments []string) error {
	if compartments == nil {
		return nil
	}
	if d.parked {
		if err := t.unpark(f.Person); err != nil {
			return err
		}
	}
	var rows []doomedRow
	var keys [][]byte
	for _, c := range compartments {
		if k := d.keys[c]; k != nil && c != intake.Self {
			rows = append(rows, doomedRow{Key: k.id[:], Conversation: f.Conversation.ID})
			keys = append(keys, k.id[:])
			delete(d.keys, c)
		}
	}
	t.doomed = append(t.doomed, f.Conversation.ID)
	if rows == nil {
		return nil
	}
	if err := t.db.Table("doomed").Create(&rows).Error; err != nil {
		return fmt.Errorf("dooming keys of person %s: %w", f.Person, err)
	}
	return t.dropFiles(f.Person, "person = ? AND key IN ?", f.Person, keys)
}

// finishDoom destroys keys that an earlier turn doomed, before this one reads the person's keys.
// The register's note of it is cleared after the commit.
func (t *tx) finishDoom(conversation string) error {
	rows, err := t.store.doomedOf(t.ctx, conversation, t)
	if err != nil {
		return err
	}
	t.doomed = append(t.doomed, conversation)
	return t.store.ring.destroy(t.ctx, rows...)
}

// doomedOf lists the doomed keys of a conversation, as a turn sees them where there is one.
func (s *Store) doomedOf(ctx context.Context, conversation string, t *tx) ([]keyID, error) {
	db := s.db.WithContext(ctx)
	if t != nil {
		db = t.db
	}
	var rows []doomedRow
	if err := db.Table("doomed").Select("key, conversation").Where("conversation = ?", conversation).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading the doomed keys of conversation %s: %w", conversation, err)
	}
	ids := make([]keyID, len(rows))
	for i, row := range rows {
		ids[i] = keyID(row.Key)
	}
	return ids, nil
}

// destroyDoomed carries out what a turn decided, and notes that it is done.
func (s *Store) destroyDoomed(ctx context.Context, conversation string) error {
	ids, err := s.doomedOf(ctx, conversation, nil)
	if err != nil {
		return err
	}
	if err := s.ring.destroy(ctx, ids...); err != nil {
		return err
	}
	raw := make([][]byte, len(ids))
	for i := range ids {
		raw[i] = ids[i][:]
	}
	if err := s.db.WithContext(ctx).Table("doomed").Where("key IN ?", raw).Delete(&doomedRow{}).Error; err != nil {
		return fmt.Errorf("noting that %d keys are destroyed: %w", len(ids), err)
	}
	err = s.db.WithContext(ctx).Table("conversations").
		Where("id = ? AND NOT EXISTS (SELECT 1 FROM doomed WHERE conversation = ?)", conversation, conversation).
		Update("doomed", 0).Error
	if err != nil {
		return fmt.Errorf("noting that %d keys are destroyed: %w", len(ids), err)
	}
	return nil
}
