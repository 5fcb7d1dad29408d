package storage

import (
	"context"
	"fmt"
	"time"

	"claimline/intake"
)

// quarter is what moments are grouped by in the database. Days are made of quarters of an hour in
// Go, because every time zone is a whole number of them away from UTC.
const quarter = int64(15 * time.Minute / time.Microsecond)

type partRow struct {
	Quarter int64  `gorm:"column:quarter"`
	Test    bool   `gorm:"column:test"`
	Counts  bool   `gorm:"column:counts"`
	Status  string `gorm:"column:status"`
	Outcome string `gorm:"column:outcome"`
	Country string `gorm:"column:country"`
	Number  int    `gorm:"column:number"`
}

func (r partRow) part() intake.Part {
	return intake.Part{Test: r.Test, Counts: r.Counts, Status: r.Status, Outcome: r.Outcome, Country: r.Country, Number: r.Number}
}

// Tally counts a campaign's submissions and interviews, those sent from since to until also by the
// day where since is. It takes three statements, whatever is stored, reads indexes alone and opens
// nothing. What is sent while they run may be in one of them and not in another.
func (s *Store) Tally(ctx context.Context, campaign string, since, until time.Time) (intake.Tally, error) {
	t := intake.NewTally(campaign, since, until)
	if err := s.countDays(ctx, &t); err != nil {
		return intake.Tally{}, fmt.Errorf("counting the submissions of %s by day: %w", campaign, err)
	}
	if err := s.countAll(ctx, &t); err != nil {
		return intake.Tally{}, fmt.Errorf("counting the submissions of %s: %w", campaign, err)
	}
	if err := s.countScreens(ctx, &t); err != nil {
		return intake.Tally{}, fmt.Errorf("counting the open interviews of %s: %w", campaign, err)
	}
	return t, nil
}

func (s *Store) countAll(ctx context.Context, t *intake.Tally) error {
	var rows []partRow
	err := s.db.WithContext(ctx).Table("submissions").
		Select("test, counts, status, outcome, country, count(*) AS number").
		Where("campaign = ?", t.Campaign).
		Group("test, counts, status, outcome, country").Find(&rows).Error
	for _, row := range rows {
		t.Add(row.part())
	}
	return err
}

func (s *Store) countDays(ctx context.Context, t *intake.Tally) error {
	var rows []partRow
	err := s.db.WithContext(ctx).Table("submissions").
		Select("at / ? AS quarter, counts, status, outcome, count(*) AS number", quarter).
		Where("campaign = ? AND at >= ? AND test = 0", t.Campaign, micro(t.Since)).
		Group("1, 2, 3, 4").Find(&rows).Error
	for _, row := range rows {
		t.AddSent(row.part(), instant(row.Quarter*quarter))
	}
	return err
}

func (s *Store) countScreens(ctx context.Context, t *intake.Tally) error {
	var rows []struct {
		Screen string `gorm:"column:screen"`
		Number int    `gorm:"column:number"`
	}
	err := s.db.WithContext(ctx).Table("conversations").Select("screen, count(*) AS number").
		Where("stage = 'open' AND campaign = ? AND test = 0 AND touched < ?", t.Campaign, micro(s.now().Add(-intake.Silent))).
		Group("screen").Find(&rows).Error
	for _, row := range rows {
		t.Screens[row.Screen] = row.Number
	}
	return err
}
