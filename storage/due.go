package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"claimline/intake"
)

func plusOne(column string) clause.Expr { return gorm.Expr(column + " + 1") }

// dueRow is a letter that may go out, with what decides about it.
type dueRow struct {
	ID       string `gorm:"column:id"`
	Chat     []byte `gorm:"column:chat"`
	Lane     int    `gorm:"column:lane"`
	Before   int    `gorm:"column:before"` // how many stand before it in its chat
	Seq      int64  `gorm:"column:seq"`
	Due      int64  `gorm:"column:due"`
	Attempts int    `gorm:"column:attempts"`
	Body     []byte `gorm:"column:body"`
	Answered bool   `gorm:"column:answered"` // the prompt's question is not the one that shows
	Earlier  string `gorm:"column:earlier"`
	Target   []byte `gorm:"column:target"` // sealed id of the earlier message
}

// longestPause is longer than anything is ever put off. What is due later than that, and what is due
// later than now though nobody has put it off, was written while the clock was wrong: the person would
// wait for as long as it was, so it may go out.
const longestPause = 24 * time.Hour

// Due returns what may go out now, oldest first: of each chat everything up to what is put off, in its
// order, and every download. It claims nothing: one process at a time delivers for a platform (see
// Lease), and must know what it is delivering; chats of which something is in work are left out.
// What was put off waits for nothing but the letter that it changes or takes away: a look that is to
// vanish after three minutes must not come after them and stay.
// Letters of people who blocked the bot wait. A prompt that was answered meanwhile is dropped as
// "superseded", a letter whose key is destroyed as "erased", and what follows them is returned
// instead.
func (s *Store) Due(ctx context.Context, platform string, now time.Time, most int, inWork map[string]bool) ([]intake.Letter, error) {
	for {
		rows, err := s.due(ctx, platform, now, most)
		if err != nil {
			return nil, err
		}
		letters, dropped, err := s.openLetters(ctx, queued(rows, inWork))
		if err != nil || !dropped {
			return letters, err
		}
	}
}

func (s *Store) due(ctx context.Context, platform string, now time.Time, most int) ([]dueRow, error) {
	const earlier = "FROM outbox AS p WHERE p.chat = o.chat AND p.lane = o.lane AND p.state = 'due' AND p.seq < o.seq"
	at, latest := micro(now), micro(now.Add(longestPause))
	var rows []dueRow
	err := s.db.WithContext(ctx).Table("outbox AS o").
		Select("o.id, o.chat, o.lane, o.seq, o.due, o.attempts, o.body, o.earlier, e.message AS target, "+
			"(o.showing > 0 AND (c.id IS NULL OR c.showing <> o.showing)) AS answered, (SELECT count(*) "+earlier+") AS before").
		Joins("LEFT JOIN conversations AS c ON c.id = o.conversation").
		Joins("LEFT JOIN outbox AS e ON e.id = o.earlier").
		Joins("LEFT JOIN accounts AS a ON a.address = o.chat").
		Where("o.platform = ? AND o.state = 'due' AND coalesce(a.blocked, 0) = 0", platform).
		Where("o.due <= ? OR o.due > ? OR o.attempts = 0 AND o.lane <> ?", at, latest, laneLater).
		Where("o.lane <> ? OR NOT EXISTS (SELECT 1 "+earlier+" AND p.due > ? AND p.due <= ? AND p.attempts > 0)", laneTalk, at, latest).
		Where("o.lane <> ? OR e.id IS NULL OR e.state <> 'due'", laneLater).
		Order("o.due, o.seq").Limit(most).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("looking for messages to %s: %w", platform, err)
	}
	return rows, nil
}

// queued leaves out chats of which something is in work, and whatever stands behind something that is
// not among the rows: their number is limited, and a clock that was wrong has mixed up when they are due.
func queued(rows []dueRow, inWork map[string]bool) []dueRow {
	busy := map[string]bool{}
	talk := map[string][]dueRow{}
	for _, row := range rows {
		if row.Lane == laneTalk {
			talk[string(row.Chat)] = append(talk[string(row.Chat)], row)
		}
		if inWork[row.ID] && row.Lane != laneFetch {
			busy[string(row.Chat)] = true
		}
	}
	var left []dueRow
	for _, row := range rows {
		chat := string(row.Chat)
		switch {
		case row.Lane == laneFetch:
			if !inWork[row.ID] {
				left = append(left, row)
			}
		case busy[chat]:
		case row.Lane == laneLater:
			left = append(left, row)
		case talk[chat] != nil: // the first of its chat
			queue := talk[chat]
			delete(talk, chat)
			slices.SortFunc(queue, func(a, b dueRow) int { return cmp.Compare(a.Seq, b.Seq) })
			for n, one := range queue {
				if one.Before != n {
					break
				}
				left = append(left, one)
			}
		}
	}
	return left
}

