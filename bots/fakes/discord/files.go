package discord

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// filesPath begins the addresses of files, which Discord has on a host of their own.
const filesPath = "/cdn/attachments/"

// File is a file in a message.
type File struct {
	Name string
	Type string // MIME type; "" for what the name says
	Body []byte
	Size int64 // what the message claims; 0 for the length of Body
}

// file is a file that has an address.
type file struct {
	File
	id      string
	channel string
}

// keep gives a file its id.
func (s *Server) keep(f File, c *channel) *file {
	if f.Type == "" {
		f.Type = mime.TypeByExtension(filepath.Ext(f.Name))
	}
	kept := &file{File: f, id: s.id(), channel: c.id}
	s.files[kept.id] = kept
	return kept
}

// keepAll keeps the files of a call.
func (s *Server) keepAll(c *call, ch *channel) []*file {
	var list []*file
	for _, f := range c.files {
		list = append(list, s.keep(File{Name: f.name, Type: f.kind, Body: f.body}, ch))
	}
	return list
}

// attachment is a file in a message, with an address that is good from now on for a while.
func (s *Server) attachment(f *file, ephemeral bool) map[string]any {
	size := f.Size
	if size == 0 {
		size = int64(len(f.Body))
	}
	link := s.link(f)
	w := map[string]any{"id": f.id, "filename": f.Name, "size": size, "url": link, "proxy_url": link}
	if f.Type != "" {
		w["content_type"] = f.Type
	}
	if ephemeral {
		w["ephemeral"] = true
	}
	return w
}

// link makes an address: ex is when it expires, is when it was made, hm proves both.
func (s *Server) link(f *file) string {
	now := s.now()
	ex, is := strconv.FormatInt(now.Add(s.options.LinkLife).Unix(), 16), strconv.FormatInt(now.Unix(), 16)
	q := url.Values{"ex": {ex}, "is": {is}, "hm": {s.proof(f.id, ex, is)}}
	return s.URL() + filesPath + f.channel + "/" + f.id + "/" + url.PathEscape(f.Name) + "?" + q.Encode()
}

// proof ties an address to this server.
func (s *Server) proof(id, ex, is string) string {
	sum := sha256.Sum256([]byte(s.URL() + id + ex + is))
	return hex.EncodeToString(sum[:])
}

// serveFile answers an address of a file: 404 once it has expired, as Discord does.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	x := &exchange{entry: Entry{Route: Download}, w: w, ctx: r.Context()}
	s.begin(&x.entry)
	s.mu.Lock()
	channel, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, filesPath), "/")
	id, _, _ := strings.Cut(rest, "/")
	f, q := s.files[id], r.URL.Query()
	x.entry.Channel = channel
	fault := s.takeFault(func(f *Fault) bool { return f.fits(Download, channel) })
	ex, _ := strconv.ParseInt(q.Get("ex"), 16, 64)
	fresh := f != nil && q.Get("hm") == s.proof(id, q.Get("ex"), q.Get("is")) && s.now().Before(time.Unix(ex, 0))
	s.mu.Unlock()
	if fault != nil && (!s.pause(r.Context(), fault.Delay) || fault.Cut == CutBefore || fault.Cut == CutUpload) {
		s.end(&x.entry, CutBefore)
		panic(http.ErrAbortHandler)
	}
	a := reply{status: http.StatusNotFound, header: http.Header{}, html: true, body: []byte("This content is no longer available.")}
	if fresh {
		a = reply{status: http.StatusOK, header: http.Header{"Content-Type": {f.Type}}, body: f.Body}
		x.entry.Done = true
	}
	if fault != nil && fault.answers() {
		a = fault.reply()
	}
	s.answerFile(x, a, fault)
}

// answerFile is answer for what is no JSON and is not kept in the history.
func (s *Server) answerFile(x *exchange, a reply, f *Fault) {
	x.entry.Status = a.status
	cut := Whole
	if f != nil {
		cut = f.Cut
	}
	s.end(&x.entry, cut)
	if cut == CutAfter {
		panic(http.ErrAbortHandler)
	}
	for name, values := range a.header {
		x.w.Header()[name] = values
	}
	x.w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	if cut == CutMiddle {
		a.body = a.body[:len(a.body)/2]
	}
	x.w.WriteHeader(a.status)
	_, _ = x.w.Write(a.body)
	if cut == CutMiddle {
		_ = http.NewResponseController(x.w).Flush()
		panic(http.ErrAbortHandler)
	}
}
