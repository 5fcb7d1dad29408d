package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Leases says which process may do something that only one at a time may do, for example poll for a
// bot. A lease is a row and no lock, so it holds on every engine; the machines' clocks must agree
// within a fraction of its length. Its fence is raised every time it is taken.
type Leases struct {
	store  *Store
	holder string
}

// Leases returns the store's leases as one holder sees them: an id that no other process uses at
// the same time, and that a process which follows another one after a crash has taken over.
func (s *Store) Leases(holder string) Leases { return Leases{s, holder} }

// Take takes a lease for ttl that is free, expired, or its own from before; ok is false while
// somebody else holds it.
func (l Leases) Take(ctx context.Context, name string, ttl time.Duration) (fence int64, ok bool, err error) {
	const take = "INSERT INTO leases (name, fencing, expires, holder) VALUES (?, 1, ?, ?) " +
		"ON CONFLICT (name) DO UPDATE SET fencing = leases.fencing + 1, expires = excluded.expires, holder = excluded.holder " +
		"WHERE leases.expires <= ? OR leases.holder = excluded.holder RETURNING fencing"
	now := l.store.now()
	var got []int64
	err = l.store.transact(ctx, func(db *gorm.DB) error {
		return db.Raw(take, name, micro(now.Add(ttl)), l.holder, micro(now)).Scan(&got).Error
	})
	if err != nil {
		return 0, false, fmt.Errorf("taking lease %s: %w", name, err)
	}
	if len(got) == 0 {
		return 0, false, nil
	}
	return got[0], true, nil
}

// Renew extends a lease to ttl from now; ok is false when it was taken by somebody else since.
func (l Leases) Renew(ctx context.Context, name string, fence int64, ttl time.Duration) (bool, error) {
	done := l.store.db.WithContext(ctx).Table("leases").Where("name = ? AND fencing = ?", name, fence).
		Update("expires", micro(l.store.now().Add(ttl)))
	if done.Error != nil {
		return false, fmt.Errorf("renewing lease %s: %w", name, done.Error)
	}
	return done.RowsAffected == 1, nil
}

// Release frees a lease at once. It does nothing when somebody else has taken it since.
func (l Leases) Release(ctx context.Context, name string, fence int64) error {
	err := l.store.db.WithContext(ctx).Table("leases").Where("name = ? AND fencing = ?", name, fence).Update("expires", 0).Error
	if err != nil {
		return fmt.Errorf("releasing lease %s: %w", name, err)
	}
	return nil
}

type settingRow struct {
	Name  string `gorm:"column:name"`
	Value string `gorm:"column:value"`
}

// Setting returns what was last set under a name, "" when nothing was. Settings are small facts
// about the program such as a platform's offset; they are not sealed.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	var row settingRow
	err := s.db.WithContext(ctx).Table("settings").Select("name, value").Where("name = ?", name).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading setting %s: %w", name, err)
	}
	return row.Value, nil
}

// SetSetting keeps at most 64 characters under a name.
func (s *Store) SetSetting(ctx context.Context, name, value string) error {
	row := settingRow{Name: name, Value: value}
	err := s.db.WithContext(ctx).Table("settings").Clauses(replace("name", "value")).Create(&row).Error
	if err != nil {
		return fmt.Errorf("writing setting %s: %w", name, err)
	}
	return nil
}
