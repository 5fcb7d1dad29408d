package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

// The sorts of passes: random words that lead to a conversation for some minutes.
const (
	passLink = "link" // opens the private page, once
	passPage = "page" // the cookie of a page that is open
	passRead = "read" // the same cookie, when the page was left: what it showed may be shown again
)

type passRow struct {
	Hash         []byte `gorm:"column:hash"`
	Conversation string `gorm:"column:conversation"`
	Sort         string `gorm:"column:sort"`
	Address      []byte `gorm:"column:address"`
	Expires      int64  `gorm:"column:expires"`
}

func (s *Store) passHash(sort, word string) []byte { return s.hash("pass", sort, word) }

// savePasses gives out a link or a code, or shuts the page.
func (t *tx) savePasses(f *intake.File, turn intake.Turn) error {
	id := f.Conversation.ID
	if turn.Shut {
		if err := t.shut(id, turn.At.Add(intake.PageLife)); err != nil {
			return err
		}
	}
	if err := t.givePass(f, passLink, turn.Open, turn.At.Add(intake.PageLife)); err != nil {
		return err
	}
	if err := t.givePass(f, string(intake.PassCode), turn.Code, turn.At.Add(intake.CodeLife)); err != nil {
		return err
	}
	return t.givePass(f, string(intake.PassInvite), turn.Invite, turn.At.Add(intake.InviteLife))
}

// shut leaves of the page of a conversation what can be read until then, and lets no link open it.
func (t *tx) shut(conversation string, until time.Time) error {
	passes := t.db.Table("passes").Where("conversation = ?", conversation).Session(&gorm.Session{})
	left := map[string]any{"sort": passRead, "expires": micro(until)}
	err := errors.Join(
		passes.Where("sort = ?", passLink).Delete(&passRow{}).Error,
		passes.Where("sort = ?", passPage).Updates(left).Error)
	if err != nil {
		return fmt.Errorf("shutting the page of conversation %s: %w", conversation, err)
	}
	return nil
}

// dropPasses leaves no way to the page of a conversation, and nothing of it to be read.
func (t *tx) dropPasses(conversation string) error {
	err := t.db.Table("passes").Where("conversation = ? AND sort IN ?", conversation, []string{passLink, passPage, passRead}).Delete(&passRow{}).Error
	if err != nil {
		return fmt.Errorf("closing the page of conversation %s: %w", conversation, err)
	}
	return nil
}

func (t *tx) givePass(f *intake.File, sort, word string, expires time.Time) error {
	if word == "" {
		return nil
	}
	row := passRow{Hash: t.store.passHash(sort, word), Conversation: f.Conversation.ID, Sort: sort,
		Address: t.store.address(f.Account), Expires: micro(expires)}
	err := t.db.Table("passes").Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "conversation"}, {Name: "sort"}},
		DoUpdates: clause.AssignmentColumns([]string{"hash", "address", "expires"}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("giving a %s to conversation %s: %w", sort, f.Conversation.ID, err)
	}
	return nil
}

// spend takes a pass that is good and lets nobody have it again; gorm.ErrRecordNotFound for any other.
func (s *Store) spend(db *gorm.DB, sort, word string) (passRow, error) {
	row, err := s.good(db, sort, word)
	if err != nil {
		return row, err
	}
	return row, db.Table("passes").Where("hash = ?", row.Hash).Delete(&passRow{}).Error
}

// good locks and returns a pass that is good.
func (s *Store) good(db *gorm.DB, sort, word string) (passRow, error) {
	var row passRow
	err := db.Table("passes").Where("hash = ? AND expires > ?", s.passHash(sort, word), micro(s.now())).
		Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error
	return row, err
}

// Enter spends a link and opens its page, in place of one that was open before or was left. session is the word
// by which Visit knows it; ok is false for a link that is unknown, spent or too old.
func (s *Store) Enter(ctx context.Context, link string) (session string, ok bool, err error) {
	session, err = newID(s.random)
	if err != nil {
		return "", false, err
	}
	err = s.transact(ctx, func(db *gorm.DB) error {
		row, err := s.spend(db, passLink, link)
		if err != nil {
			return err
		}
		err = db.Table("passes").Where("conversation = ? AND sort IN ?", row.Conversation, []string{passPage, passRead}).Delete(&passRow{}).Error
		if err != nil {
			return err
		}
		row.Hash, row.Sort, row.Expires = s.passHash(passPage, session), passPage, micro(s.now().Add(intake.PageLife))
		return db.Table("passes").Create(&row).Error
	})
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("opening a page: %w", err)
	}
	return session, true, nil
}

// Visit returns whose page a session opens, and keeps it open for another intake.PageLife. ok is
// false for one that is closed or was left, and for one of a conversation that the account has turned
// away from: what is answered there would go to another.
func (s *Store) Visit(ctx context.Context, session string) (a intake.Account, ok bool, err error) {
	hash, now := s.passHash(passPage, session), s.now()
	const open = "(a.address, c.id) = (SELECT address, conversation FROM passes WHERE hash = ? AND sort = ? AND expires > ?)"
	found, err := s.accounts(ctx, 1, "c.id", open, hash, passPage, micro(now))
	if err != nil || len(found) == 0 {
		return "", false, err
	}
	kept := s.db.WithContext(ctx).Table("passes").Where("hash = ? AND sort = ?", hash, passPage).
		Update("expires", micro(now.Add(intake.PageLife)))
	if kept.Error != nil {
		return "", false, fmt.Errorf("keeping a page open: %w", kept.Error)
	}
	if kept.RowsAffected == 0 { // it was closed at this moment
		return "", false, nil
	}
	return found[0], true, nil
}

// Reads reports whether a session may be shown once more what it was shown: while its page is open,
// and for an intake.PageLife after it was left, however often that is asked; no longer once the
// conversation is erased or set aside.
func (s *Store) Reads(ctx context.Context, session string) (bool, error) {
	var there int64
	err := s.db.WithContext(ctx).Table("passes").Where("hash = ? AND expires > ?", s.passHash(passPage, session), micro(s.now())).Count(&there).Error
	if err != nil {
		return false, fmt.Errorf("looking for a page that was left: %w", err)
	}
	return there > 0, nil
}

// sweepPasses lets go of what is too old.
func (s *Store) sweepPasses(ctx context.Context) error {
	err := s.db.WithContext(ctx).Table("passes").Where("expires <= ?", micro(s.now())).Delete(&passRow{}).Error
	if err != nil {
		return fmt.Errorf("letting go of old passes: %w", err)
	}
	return nil
}
