package storage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"claimline/intake"
)

// hash is the keyed hash under which something is found again: without the look-up key nobody can
// try names, numbers or platform ids against a stolen database. What it is for is part of it.
func (s *Store) hash(purpose string, parts ...string) []byte {
	return mac(s.own.lookup, append([]string{purpose}, parts...)...)
}

// mac is HMAC-SHA256 over parts whose borders cannot be shifted.
func mac(k *key, parts ...string) []byte {
	h := hmac.New(sha256.New, k.bytes[:])
	for _, p := range parts {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(p)))
		h.Write(length[:])
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

func (s *Store) address(a intake.Account) []byte { return s.hash("account", string(a)) }

func (s *Store) lookupHash(l intake.Lookup) []byte { return s.hash("lookup", l.Purpose, l.Value) }

type lookupRow struct {
	Hash       []byte `gorm:"column:hash"`
	Submission string `gorm:"column:submission"`
	Item       int    `gorm:"column:item"`
	At         int64  `gorm:"column:at"` // of the submission
}

// holders finds the first that hold a value. Each value has its own part of the statement, so that one
// which thousands hold costs no more than one which ten do.
const holders = "SELECT hash, submission, item, at FROM (SELECT l.hash, l.submission, l.item, s.at FROM lookups AS l " +
	"JOIN submissions AS s ON s.id = l.submission WHERE l.hash = ? AND l.person <> ? AND s.campaign = ? AND s.test = ? " +
	"AND s.status <> 'withdrawn' ORDER BY l.nth LIMIT 10) AS found"

// Matches returns the submissions of other people to the same campaign that hold one of the values,
// the earliest first.
func (t *tx) Matches(f *intake.File, of ...intake.Lookup) ([]intake.Match, error) {
	if len(of) == 0 {
		return nil, nil
	}
	test := f.Submission != nil && f.Submission.Test
	asked := map[string][]intake.Lookup{}
	var parts []string
	var args []any
	for _, l := range of {
		h := t.store.lookupHash(l)
		if asked[string(h)] == nil {
			parts = append(parts, holders)
			args = append(args, h, f.Person, f.Conversation.Campaign, btoi(test))
		}
		asked[string(h)] = append(asked[string(h)], l)
	}
	var rows []lookupRow
	err := t.db.Raw(strings.Join(parts, " UNION ALL ")+" ORDER BY at, submission, item", args...).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("looking for matches of conversation %s: %w", f.Conversation.ID, err)
	}
	var matches []intake.Match
	for _, row := range rows {
		for _, l := range asked[string(row.Hash)] {
			matches = append(matches, intake.Match{Of: l, Submission: row.Submission, Item: row.Item, At: instant(row.At)})
		}
	}
	return matches, nil
}

// saveLookups replaces the look-ups of a submission. A value is held once by a submission, however
// often it was given.
func (t *tx) saveLookups(f *intake.File, lookups []intake.Lookup) error {
	if lookups == nil || f.Submission == nil {
		return nil
	}
	id := f.Submission.ID
	if err := t.db.Table("lookups").Where("submission = ?", id).Delete(&lookupRow{}).Error; err != nil {
		return fmt.Errorf("replacing the look-ups of submission %s: %w", id, err)
	}
	var rows []map[string]any
	held := map[string]bool{}
	for _, l := range lookups {
		h := t.store.lookupHash(l)
		if held[string(h)] {
			continue
		}
		held[string(h)] = true
		nth := gorm.Expr("(SELECT coalesce(max(nth), 0) + 1 FROM lookups WHERE hash = ?)", h)
		rows = append(rows, map[string]any{"hash": h, "nth": nth, "person": f.Person, "submission": id, "item": l.Item})
	}
	if rows == nil {
		return nil
	}
	if err := t.db.Table("lookups").Create(&rows).Error; err != nil {
		return fmt.Errorf("saving the look-ups of submission %s: %w", id, err)
	}
	return nil
}
