package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

type roomRow struct {
	Platform string `gorm:"column:platform"`
	Sealed   []byte `gorm:"column:sealed"`
}

func roomPlace(platform string) place { return place{"rooms", "sealed", platform} }

// SetRoom makes a group or channel the team's room on its platform, in place of another.
func (t *tx) SetRoom(r intake.Room) error {
	return t.store.saveRoom(t, r)
}

func (s *Store) saveRoom(t *tx, r intake.Room) error {
	platform := r.Account.Platform()
	sealed, err := sealJSON(t, s.own.seal, roomPlace(platform), r)
	if err != nil {
		return err
	}
	row := roomRow{Platform: platform, Sealed: sealed}
	err = t.db.Table("rooms").Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "platform"}},
		DoUpdates: clause.AssignmentColumns([]string{"sealed"})}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("noting the team's room at %s: %w", platform, err)
	}
	return nil
}

// Rooms are the team's, one on a platform at most. intake.ErrAway where the database was not reached.
func (s *Store) Rooms(ctx context.Context) ([]intake.Room, error) {
	var rows []roomRow
	if err := s.db.WithContext(ctx).Table("rooms").Order("platform").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading the team's rooms: %w", orAway(err))
	}
	var rooms []intake.Room
	for _, row := range rows {
		words, err := s.own.seal.open(roomPlace(row.Platform), row.Sealed)
		if err != nil {
			return nil, err
		}
		var r intake.Room
		if err := json.Unmarshal(words, &r); err != nil {
			return nil, fmt.Errorf("reading the team's room at %s: %w", row.Platform, err)
		}
		rooms = append(rooms, r)
	}
	return rooms, nil
}

// SetBell notes which message in a room is its line.
func (s *Store) SetBell(ctx context.Context, r intake.Room) error {
	return s.InTx(ctx, func(it intake.Tx) error { return s.saveRoom(it.(*tx), r) })
}

// Queued counts what waits for the team at a moment.
func (s *Store) Queued(ctx context.Context, now time.Time, kinds ...intake.CaseKind) (intake.Queued, error) {
	var row struct {
		Waiting int
		Urgent  int
		Oldest  int64
		Done    int
		By      int
	}
	err := s.db.WithContext(ctx).Table("cases").
		Select("count(*) AS waiting, coalesce(sum(urgent), 0) AS urgent, coalesce(min(opened), 0) AS oldest").
		Where("kind IN ? AND state IN ('waiting', 'second', 'asked', 'held') AND due <= ?", kinds, micro(now)).Take(&row).Error
	if err != nil {
		return intake.Queued{}, fmt.Errorf("counting what waits: %w", err)
	}
	q := intake.Queued{Waiting: row.Waiting, Urgent: row.Urgent, Oldest: instant(row.Oldest)}
	err = s.db.WithContext(ctx).Table("cases").Select("count(*) AS done, count(DISTINCT decider) AS by").
		Where("decider <> '' AND decided > ?", micro(now.Add(-intake.Tonight))).Take(&row).Error
	if err != nil {
		return intake.Queued{}, fmt.Errorf("counting what was decided: %w", err)
	}
	q.Done, q.By = row.Done, row.By
	return q, nil
}

// Unheard lists urgent cases that nobody has taken since those on call were told, at most n.
func (s *Store) Unheard(ctx context.Context, since time.Time, n int) ([]string, error) {
	var ids []string
	err := s.db.WithContext(ctx).Table("cases").
		Where("urgent = 1 AND state = 'waiting' AND holder = '' AND called > 0 AND called <= ?", micro(since)).
		Order("rank").Limit(n).Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("looking for calls that nobody has heard: %w", err)
	}
	return ids, nil
}

// mostTimed bounds from how many decisions the typical one is taken.
const mostTimed = 1000

// CaseFigures counts a campaign's cases of doubtful claims that were opened since an instant, and takes
// the typical decision from the latest of them.
func (s *Store) CaseFigures(ctx context.Context, campaign string, since time.Time) (intake.CaseFigures, error) {
	var figures intake.CaseFigures
	cases := func() *gorm.DB {
		return s.db.WithContext(ctx).Table("cases AS k").Joins("JOIN submissions AS s ON s.id = k.submission").
			Where("k.campaign = ? AND k.kind = 'claim' AND k.opened >= ? AND s.test = 0", campaign, micro(since))
	}
	var opened, decided int64
	if err := cases().Distinct("k.submission").Count(&opened).Error; err != nil {
		return figures, fmt.Errorf("counting the cases of %s: %w", campaign, err)
	}
	if err := cases().Where("k.decider <> ''").Count(&decided).Error; err != nil {
		return figures, fmt.Errorf("counting the decisions of %s: %w", campaign, err)
	}
	var rows []struct {
		Taps int
		Took int64
	}
	err := cases().Select("k.taps, k.decided - k.opened AS took").Where("k.decider <> ''").Order("k.decided DESC").Limit(mostTimed).Find(&rows).Error
	if err != nil {
		return figures, fmt.Errorf("timing the decisions of %s: %w", campaign, err)
	}
	figures.Opened, figures.Decided = int(opened), int(decided)
	if len(rows) == 0 {
		return figures, nil
	}
	var taps []int
	var took []int64
	for _, row := range rows {
		taps, took = append(taps, row.Taps), append(took, row.Took)
	}
	slices.Sort(taps)
	slices.Sort(took)
	figures.Taps, figures.ToDecide = float64(taps[len(taps)/2]), time.Duration(took[len(took)/2])*time.Microsecond
	return figures, nil
}
