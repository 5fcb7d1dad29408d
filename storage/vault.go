package storage

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"

	"github.com/gabriel-vasile/mimetype"
	"github.com/minio/sio"
	"gorm.io/gorm"

	"claimline/intake"
)

// Reasons why the vault has nothing, or takes nothing.
var (
	ErrTooBig  = errors.New("the file is larger than the limit")
	ErrNoOwner = errors.New("the person whose file this is, is not on file any more")
	ErrNotKept = errors.New("there is no such file")
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

// Keep puts a file into custody. It is sealed as it streams, with a key of its own that is sealed
// with the owner's; when Keep returns, file, name and row would survive a power failure. The id is
// that of the job that fetched it: a job that is done again after a crash gets the file that is
// there, and reads nothing.
//
// It returns ErrTooBig beyond limit bytes and ErrNoOwner when the person was erased meanwhile;
// nothing is kept then.
func (s *Store) Keep(ctx context.Context, id string, owner intake.Custody, name string, limit int64, content io.Reader) (intake.StoredFile, error) {
	kept, err := s.Kept(ctx, id)
	if err == nil || !errors.Is(err, ErrNotKept) {
		return kept, err
	}
	keys, err := s.ring.of(ctx, owner.Person)
	if err != nil {
		return intake.StoredFile{}, err
	}
	if keys[intake.Self] == nil {
		return intake.StoredFile{}, fmt.Errorf("keeping file %s: %w", id, ErrNoOwner)
	}
	if err := s.ring.ensure(ctx, owner.Person, keys, owner.Compartment); err != nil && !errors.Is(err, errAgain) {
		return intake.StoredFile{}, err
	}
	doc, err := s.writeFile(id, limit, content)
	if err != nil {
		return intake.StoredFile{}, fmt.Errorf("keeping file %s: %w", id, err)
	}
	doc.Name = name
	if err := s.enterFile(ctx, owner, keys[owner.Compartment], doc); err != nil {
		s.removeFile(id)
		return intake.StoredFile{}, err
	}
	return doc.StoredFile, nil
}

func (s *Store) enterFile(ctx context.Context, owner intake.Custody, k *key, doc fileDoc) error {
	words, err := json.Marshal(doc)
	if err != nil {
		return fmt.Errorf("keeping file %s: %w", doc.ID, err)
	}
	sealed, err := k.seal(s.random, filePlace(doc.ID), words)
	if err != nil {
		return err
	}
	row := fileRow{ID: doc.ID, Person: owner.Person, Key: k.id[:], Made: micro(s.now()), Sealed: sealed}
	err = s.db.WithContext(ctx).Table("files").Create(&row).Error
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		err = ErrNoOwner
	}
	if err != nil {
		return fmt.Errorf("keeping file %s: %w", doc.ID, err)
	}
	return nil
}

// writeFile streams content into a sealed file and syncs it and its folder.
func (s *Store) writeFile(id string, limit int64, content io.Reader) (fileDoc, error) {
	doc := fileDoc{StoredFile: intake.StoredFile{ID: id}, Secret: make([]byte, keyBytes)}
	if _, err := io.ReadFull(s.random, doc.Secret); err != nil {
		return doc, err
	}
	draft, err := os.CreateTemp(s.vault, ".new-*")
	if err != nil {
		return doc, err
	}
	defer os.Remove(draft.Name())
	sum := sha256.New()
	peeked := bufio.NewReaderSize(io.LimitReader(content, limit+1), 1<<12)
	start, err := peeked.Peek(3072) // as much as mimetype looks at
	if err != nil && !errors.Is(err, io.EOF) {
		return doc, errors.Join(err, draft.Close())
	}
	doc.Type = typeOf(start)
	sealing, err := sio.EncryptReader(io.TeeReader(peeked, sum), sio.Config{Key: doc.Secret, MinVersion: sio.Version20})
	if err != nil {
		return doc, errors.Join(err, draft.Close())
	}
	counted := &counter{from: sealing}
	_, err = io.Copy(draft, counted)
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return doc, err
	}
	size, err := sio.DecryptedSize(uint64(counted.n))
	if err != nil {
		return doc, err
	}
	if doc.Bytes = int64(size); doc.Bytes > limit {
		return doc, ErrTooBig
	}
	doc.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err := os.Rename(draft.Name(), filepath.Join(s.vault, id)); err != nil {
		return doc, err
	}
	return doc, syncFolder(s.vault)
}

// counter counts what is read through it.
type counter struct {
	from io.Reader
	n    int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	return n, err
}

// typeOf names the media type that the content shows, without parameters.
func typeOf(start []byte) string {
	media, _, err := mime.ParseMediaType(mimetype.Detect(start).String())
	if err != nil {
		return "application/octet-stream"
	}
	return media
}

// Kept tells what is known about a file, or ErrNotKept.
func (s *Store) Kept(ctx context.Context, id string) (intake.StoredFile, error) {
	doc, err := s.fileDoc(ctx, id)
	return doc.StoredFile, err
}

// OpenFile returns a file's content as it was sent. Reading fails at the first byte that was
// altered. ErrNotKept when there is no such file, or its key was destroyed.
func (s *Store) OpenFile(ctx context.Context, id string) (io.ReadCloser, intake.StoredFile, error) {
	doc, err := s.fileDoc(ctx, id)
	if err != nil {
		return nil, intake.StoredFile{}, err
	}
	file, err := os.Open(filepath.Join(s.vault, id))
	if err != nil {
		return nil, intake.StoredFile{}, fmt.Errorf("opening file %s: %w", id, err)
	}
	plain, err := sio.DecryptReader(file, sio.Config{Key: doc.Secret, MinVersion: sio.Version20})
	if err != nil {
		return nil, intake.StoredFile{}, errors.Join(fmt.Errorf("opening file %s: %w", id, err), file.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, file}, doc.StoredFile, nil
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
	return row.open(k)
}

func (r fileRow) open(k *key) (fileDoc, error) {
	words, err := k.open(filePlace(r.ID), r.Sealed)
	if err != nil {
		return fileDoc{}, err
	}
	var doc fileDoc
	if err := json.Unmarshal(words, &doc); err != nil {
		return fileDoc{}, fmt.Errorf("reading file %s: %w", r.ID, err)
	}
	return doc, nil
}

// dropFiles deletes rows of files; the files themselves go after the commit.
func (t *tx) dropFiles(person, condition string, args ...any) error {
	var ids []string
	if err := t.db.Table("files").Where(condition, args...).Pluck("id", &ids).Error; err != nil {
		return fmt.Errorf("finding files of person %s: %w", person, err)
	}
	if len(ids) == 0 {
		return nil
	}
	if err := t.db.Table("files").Where("id IN ?", ids).Delete(&fileRow{}).Error; err != nil {
		return fmt.Errorf("deleting files of person %s: %w", person, err)
	}
	t.leave = append(t.leave, ids...)
	return nil
}

func (s *Store) removeFile(id string) {
	if err := os.Remove(filepath.Join(s.vault, id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.log.Error("removing a file is left to the sweep", "file", id, "error", err)
	}
}
