package storage

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"claimline/intake"
	"claimline/intake/campaign"
)

type campaignRow struct {
	ID     string `gorm:"column:id"`
	Status string `gorm:"column:status"`
	At     int64  `gorm:"column:at"`
}

// replace updates columns of a row that is there already.
func replace(key string, columns ...string) clause.OnConflict {
	return clause.OnConflict{Columns: []clause.Column{{Name: key}}, DoUpdates: clause.AssignmentColumns(columns)}
}

// CampaignStatuses returns where campaigns stand that were ever approved, paused or closed; all
// others are drafts. intake.ErrAway where the database was not reached.
func (s *Store) CampaignStatuses(ctx context.Context) (map[string]campaign.Status, error) {
	var rows []campaignRow
	if err := s.db.WithContext(ctx).Table("campaigns").Select("id, status, at").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading where campaigns stand: %w", orAway(err))
	}
	status := map[string]campaign.Status{}
	for _, row := range rows {
		status[row.ID] = campaign.Status(row.Status)
	}
	return status, nil
}

// SetCampaignStatus moves a campaign, and records by whom in the chain of the campaign.
func (s *Store) SetCampaignStatus(ctx context.Context, id string, status campaign.Status, by string) error {
	return s.InTx(ctx, func(it intake.Tx) error {
		t := it.(*tx)
		row := campaignRow{ID: id, Status: string(status), At: micro(s.now())}
		if err := t.db.Table("campaigns").Clauses(replace("id", "status", "at")).Create(&row).Error; err != nil {
			return fmt.Errorf("moving campaign %s to %s: %w", id, status, err)
		}
		return t.record("campaign:"+id, intake.Entry{Kind: "campaign", Refs: map[string]string{"status": string(status), "by": by}})
	})
}
