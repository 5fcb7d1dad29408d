package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// unlock opens the store with the master key, or makes both where there was nothing before.
func (s *Store) unlock(ctx context.Context, o Options, at location) error {
	found, err := s.traces(ctx, o)
	if err != nil {
		return err
	}
	if err := found.agree(o, at); err != nil {
		return err
	}
	if o.Existing && found.none() {
		return fmt.Errorf("there is no store yet in %s", at)
	}
	secret, err := readMasterKey(o.MasterKeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		if err := mayMakeKey(found, o, at); err != nil {
			return err
		}
		secret, err = makeMasterKey(o.MasterKeyFile, o.Random)
		if err == nil {
			o.Log.Warn("made a master key; keep a copy of it in another place, nothing can be read without it", "file", o.MasterKeyFile)
		}
	}
	if err != nil {
		return err
	}
	if s.ring.master, err = masterKey(secret); err != nil {
		return err
	}
	if err := sealedByAnother(s.ring.master, found, o, at); err != nil {
		return err
	}
	if found.keys == nil || found.keys.Opened == 0 {
		return s.establish(ctx, found.keys, o, at)
	}
	return s.settleIn(ctx, found, o)
}

// mayMakeKey allows a new master key only where nothing was sealed with an earlier one.
func mayMakeKey(t traces, o Options, at location) error {
	if !t.none() {
		return fmt.Errorf("the master key %s is missing, but %s was sealed with one: put the key back; without it nothing there can be read",
			o.MasterKeyFile, at)
	}
	return nil
}

// sealedByAnother refuses a master key that does not open what is there.
func sealedByAnother(master *key, t traces, o Options, at location) error {
	if t.keys != nil {
		if _, err := master.open(proofPlace(t.keys.ID), t.keys.Proof); err != nil {
			return fmt.Errorf("the master key %s is not the one that %s was sealed with", o.MasterKeyFile, at)
		}
	}
	if t.folder != nil {
		if _, err := master.open(proofPlace(t.folder.Store), t.folder.Proof); err != nil {
			return fmt.Errorf("the master key %s is not the one that the data folder %s was sealed with", o.MasterKeyFile, o.DataDir)
		}
	}
	return nil
}

func proofPlace(store string) place { return place{"store", "proof", store} }

// establish begins a new store. The key store's row is written first and finished last, so that a
// first start that was cut off is simply done again.
func (s *Store) establish(ctx context.Context, begun *keyStoreRow, o Options, at location) error {
	if begun == nil {
		id, err := newID(s.random)
		if err != nil {
			return err
		}
		proof, err := s.ring.master.seal(s.random, proofPlace(id), []byte(id))
		if err != nil {
			return err
		}
		begun = &keyStoreRow{ID: id, Proof: proof, Checkpoint: []byte{}}
		err = s.ring.store(ctx).Create(begun).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) { // another process was first: finish what it began
			begun, err = s.ring.readStore(ctx)
		}
		if err != nil {
			return fmt.Errorf("beginning the key store: %w", err)
		}
		if err := sealedByAnother(s.ring.master, traces{keys: begun}, o, at); err != nil {
			return err // it ran on another machine, which made a key of its own
		}
	}
	err := s.db.WithContext(ctx).Table("store").Clauses(clause.OnConflict{DoNothing: true}).Create(&storeRow{ID: begun.ID}).Error
	if err != nil {
		return fmt.Errorf("beginning the register: %w", err)
	}
	if err := writeMarker(o.DataDir, marker{Store: begun.ID, Proof: begun.Proof, Since: o.Now().UTC()}); err != nil {
		return err
	}
	err = s.ring.store(ctx).Where("id = ?", begun.ID).Update("opened", o.Now().UnixMicro()).Error
	if err != nil {
		return fmt.Errorf("finishing the key store: %w", err)
	}
	return nil
}

// settleIn gives a store an empty data folder, as on a second machine. Where files are on record
// the empty folder is a mistake.
func (s *Store) settleIn(ctx context.Context, t traces, o Options) error {
	if t.folder != nil {
		return nil
	}
	var files []string
	if err := s.db.WithContext(ctx).Table("files").Limit(1).Pluck("id", &files).Error; err != nil {
		return fmt.Errorf("looking for files on record: %w", err)
	}
	if len(files) > 0 {
		return fmt.Errorf("the register has files on record, but the data folder %s is empty: check DATA_DIR, or restore the folder", o.DataDir)
	}
	return writeMarker(o.DataDir, marker{Store: t.keys.ID, Proof: t.keys.Proof, Since: o.Now().UTC()})
}
