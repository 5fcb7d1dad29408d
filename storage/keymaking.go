package storage

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"gorm.io/gorm"
)

// ensure gives a person keys for compartments that have none, and adds them to keys. They are
// committed at once, on their own: a key without a use is swept, words without their key are lost.
func (r *keyring) ensure(ctx context.Context, person string, keys keyset, compartments ...string) error {
	var rows []keyRow
	for _, c := range compartments {
		if keys[c] != nil {
			continue
		}
		k, row, err := r.make(person, c)
		if err != nil {
			return err
		}
		keys[c] = k
		rows = append(rows, row)
	}
	if rows == nil {
		return nil
	}
	err := r.table(ctx).Create(&rows).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return r.adopt(ctx, person, keys)
	}
	if err != nil {
		return fmt.Errorf("committing keys of person %s: %w", person, err)
	}
	return nil
}

// adopt takes over the keys that another process made for the same person at the same moment. The
// turn that asked runs again, since what it knows of the person is old.
func (r *keyring) adopt(ctx context.Context, person string, keys keyset) error {
	there, err := r.of(ctx, person)
	if err != nil {
		return err
	}
	for c, k := range there {
		keys[c] = k
	}
	return fmt.Errorf("keys of person %s: %w", person, errAgain)
}

func (r *keyring) make(person, compartment string) (*key, keyRow, error) {
	var drawn [idBytes + keyBytes]byte
	if _, err := io.ReadFull(r.random, drawn[:]); err != nil {
		return nil, keyRow{}, fmt.Errorf("making a key: %w", err)
	}
	k, err := newKey(keyID(drawn[:idBytes]), drawn[idBytes:])
	if err != nil {
		return nil, keyRow{}, err
	}
	if person == transit { // several at a time
		compartment = hex.EncodeToString(k.id[:])
	}
	wrapped, err := r.master.seal(r.random, wrapping(k.id), k.bytes[:])
	if err != nil {
		return nil, keyRow{}, err
	}
	return k, keyRow{ID: k.id[:], Person: person, Compartment: compartment, Made: r.now().UnixMicro(), Wrapped: wrapped}, nil
}

func (r *keyring) unwrap(row keyRow) (*key, error) {
	id := keyID(row.ID)
	secret, err := r.master.open(wrapping(id), row.Wrapped)
	if err != nil {
		return nil, fmt.Errorf("key %x: %w", id, err)
	}
	return newKey(id, secret)
}

func wrapping(id keyID) place { return place{"keys", "wrapped", hex.EncodeToString(id[:])} }

// farewell makes a key for the last words to somebody who is being erased.
func (r *keyring) farewell(ctx context.Context) (*key, error) {
	k, row, err := r.make(transit, "")
	if err != nil {
		return nil, err
	}
	if err := r.table(ctx).Create(&row).Error; err != nil {
		return nil, fmt.Errorf("committing a transit key: %w", err)
	}
	return k, nil
}

// destroy removes keys by id, and forgets them.
func (r *keyring) destroy(ctx context.Context, ids ...keyID) error {
	if len(ids) == 0 {
		return nil
	}
	raw := make([][]byte, len(ids))
	r.mu.Lock()
	for i, id := range ids {
		delete(r.known, id)
		raw[i] = id[:]
	}
	r.mu.Unlock()
	if err := r.table(ctx).Where("id IN ?", raw).Delete(&keyRow{}).Error; err != nil {
		return fmt.Errorf("destroying %d keys: %w", len(ids), err)
	}
	return r.wipe(ctx)
}

// wipe takes destroyed keys out of SQLite's write-ahead log too. A reader at work puts it off to
// the next time.
func (r *keyring) wipe(ctx context.Context) error {
	if r.prefix != "" {
		return nil
	}
	return r.db.WithContext(ctx).Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error
}

// destroyPerson removes all keys of a person.
func (r *keyring) destroyPerson(ctx context.Context, person string) error {
	if err := r.table(ctx).Where("person = ?", person).Delete(&keyRow{}).Error; err != nil {
		return fmt.Errorf("destroying the keys of person %s: %w", person, err)
	}
	return r.wipe(ctx)
}
