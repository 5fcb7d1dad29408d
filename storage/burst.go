package storage

import (
	"bytes"
	"fmt"
	"time"

	"claimline/intake"
)

type arrivalRow struct {
	Hash  []byte `gorm:"column:hash"`
	ID    string `gorm:"column:id"`
	At    int64  `gorm:"column:at"`
	Burst string `gorm:"column:burst"`
}

func (r arrivalRow) arrival() intake.Arrival {
	return intake.Arrival{Submission: r.ID, At: instant(r.At), Burst: r.Burst}
}

// Crowds returns the submissions since an instant that hold the same value, by value. It reads what
// was sent since then and nothing older, however much there is.
func (t *tx) Crowds(campaign string, since time.Time, least int) ([][]intake.Arrival, error) {
	const recent = "FROM submissions AS s JOIN lookups AS l ON l.submission = s.id WHERE s.campaign = ? AND s.at >= ?"
	var rows []arrivalRow
	err := t.db.Raw("SELECT l.hash, s.id, s.at, s.burst "+recent+" AND l.hash IN (SELECT l.hash "+recent+" GROUP BY l.hash HAVING count(*) >= ?) ORDER BY l.hash, s.at, s.id",
		campaign, micro(since), campaign, micro(since), least).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("looking for crowds among the submissions of %s: %w", campaign, err)
	}
	var crowds [][]intake.Arrival
	for i, row := range rows {
		if i == 0 || !bytes.Equal(row.Hash, rows[i-1].Hash) {
			crowds = append(crowds, nil)
		}
		crowds[len(crowds)-1] = append(crowds[len(crowds)-1], row.arrival())
	}
	return crowds, nil
}

// FileOf locks and returns the file of a submission, also one that is set aside; intake.ErrNoFile
// when there is none. Of several accounts of its person it names one.
func (t *tx) FileOf(submission string) (*intake.File, error) {
	return t.findWherever("s.id = ?", submission)
}

// Burst returns the submissions of a burst, and the files of the first most of them.
func (t *tx) Burst(id string, most int) ([]intake.Arrival, []intake.File, error) {
	if id == "" {
		return nil, nil, nil
	}
	var members []arrivalRow
	err := t.db.Table("submissions").Select("id, at, burst").Where("burst = ?", id).Order("at, id").Find(&members).Error
	if err != nil {
		return nil, nil, fmt.Errorf("reading burst %s: %w", id, err)
	}
	var rows []foundRow
	err = sent(t.db).Where("s.burst = ?", id).Order("s.at, s.id").Limit(most).Find(&rows).Error
	if err != nil {
		return nil, nil, fmt.Errorf("reading the files of burst %s: %w", id, err)
	}
	var arrivals []intake.Arrival
	for _, m := range members {
		arrivals = append(arrivals, m.arrival())
	}
	files, err := t.store.openRows(t.ctx, rows)
	return arrivals, files, err
}