// WaitingSince is since when the oldest message that may go out has been waiting; the zero time when
// there is none. What is put off, or stands behind it, does not wait.
func (s *Store) WaitingSince(ctx context.Context, platform string, now time.Time) (time.Time, error) {
	rows, err := s.due(ctx, platform, now, 1)
	if err != nil || len(rows) == 0 {
		return time.Time{}, err
	}
	return instant(rows[0].Due), nil
}

// openLetters opens rows and drops those that nobody shall read. dropped tells whether there were any.
func (s *Store) openLetters(ctx context.Context, rows []dueRow) (letters []intake.Letter, dropped bool, err error) {
	keys, err := s.letterKeys(ctx, rows)
	if err != nil {
		return nil, false, err
	}
	for _, row := range rows {
		id, _ := sealedWith(row.Body)
		why := ""
		switch {
		case row.Answered:
			why = "superseded"
		case keys[id] == nil:
			why = "erased"
		}
		if why != "" {
			if err := s.Drop(ctx, row.ID, why); err != nil {
				return nil, false, err
			}
			dropped = true
			continue
		}
		letter, err := row.letter(keys)
		if errors.Is(err, errSealed) {
			// One damaged row must not hold up a platform: it stays, and its chat waits.
			s.log.Error("a message cannot be opened", "outgoing", row.ID, "error", err)
			if err := s.Later(ctx, row.ID, s.now().Add(time.Hour), "damaged"); err != nil {
				return nil, false, err
			}
			continue
		}
		if err != nil {
			return nil, false, err
		}
		s.ring.remember(keys[id])
		s.ring.carry(row.ID, id)
		letters = append(letters, letter)
	}
	return letters, dropped, nil
}

func (s *Store) letterKeys(ctx context.Context, rows []dueRow) (map[keyID]*key, error) {
	var ids []keyID
	for _, row := range rows {
		for _, sealed := range [][]byte{row.Body, row.Target} {
			if id, ok := sealedWith(sealed); ok {
				ids = append(ids, id)
			}
		}
	}
	if ids == nil {
		return nil, nil
	}
	return s.ring.byID(ctx, ids)
}

func (r dueRow) letter(keys map[keyID]*key) (intake.Letter, error) {
	id, _ := sealedWith(r.Body)
	words, err := keys[id].open(letterPlace(r.ID), r.Body)
	if err != nil {
		return intake.Letter{}, err
	}
	letter := intake.Letter{Attempts: r.Attempts}
	if err := json.Unmarshal(words, &letter.Outgoing); err != nil {
		return intake.Letter{}, fmt.Errorf("reading outgoing %s: %w", r.ID, err)
	}
	letter.Target = letter.Message
	if id, ok := sealedWith(r.Target); ok && letter.Target == "" && keys[id] != nil {
		target, err := keys[id].open(messagePlace(r.Earlier), r.Target)
		if err != nil {
			return intake.Letter{}, err
		}
		letter.Target = intake.MessageID(target)
	}
	return letter, nil
}

// Delivered marks a message as handed over: one statement where this process handed it out, which
// several share that come together. The words are erased, the platform's id of the message is kept for a later Edit or Remove.
func (s *Store) Delivered(ctx context.Context, id string, m intake.MessageID, at time.Time) error {
	k, err := s.letterKey(ctx, id)
	if err != nil || k == nil {
		return err
	}
	h := &handed{id: id, at: micro(at)}
	if m != "" {
		if h.message, err = k.seal(s.random, messagePlace(id), []byte(m)); err != nil {
			return err
		}
	}
	return s.handedOver(ctx, h)
}

// letterKey finds the key of a letter; nil when the letter or its key is gone.
func (s *Store) letterKey(ctx context.Context, id string) (*key, error) {
	if k, err := s.ring.carried(id); k != nil || err != nil {
		return k, err
	}
	var row letterRow
	err := s.db.WithContext(ctx).Table("outbox").Select("body").Where("id = ? AND state = ?", id, stateDue).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading outgoing %s: %w", id, err)
	}
	name, _ := sealedWith(row.Body)
	keys, err := s.ring.byID(ctx, []keyID{name})
	return keys[name], err
}
