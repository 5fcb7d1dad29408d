package storage

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

// What the program failed on is kept for a while, for whoever mends it: as it came, sealed with the
// key of the person who sent it, and gone with that person.

const (
	keepParked = intake.ParkedDays * 24 * time.Hour
	mostParked = 256<<10 - lengthBytes // bytes of one; of a longer one the beginning tells
)

type parkedRow struct {
	ID       []byte  `gorm:"column:id"`
	Platform string  `gorm:"column:platform"`
	Person   *string `gorm:"column:person"` // nil for somebody who is not on file
	Made     int64   `gorm:"column:made"`
	Sealed   []byte  `gorm:"column:sealed"`
}

const (
	parkedColumns   = "id, platform, person, made, sealed"
	parkedOfAccount = "(SELECT count(*) FROM parked AS p WHERE p.person = a.person) AS parked"
)

func parkedPlace(id []byte) place { return place{"parked", "sealed", hex.EncodeToString(id)} }

// Parked is something that could not be handled, as the platform brought it.
type Parked struct {
	Platform string
	At       time.Time
	Update   []byte
}

// Park keeps what could not be handled. Who sent it may be "", where that could not be read. The
// same update parked again is kept once.
func (s *Store) Park(ctx context.Context, platform string, who intake.Account, update []byte) error {
	person, k, err := s.parkWith(ctx, who)
	if err != nil {
		return err
	}
	id := s.hash("parked", platform, string(update))
	sealed, err := k.seal(s.random, parkedPlace(id), update[:min(len(update), mostParked)])
	if err != nil {
		return err
	}
	row := parkedRow{ID: id, Platform: platform, Person: person, Made: micro(s.now()), Sealed: sealed}
	err = s.db.WithContext(ctx).Table("parked").Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return nil // the person was erased just now
	}
	if err != nil {
		return fmt.Errorf("parking an update of %s: %w", platform, err)
	}
	return nil
}

// parkWith finds the key that what somebody sent is sealed with: the person's, or the store's own
// for somebody who is not on file.
func (s *Store) parkWith(ctx context.Context, who intake.Account) (*string, *key, error) {
	var persons []string
	err := s.db.WithContext(ctx).Table("accounts").Where("address = ?", s.address(who)).Pluck("person", &persons).Error
	if err != nil {
		return nil, nil, fmt.Errorf("finding whose an update is: %w", err)
	}
	if len(persons) == 0 {
		return nil, s.own.seal, nil
	}
	keys, err := s.ring.of(ctx, persons[0])
	if err != nil {
		return nil, nil, err
	}
	if keys[intake.Self] == nil {
		return nil, s.own.seal, nil
	}
	return &persons[0], keys[intake.Self], nil
}

// CountParked is how many updates are kept that could not be handled.
func (s *Store) CountParked(ctx context.Context) (int64, error) {
	var n int64
	if err := s.db.WithContext(ctx).Table("parked").Count(&n).Error; err != nil {
		return 0, fmt.Errorf("counting parked updates: %w", err)
	}
	return n, nil
}

// AllParked returns what is parked, the oldest first. What was erased meanwhile is left out.
func (s *Store) AllParked(ctx context.Context) ([]Parked, error) {
	var rows []parkedRow
	if err := s.db.WithContext(ctx).Table("parked").Select(parkedColumns).Order("made, id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading parked updates: %w", err)
	}
	var all []Parked
	for _, row := range rows {
		id, ok := sealedWith(row.Sealed)
		keys, err := s.ring.byID(ctx, []keyID{id})
		if err != nil {
			return nil, err
		}
		if !ok || keys[id] == nil {
			continue
		}
		update, err := keys[id].open(parkedPlace(row.ID), row.Sealed)
		if err != nil {
			return nil, err
		}
		all = append(all, Parked{Platform: row.Platform, At: instant(row.Made), Update: update})
	}
	return all, nil
}

// unpark lets go of what a person sent that was parked, because something of that person's is
// erased and it may hold just that.
func (t *tx) unpark(person string) error {
	if err := t.db.Table("parked").Where("person = ?", person).Delete(&parkedRow{}).Error; err != nil {
		return fmt.Errorf("letting parked updates of person %s go: %w", person, err)
	}
	return nil
}

func (s *Store) sweepParked(ctx context.Context) error {
	err := s.db.WithContext(ctx).Table("parked").Where("made < ?", micro(s.now().Add(-keepParked))).Delete(&parkedRow{}).Error
	if err != nil {
		return fmt.Errorf("letting parked updates go: %w", err)
	}
	return nil
}
