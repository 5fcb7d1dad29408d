package storage

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

type pageRow struct {
	Hash         []byte `gorm:"column:hash"`
	Conversation string `gorm:"column:conversation"`
	Address      []byte `gorm:"column:address"`
	Opened       int    `gorm:"column:opened"`
	Expires      int64  `gorm:"column:expires"`
}

func (s *Store) linkHash(link string) []byte       { return s.hash("page-link", link) }
func (s *Store) sessionHash(session string) []byte { return s.hash("page-session", session) }

// savePages lets a link lead to the conversation, or shuts its page.
func (t *tx) savePages(f *intake.File, turn intake.Turn) error {
	id := f.Conversation.ID
	if turn.Shut {
		if err := t.db.Table("pages").Where("conversation = ?", id).Delete(&pageRow{}).Error; err != nil {
			return fmt.Errorf("shutting the page of conversation %s: %w", id, err)
		}
	}
	if turn.Open == "" {
		return nil
	}
	row := pageRow{Hash: t.store.linkHash(turn.Open), Conversation: id, Address: t.store.address(f.Account),
		Expires: micro(turn.At.Add(intake.PageLife))}
	err := t.db.Table("pages").Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "conversation"}, {Name: "opened"}},
		DoUpdates: clause.AssignmentColumns([]string{"hash", "address", "expires"}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("giving a link to conversation %s: %w", id, err)
	}
	return nil
}

// Enter spends a link and opens its page, in place of one that was open before. session is the word
// by which Visit knows it; ok is false for a link that is unknown, spent or too old.
func (s *Store) Enter(ctx context.Context, link string) (session string, ok bool, err error) {
	session, err = newID(s.random)
	if err != nil {
		return "", false, err
	}
	err = s.transact(ctx, func(db *gorm.DB) error {
		now := s.now()
		var row pageRow
		err := db.Table("pages").Where("hash = ? AND opened = 0 AND expires > ?", s.linkHash(link), micro(now)).
			Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error
		if ok = err == nil; !ok {
			return err
		}
		if err := db.Table("pages").Where("conversation = ?", row.Conversation).Delete(&pageRow{}).Error; err != nil {
			return err
		}
		row.Hash, row.Opened, row.Expires = s.sessionHash(session), 1, micro(now.Add(intake.PageLife))
		return db.Table("pages").Create(&row).Error
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
// false for one that is closed.
func (s *Store) Visit(ctx context.Context, session string) (a intake.Account, ok bool, err error) {
	now := s.now()
	hash := s.sessionHash(session)
	done := s.db.WithContext(ctx).Table("pages").Where("hash = ? AND opened = 1 AND expires > ?", hash, micro(now)).
		Update("expires", micro(now.Add(intake.PageLife)))
	if done.Error != nil {
		return "", false, fmt.Errorf("keeping a page open: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return "", false, nil
	}
	found, err := s.accounts(ctx, 1, "c.id", "a.address = (SELECT address FROM pages WHERE hash = ?)", hash)
	if err != nil || len(found) == 0 {
		return "", false, err
	}
	return found[0], true, nil
}

// sweepPages lets go of links and pages that are too old.
func (s *Store) sweepPages(ctx context.Context) error {
	err := s.db.WithContext(ctx).Table("pages").Where("expires <= ?", micro(s.now())).Delete(&pageRow{}).Error
	if err != nil {
		return fmt.Errorf("letting go of old pages: %w", err)
	}
	return nil
}
