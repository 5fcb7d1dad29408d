package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"claimline/intake"
)

// asideRow is an accountRow with the campaign that its file is of.
type asideRow struct {
	Address      []byte `gorm:"column:address"`
	Campaign     string `gorm:"column:campaign"`
	Platform     string `gorm:"column:platform"`
	Person       string `gorm:"column:person"`
	Conversation string `gorm:"column:conversation"`
	Sealed       []byte `gorm:"column:sealed"`
}

// TurnTo sets a file aside and makes the account's file of another campaign the current one.
// intake.ErrNoFile when there is none: Begin may follow.
func (t *tx) TurnTo(from *intake.File, campaign string) (*intake.File, error) {
	address := t.store.address(from.Account)
	const put = "INSERT INTO asides (address, campaign, platform, person, conversation, sealed) " +
		"SELECT address, ?, platform, person, conversation, sealed FROM accounts WHERE address = ?"
	if err := t.db.Exec(put, from.Conversation.Campaign, address).Error; err != nil {
		return nil, fmt.Errorf("setting conversation %s aside: %w", from.Conversation.ID, err)
	}
	if err := t.db.Table("accounts").Where("address = ?", address).Delete(&accountRow{}).Error; err != nil {
		return nil, fmt.Errorf("setting conversation %s aside: %w", from.Conversation.ID, err)
	}
	if err := t.dropPasses(from.Conversation.ID); err != nil {
		return nil, err
	}
	to, err := t.Aside(from.Account, campaign)
	if err != nil {
		return nil, err
	}
	err = t.db.Table("asides").Where("address = ? AND campaign = ?", address, campaign).Delete(&asideRow{}).Error
	if err != nil {
		return nil, fmt.Errorf("taking up conversation %s: %w", to.Conversation.ID, err)
	}
	d := t.open[to.Conversation.ID]
	d.outSeq = max(d.outSeq, t.store.now().UnixMicro()) // what the other file has said came before
	return to, t.pointAt(to, d.keys)
}

// Aside locks and returns a file that is set aside; intake.ErrNoFile when there is none.
func (t *tx) Aside(a intake.Account, campaign string) (*intake.File, error) {
	return t.find("asides", notBlocked, "a.address = ? AND a.campaign = ?", t.store.address(a), campaign)
}

// notBlocked stands for what only the row at hand says.
const notBlocked = "0 AS blocked, 0 AS parked, 0 AS team, " + accountsOfPerson

// Asides locks and returns every file of the account that is set aside.
func (t *tx) Asides(a intake.Account) ([]*intake.File, error) {
	var campaigns []string
	err := t.db.Table("asides").Where("address = ?", t.store.address(a)).Order("campaign").Pluck("campaign", &campaigns).Error
	if err != nil {
		return nil, fmt.Errorf("looking for files set aside: %w", err)
	}
	var files []*intake.File
	for _, campaign := range campaigns {
		f, err := t.Aside(a, campaign)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// putAside sets a file aside for another account of its person.
func (t *tx) putAside(f *intake.File) error {
	address := t.store.address(f.Account)
	sealed, err := t.open[f.Conversation.ID].keys[intake.Self].seal(t.store.random, accountPlace(address), []byte(f.Account))
	if err != nil {
		return err
	}
	row := asideRow{Address: address, Campaign: f.Conversation.Campaign, Platform: f.Account.Platform(), Person: f.Person,
		Conversation: f.Conversation.ID, Sealed: sealed}
	if err := t.db.Table("asides").Create(&row).Error; err != nil {
		return fmt.Errorf("setting conversation %s aside: %w", f.Conversation.ID, err)
	}
	return nil
}

// takeUp makes a file that is set aside the account's current one, where that was erased; false when
// there is none.
func (t *tx) takeUp(address []byte) (bool, error) {
	var row asideRow
	err := t.db.Table("asides").Where("address = ?", address).Order("campaign").Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for a file set aside: %w", err)
	}
	current := accountRow{Address: row.Address, Platform: row.Platform, Person: row.Person, Conversation: row.Conversation, Sealed: row.Sealed}
	if err := t.db.Table("accounts").Create(&current).Error; err != nil {
		return false, fmt.Errorf("taking up conversation %s: %w", row.Conversation, err)
	}
	err = t.db.Table("asides").Where("address = ? AND campaign = ?", address, row.Campaign).Delete(&asideRow{}).Error
	if err != nil {
		return false, fmt.Errorf("taking up conversation %s: %w", row.Conversation, err)
	}
	return true, nil
}

// Overdue returns the files that should have been erased by now, the oldest of each kind first:
// those that accounts talk about, and those set aside.
func (s *Store) Overdue(ctx context.Context, now time.Time, most int) ([]intake.Overdue, error) {
	const late = "c.expires > 0 AND c.expires <= ? AND c.stage <> 'sent'"
	current, err := s.accountRows(ctx, "accounts", most, "c.expires", late, micro(now))
	if err != nil {
		return nil, err
	}
	aside, err := s.accountRows(ctx, "asides", most, "c.expires", late, micro(now))
	if err != nil {
		return nil, err
	}
	rows := append(current, aside...)
	accounts, err := s.openAccounts(ctx, rows)
	var overdue []intake.Overdue
	for i, a := range accounts {
		if a != "" {
			overdue = append(overdue, intake.Overdue{Account: a, Campaign: rows[i].Campaign})
		}
	}
	return overdue, err
}

// accountRows reads accounts by what their conversations are.
func (s *Store) accountRows(ctx context.Context, table string, most int, order, condition string, args ...any) ([]asideRow, error) {
	var rows []asideRow
	err := s.db.WithContext(ctx).Table("conversations AS c").
		Select("a.address, a.platform, a.person, a.conversation, a.sealed, c.campaign").
		Joins("JOIN "+table+" AS a ON a.conversation = c.id").
		Where(condition, args...).Order(order + ", a.address").Limit(most).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("looking for accounts: %w", err)
	}
	return rows, nil
}

// openAccounts opens the account of each row; "" for one that is being erased.
func (s *Store) openAccounts(ctx context.Context, rows []asideRow) ([]intake.Account, error) {
	var ids []keyID
	for _, row := range rows {
		if id, ok := sealedWith(row.Sealed); ok {
			ids = append(ids, id)
		}
	}
	if ids == nil {
		return nil, nil
	}
	keys, err := s.ring.byID(ctx, ids)
	if err != nil {
		return nil, err
	}
	accounts := make([]intake.Account, len(rows))
	for i, row := range rows {
		id, _ := sealedWith(row.Sealed)
		if keys[id] == nil {
			continue
		}
		words, err := keys[id].open(accountPlace(row.Address), row.Sealed)
		if err != nil {
			return nil, err
		}
		accounts[i] = intake.Account(words)
	}
	return accounts, nil
}
