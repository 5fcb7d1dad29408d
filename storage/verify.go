package storage

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/json"
	"fmt"
)

// Report is what VerifyAudit found.
type Report struct {
	Entries     int
	Chains      int
	Checkpoints int
	Faults      []Fault
}

// Fault is one thing that is not as it was written. No is the entry, or the checkpoint where Chain is "".
type Fault struct {
	Chain  string
	No     int64
	Reason string
}

// String names the fault in one line.
func (f Fault) String() string {
	if f.Chain == "" {
		return fmt.Sprintf("checkpoint %d: %s", f.No, f.Reason)
	}
	return fmt.Sprintf("chain %s, entry %d: %s", f.Chain, f.No, f.Reason)
}

// VerifyAudit reads every entry and every checkpoint and says what was altered, removed, inserted
// or cut off. Entries of the last minute stand in no checkpoint yet: until then, somebody who can
// write to the register can take the end of a chain away together with its head.
func (s *Store) VerifyAudit(ctx context.Context) (Report, error) {
	v := &verification{store: s, heads: map[string]head{}, at: map[checked][]byte{}}
	if err := v.readCheckpoints(ctx); err != nil {
		return Report{}, err
	}
	if err := v.readHeads(ctx); err != nil {
		return Report{}, err
	}
	if err := v.readEntries(ctx); err != nil {
		return Report{}, err
	}
	v.missing()
	return v.report, nil
}

// checked is an entry that a checkpoint names.
type checked struct {
	chain string
	no    int64
}

// verification is the state of one reading.
type verification struct {
	store  *Store
	report Report
	heads  map[string]head    // that have not been seen among the entries yet
	at     map[checked][]byte // likewise, what checkpoints say
	last   head               // of the chain being read
	chain  string
}

func (v *verification) fault(chain string, no int64, reason string) {
	v.report.Faults = append(v.report.Faults, Fault{chain, no, reason})
}

func (v *verification) readCheckpoints(ctx context.Context) error {
	var before checkpointRow
	rows, err := v.store.db.WithContext(ctx).Table("checkpoints").Select(checkpointColumns).Order("no").Rows()
	if err != nil {
		return fmt.Errorf("reading audit checkpoints: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var row checkpointRow
		if err := rows.Scan(&row.No, &row.At, &row.Heads, &row.MAC); err != nil {
			return fmt.Errorf("reading audit checkpoints: %w", err)
		}
		v.readCheckpoint(row, before)
		before = row
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading audit checkpoints: %w", err)
	}
	return v.compareWithKeyStore(ctx, before)
}

func (v *verification) readCheckpoint(row, before checkpointRow) {
	v.report.Checkpoints++
	if row.No != before.No+1 {
		v.fault("", row.No, fmt.Sprintf("follows %d: some are missing", before.No))
	}
	if !hmac.Equal(row.MAC, row.sign(v.store.own.audit, before.MAC)) {
		v.fault("", row.No, "was altered")
		return
	}
	var heads []checkpointHead
	if err := json.Unmarshal(row.Heads, &heads); err != nil {
		v.fault("", row.No, "cannot be read")
	}
	for _, h := range heads {
		v.at[checked{h.Chain, h.No}] = h.MAC
	}
}

func (v *verification) compareWithKeyStore(ctx context.Context, last checkpointRow) error {
	var noted keyStoreRow
	if err := v.store.ring.store(ctx).Select(keyStoreColumns).Take(&noted).Error; err != nil {
		return fmt.Errorf("reading the key store's note of checkpoints: %w", err)
	}
	if last.No < noted.Checkpoints {
		v.fault("", noted.Checkpoints, fmt.Sprintf("is missing: the last one is %d", last.No))
	}
	if last.No == noted.Checkpoints && last.No > 0 && !bytes.Equal(last.MAC, noted.Checkpoint) {
		v.fault("", last.No, "is not the one that the key store noted")
	}
	return nil
}

func (v *verification) readHeads(ctx context.Context) error {
	rows, err := v.store.db.WithContext(ctx).Raw("SELECT id, audit_no, audit_mac FROM conversations WHERE audit_no > 0 " +
		"UNION ALL SELECT chain, audit_no, audit_mac FROM chains").Rows()
	if err != nil {
		return fmt.Errorf("reading the heads of the audit: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var chain string
		var h head
		if err := rows.Scan(&chain, &h.no, &h.mac); err != nil {
			return fmt.Errorf("reading the heads of the audit: %w", err)
		}
		if _, twice := v.heads[chain]; twice {
			v.fault(chain, h.no, "the chain has two heads")
		}
		v.heads[chain] = h
		v.report.Chains++
	}
	return rows.Err()
}

func (v *verification) readEntries(ctx context.Context) error {
	rows, err := v.store.db.WithContext(ctx).Table("audit").Select(auditColumns).Order("chain, no").Rows()
	if err != nil {
		return fmt.Errorf("reading the audit: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var row auditRow
		if err := rows.Scan(&row.Chain, &row.No, &row.At, &row.Kind, &row.Refs, &row.MAC); err != nil {
			return fmt.Errorf("reading the audit: %w", err)
		}
		v.readEntry(row)
	}
	v.endChain()
	return rows.Err()
}

func (v *verification) readEntry(row auditRow) {
	v.report.Entries++
	if row.Chain != v.chain {
		v.endChain()
		v.chain, v.last = row.Chain, head{}
	}
	if row.No != v.last.no+1 {
		v.fault(row.Chain, row.No, fmt.Sprintf("follows %d: some are missing", v.last.no))
	}
	if !hmac.Equal(row.MAC, row.sign(v.store.own.audit, v.last.mac)) {
		v.fault(row.Chain, row.No, "was altered, or what stood before it")
	}
	at := checked{row.Chain, row.No}
	if mac, ok := v.at[at]; ok && !bytes.Equal(mac, row.MAC) {
		v.fault(row.Chain, row.No, "is not the one that a checkpoint names")
	}
	delete(v.at, at)
	v.last = head{row.No, row.MAC}
}

// endChain compares the last entry of a chain with its head.
func (v *verification) endChain() {
	if v.chain == "" {
		return
	}
	h, ok := v.heads[v.chain]
	delete(v.heads, v.chain)
	switch {
	case !ok:
		v.fault(v.chain, v.last.no, "the chain has no head")
	case h.no != v.last.no:
		v.fault(v.chain, v.last.no, fmt.Sprintf("is the last one, but the chain's head is %d", h.no))
	case !bytes.Equal(h.mac, v.last.mac):
		v.fault(v.chain, v.last.no, "is not the one that the chain's head names")
	}
}

// missing reports what heads and checkpoints name and the audit does not have.
func (v *verification) missing() {
	for chain, h := range v.heads {
		v.fault(chain, h.no, "the chain is missing")
	}
	for at := range v.at {
		v.fault(at.chain, at.no, "stands in a checkpoint and is missing")
	}
}
