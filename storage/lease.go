package storage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gorm.io/gorm"
)

// Leases says which process may do something that only one at a time may do, for example poll for a
// bot. A lease is a row and no lock, so it holds on every engine. No machine's clock is believed in it:
// whoever waits takes a lease once it has stayed as it is for all of its length while they watched. Its
// fence is raised every time it is taken.
type Leases struct {
	store   *Store
	holder  string
	watched sync.Map // the held of somebody else, by name
}

// held is a lease of somebody else's as it was seen first.
type held struct {
	Fencing, Expires int64
	since            time.Time
}

// Leases returns the store's leases as one holder sees them: an id that no other process uses at
// the same time, and that a process which follows another one after a crash has taken over.
func (s *Store) Leases(holder string) *Leases { return &Leases{store: s, holder: holder} }

// Take takes a lease for ttl that is free, its own from before, or was not renewed for ttl while this
// asked again and again; ok is false while somebody else holds it.
func (l *Leases) Take(ctx context.Context, name string, ttl time.Duration) (fence int64, ok bool, err error) {
	const take = "INSERT INTO leases (name, fencing, expires, holder) VALUES (?, 1, ?, ?) " +
		"ON CONFLICT (name) DO UPDATE SET fencing = leases.fencing + 1, expires = excluded.expires, holder = excluded.holder " +
		"WHERE leases.expires = 0 OR leases.holder = excluded.holder OR leases.fencing = ? AND leases.expires = ? RETURNING fencing"
	dead := l.dead(name, ttl)
	var got []int64
	var now []held
	err = l.store.transact(ctx, func(db *gorm.DB) error {
		got, now = nil, nil
		if err := db.Raw(take, name, micro(l.store.now().Add(ttl)), l.holder, dead.Fencing, dead.Expires).Scan(&got).Error; err != nil || len(got) > 0 {
			return err
		}
		return db.Table("leases").Select("fencing, expires").Where("name = ?", name).Find(&now).Error
	})
	switch {
	case err != nil:
		return 0, false, fmt.Errorf("taking lease %s: %w", name, err)
	case len(got) > 0:
		return got[0], true, nil
	}
	for _, other := range now {
		l.watch(name, other)
	}
	return 0, false, nil
}

// dead is the lease of a process that has not renewed it for ttl; one that never was when there is none.
func (l *Leases) dead(name string, ttl time.Duration) held {
	if seen, ok := l.watched.Load(name); ok && time.Since(seen.(held).since) >= ttl {
		return seen.(held)
	}
	return held{}
}

func (l *Leases) watch(name string, now held) {
	before, ok := l.watched.Load(name)
	if seen, _ := before.(held); ok && seen.Fencing == now.Fencing && seen.Expires == now.Expires {
		return
	}
	now.since = time.Now()
	l.watched.Store(name, now)
}

// Renew extends a lease to ttl from now; ok is false when it was taken by somebody else since.
func (l *Leases) Renew(ctx context.Context, name string, fence int64, ttl time.Duration) (bool, error) {
	done := l.store.db.WithContext(ctx).Table("leases").Where("name = ? AND fencing = ?", name, fence).
		Update("expires", micro(l.store.now().Add(ttl)))
	if done.Error != nil {
		return false, fmt.Errorf("renewing lease %s: %w", name, done.Error)
	}
	return done.RowsAffected == 1, nil
}

// Release frees a lease at once. It does nothing when somebody else has taken it since.
func (l *Leases) Release(ctx context.Context, name string, fence int64) error {
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
