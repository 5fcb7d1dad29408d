package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// A store is known in three places by one random id: the register, the key store and the data
// folder. Whoever starts the program from another folder, with another key or with half of a backup
// is told so, instead of being given an empty register.

type storeRow struct {
	ID string `gorm:"column:id"`
}

type keyStoreRow struct {
	ID          string `gorm:"column:id"`
	Proof       []byte `gorm:"column:proof"` // the id, sealed with the master key
	Opened      int64  `gorm:"column:opened"`
	Checkpoints int64  `gorm:"column:checkpoints"`
	Checkpoint  []byte `gorm:"column:checkpoint"`
}

const keyStoreColumns = "id, proof, opened, checkpoints, checkpoint"

// marker is the note in a data folder, for example
// {"store":"k3c9…","proof":"AQ…","since":"2026-11-23T10:00:00Z"}.
type marker struct {
	Store string    `json:"store"`
	Proof []byte    `json:"proof"`
	Since time.Time `json:"since"`
}

const markerName = "store.json"

// traces is what earlier starts left behind.
type traces struct {
	register string       // id in the register; "" when it is empty
	keys     *keyStoreRow // nil when the key store is empty
	folder   *marker      // nil when the data folder is empty
}

func (t traces) none() bool { return t.register == "" && t.keys == nil && t.folder == nil }

// unlock opens the store with the master key, or makes both where there was nothing before.
func (s *Store) unlock(ctx context.Context, o Options, at location) error {
	found, err := s.traces(ctx, o)
	if err != nil {
		return err
	}
	if err := found.agree(o, at); err != nil {
		return err
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
		return s.found(ctx, found.keys, o)
	}
	return s.settleIn(ctx, found, o)
}

func (s *Store) traces(ctx context.Context, o Options) (traces, error) {
	var t traces
	var register []storeRow
	if err := s.db.WithContext(ctx).Table("store").Select("id").Find(&register).Error; err != nil {
		return t, fmt.Errorf("reading the register's id: %w", err)
	}
	if len(register) > 0 {
		t.register = register[0].ID
	}
	var keys []keyStoreRow
	if err := s.ring.store(ctx).Select(keyStoreColumns).Find(&keys).Error; err != nil {
		return t, fmt.Errorf("reading the key store's id: %w", err)
	}
	if len(keys) > 0 {
		t.keys = &keys[0]
	}
	var err error
	t.folder, err = readMarker(o.DataDir)
	return t, err
}

func (r *keyring) store(ctx context.Context) *gorm.DB {
	return r.db.WithContext(ctx).Table(r.prefix + "store")
}

// agree refuses a register, a key store and a data folder that do not belong together.
func (t traces) agree(o Options, at location) error {
	unfinished := t.keys != nil && t.keys.Opened == 0 // the very first start was cut off
	switch {
	case t.register == "" && t.keys != nil && !unfinished:
		return fmt.Errorf("the register in %s is empty, but its key store (%s) was used earlier: restore the register from a backup, "+
			"or remove the key store to begin anew", at, at.keyStore())
	case t.register == "" && t.folder != nil && !unfinished:
		return fmt.Errorf("the register in %s is empty, but the data folder %s holds files of an earlier one: check DATABASE_URL, "+
			"restore the register, or choose another DATA_DIR", at, o.DataDir)
	case t.register != "" && t.keys == nil:
		return fmt.Errorf("the register in %s is sealed, but its key store (%s) is empty: restore the key store from a backup", at, at.keyStore())
	case t.register != "" && t.register != t.keys.ID:
		return fmt.Errorf("the key store (%s) belongs to another register than %s", at.keyStore(), at)
	case t.folder != nil && t.keys != nil && t.folder.Store != t.keys.ID:
		return fmt.Errorf("the data folder %s belongs to another register than %s: check DATA_DIR and DATABASE_URL", o.DataDir, at)
	}
	return nil
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

// found begins a new store. The key store's row is written first and finished last, so that a first
// start that was cut off is simply done again.
func (s *Store) found(ctx context.Context, begun *keyStoreRow, o Options) error {
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
			begun = &keyStoreRow{}
			err = s.ring.store(ctx).Select(keyStoreColumns).Take(begun).Error
		}
		if err != nil {
			return fmt.Errorf("beginning the key store: %w", err)
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

func readMarker(dir string) (*marker, error) {
	path := filepath.Join(dir, markerName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("note of the data folder: %w", err)
	}
	var m marker
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("note of the data folder %s: %w", path, err)
	}
	return &m, nil
}

func writeMarker(dir string, m marker) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "files"), 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return writeSynced(filepath.Join(dir, markerName), text)
}
