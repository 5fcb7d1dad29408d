package page

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"

	"claimline/intake"
	"claimline/intake/wording"
)

const (
	maxFiles     = 10 // in one form
	maxUpload    = maxFiles*intake.MaxPageFileBytes + maxForm
	longestName  = 200
	longestField = 200
)

func isMultipart(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "multipart/form-data"
}

// takeFiles takes a form of files. They stream from the browser into custody one after the other;
// none is held in memory.
func (s *site) takeFiles(w http.ResponseWriter, r *http.Request) {
	g, session, ok := s.known(w, r)
	if !ok {
		return
	}
	if r.ContentLength > maxUpload {
		s.tooMuch(w, r, g, "unfit.file-too-big", wording.Args{"limit": strconv.Itoa(intake.MaxPageFileBytes >> 20)})
		return
	}
	if !g.upload() {
		s.refuse(w, r, http.StatusTooManyRequests)
		return
	}
	defer g.uploaded()
	select {
	case s.uploads <- struct{}{}:
		defer func() { <-s.uploads }()
	default:
		w.Header().Set("Retry-After", "60")
		s.refuse(w, r, http.StatusServiceUnavailable)
		return
	}
	u := &upload{site: s, r: r, guest: g, session: session}
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	u.body = &patient{r.Body, w, s.Limits.Idle, time.Now().Add(fileWithin)}
	if err := u.take(); err != nil {
		s.Log.Warn("files not taken", "error", err)
		s.render(w, r, http.StatusServiceUnavailable, s.beneath(r, session, g), over{busy: true})
		return
	}
	within(w, formWithin)
	s.back(w)
}

// upload is one form of files on its way.
type upload struct {
	*site
	r       *http.Request
	guest   *guest
	session string
	body    io.Reader
	form    string
	nonce   string
	count   int
	refused bool
}

// take reads the form's parts in the order in which they come: first what question it belongs to.
func (u *upload) take() error {
	u.form = noForm
	_, params, err := mime.ParseMediaType(u.r.Header.Get("Content-Type"))
	if err != nil {
		return errNotAForm
	}
	parts := multipart.NewReader(u.body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return errors.New("a form of files was cut off") // the error may quote its headers
		case part.FormName() == fieldForm:
			u.form = value(part)
		case part.FormName() == fieldNonce:
			u.nonce = value(part)
		case part.FormName() == fieldFile && part.FileName() != "":
			if err := u.offer(part); err != nil {
				return err
			}
		}
	}
}

func value(part io.Reader) string {
	v, err := io.ReadAll(io.LimitReader(part, longestField))
	if err != nil || len(v) == 0 {
		return noForm
	}
	return string(v)
}

// offer offers one file to the desk, and takes it into custody where the desk asks for it. What is
// not wanted is read past, so that the browser listens to the answer.
func (u *upload) offer(part *multipart.Part) error {
	u.count++
	if u.refused || u.count > maxFiles {
		return nil
	}
	sent := intake.Sent{Name: fileName(part.FileName()), Type: fileType(part.Header.Get("Content-Type")), Form: u.form}
	id := identity(u.session, u.count, []byte(u.form), []byte(u.nonce), []byte(sent.Name))
	reply, err := u.turn(u.r, u.guest, id, sent)
	if err != nil {
		return err
	}
	if reply.Fetch == nil {
		u.refused = true
		return nil
	}
	return u.keep(*reply.Fetch, id, part)
}

// keep puts a file into custody and brings what became of it to the desk. A file that did not
// arrive, or could not be kept, can be sent once more.
func (u *upload) keep(job intake.Outgoing, id string, content io.Reader) error {
	did := intake.Fetched{Job: job.ID}
	ctx, cancel := context.WithTimeout(u.r.Context(), fileWithin)
	defer cancel()
	stored, err := u.Vault.Put(ctx, job.Keep, job.File.Name, content, intake.MaxPageFileBytes)
	var unfit interface{ Unfit() string }
	switch {
	case errors.As(err, &unfit):
		did.Unfit = unfit.Unfit()
	case err != nil:
		u.Log.Warn("file not kept", "job", job.ID, "error", err)
		did.Unfit = "file-gone"
	default:
		did.Stored = stored
	}
	_, err = u.turn(u.r, u.guest, id+":kept", did)
	return err
}

// fileName is a file's name as the person's device calls it: without a path, without what cannot
// be shown, and short.
func fileName(raw string) string {
	name := path.Base(strings.ReplaceAll(strings.ToValidUTF8(raw, "\uFFFD"), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > longestName {
		name = string(runes[len(runes)-longestName:]) // its ending says what it is
	}
	return name
}

func fileType(raw string) string {
	kind, _, err := mime.ParseMediaType(raw)
	if err != nil {
		return ""
	}
	return kind
}

// patient reads a body as slowly as it comes, as long as something comes, and not for ever.
type patient struct {
	body io.Reader
	w    http.ResponseWriter
	idle time.Duration
	end  time.Time
}

func (p *patient) Read(b []byte) (int, error) {
	left := min(p.idle, time.Until(p.end))
	if left <= 0 {
		return 0, errors.New("the files took longer than " + strconv.Itoa(int(fileWithin.Minutes())) + " minutes")
	}
	within(p.w, left)
	return p.body.Read(b)
}
