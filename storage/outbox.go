package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"claimline/intake"
)

// The outbox holds what will be said, committed with the turn that says it. A row is due until a
// platform has it or it is given up; its words are erased at that moment, and the row itself two
// days later.

const (
	stateDue     = "due"
	stateSent    = "sent"
	stateDropped = "dropped"

	laneTalk  = 0
	laneFetch = 1 // a download is a job beside the chat: it waits for nothing and nothing waits for it
	laneLater = 2 // what is put off: likewise, but for the letter that it is about
)

type letterRow struct {
	ID           string `gorm:"column:id"`
	Platform     string `gorm:"column:platform"`
	Chat         []byte `gorm:"column:chat"`
	Lane         int    `gorm:"column:lane"`
	Seq          int64  `gorm:"column:seq"`
	Person       string `gorm:"column:person"`
	Conversation string `gorm:"column:conversation"`
	Showing      int    `gorm:"column:showing"`
	Earlier      string `gorm:"column:earlier"`
	State        string `gorm:"column:state"`
	Due          int64  `gorm:"column:due"`
	Body         []byte `gorm:"column:body"`
}

func letterPlace(id string) place  { return place{"outbox", "body", id} }
func messagePlace(id string) place { return place{"outbox", "message", id} }

// letters numbers and seals what a turn says, in its order.
func (t *tx) letters(f *intake.File, d *dossier, turn intake.Turn) ([]letterRow, error) {
	var rows []letterRow
	for i := range turn.Outgoing {
		o := turn.Outgoing[i]
		d.outSeq++
		o.Seq = d.outSeq
		row, err := t.letter(f.Person, d.keys[intake.Self], o, turn.At)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (t *tx) letter(person string, k *key, o intake.Outgoing, at time.Time) (letterRow, error) {
	words, err := json.Marshal(o)
	if err != nil {
		return letterRow{}, fmt.Errorf("writing outgoing %s: %w", o.ID, err)
	}
	body, err := k.seal(t.store.random, letterPlace(o.ID), words)
	if err != nil {
		return letterRow{}, err
	}
	t.store.ring.remember(k)
	lane := laneTalk
	if o.Do == intake.Fetch {
		lane = laneFetch
	}
	if o.After > 0 {
		lane, at = laneLater, at.Add(o.After)
	}
	return letterRow{
		ID: o.ID, Platform: o.Account.Platform(), Chat: t.store.address(o.Account), Lane: lane, Seq: o.Seq, Person: person,
		Conversation: o.Conversation, Showing: o.Showing, Earlier: o.Of, State: stateDue, Due: micro(at), Body: body,
	}, nil
}

func (t *tx) post(rows []letterRow) error {
	if rows == nil {
		return nil
	}
	if err := t.db.Table("outbox").Create(&rows).Error; err != nil {
		return fmt.Errorf("queueing %d messages: %w", len(rows), err)
	}
	for _, row := range rows {
		t.rings[row.Platform] = true
	}
	return nil
}

// Kick is rung after each commit of this process that queued something for a platform, so that
// delivery need not look all the time. What another process queued is found by looking.
func (s *Store) Kick(platform string) <-chan struct{} { return s.bell(platform) }

func (s *Store) bell(platform string) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bells[platform] == nil {
		s.bells[platform] = make(chan struct{}, 1)
	}
	return s.bells[platform]
}

func (s *Store) kick(platform string) {
	select {
	case s.bell(platform) <- struct{}{}:
	default: // rung already and not heard yet
	}
}

// Later puts a message, and with it its chat, off until a moment.
func (s *Store) Later(ctx context.Context, id string, until time.Time, why string) error {
	return s.mark(ctx, id, map[string]any{"due": micro(until), "why": why, "attempts": plusOne("attempts")})
}

// gone is the class of failure of a person who cannot be reached any more.
const gone = "gone"

// Drop gives a message up for good. When it is "gone", so is everything else that waits for the
// account, and nothing is handed out for it until the person writes again.
func (s *Store) Drop(ctx context.Context, id string, why string) error {
	if why == gone {
		return s.dropAll(ctx, id)
	}
	return s.mark(ctx, id, s.dropped(why))
}

func (s *Store) dropped(why string) map[string]any {
	return map[string]any{"state": stateDropped, "why": why, "done": micro(s.now()), "body": nil}
}

func (s *Store) dropAll(ctx context.Context, id string) error {
	err := s.transact(ctx, func(db *gorm.DB) error {
		const chat = "(SELECT chat FROM outbox WHERE id = ?)"
		err := db.Table("accounts").Where("address = "+chat, id).Update("blocked", micro(s.now())).Error
		if err != nil {
			return err
		}
		return db.Table("outbox").Where("chat = "+chat+" AND state = ?", id, stateDue).Updates(s.dropped(gone)).Error
	})
	if err != nil {
		return fmt.Errorf("giving up the chat of outgoing %s: %w", id, err)
	}
	return nil
}

// mark changes a row that is due. A row that is not, because its person was erased meanwhile, needs
// nothing.
func (s *Store) mark(ctx context.Context, id string, columns map[string]any) error {
	err := s.db.WithContext(ctx).Table("outbox").Model(&letterRow{}).Where("id = ? AND state = ?", id, stateDue).Updates(columns).Error
	if err != nil {
		return fmt.Errorf("marking outgoing %s: %w", id, err)
	}
	return nil
}
