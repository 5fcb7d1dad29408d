package storage

import (
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

type tombstoneRow struct {
	Reference string `gorm:"column:reference"`
	Campaign  string `gorm:"column:campaign"`
	Outcome   string `gorm:"column:outcome"`
	Submitted int64  `gorm:"column:submitted"`
	Erased    int64  `gorm:"column:erased"`
	Hash      []byte `gorm:"column:hash"`
}

// forget erases a person: accounts, conversations, submissions, look-ups, files and, after the
// commit, keys. What stays is a tombstone of each submission and the audit chains, which hold no
// words. The last messages are sealed with a transit key and name nobody's file.
func (t *tx) forget(f *intake.File, d *dossier, turn intake.Turn) error {
	parting, err := t.parting(f, d, turn)
	if err != nil {
		return err
	}
	turn.Outgoing = append(turn.Outgoing, parting...)
	recalls, err := t.recalls(f, d)
	if err != nil {
		return err
	}
	turn.Outgoing = append(recalls, turn.Outgoing...)
	farewells, err := t.farewells(d, turn)
	if err != nil {
		return err
	}
	entries, err := t.chain(f.Conversation.ID, &d.head, turn.At, turn.Audit)
	if err != nil {
		return err
	}
	if err := t.keepChains(f, d); err != nil {
		return err
	}
	if err := t.bury(f); err != nil {
		return err
	}
	if err := t.leaveBurst(f); err != nil {
		return err
	}
	if err := t.dropFiles(f.Person, "person = ?", f.Person); err != nil {
		return err
	}
	if err := t.db.Table("outbox").Where("person = ?", f.Person).Delete(&letterRow{}).Error; err != nil {
		return fmt.Errorf("erasing messages to person %s: %w", f.Person, err)
	}
	// Accounts, conversations, submissions and look-ups go with the person.
	if err := t.db.Table("persons").Where("id = ?", f.Person).Delete(&storeRow{}).Error; err != nil {
		return fmt.Errorf("erasing person %s: %w", f.Person, err)
	}
	if err := t.post(farewells); err != nil {
		return err
	}
	if err := t.enter(entries); err != nil {
		return err
	}
	delete(t.open, f.Conversation.ID)
	t.gone = append(t.gone, f.Person)
	return nil
}

// parting is what the person's other accounts are told: those that talk about this file, and those that
// have it set aside.
func (t *tx) parting(f *intake.File, d *dossier, turn intake.Turn) ([]intake.Outgoing, error) {
	if turn.Parting == nil || d.accounts < 2 {
		return nil, nil
	}
	var rows []accountRow
	const all = "SELECT address, sealed FROM accounts WHERE person = ? UNION SELECT address, sealed FROM asides WHERE person = ? ORDER BY address"
	if err := t.db.Raw(all, f.Person, f.Person).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("looking for the accounts of person %s: %w", f.Person, err)
	}
	var out []intake.Outgoing
	for _, row := range rows {
		words, err := d.keys[intake.Self].open(accountPlace(row.Address), row.Sealed)
		if err != nil {
			return nil, err
		}
		if a := intake.Account(words); a != f.Account {
			id, err := newID(t.store.random)
			if err != nil {
				return nil, err
			}
			out = append(out, intake.Outgoing{ID: id, Account: a, Do: intake.Say, Body: *turn.Parting})
		}
	}
	return out, nil
}

// recalls are the messages about this person that were to go later, such as what somebody of the team
// looks at: they go now, since what would have taken them away is erased in the same turn.
func (t *tx) recalls(f *intake.File, d *dossier) ([]intake.Outgoing, error) {
	if f.Submission == nil || !f.Submission.Review.Later {
		return nil, nil
	}
	var rows []letterRow
	err := t.db.Table("outbox").Select("id, body").Where("person = ? AND lane = ? AND state = ?", f.Person, laneLater, stateDue).
		Order("seq").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("reading what was put off for person %s: %w", f.Person, err)
	}
	var recalls []intake.Outgoing
	for _, row := range rows {
		with, _ := sealedWith(row.Body)
		k, _ := d.keys.find(with)
		if k == nil {
			continue
		}
		words, err := k.open(letterPlace(row.ID), row.Body)
		if err != nil {
			return nil, err
		}
		var o intake.Outgoing
		if err := json.Unmarshal(words, &o); err != nil {
			return nil, fmt.Errorf("reading message %s: %w", row.ID, err)
		}
		if o.Do != intake.Remove {
			continue
		}
		if o.Message, err = t.earlier(d, o.Of); err != nil {
			return nil, err
		}
		if o.Message != "" { // else it never came
			o.ID, o.After = o.ID+"-now", 0
			recalls = append(recalls, o)
		}
	}
	return recalls, nil
}

