package storage

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

type caseRow struct {
	ID         string `gorm:"column:id"`
	Kind       string `gorm:"column:kind"`
	Submission string `gorm:"column:submission"`
	Reference  string `gorm:"column:reference;->"` // of the submission
	Campaign   string `gorm:"column:campaign"`
	Burst      string `gorm:"column:burst"`
	Code       string `gorm:"column:code"`
	Urgent     int    `gorm:"column:urgent"`
	Rank       int64  `gorm:"column:rank"`
	State      string `gorm:"column:state"`
	Opened     int64  `gorm:"column:opened"`
	Due        int64  `gorm:"column:due"`
	Holder     string `gorm:"column:holder"`
	Until      int64  `gorm:"column:until"`
	Called     int64  `gorm:"column:called"`
	Proposer   string `gorm:"column:proposer"`
	Decider    string `gorm:"column:decider"`
	Verdict    string `gorm:"column:verdict"`
	Decided    int64  `gorm:"column:decided"`
	Taps       int    `gorm:"column:taps"`
	Looks      int    `gorm:"column:looks"`
}

func (r caseRow) opened() intake.Case {
	return intake.Case{ID: r.ID, Kind: intake.CaseKind(r.Kind), Submission: r.Submission, Reference: r.Reference, Campaign: r.Campaign,
		Burst: r.Burst, Code: r.Code, Urgent: r.Urgent == 1, State: intake.CaseState(r.State), Opened: instant(r.Opened), Due: instant(r.Due),
		Holder: r.Holder, Until: instant(r.Until), Called: instant(r.Called), Proposer: r.Proposer, Decider: r.Decider,
		Verdict: r.Verdict, Decided: instant(r.Decided), Taps: r.Taps, Looks: r.Looks}
}

// rowOfCase orders the queue: the newest urgent case first, then the oldest of the others.
func rowOfCase(c intake.Case) caseRow {
	rank := micro(c.Opened)
	if c.Urgent {
		rank = -rank
	}
	return caseRow{ID: c.ID, Kind: string(c.Kind), Submission: c.Submission, Campaign: c.Campaign, Burst: c.Burst, Code: c.Code,
		Urgent: btoi(c.Urgent), Rank: rank, State: string(c.State), Opened: micro(c.Opened), Due: micro(c.Due), Holder: c.Holder,
		Until: micro(c.Until), Called: micro(c.Called), Proposer: c.Proposer, Decider: c.Decider, Verdict: c.Verdict,
		Decided: micro(c.Decided), Taps: c.Taps, Looks: c.Looks}
}

// saveCases opens the cases of a turn and applies what it means for earlier ones.
func (t *tx) saveCases(turn intake.Turn) error {
	var rows []caseRow
	for _, c := range turn.Cases {
		rows = append(rows, rowOfCase(c))
	}
	if rows != nil {
		// A burst has one case, whose id is the burst's. Where it is on hold, one more member brings it back.
		again := clause.OnConflict{Columns: []clause.Column{{Name: "id"}},
			Where:     clause.Where{Exprs: []clause.Expression{gorm.Expr("cases.state = 'held'")}},
			DoUpdates: clause.AssignmentColumns([]string{"state", "due"})}
		if err := t.db.Table("cases").Clauses(again).Create(&rows).Error; err != nil {
			return fmt.Errorf("opening case %s: %w", rows[0].ID, err)
		}
	}
	for _, r := range turn.Rulings {
		columns := map[string]any{"state": string(r.State), "due": micro(turn.At)}
		if r.State == intake.Settled {
			columns["verdict"], columns["decided"] = r.Verdict, micro(turn.At)
		}
		err := t.db.Table("cases").Where("id = ? AND state <> ?", r.Case, string(intake.Settled)).Updates(columns).Error
		if err != nil {
			return fmt.Errorf("ruling on case %s: %w", r.Case, err)
		}
	}
	return nil
}

// unsay takes back what is not out yet.
func (t *tx) unsay(ids []string) error {
	if ids == nil {
		return nil
	}
	if err := t.db.Table("outbox").Where("id IN ? AND state = ?", ids, stateDue).Delete(&letterRow{}).Error; err != nil {
		return fmt.Errorf("taking back %d messages: %w", len(ids), err)
	}
	return nil
}

