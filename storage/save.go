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
	if err := t.store.ring.ensure(t.ctx, f.Person, d.keys, compartments(f, turn.Outgoing...)...); err != nil {
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
	if err := t.saveFiles(f, d); err != nil {
		return err
	}
	if err := t.savePasses(f, turn); err != nil {
		return err
	}
	if err := t.saveCases(turn); err != nil {
		return err
	}
	if err := t.unsay(turn.Unsay); err != nil {
		return err
	}
	if err := t.unblock(f, d, letters); err != nil {
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
		"out_seq": row.OutSeq, "audit_no": row.AuditNo, "audit_mac": row.AuditMAC, "test": row.Test, "state": row.State,
	}
	if turn.Audit != nil {
		columns["audit_at"] = micro(t.store.now())
	}
	if turn.Destroy != nil {
		columns["doomed"] = 1
	}
	done := t.db.Table("conversations").Model(&conversationRow{}).Where("id = ?", row.ID).Updates(columns)
	if done.Error != nil {
		return fmt.Errorf("saving conversation %s: %w", row.ID, done.Error)
	}
	if done.RowsAffected != 1 {
		return fmt.Errorf("saving conversation %s: it is not on file any more", row.ID)
	}
	return nil
}

// unblock lets messages to an account through again: there is something to say to it, so the person
// has written.
func (t *tx) unblock(f *intake.File, d *dossier, letters []letterRow) error {
	if !d.blocked || letters == nil {
		return nil
	}
	err := t.db.Table("accounts").Where("address = ?", t.store.address(f.Account)).Update("blocked", 0).Error
	if err != nil {
		return fmt.Errorf("unblocking an account of person %s: %w", f.Person, err)
	}
	d.blocked = false
	return nil
}
