package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
)

// checkpointOverlap is how far back a checkpoint looks beyond the one before it: longer than any
// turn can be open, so that no head falls between two of them. A head that is in both is harmless.
const checkpointOverlap = 10 * time.Minute

type checkpointRow struct {
	No    int64  `gorm:"column:no"`
	At    int64  `gorm:"column:at"`
	Heads []byte `gorm:"column:heads"`
	MAC   []byte `gorm:"column:mac"`
}

const checkpointColumns = "no, at, heads, mac"

func (r checkpointRow) sign(k *key, before []byte) []byte {
	return mac(k, "checkpoint", strconv.FormatInt(r.No, 10), strconv.FormatInt(r.At, 10), string(r.Heads), string(before))
}

// checkpointHead is one chain in a checkpoint, for example {"chain":"k3c9…","no":4,"mac":"…"}.
type checkpointHead struct {
	Chain string `json:"chain"`
	No    int64  `json:"no"`
	MAC   []byte `json:"mac"`
}

// Checkpoint writes down the heads of all audit chains that changed since the last one, with a MAC
// over them and over the checkpoint before. How many there are, and the last MAC, are noted in the
// key store, so that none can be cut off the end by somebody who writes to the register alone. It
// writes nothing when nothing changed. One process does it, about once a minute (see Lease).
func (s *Store) Checkpoint(ctx context.Context) error {
	var written *checkpointRow
	err := s.transact(ctx, func(db *gorm.DB) error {
		written = nil
		last, err := lastCheckpoint(db)
		if err != nil {
			return err
		}
		heads, err := changedHeads(db, last.At-checkpointOverlap.Microseconds())
		if err != nil {
			return err
		}
		if known, err := last.names(heads); err != nil || known {
			return err
		}
		row := checkpointRow{No: last.No + 1, At: micro(s.now())}
		if row.Heads, err = json.Marshal(heads); err != nil {
			return err
		}
		row.MAC = row.sign(s.own.audit, last.MAC)
		written = &row
		return db.Table("checkpoints").Create(&row).Error
	})
	if err != nil {
		return fmt.Errorf("writing an audit checkpoint: %w", err)
	}
	if written == nil {
		return nil
	}
	err = s.ring.store(ctx).Where("checkpoints < ?", written.No).
		Updates(map[string]any{"checkpoints": written.No, "checkpoint": written.MAC}).Error
	if err != nil {
		return fmt.Errorf("noting audit checkpoint %d in the key store: %w", written.No, err)
	}
	return nil
}

// names reports whether a checkpoint names all of these heads already.
func (r checkpointRow) names(heads []checkpointHead) (bool, error) {
	var there []checkpointHead
	if r.No > 0 {
		if err := json.Unmarshal(r.Heads, &there); err != nil {
			return false, fmt.Errorf("reading checkpoint %d: %w", r.No, err)
		}
	}
	named := map[string]int64{}
	for _, h := range there {
		named[h.Chain] = h.No
	}
	return !slices.ContainsFunc(heads, func(h checkpointHead) bool { return named[h.Chain] != h.No }), nil
}

func lastCheckpoint(db *gorm.DB) (checkpointRow, error) {
	var row checkpointRow
	err := db.Table("checkpoints").Select(checkpointColumns).Order("no DESC").Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return checkpointRow{}, nil
	}
	return row, err
}

// changedHeads lists the heads that moved since an instant, by chain.
func changedHeads(db *gorm.DB, since int64) ([]checkpointHead, error) {
	var rows []chainRow
	err := db.Raw("SELECT id AS chain, audit_no, audit_mac, audit_at FROM conversations WHERE audit_no > 0 AND audit_at > ? "+
		"UNION ALL SELECT chain, audit_no, audit_mac, audit_at FROM chains WHERE audit_at > ? ORDER BY 1", since, since).
		Scan(&rows).Error
	heads := make([]checkpointHead, len(rows))
	for i, row := range rows {
		heads[i] = checkpointHead{row.Chain, row.AuditNo, row.AuditMAC}
	}
	return heads, err
}
