package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// throughGORM does the same through the library that claimline has its rows from.
type throughGORM struct{ db *gorm.DB }

type eventRow struct {
	Identity string `gorm:"column:identity"`
	At       int64  `gorm:"column:at"`
}

type conversationRow struct {
	Chat    int64  `gorm:"column:chat"`
	Seq     int64  `gorm:"column:seq"`
	Touched int64  `gorm:"column:touched"`
	State   []byte `gorm:"column:state"`
}

type outboxRow struct {
	ID      string `gorm:"column:id"`
	Chat    int64  `gorm:"column:chat"`
	Seq     int64  `gorm:"column:seq"`
	State   string `gorm:"column:state"`
	Due     int64  `gorm:"column:due"`
	Done    int64  `gorm:"column:done"`
	Message int64  `gorm:"column:message"`
	Body    []byte `gorm:"column:body"`
}

func openGORM(ctx context.Context, address string) (*throughGORM, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), &gorm.Config{SkipDefaultTransaction: true})
	if err != nil {
		return nil, err
	}
	return &throughGORM{db}, db.WithContext(ctx).Exec(schema).Error
}

func (s *throughGORM) turn(ctx context.Context, d done) (l letter, fresh bool, err error) {
	err = s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		now := time.Now().UnixMicro()
		noted := db.Table("events").Clauses(clause.OnConflict{DoNothing: true}).Create(&eventRow{d.identity, now})
		if noted.Error != nil || noted.RowsAffected == 0 {
			return noted.Error
		}
		row := conversationRow{}
		err := db.Table("conversations").Select("chat, seq, state").Where("chat = ?", d.chat).
			Clauses(clause.Locking{Strength: "UPDATE"}).Limit(1).Find(&row).Error
		if err != nil {
			return err
		}
		met := row.Chat != 0
		if row.State, err = next(row.State, d.what); err != nil {
			return err
		}
		row.Chat, row.Seq, row.Touched = d.chat, row.Seq+1, now
		if met {
			err = db.Table("conversations").Where("chat = ?", d.chat).
				Updates(map[string]any{"seq": row.Seq, "touched": row.Touched, "state": row.State}).Error
		} else {
			err = db.Table("conversations").Create(&row).Error
		}
		if err != nil {
			return err
		}
		l, fresh = letter{rand.Text(), d.chat, question, answer}, true
		return db.Table("outbox").Create(&outboxRow{ID: l.id, Chat: l.chat, Seq: row.Seq, State: "due", Due: now, Body: []byte(question)}).Error
	})
	return l, fresh, err
}

func (s *throughGORM) sent(ctx context.Context, id string, message int) error {
	marked := s.db.WithContext(ctx).Table("outbox").Where("id = ? AND state = ?", id, "due").
		Updates(map[string]any{"state": "sent", "done": time.Now().UnixMicro(), "message": int64(message), "body": nil})
	if marked.Error == nil && marked.RowsAffected != 1 {
		marked.Error = errors.New("it is not there")
	}
	if marked.Error != nil {
		return fmt.Errorf("marking %s: %w", id, marked.Error)
	}
	return nil
}
