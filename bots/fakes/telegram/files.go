package telegram

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path/filepath"
	"strconv"
	"time"
)

// Limits on files, in bytes, and how long the address of one is good (Bot API: getFile).
const (
	mostFetched = 20 << 20
	mostSent    = 50 << 20
	mostPhoto   = 10 << 20
	keepLink    = time.Hour
)

// File is a file in a message.
type File struct {
	Name string
	Type string // MIME type, as the sender's client says
	Body []byte
	Size int64 // what the message claims; 0 for the length of Body
}

func (f *File) size() int64 {
	if f.Size != 0 {
		return f.Size
	}
	return int64(len(f.Body))
}

// file is a file that the bot can ask for.
type file struct {
	File
	id, unique string
	folder     string
}

// link is the address of a file.
type link struct {
	file    *file
	expires time.Time
}

// keep gives a file its ids. The same bytes have the same unique id, and another id each time.
func (s *Server) keep(f File, folder string) *file {
	s.counters.file++
	sum := sha256.Sum256(f.Body)
	kept := &file{File: f, folder: folder,
		id:     fmt.Sprintf("BQACAgIAAxkBAAI%08x", s.counters.file),
		unique: "AgAD" + hex.EncodeToString(sum[:6])}
	s.files[kept.id] = kept
	return kept
}

// wire is the file as a message carries it.
func (f *file) wire() map[string]any {
	w := map[string]any{"file_id": f.id, "file_unique_id": f.unique, "file_size": f.size()}
	if f.Name != "" {
		w["file_name"] = f.Name
	}
	if f.Type != "" {
		w["mime_type"] = f.Type
	}
	return w
}

func getFile(s *Server, c *call) (any, error) {
	f := s.files[c.params["file_id"]]
	switch {
	case f == nil:
		return nil, badRequest("invalid file_id")
	case f.size() > mostFetched:
		return nil, badRequest("file is too big")
	}
	path := f.folder + "/file_" + strconv.Itoa(len(s.links)) + filepath.Ext(f.Name)
	s.links[path] = link{file: f, expires: s.now().Add(keepLink)}
	return map[string]any{"file_id": f.id, "file_unique_id": f.unique, "file_size": f.size(), "file_path": path}, nil
}

// serveFile hands out what getFile has named, for as long as it promised.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, token, path string) {
	x := &exchange{entry: Entry{Method: "download", Params: map[string]string{"file_path": path}}, w: w, ctx: r.Context()}
	s.begin(&x.entry)
	if err := s.admit(token); err != nil {
		s.answer(x, refused(err), nil)
		return
	}
	fault := s.fault(&call{method: "download"})
	if fault != nil && (!s.pause(r.Context(), fault.Delay) || fault.Cut == CutBefore) {
		s.end(&x.entry, CutBefore)
		panic(http.ErrAbortHandler)
	}
	if fault != nil && fault.answers() {
		s.answer(x, fault.reply(), fault)
		return
	}
	s.mu.Lock()
	l, ok := s.links[path]
	ok = ok && s.now().Before(l.expires)
	s.mu.Unlock()
	if !ok {
		s.answer(x, refused(&refusal{code: 404, text: "Not Found"}), nil)
		return
	}
	x.entry.Done = true
	s.hand(x, l.file, fault)
}

// hand writes a file, or half of it.
func (s *Server) hand(x *exchange, f *file, fault *Fault) {
	x.entry.Status = http.StatusOK
	x.w.Header().Set("Content-Type", "application/octet-stream")
	x.w.Header().Set("Content-Length", strconv.Itoa(len(f.Body)))
	if fault == nil || fault.Cut == Whole {
		s.end(&x.entry, Whole)
		_, _ = x.w.Write(f.Body)
		return
	}
	s.end(&x.entry, fault.Cut)
	if fault.Cut == CutMiddle {
		_, _ = x.w.Write(f.Body[:len(f.Body)/2])
		_ = http.NewResponseController(x.w).Flush()
	}
	panic(http.ErrAbortHandler)
}

// attachment finds the file of a call: uploaded, or one that Telegram knows already.
func (s *Server) attachment(c *call, kind Thing, most int) (*file, error) {
	field := string(kind)
	if up, ok := c.files[field]; ok {
		switch {
		case len(up.body) == 0:
			return nil, badRequest("file must be non-empty")
		case len(up.body) > most:
			return nil, &refusal{code: http.StatusRequestEntityTooLarge, text: "Request Entity Too Large"}
		}
		return s.keep(File{Name: up.name, Type: mime.TypeByExtension(filepath.Ext(up.name)), Body: up.body}, field+"s"), nil
	}
	if c.params[field] == "" {
		return nil, badRequest("there is no %s in the request", field)
	}
	f := s.files[c.params[field]]
	if f == nil {
		return nil, badRequest("wrong file identifier/HTTP URL specified")
	}
	return f, nil
}

func (c *call) caption(s *Server, m *Message) error {
	var err error
	m.Text, m.Entities, err = s.text(c, "caption", "caption_entities")
	if err == nil && units(m.Text) > mostCaption {
		err = badRequest("message caption is too long")
	}
	return err
}

func sendDocument(s *Server, c *call) (any, error) {
	return s.sendFile(c, Document, mostSent)
}

func sendPhoto(s *Server, c *call) (any, error) { return s.sendFile(c, Photo, mostPhoto) }

func (s *Server) sendFile(c *call, kind Thing, most int) (any, error) {
	to, m, err := s.compose(c)
	if err != nil {
		return nil, err
	}
	if err := c.caption(s, m); err != nil {
		return nil, err
	}
	f, err := s.attachment(c, kind, most)
	if err != nil {
		return nil, err
	}
	m.Kind, m.File, m.content = string(kind), &f.File, s.content(kind, f)
	s.post(to, m)
	return m.wire(to), nil
}

// photoSizes are the forms in which Telegram keeps a photo: two here, the larger one last. The
// larger one has the bytes that were sent, where Telegram would have shrunk them.
func (s *Server) photoSizes(f *file) []map[string]any {
	small := s.keep(File{Body: []byte("a small form of " + f.unique)}, f.folder)
	size := func(f *file, width, height int) map[string]any {
		w := f.wire()
		delete(w, "file_name")
		delete(w, "mime_type")
		w["width"], w["height"] = width, height
		return w
	}
	return []map[string]any{size(small, 90, 67), size(f, 1280, 960)}
}
