package storage

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"claimline/intake"
)

// A platform may reach somebody elsewhere than at their own id. Where that is stands with the account,
// sealed like it, and is gone with it.

type channelRow struct {
	Sealed  []byte `gorm:"column:sealed"` // the account, whose key is the channel's
	Channel []byte `gorm:"column:channel"`
}

func channelPlace(address []byte) place {
	return place{"accounts", "channel", hex.EncodeToString(address)}
}

// channelRow is nil where nobody is on file.
func (s *Store) channelRow(ctx context.Context, address []byte) (*channelRow, *key, error) {
	var row channelRow
	err := s.db.WithContext(ctx).Table("accounts").Select("sealed, channel").Where("address = ?", address).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("looking for the channel of an account: %w", err)
	}
	id, _ := sealedWith(row.Sealed)
	keys, err := s.ring.byID(ctx, []keyID{id})
	if err != nil || keys[id] == nil {
		return nil, nil, err
	}
	return &row, keys[id], nil
}

// Channel returns what SetChannel has noted last, "" when it has noted nothing.
func (s *Store) Channel(ctx context.Context, a intake.Account) (string, error) {
	address := s.address(a)
	row, k, err := s.channelRow(ctx, address)
	if err != nil || row == nil || row.Channel == nil {
		return "", err
	}
	words, err := k.open(channelPlace(address), row.Channel)
	return string(words), err
}

// SetChannel notes where a platform reaches an account; nothing where nobody is on file.
func (s *Store) SetChannel(ctx context.Context, a intake.Account, channel string) error {
	address := s.address(a)
	row, k, err := s.channelRow(ctx, address)
	if err != nil || row == nil {
		return err
	}
	sealed, err := k.seal(s.random, channelPlace(address), []byte(channel))
	if err != nil {
		return err
	}
	// Whose account it is may have changed since.
	err = s.db.WithContext(ctx).Table("accounts").Where("address = ? AND sealed = ?", address, row.Sealed).Update("channel", sealed).Error
	if err != nil {
		return fmt.Errorf("noting the channel of an account: %w", err)
	}
	return nil
}
