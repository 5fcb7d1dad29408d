package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"claimline/intake"
)

type fileRow struct {
	ID     string `gorm:"column:id"`
	Person string `gorm:"column:person"`
	Key    []byte `gorm:"column:key"`
	Made   int64  `gorm:"column:made"`
	Sealed []byte `gorm:"column:sealed"`
}

const fileColumns = "id, person, key, made, sealed"

// fileDoc is what the sealed part of a row says.
type fileDoc struct {
	intake.StoredFile
	Secret []byte `json:"key"` // of this file alone
}

func filePlace(id string) place { return place{"files", "sealed", id} }

func (s *Store) enterFile(ctx context.Context, person string, k *key, doc fileDoc) error {
	words, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("keeping file %s: %w", doc.ID, err)
	}
	sealed, err := k.seal(s.random, filePlace(doc.ID), words)
	if err != nil {
		return err
	}
	row := fileRow{ID: doc.ID, Person: person, Key: k.id[:], Made: micro(s.now()), Sealed: sealed}
	err = s.db.WithContext(ctx).Table("files").Create(&row).Error
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		err = unfitGone
	}
	if err != nil {
		return fmt.Errorf("keeping file %s: %w", doc.ID, err)
	}
	return nil
}

func (s *Store) fileDoc(ctx context.Context, id string) (fileDoc, error) {
	var row fileRow
	err := s.db.WithContext(ctx).Table("files").Select(fileColumns).Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fileDoc{}, fmt.Errorf("file %s: %w", id, ErrNotKept)
	}
	if err != nil {
		return fileDoc{}, fmt.Errorf("reading file %s: %w", id, err)
	}
	keys, err := s.ring.byID(ctx, []keyID{keyID(row.Key)})
	if err != nil {
		return fileDoc{}, err
	}
	k := keys[keyID(row.Key)]
	if k == nil {
		return fileDoc{}, fmt.Errorf("file %s: %w", id, ErrNotKept)
	}
	words, err := k.open(filePlace(row.ID), row.Sealed)
	if err != nil {
		return fileDoc{}, err
	}
	var doc fileDoc
	if err := json.Unmarshal(words, &doc); err != nil {
		return fileDoc{}, fmt.Errorf("reading file %s: %w", id, err)
	}
	return doc, nil
}

// saveFiles follows what the conversation names: a file that it names now stays, one that it names
// no longer goes.
func (t *tx) saveFiles(f *intake.File, d *dossier) error {
	before, now := d.files, fileIDs(f.Conversation.State.Files)
	if added := without(now, before); added != nil {
		done := t.db.Table("files").Where("id IN ? AND person = ?", added, f.Person).Update("named", 1)
		if done.Error != nil {
			return fmt.Errorf("keeping %d files of person %s: %w", len(added), f.Person, done.Error)
		}
		if int(done.RowsAffected) != len(added) {
			return fmt.Errorf("conversation %s names a file that is not in custody", f.Conversation.ID)
		}
	}
	if removed := without(before, now); removed != nil {
		if err := t.dropFiles(f.Person, "id IN ? AND person = ?", removed, f.Person); err != nil {
			return err
		}
	}
	d.files = now
	return nil
}

func fileIDs(files []intake.StoredFile) []string {
	var ids []string
	for _, f := range files {
		ids = append(ids, f.ID)
	}
	return ids
}

// dropFiles deletes rows of files; the files themselves go after the commit.
func (t *tx) dropFiles(person, condition string, args ...any) error {
	var ids []string
	if err := t.db.Raw("DELETE FROM files WHERE "+condition+" RETURNING id", args...).Scan(&ids).Error; err != nil {
		return fmt.Errorf("deleting files of person %s: %w", person, err)
	}
	t.leave = append(t.leave, ids...)
	return nil
}
