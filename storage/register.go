package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"claimline/intake"
)

// batch is how many records are read and opened at once.
const batch = 200

// Submissions hands every submission of a campaign to fn, oldest first, with its conversation.
// It reads in batches, each a statement of its own: what is sent
// or changed while it runs may or may not be among them, what was there is not missed. An error of
// fn ends it and is returned.
func (s *Store) Submissions(ctx context.Context, campaign string, fn func(intake.File) error) error {
	var after foundRow
	first := true
	for {
		rows, err := s.submissions(ctx, campaign, first, after)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		files, err := s.openRows(ctx, rows)
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := fn(f); err != nil {
				return err
			}
		}
		after, first = rows[len(rows)-1], false
	}
}

// sent selects submissions with their conversations.
func sent(db *gorm.DB) *gorm.DB {
	return db.Table("submissions AS s").Select(conversationColumns + ", " + submissionColumns).
		Joins("JOIN conversations AS c ON c.id = s.conversation")
}

func (s *Store) submissions(ctx context.Context, campaign string, first bool, after foundRow) ([]foundRow, error) {
	query := sent(s.db.WithContext(ctx)).Where("s.campaign = ?", campaign)
	if !first {
		at := after.Submission.SubAt
		query = query.Where("s.at > ? OR (s.at = ? AND s.id > ?)", at, at, *after.Submission.SubID)
	}
	var rows []foundRow
	if err := query.Order("s.at, s.id").Limit(batch).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading submissions of %s: %w", campaign, err)
	}
	return rows, nil
}

func (s *Store) openRows(ctx context.Context, rows []foundRow) ([]intake.File, error) {
	persons := make([]string, len(rows))
	for i, row := range rows {
		persons[i] = row.Conversation.Person
	}
	keys, err := s.ring.ofMany(ctx, persons)
	if err != nil {
		return nil, err
	}
	var files []intake.File
	for _, row := range rows {
		person := row.Conversation.Person
		if keys[person] == nil { // erased since the rows were read
			continue
		}
		f, _, err := row.open(keys[person])
		if err != nil {
			return nil, err
		}
		files = append(files, *f)
	}
	return files, nil
}

// OpenAccounts returns the accounts of a platform that were in mid-conversation at or after an
// instant, the latest first, so that they can be shown their question once more after an outage.
func (s *Store) OpenAccounts(ctx context.Context, platform string, since time.Time, most int) ([]intake.Account, error) {
	return s.accounts(ctx, most, "c.touched DESC", "a.platform = ? AND a.blocked = 0 AND c.stage = 'open' AND c.touched >= ?", platform, micro(since))
}

func (s *Store) accounts(ctx context.Context, most int, order, condition string, args ...any) ([]intake.Account, error) {
	rows, err := s.accountRows(ctx, "accounts", most, order, condition, args...)
	if err != nil {
		return nil, err
	}
	accounts, err := s.openAccounts(ctx, rows)
	return slices.DeleteFunc(accounts, func(a intake.Account) bool { return a == "" }), err
}
