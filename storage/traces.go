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
	looked   bool
}

func (t traces) none() bool { return t.register == "" && t.keys == nil && t.folder == nil }

// traces looks for what earlier starts left. Another first start may be at work just now: it writes
// to the key store first and last, so what was read between two equal looks there is of one moment.
func (s *Store) traces(ctx context.Context, o Options) (traces, error) {
	var t traces
	for {
		before := t.keys
		var err error
		if t.keys, err = s.ring.readStore(ctx); err != nil {
			return t, err
		}
		if t.looked && opened(before) == opened(t.keys) {
			return t, nil
		}
		var register []storeRow
		if err := s.db.WithContext(ctx).Table("store").Select("id").Find(&register).Error; err != nil {
			return t, fmt.Errorf("reading the register's id: %w", err)
		}
		t.register = ""
		if len(register) > 0 {
			t.register = register[0].ID
		}
		if t.folder, err = readMarker(o.DataDir); err != nil {
			return t, err
		}
		t.looked = true
	}
}

// opened tells how far a first start has come: -1 when there was none.
func opened(row *keyStoreRow) int64 {
	if row == nil {
		return -1
	}
	return row.Opened
}

func (r *keyring) readStore(ctx context.Context) (*keyStoreRow, error) {
	var rows []keyStoreRow
	if err := r.store(ctx).Select(keyStoreColumns).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading the key store's id: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return &rows[0], nil
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
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	return writeSynced(filepath.Join(dir, markerName), text)
}