func (t *tx) farewells(d *dossier, turn intake.Turn) ([]letterRow, error) {
	if len(turn.Outgoing) == 0 {
		return nil, nil
	}
	k, err := t.store.ring.farewell(t.ctx)
	if err != nil {
		return nil, err
	}
	var rows []letterRow
	for _, o := range turn.Outgoing {
		d.outSeq++
		o.Seq, o.Conversation, o.Showing, o.Keep = d.outSeq, "", 0, intake.Custody{}
		if o.Of != "" && o.Message == "" {
			if o.Message, err = t.earlier(d, o.Of); err != nil {
				return nil, err
			}
		}
		row, err := t.letter("", k, o, turn.At)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// earlier is the platform's id of a message that was delivered, "" when it was not: a farewell has
// to name it itself, since the row that knows it is erased in the same turn.
func (t *tx) earlier(d *dossier, id string) (intake.MessageID, error) {
	var row struct {
		Message []byte `gorm:"column:message"`
	}
	err := t.db.Table("outbox").Select("message").Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading message %s: %w", id, err)
	}
	with, ok := sealedWith(row.Message)
	k, _ := d.keys.find(with)
	if !ok || k == nil {
		return "", nil
	}
	words, err := k.open(messagePlace(id), row.Message)
	return intake.MessageID(words), err
}

// keepChains keeps the heads of the person's audit chains, so that nothing can be cut off them. The
// one that this turn writes to has moved on from what its row says.
func (t *tx) keepChains(f *intake.File, d *dossier) error {
	current := f.Conversation.ID
	if d.head.no == 0 {
		current = ""
	}
	const keep = "INSERT INTO chains (chain, audit_no, audit_mac, audit_at) " +
		"SELECT id, CASE WHEN id = ? THEN ? ELSE audit_no END, CASE WHEN id = ? THEN ? ELSE audit_mac END, ? " +
		"FROM conversations WHERE person = ? AND (audit_no > 0 OR id = ?)"
	err := t.db.Exec(keep, current, d.head.no, current, notNil(d.head.mac), micro(t.store.now()), f.Person, current).Error
	if err != nil {
		return fmt.Errorf("keeping the audit chains of person %s: %w", f.Person, err)
	}
	return nil
}

// bury leaves a tombstone for each submission. Its hash is of the sealed row, so that a copy in a
// backup can be recognised as erased.
func (t *tx) bury(f *intake.File) error {
	var rows []struct {
		ID        string `gorm:"column:id"`
		Reference string `gorm:"column:reference"`
		Campaign  string `gorm:"column:campaign"`
		Outcome   string `gorm:"column:outcome"`
		At        int64  `gorm:"column:at"`
		Body      []byte `gorm:"column:body"`
	}
	err := t.db.Table("submissions").Select("id, reference, campaign, outcome, at, body").
		Where("person = ?", f.Person).Order("id").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("reading the submissions of person %s: %w", f.Person, err)
	}
	var stones []tombstoneRow
	for _, row := range rows {
		stones = append(stones, tombstoneRow{
			Reference: row.Reference, Campaign: row.Campaign, Outcome: row.Outcome, Submitted: row.At,
			Erased: micro(t.store.now()), Hash: mac(t.store.own.audit, "tombstone", row.ID, string(row.Body)),
		})
	}
	if stones == nil {
		return nil
	}
	err = t.db.Table("tombstones").Clauses(clause.OnConflict{DoNothing: true}).Create(&stones).Error
	if err != nil {
		return fmt.Errorf("leaving tombstones of person %s: %w", f.Person, err)
	}
	return nil
}
