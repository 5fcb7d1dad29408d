package storage

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// How long things are kept that nobody needs any more.
const (
	keepEvents  = 90 * 24 * time.Hour // no platform brings an event again after so long
	keepLetters = 48 * time.Hour      // how long a platform lets us change a message
	keepTransit = 48 * time.Hour
	keepUnnamed = 24 * time.Hour
	keepOrphans = time.Hour // what has no owner may belong to a turn that is not committed yet
)

// Sweep finishes what crashes left undone and lets go of what is old: keys that were to be
// destroyed, keys whose person was never committed or is erased, farewells, delivered messages,
// noted events, parked updates, and sealed files that no row names. It can be run at any time, by any process.
func (s *Store) Sweep(ctx context.Context) error {
	return errors.Join(
		s.sweepDoomed(ctx),
		s.sweepKeys(ctx),
		s.sweepTransit(ctx),
		s.sweepRows(ctx),
		s.sweepPasses(ctx),
		s.sweepUnnamed(ctx),
		s.sweepFiles(ctx),
		s.sweepParked(ctx),
		s.sweepInvitations(ctx),
		s.sweepLooks(ctx),
	)
}

func (s *Store) sweepDoomed(ctx context.Context) error {
	var conversations []string
	err := s.db.WithContext(ctx).Table("doomed").Distinct().Order("conversation").Pluck("conversation", &conversations).Error
	if err != nil {
		return fmt.Errorf("looking for keys to destroy: %w", err)
	}
	for _, conversation := range conversations {
		if err := s.destroyDoomed(ctx, conversation); err != nil {
			return err
		}
	}
	return nil
}

// sweepKeys destroys the keys of people who are not on file.
func (s *Store) sweepKeys(ctx context.Context) error {
	const batch = 500
	after := storeItself
	old := micro(s.now().Add(-keepOrphans))
	for {
		var owners []string
		err := s.ring.table(ctx).Where("person > ? AND person <> ? AND made < ?", after, transit, old).
			Distinct().Order("person").Limit(batch).Pluck("person", &owners).Error
		if err != nil {
			return fmt.Errorf("looking for the owners of keys: %w", err)
		}
		if len(owners) == 0 {
			return nil
		}
		after = owners[len(owners)-1]
		var there []string
		if err := s.db.WithContext(ctx).Table("persons").Where("id IN ?", owners).Pluck("id", &there).Error; err != nil {
			return fmt.Errorf("looking for the owners of keys: %w", err)
		}
		for _, person := range without(owners, there) {
			if err := s.ring.destroyPerson(ctx, person); err != nil {
				return err
			}
		}
	}
}

// without returns what is in all but not in some.
func without(all, some []string) []string {
	in := map[string]bool{}
	for _, v := range some {
		in[v] = true
	}
	var rest []string
	for _, v := range all {
		if !in[v] {
			rest = append(rest, v)
		}
	}
	return rest
}

func (s *Store) sweepTransit(ctx context.Context) error {
	done := s.ring.table(ctx).Where("person = ? AND made < ?", transit, micro(s.now().Add(-keepTransit))).Delete(&keyRow{})
	if done.Error != nil {
		return fmt.Errorf("destroying transit keys: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return nil
	}
	return s.ring.wipe(ctx)
}

func (s *Store) sweepRows(ctx context.Context) error {
	err := s.db.WithContext(ctx).Table("outbox").
		Where("state <> ? AND done < ?", stateDue, micro(s.now().Add(-keepLetters))).Delete(&letterRow{}).Error
	if err != nil {
		return fmt.Errorf("letting old messages go: %w", err)
	}
	err = s.db.WithContext(ctx).Table("events").Where("at < ?", micro(s.now().Add(-keepEvents))).Delete(&eventRow{}).Error
	if err != nil {
		return fmt.Errorf("letting old events go: %w", err)
	}
	return nil
}

// sweepUnnamed lets files go that no conversation names: their download was done again, or the
// question they answered is gone.
func (s *Store) sweepUnnamed(ctx context.Context) error {
	var ids []string
	old := micro(s.now().Add(-keepUnnamed))
	if err := s.db.WithContext(ctx).Table("files").Where("named = 0 AND made < ?", old).Pluck("id", &ids).Error; err != nil {
		return fmt.Errorf("looking for files that nobody names: %w", err)
	}
	if len(ids) == 0 {
		return nil
	}
	err := s.db.WithContext(ctx).Table("files").Where("id IN ? AND named = 0", ids).Delete(&fileRow{}).Error
	if err != nil {
		return fmt.Errorf("letting files go that nobody names: %w", err)
	}
	return nil
}

// sweepFiles removes what no row names: a download that was cut off, or a file whose person was
// erased when the program was killed.
func (s *Store) sweepFiles(ctx context.Context) error {
	entries, err := os.ReadDir(s.vault.folder)
	if err != nil {
		return fmt.Errorf("looking through the sealed files: %w", err)
	}
	const batch = 500
	var names []string
	for i, entry := range entries {
		info, err := entry.Info()
		if err == nil && info.Mode().IsRegular() && info.ModTime().Before(s.now().Add(-keepOrphans)) {
			names = append(names, entry.Name())
		}
		if len(names) < batch && i < len(entries)-1 || len(names) == 0 {
			continue
		}
		var there []string
		if err := s.db.WithContext(ctx).Table("files").Where("id IN ?", names).Pluck("id", &there).Error; err != nil {
			return fmt.Errorf("looking for the owners of files: %w", err)
		}
		for _, name := range without(names, there) {
			s.vault.remove(name)
		}
		names = nil
	}
	return nil
}

// sweepInvitations lets the team's codes go that nobody can use any more.
func (s *Store) sweepInvitations(ctx context.Context) error {
	err := s.db.WithContext(ctx).Table("invitations").Where("expires <= ?", micro(s.now())).Delete(&invitationRow{}).Error
	if err != nil {
		return fmt.Errorf("letting old invitations go: %w", err)
	}
	return nil
}
