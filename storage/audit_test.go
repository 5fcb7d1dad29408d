package storage_test

import (
	"fmt"
	"testing"

	"gorm.io/gorm"

	"claimline/intake"
)

type entry struct {
	Chain string
	No    int64
}

// audited is a store with three chains of conversations, one of a campaign and two checkpoints.
func audited(t *testing.T, s *scene) []entry {
	t.Helper()
	for round := range 2 {
		for n := range 3 {
			s.must(t, parent(n), func(f *intake.File) intake.Turn {
				return intake.Turn{Audit: []intake.Entry{{Kind: "consent", Refs: map[string]string{"purpose": "privacy"}}, {Kind: "submission"}}}
			})
		}
		if err := s.Record(t.Context(), "campaign:tiktok", intake.Entry{Kind: "export", Refs: map[string]string{"count": fmt.Sprint(round)}}); err != nil {
			t.Fatal(err)
		}
		s.clock.Pass(checkpointPause)
		if err := s.Checkpoint(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var entries []entry
	if err := s.DB().Table("audit").Select("chain, no").Order("chain, no").Find(&entries).Error; err != nil {
		t.Fatal(err)
	}
	return entries
}

const checkpointPause = 11 * 60 * 1e9 // beyond the overlap of two checkpoints

func TestAuditHolds(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		entries := audited(t, s)
		report, err := s.VerifyAudit(t.Context())
		if err != nil || report.Faults != nil {
			t.Fatalf("%+v, %v", report, err)
		}
		if report.Entries != len(entries) || report.Chains != 4 || report.Checkpoints != 2 {
			t.Errorf("%+v, want %d entries in 4 chains and 2 checkpoints", report, len(entries))
		}
		for range 3 {
			if err := s.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.clock.Pass(checkpointPause)
		}
		if n := s.count(t, "checkpoints", "1 = 1"); n != 2 {
			t.Errorf("%d checkpoints, though nothing changed since the second", n)
		}
	})
}

// Whatever is done to any entry is found: altered, removed, put in, exchanged, cut off with its head.
func TestAuditFindsTampering(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		entries := audited(t, s)
		tampering := map[string]func(db *gorm.DB, e entry) error{
			"instant altered": func(db *gorm.DB, e entry) error {
				return db.Exec("UPDATE audit SET at = at + 1 WHERE chain = ? AND no = ?", e.Chain, e.No).Error
			},
			"kind altered": func(db *gorm.DB, e entry) error {
				return db.Exec("UPDATE audit SET kind = 'other' WHERE chain = ? AND no = ?", e.Chain, e.No).Error
			},
			"references of another entry": func(db *gorm.DB, e entry) error {
				return db.Exec("UPDATE audit SET refs = (SELECT refs FROM audit AS o WHERE NOT (o.chain = ? AND o.no = ?) ORDER BY chain, no LIMIT 1) "+
					"WHERE chain = ? AND no = ?", e.Chain, e.No, e.Chain, e.No).Error
			},
			"removed": func(db *gorm.DB, e entry) error {
				return db.Exec("DELETE FROM audit WHERE chain = ? AND no = ?", e.Chain, e.No).Error
			},
			"cut off from here": func(db *gorm.DB, e entry) error {
				return db.Exec("DELETE FROM audit WHERE chain = ? AND no >= ?", e.Chain, e.No).Error
			},
			"cut off from here, and the head moved back": func(db *gorm.DB, e entry) error {
				for _, statement := range []string{
					"UPDATE conversations SET audit_no = ? - 1, audit_mac = coalesce((SELECT mac FROM audit WHERE chain = ? AND no = ? - 1), audit_mac) WHERE id = ?",
					"UPDATE chains SET audit_no = ? - 1, audit_mac = coalesce((SELECT mac FROM audit WHERE chain = ? AND no = ? - 1), audit_mac) WHERE chain = ?",
				} {
					if err := db.Exec(statement, e.No, e.Chain, e.No, e.Chain).Error; err != nil {
						return err
					}
				}
				return db.Exec("DELETE FROM audit WHERE chain = ? AND no >= ?", e.Chain, e.No).Error
			},
			"put in after": func(db *gorm.DB, e entry) error {
				if err := db.Exec("UPDATE audit SET no = -no WHERE chain = ? AND no > ?", e.Chain, e.No).Error; err != nil {
					return err
				}
				if err := db.Exec("INSERT INTO audit (chain, no, at, kind, refs, mac) SELECT chain, no + 1, at, kind, refs, mac FROM audit WHERE chain = ? AND no = ?", e.Chain, e.No).Error; err != nil {
					return err
				}
				return db.Exec("UPDATE audit SET no = 1 - no WHERE chain = ? AND no < 0", e.Chain).Error
			},
			"exchanged with its neighbour": func(db *gorm.DB, e entry) error {
				other := e.No%2*2 - 1 + e.No // 1 with 2, 3 with 4
				for _, step := range [][2]int64{{e.No, -1}, {other, e.No}, {-1, other}} {
					if err := db.Exec("UPDATE audit SET no = ? WHERE chain = ? AND no = ?", step[1], e.Chain, step[0]).Error; err != nil {
						return err
					}
				}
				return nil
			},
			"chain taken away with its conversation": func(db *gorm.DB, e entry) error {
				for _, statement := range []string{"DELETE FROM audit WHERE chain = ?", "DELETE FROM conversations WHERE id = ?", "DELETE FROM chains WHERE chain = ?"} {
					if err := db.Exec(statement, e.Chain).Error; err != nil {
						return err
					}
				}
				return nil
			},
		}
		for name, tamper := range tampering {
			for _, e := range entries {
				s.tamper(t, fmt.Sprintf("%s, entry %d of %s", name, e.No, e.Chain), func(db *gorm.DB) error { return tamper(db, e) })
			}
		}
		for name, statement := range map[string]string{
			"checkpoint altered":           "UPDATE checkpoints SET at = at + 1 WHERE no = 1",
			"checkpoint removed":           "DELETE FROM checkpoints WHERE no = 1",
			"last checkpoint cut off":      "DELETE FROM checkpoints WHERE no = 2",
			"all checkpoints cut off":      "DELETE FROM checkpoints",
			"all of the audit taken away":  "DELETE FROM audit",
			"checkpoints in another order": "UPDATE checkpoints SET no = 5 - no",
		} {
			s.tamper(t, name, func(db *gorm.DB) error { return db.Exec(statement).Error })
		}
	})
}

// tamper lets fn change the register, wants it to be found, and takes it back.
func (s *scene) tamper(t *testing.T, name string, fn func(db *gorm.DB) error) {
	t.Helper()
	db := s.DB().Begin()
	defer db.Rollback()
	if err := fn(db); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	report, err := s.With(db).VerifyAudit(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if report.Faults == nil {
		t.Errorf("%s: not found", name)
	}
}

// Two processes write to the same chain and write checkpoints: none is lost, none is double.
func TestRecordsSideBySide(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		done := make(chan error)
		for range 4 {
			go func() {
				for n := range 5 {
					if err := s.Record(t.Context(), "campaign:tiktok", intake.Entry{Kind: "export", Refs: map[string]string{"n": fmt.Sprint(n)}}); err != nil {
						done <- err
						return
					}
				}
				done <- s.Checkpoint(t.Context())
			}()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		report, err := s.VerifyAudit(t.Context())
		if err != nil || report.Faults != nil || report.Entries != 20 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}
