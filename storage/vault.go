package storage

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"

	"github.com/gabriel-vasile/mimetype"
	"github.com/minio/sio"

	"claimline/intake"
)

// ErrNotKept means that there is no such file, or that its key was destroyed.
var ErrNotKept = errors.New("there is no such file")

// unfit is why a file is refused for good. It is the reason key that the person is told.
type unfit string

func (u unfit) Error() string { return "file refused: " + string(u) }

// Unfit is the reason key.
func (u unfit) Unfit() string { return string(u) }

const (
	unfitTooBig unfit = "file-too-big"
	unfitType   unfit = "file-type"
	unfitGone   unfit = "file-gone" // whose file it is, is not on file any more
)

// Vault keeps evidence. A file is sealed as it streams, with a key of its own, which is sealed in
// the file's row with the key of the compartment that the file belongs to.
type Vault struct {
	store  *Store
	folder string

	sync       func(file *os.File) error // content reaches the disk
	syncFolder func(path string) error   // and a name
}

// Vault returns the store's vault.
func (s *Store) Vault() *Vault { return s.vault }

// Put takes a file into custody. When it returns, content, name and row would survive a power
// failure. Until a turn names the file in the conversation's state it is only lent a place, for a
// day. An error with a method Unfit() string refuses the file for good: "file-too-big" beyond limit
// bytes, "file-type" for what is no evidence, "file-gone" when the owner was erased meanwhile.
func (v *Vault) Put(ctx context.Context, owner intake.Custody, name string, content io.Reader, limit int64) (intake.StoredFile, error) {
	id, err := newID(v.store.random)
	if err != nil {
		return intake.StoredFile{}, err
	}
	keys, err := v.store.ring.of(ctx, owner.Person)
	if err != nil {
		return intake.StoredFile{}, err
	}
	k := keys[owner.Compartment]
	if k == nil {
		return intake.StoredFile{}, fmt.Errorf("keeping file %s: %w", id, unfitGone)
	}
	doc, err := v.write(id, content, limit)
	if err != nil {
		return intake.StoredFile{}, fmt.Errorf("keeping file %s: %w", id, err)
	}
	doc.Name = name
	if err := v.store.enterFile(ctx, owner.Person, k, doc); err != nil {
		v.remove(id)
		return intake.StoredFile{}, err
	}
	return doc.StoredFile, nil
}

// write streams content into a sealed file and syncs it and its folder.
func (v *Vault) write(id string, content io.Reader, limit int64) (doc fileDoc, err error) {
	doc = fileDoc{StoredFile: intake.StoredFile{ID: id}, Secret: make([]byte, keyBytes)}
	if _, err := io.ReadFull(v.store.random, doc.Secret); err != nil {
		return doc, err
	}
	draft, err := os.CreateTemp(v.folder, ".new-*") // mode 0600
	if err != nil {
		return doc, err
	}
	defer os.Remove(draft.Name()) // when it was not renamed
	if err := doc.seal(draft, content, limit); err != nil {
		return doc, errors.Join(err, draft.Close())
	}
	if err := errors.Join(v.sync(draft), draft.Close()); err != nil {
		return doc, err
	}
	if err := os.Rename(draft.Name(), filepath.Join(v.folder, id)); err != nil {
		return doc, err
	}
	return doc, v.syncFolder(v.folder)
}

// seal copies content to out, sealed, and notes what it was.
func (d *fileDoc) seal(out io.Writer, content io.Reader, limit int64) error {
	const looked = 3072 // bytes that mimetype needs to tell a type
	content = io.LimitReader(content, limit+1)
	buffered := bufio.NewReaderSize(content, looked)
	start, err := buffered.Peek(looked)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	d.Type = typeOf(start)
	if !evidence(d.Type) || len(start) == 0 {
		return unfitType
	}
	sealing, err := sio.EncryptWriter(struct{ io.Writer }{out}, sio.Config{Key: d.Secret, MinVersion: sio.Version20})
	if err != nil {
		return err
	}
	sum := sha256.New()
	if d.Bytes, err = io.Copy(io.MultiWriter(sealing, sum), buffered); err != nil {
		return err
	}
	if d.Bytes > limit {
		return unfitTooBig
	}
	d.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return sealing.Close() // seals the last block; out is not closed, it shows itself as a Writer only
}

// typeOf names the media type that the content shows, without parameters.
func typeOf(start []byte) string {
	media, _, err := mime.ParseMediaType(mimetype.Detect(start).String())
	if err != nil {
		return "application/octet-stream"
	}
	return media
}

// evidence reports whether a type is taken (CAMPAIGNS 1.3, e.files): pictures, documents and
// exported data that no program runs.
func evidence(media string) bool {
	switch media {
	case "image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "application/pdf", "text/plain", "text/csv", "application/json":
		return true
	}
	return false
}

// Open returns a file's content as it was sent, and what is known of it. Reading fails at the first
// block that was altered. ErrNotKept when there is no such file, or its key was destroyed.
func (v *Vault) Open(ctx context.Context, id string) (io.ReadCloser, intake.StoredFile, error) {
	doc, err := v.store.fileDoc(ctx, id)
	if err != nil {
		return nil, intake.StoredFile{}, err
	}
	file, err := os.Open(filepath.Join(v.folder, id))
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

func (v *Vault) remove(id string) {
	err := os.Remove(filepath.Join(v.folder, id))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		v.store.log.Error("removing a file is left to the sweep", "file", id, "error", err)
	}
}
