package page

import (
	"mime"
	"net/http"
	"strconv"

	"claimline/intake"
)

// handOut gives a file that the page shows: the agreement, or the person's own copy. It comes from
// memory, to be saved; if a browser opens it all the same, nothing in it can act.
func (s *site) handOut(w http.ResponseWriter, r *http.Request) {
	g, _, ok := s.known(w, r)
	if !ok {
		return
	}
	file := attachment(g.now().page, r.PathValue("n"))
	if file == nil {
		s.gone(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'")
	h.Set("Content-Type", "application/octet-stream")
	if kind := fileType(file.Type); kind != "" {
		h.Set("Content-Type", mime.FormatMediaType(kind, map[string]string{"charset": "utf-8"}))
	}
	h.Set("Content-Disposition", disposition(file.Name))
	h.Set("Content-Length", strconv.Itoa(len(file.Body)))
	_, _ = w.Write(file.Body)
}

func attachment(page []intake.Message, n string) *intake.Attachment {
	i, err := strconv.Atoi(n)
	if err != nil || i < 0 || i >= len(page) {
		return nil
	}
	return page[i].File
}

// disposition names a file to save. A name that no header can hold is left out.
func disposition(name string) string {
	if d := mime.FormatMediaType("attachment", map[string]string{"filename": fileName(name)}); d != "" {
		return d
	}
	return "attachment"
}