// ownFamily are the submissions of a member as a parent, in any campaign.
const ownFamily = "SELECT own.id FROM seats AS s JOIN accounts AS a ON a.address = s.address JOIN submissions AS own ON own.person = a.person WHERE s.person = ? " +
	"UNION ALL SELECT own.id FROM seats AS s JOIN asides AS a ON a.address = s.address JOIN submissions AS own ON own.person = a.person WHERE s.person = ?"

// OwnFamilies lists the submissions of a member as a parent, in any campaign.
func (t *tx) OwnFamilies(member string) ([]string, error) {
	var ids []string
	if err := t.db.Raw(ownFamily, member, member).Scan(&ids).Error; err != nil {
		return nil, fmt.Errorf("looking for the families of member %s: %w", member, err)
	}
	return ids, nil
}

// queue selects what somebody may decide now.
func (t *tx) queue(q intake.Queue) *gorm.DB {
	db := t.db.Table("cases AS k").Where("k.kind IN ?", q.Kinds)
	now := micro(q.Now)
	if q.Mine {
		return db.Where("k.holder = ? AND k.until > ? AND k.state <> 'settled'", q.Member, now)
	}
	if q.Only != "" {
		db = db.Where("k.id = ?", q.Only)
	} else {
		db = db.Where("k.state IN ('waiting', 'second', 'asked', 'held') AND k.due <= ?", now).
			Where("(k.holder = '' OR k.holder = ? OR k.until <= ?)", q.Member, now).
			Where("NOT (k.state = 'second' AND k.proposer = ?)", q.Member)
	}
	db = db.Where("k.id NOT IN (SELECT case_id FROM recusals WHERE person = ?)", q.Member).
		Where("k.submission NOT IN ("+ownFamily+")", q.Member, q.Member) // nobody decides about their own
	if len(q.Skip) > 0 {
		db = db.Where("k.id NOT IN ?", q.Skip)
	}
	return db
}

// NextCase is the first case in a member's queue: of those that nobody else is reading, where there
// are such.
func (t *tx) NextCase(q intake.Queue) (id string, place, of int, err error) {
	fresh := t.queue(q).Where("(k.shown = ? OR k.shown_at <= ?)", q.Member, micro(q.Now.Add(-intake.ReadFor)))
	skipped := len(q.Skip)
	all := q
	all.Skip = nil
	waiting := t.db.Table("(?) AS counted", t.queue(all).Select("1").Limit(intake.QueueCounted)).Select("count(*)")
	for _, from := range []*gorm.DB{fresh, t.queue(q)} {
		var rows []struct {
			ID      string
			Waiting int
		}
		err := from.Select("k.id, (?) AS waiting", waiting).Order("k.urgent DESC, k.rank, k.id").Limit(1).Find(&rows).Error
		if err != nil {
			return "", 0, 0, fmt.Errorf("looking for the next case: %w", err)
		}
		if len(rows) > 0 {
			return rows[0].ID, min(skipped+1, rows[0].Waiting), rows[0].Waiting, nil
		}
	}
	return "", 0, 0, intake.ErrNoFile
}

// CameUp notes whose desk a case is on, to be read.
func (t *tx) CameUp(c *intake.Case, member string, at time.Time) error {
	columns := map[string]any{"shown": member, "shown_at": micro(at)}
	if err := t.db.Table("cases").Where("id = ?", c.ID).Updates(columns).Error; err != nil {
		return fmt.Errorf("noting who reads case %s: %w", c.ID, err)
	}
	return nil
}

// Cases lists cases, the first in the queue first.
func (t *tx) Cases(q intake.Queue, n int) ([]intake.Case, error) {
	var rows []caseRow
	err := t.queue(q).Select("k.*, s.reference").Joins("JOIN submissions AS s ON s.id = k.submission").
		Order("k.urgent DESC, k.rank, k.id").Limit(n).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("listing cases: %w", err)
	}
	var cases []intake.Case
	for _, row := range rows {
		cases = append(cases, row.opened())
	}
	return cases, nil
}

