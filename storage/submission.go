package storage

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"claimline/intake"
)

// submissionRow is read through a LEFT JOIN: SubID is nil where nothing was sent. The names differ
// from those of the conversation's columns because one statement reads both.
type submissionRow struct {
	SubID        *string `gorm:"column:sub_id"`
	SubReference string  `gorm:"column:sub_reference"`
	SubCampaign  string  `gorm:"column:sub_campaign"`
	SubStatus    string  `gorm:"column:sub_status"`
	SubOutcome   string  `gorm:"column:sub_outcome"`
	SubAt        int64   `gorm:"column:sub_at"`
	SubLanguage  string  `gorm:"column:sub_language"`
	SubCountry   string  `gorm:"column:sub_country"`
	SubCounts    bool    `gorm:"column:sub_counts"`
	SubTest      bool    `gorm:"column:sub_test"`
	SubBurst     string  `gorm:"column:sub_burst"`
	SubBody      []byte  `gorm:"column:sub_body"`
}

const submissionColumns = "s.id AS sub_id, coalesce(s.reference, '') AS sub_reference, coalesce(s.campaign, '') AS sub_campaign, " +
	"coalesce(s.status, '') AS sub_status, coalesce(s.outcome, '') AS sub_outcome, coalesce(s.at, 0) AS sub_at, " +
	"coalesce(s.language, '') AS sub_language, coalesce(s.country, '') AS sub_country, coalesce(s.counts, 0) AS sub_counts, " +
	"coalesce(s.test, 0) AS sub_test, coalesce(s.burst, '') AS sub_burst, s.body AS sub_body"

func (r submissionRow) submission(keys keyset) (*intake.Submission, [][]byte, error) {
	s := &intake.Submission{
		ID: *r.SubID, Reference: r.SubReference, Campaign: r.SubCampaign, Status: r.SubStatus, Outcome: r.SubOutcome,
		At: instant(r.SubAt), Language: r.SubLanguage, Country: r.SubCountry, Counts: r.SubCounts, Test: r.SubTest, Burst: r.SubBurst,
	}
	unopened, err := openBody(keys, s, r.SubBody)
	return s, unopened, err
}

// fingerprint tells whether a submission was changed since it was found, in memory only.
func fingerprint(s intake.Submission) []byte {
	text, err := json.Marshal(s)
	if err != nil { // a submission is plain data
		return nil
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// saveSubmission inserts a new submission, updates a changed one and leaves an unchanged one alone.
func (t *tx) saveSubmission(f *intake.File, d *dossier, destroyed []string) error {
	s := f.Submission
	if s == nil {
		return nil
	}
	now := fingerprint(*s)
	if bytes.Equal(now, d.submission) && destroyed == nil {
		return nil
	}
	if s.ID == "" {
		id, err := newID(t.store.random)
		if err != nil {
			return err
		}
		s.ID = id
	}
	body, err := sealParts(t.store.random, d.keys, bodyPlace(s.ID), splitBody(*s, destroyed), d.bodyUnopened)
	if err != nil {
		return err
	}
	columns := map[string]any{
		"reference": s.Reference, "campaign": s.Campaign, "status": s.Status, "outcome": s.Outcome, "at": micro(s.At),
		"language": s.Language, "country": s.Country, "counts": btoi(s.Counts), "test": btoi(s.Test), "burst": s.Burst, "body": body,
	}
	if d.submission != nil {
		err = t.db.Table("submissions").Where("id = ?", s.ID).Updates(columns).Error
	} else {
		columns["id"], columns["conversation"], columns["person"] = s.ID, f.Conversation.ID, f.Person
		err = t.db.Table("submissions").Create(columns).Error
	}
	if err != nil {
		return fmt.Errorf("saving submission %s: %w", s.ID, err)
	}
	d.submission = now
	return nil
}
