package storage

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

type lookRow struct {
	Hash    []byte `gorm:"column:hash"`
	Person  string `gorm:"column:person"`
	Case    string `gorm:"column:case_id"`
	Sort    string `gorm:"column:sort"`
	Expires int64  `gorm:"column:expires"`
}

func (s *Store) lookHash(as intake.LookPass, word string) []byte {
	return s.hash("look", string(as), word)
}

// GiveLook puts a look on file under a random word, in place of one of its sort that the member had.
func (t *tx) GiveLook(as intake.LookPass, word string, l intake.Look) error {
	row := lookRow{Hash: t.store.lookHash(as, word), Person: l.Member, Case: l.Case, Sort: string(as), Expires: micro(l.Expires)}
	err := t.db.Table("looks").Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "person"}, {Name: "sort"}},
		DoUpdates: clause.AssignmentColumns([]string{"hash", "case_id", "expires"}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("letting member %s look at case %s: %w", l.Member, l.Case, err)
	}
	return nil
}

// LookAt locks and returns a look by its word.
func (t *tx) LookAt(as intake.LookPass, word string) (*intake.Look, error) {
	var row lookRow
	err := t.db.Table("looks").Where("hash = ? AND expires > ?", t.store.lookHash(as, word), micro(t.store.now())).
		Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, intake.ErrNoFile
	}
	if err != nil {
		return nil, fmt.Errorf("looking for a look: %w", err)
	}
	return &intake.Look{Member: row.Person, Case: row.Case, Expires: instant(row.Expires)}, nil
}

// TakeLook spends a word and returns its look.
func (t *tx) TakeLook(as intake.LookPass, word string) (*intake.Look, error) {
	l, err := t.LookAt(as, word)
	if err != nil {
		return nil, err
	}
	if err := t.db.Table("looks").Where("hash = ?", t.store.lookHash(as, word)).Delete(&lookRow{}).Error; err != nil {
		return nil, fmt.Errorf("spending a look at case %s: %w", l.Case, err)
	}
	return l, nil
}

// sweepLooks lets looks go that nobody can take any more.
func (s *Store) sweepLooks(ctx context.Context) error {
	err := s.db.WithContext(ctx).Table("looks").Where("expires <= ?", micro(s.now())).Delete(&lookRow{}).Error
	if err != nil {
		return fmt.Errorf("letting old looks go: %w", err)
	}
	return nil
}