// Case locks and returns a case with the file that it is about. The lock is the conversation's, as
// in a turn of the family, so that the two never mix: who finds either changed since the turn began
// runs again.
func (t *tx) Case(id string) (*intake.Case, *intake.File, error) {
	return t.caseOf(t.db.Table("cases AS k").Where("k.id = ?", id))
}

// CaseFor is the same for one whom it may be no case for.
func (t *tx) CaseFor(q intake.Queue) (*intake.Case, *intake.File, error) { return t.caseOf(t.queue(q)) }

func (t *tx) caseOf(selected *gorm.DB) (*intake.Case, *intake.File, error) {
	var row struct {
		Case         caseRow `gorm:"embedded"`
		Conversation string  `gorm:"column:conversation"`
	}
	err := selected.Select("k.*, s.reference, s.conversation").Joins("JOIN submissions AS s ON s.id = k.submission").Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil, intake.ErrNoFile
	}
	if err != nil {
		return nil, nil, fmt.Errorf("looking for a case: %w", err)
	}
	f, err := t.findWherever("a.conversation = ?", row.Conversation)
	if err != nil {
		return nil, nil, err
	}
	c := row.Case.opened()
	return &c, f, nil
}

// CaseOf finds a case by its submission's reference.
func (t *tx) CaseOf(reference string, kinds ...intake.CaseKind) (string, error) {
	var ids []string
	err := t.db.Table("cases AS k").Joins("JOIN submissions AS s ON s.id = k.submission").
		Where("s.reference = ? AND k.kind IN ?", reference, kinds).
		Order("CASE WHEN k.state = 'settled' THEN 1 ELSE 0 END, k.opened DESC").Limit(1).Pluck("k.id", &ids).Error
	if err != nil {
		return "", fmt.Errorf("looking for a case: %w", err)
	}
	if len(ids) == 0 {
		return "", intake.ErrNoFile
	}
	return ids[0], nil
}

// SaveCase writes a case back.
func (t *tx) SaveCase(c *intake.Case) error {
	r := rowOfCase(*c)
	columns := map[string]any{"kind": r.Kind, "code": r.Code, "urgent": r.Urgent, "rank": r.Rank, "state": r.State, "due": r.Due, "holder": r.Holder,
		"until": r.Until, "called": r.Called, "proposer": r.Proposer, "decider": r.Decider, "verdict": r.Verdict, "decided": r.Decided,
		"taps": r.Taps, "looks": r.Looks}
	if err := t.db.Table("cases").Where("id = ?", c.ID).Updates(columns).Error; err != nil {
		return fmt.Errorf("saving case %s: %w", c.ID, err)
	}
	return nil
}

// Recuse keeps a case from a member's queue for good.
func (t *tx) Recuse(c *intake.Case, member string) error {
	row := map[string]any{"case_id": c.ID, "person": member}
	if err := t.db.Table("recusals").Clauses(clause.OnConflict{DoNothing: true}).Create(row).Error; err != nil {
		return fmt.Errorf("recusing a member from case %s: %w", c.ID, err)
	}
	return nil
}

// Submission returns the file of a submission to be looked at, unlocked.
func (t *tx) Submission(id string) (*intake.File, error) {
	var rows []foundRow
	if err := sent(t.db).Where("s.id = ?", id).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("looking at submission %s: %w", id, err)
	}
	files, err := t.store.openRows(t.ctx, rows)
	if err == nil && len(files) == 0 {
		err = intake.ErrNoFile
	}
	if err != nil {
		return nil, err
	}
	return &files[0], nil
}

// leaveBurst lets the case of a burst stand by another of its submissions when this one is erased.
func (t *tx) leaveBurst(f *intake.File) error {
	if f.Submission == nil || f.Submission.Burst == "" {
		return nil
	}
	const another = "SELECT min(id) FROM submissions WHERE burst = ? AND id <> ?"
	burst, id := f.Submission.Burst, f.Submission.ID
	err := t.db.Exec("UPDATE cases SET submission = ("+another+") WHERE id = ? AND submission = ? AND ("+another+") IS NOT NULL",
		burst, id, burst, id, burst, id).Error
	if err != nil {
		return fmt.Errorf("taking submission %s out of burst %s: %w", id, burst, err)
	}
	return nil
}
