package storage

import (
	"fmt"

	"claimline/intake"
)

// Save writes the file back: keys of new compartments first and on their own, then the
// conversation with its order number and audit head, the submission where it changed, what will be
// said and what must be accounted for, each in one statement.
func (t *tx) Save(f *intake.File, turn intake.Turn) error {
	d := t.open[f.Conversation.ID]
	if d == nil {
		return fmt.Errorf("saving conversation %s: it was neither found nor begun in this turn", f.Conversation.ID)
	}
	if turn.Forget {
		return t.forget(f, d, turn)
	}
	if err := t.store.ring.ensure(t.ctx, f.Person, d.keys, compartments(f)...); err != nil {
		return err
	}
	entries, err := t.chain(f.Conversation.ID, &d.head, turn.At, turn.Audit)
	if err != nil {
		return err
	}
	letters, err := t.letters(f, d, turn)
	if err != nil {
		return err
	}
	if err := t.saveConversation(f, d, turn); err != nil {
		return err
	}
	if err := t.saveSubmission(f, d, turn.Destroy); err != nil {
		return err
	}
	if err := t.saveLookups(f, turn.Lookups); err != nil {
		return err
	}
	if err := t.post(letters); err != nil {
		return err
	}
	if err := t.enter(entries); err != nil {
		return err
	}
	return t.doom(f, d, turn.Destroy)
}

func (t *tx) saveConversation(f *intake.File, d *dossier, turn intake.Turn) error {
	row, err := t.conversationRow(f, d, turn.Destroy)
	if err != nil {
		return err
	}
	columns := map[string]any{
		"campaign": row.Campaign, "stage": row.Stage, "language": row.Language, "country": row.Country, "screen": row.Screen,
		"showing": row.Showing, "started": row.Started, "touched": row.Touched, "expires": row.Expires,
		"out_seq": row.OutSeq, "audit_no": row.AuditNo, "audit_mac": row.AuditMAC, "state": row.State,
	}
	if turn.Audit != nil {
		columns["audit_at"] = micro(t.store.now())
	}
	done := t.db.Table("conversations").Where("id = ?", row.ID).Updates(columns)
	if done.Error != nil {
		return fmt.Errorf("saving conversation %s: %w", row.ID, done.Error)
	}
	if done.RowsAffected != 1 {
		return fmt.Errorf("saving conversation %s: it is not on file any more", row.ID)
	}
	return nil
}

type doomedRow struct {
	Key []byte `gorm:"column:key"`
}

// doom notes which keys must go, in the turn that decided it; they go after its commit. What else
// they sealed goes now. A crash in between is made good by Sweep.
func (t *tx) doom(f *intake.File, d *dossier, compartments []string) error {
	var rows []doomedRow
	for _, c := range compartments {
		if k := d.keys[c]; k != nil && c != intake.Self {
			t.doomed = append(t.doomed, k.id)
			rows = append(rows, doomedRow{Key: k.id[:]})
			delete(d.keys, c)
		}
	}
	if rows == nil {
		return nil
	}
	if err := t.db.Table("doomed").Create(&rows).Error; err != nil {
		return fmt.Errorf("dooming keys of person %s: %w", f.Person, err)
	}
	var keys [][]byte
	for _, r := range rows {
		keys = append(keys, r.Key)
	}
	return t.dropFiles(f.Person, "person = ? AND key IN ?", f.Person, keys)
}
