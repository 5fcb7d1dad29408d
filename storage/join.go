package storage

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"claimline/intake"
)

// Redeem locks a code, or an invitation, and the file that it leads to, also one that was set aside
// since; intake.ErrNoFile for one that is unknown, spent or too old.
func (t *tx) Redeem(what intake.Pass, code string) (*intake.File, error) {
	row, err := t.store.good(t.db, string(what), code)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, intake.ErrNoFile
	}
	if err != nil {
		return nil, fmt.Errorf("looking for a code: %w", err)
	}
	return t.findWherever("a.address = ? AND a.conversation = ?", row.Address, row.Conversation)
}

// Spend lets nobody use a code again.
func (t *tx) Spend(what intake.Pass, code string) error {
	if _, err := t.store.spend(t.db, string(what), code); err != nil {
		return fmt.Errorf("spending a code: %w", err)
	}
	return nil
}

// Adopt gives the account of another file to the person and conversation of to, with the files that
// the person has in other campaigns. Everything of the other person is erased. intake.ErrBeside where
// the account has set a file aside of a campaign that it would be given.
func (t *tx) Adopt(to, other *intake.File, at time.Time) error {
	d := t.open[other.Conversation.ID]
	if d == nil {
		return fmt.Errorf("joining conversation %s: it was not found in this turn", other.Conversation.ID)
	}
	asides, err := t.Asides(to.Account)
	if err != nil {
		return err
	}
	campaigns := []string{to.Conversation.Campaign}
	for _, f := range asides {
		campaigns = append(campaigns, f.Conversation.Campaign)
	}
	var twice int64
	err = t.db.Table("asides").Where("address = ? AND campaign IN ?", t.store.address(other.Account), campaigns).Count(&twice).Error
	if err != nil {
		return fmt.Errorf("joining conversation %s: %w", other.Conversation.ID, err)
	}
	if twice > 0 {
		return fmt.Errorf("joining conversation %s: %w", other.Conversation.ID, intake.ErrBeside)
	}
	erased := intake.Turn{At: at, Audit: []intake.Entry{{Kind: "erasure", Refs: map[string]string{"why": "linked"}}}}
	if err := t.forget(other, d, erased); err != nil {
		return err
	}
	to.Account = other.Account
	for _, f := range asides {
		f.Account = other.Account
		if err := t.putAside(f); err != nil {
			return err
		}
	}
	return t.pointAt(to, t.open[to.Conversation.ID].keys)
}
