package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

// The audit is append-only and written in the transaction that it describes. Each conversation has
// a chain of its own, whose head lies in the row that the turn locks anyway: one chain for all was
// measured to cut throughput to a quarter. An entry's MAC covers its chain, number, words and the
// MAC before it. Checkpoint ties all chains together.

// head is the last entry of a chain.
type head struct {
	no  int64
	mac []byte
}

type auditRow struct {
	Chain string `gorm:"column:chain"`
	No    int64  `gorm:"column:no"`
	At    int64  `gorm:"column:at"`
	Kind  string `gorm:"column:kind"`
	Refs  []byte `gorm:"column:refs"`
	MAC   []byte `gorm:"column:mac"`
}

const auditColumns = "chain, no, at, kind, refs, mac"

func (r auditRow) place() place {
	return place{"audit", "refs", r.Chain + "/" + strconv.FormatInt(r.No, 10)}
}

// sign is the entry's MAC, given the one before it.
func (r auditRow) sign(k *key, before []byte) []byte {
	return mac(k, "audit", r.Chain, strconv.FormatInt(r.No, 10), strconv.FormatInt(r.At, 10), r.Kind, string(r.Refs), string(before))
}

// chain makes rows of entries and moves the head.
func (t *tx) chain(name string, h *head, at time.Time, entries []intake.Entry) ([]auditRow, error) {
	var rows []auditRow
	for _, e := range entries {
		row := auditRow{Chain: name, No: h.no + 1, At: micro(at), Kind: e.Kind}
		refs, err := json.Marshal(e.Refs)
		if err != nil {
			return nil, fmt.Errorf("audit entry %q of %s: %w", e.Kind, name, err)
		}
		if row.Refs, err = t.store.own.seal.seal(t.store.random, row.place(), refs); err != nil {
			return nil, err
		}
		row.MAC = row.sign(t.store.own.audit, h.mac)
		*h = head{row.No, row.MAC}
		rows = append(rows, row)
	}
	return rows, nil
}

func (t *tx) enter(rows []auditRow) error {
	if rows == nil {
		return nil
	}
	if err := t.db.Table("audit").Create(&rows).Error; err != nil {
		return fmt.Errorf("writing the audit of %s: %w", rows[0].Chain, err)
	}
	return nil
}

// chainRow is the head of a chain that has no conversation, or whose conversation was erased.
type chainRow struct {
	Chain    string `gorm:"column:chain"`
	AuditNo  int64  `gorm:"column:audit_no"`
	AuditMAC []byte `gorm:"column:audit_mac"`
	AuditAt  int64  `gorm:"column:audit_at"`
}

const chainColumns = "chain, audit_no, audit_mac, audit_at"

// Record enters something that no conversation did, for example an approval or an export, in a
// chain such as "campaign:tiktok".
func (s *Store) Record(ctx context.Context, chain string, e intake.Entry) error {
	return s.InTx(ctx, func(it intake.Tx) error { return it.(*tx).record(chain, e) })
}

func (t *tx) record(chain string, e intake.Entry) error {
	var row chainRow
	err := t.db.Table("chains").Select(chainColumns).Where("chain = ?", chain).
		Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return fmt.Errorf("reading the audit chain %s: %w", chain, err)
	}
	fresh := err != nil
	h := head{row.AuditNo, row.AuditMAC}
	entries, err := t.chain(chain, &h, t.store.now(), []intake.Entry{e})
	if err != nil {
		return err
	}
	now := micro(t.store.now())
	if fresh {
		err = t.db.Table("chains").Create(&chainRow{Chain: chain, AuditNo: h.no, AuditMAC: h.mac, AuditAt: now}).Error
	} else {
		err = t.db.Table("chains").Where("chain = ?", chain).
			Updates(map[string]any{"audit_no": h.no, "audit_mac": h.mac, "audit_at": now}).Error
	}
	if err != nil {
		return fmt.Errorf("moving the head of the audit chain %s: %w", chain, err)
	}
	return t.enter(entries)
}
