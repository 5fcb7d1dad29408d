package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"claimline/intake"
	"claimline/intake/wording"
)

//go:embed page.html
var templateSource string

//go:embed page.css
var styleSheet []byte

// styleVersion changes with the style, which a browser may therefore keep.
var styleVersion = func() string { sum := sha256.Sum256(styleSheet); return hex.EncodeToString(sum[:6]) }()

var templates = template.Must(template.New("").Parse(templateSource))

// over is what is laid over what the page shows: it is said once and not remembered.
type over struct {
	help   *intake.Message
	busy   bool
	above  wording.Text
	filled *form  // what stood in the form
	nonce  string // of the form, where handing it in again must be the same act
}

// view is what the templates show.
type view struct {
	Lang, Path, Style, Nonce string
	Help                     *section
	Earlier                  []section
	Ask                      *question
	Team                     bool // for somebody of the team
	Sight                    *intake.Sight

	words *wording.Catalog
}

// Say words one of the program's sentences.
func (v view) Say(key string) wording.Text { return v.words.Text(key, nil) }

// Label is the same without structure.
func (v view) Label(key string) string { return v.Say(key).Plain() }

// Title is what the page is called.
func (v view) Title() string {
	if v.Team {
		return v.Label("page.look.title")
	}
	return v.Label("page.title")
}

// FileName is a file's name, as far as it can be shown.
func (view) FileName(f intake.StoredFile) string { return fileName(f.Name) }

// Sos is the danger button's token.
func (view) Sos() string { return intake.ActionDanger }

// Alarm reports whether the danger button has to be added: where no message brings it. The team has
// no need of it.
func (v view) Alarm() bool {
	return !v.Team && v.Help == nil && (v.Ask == nil || !slices.ContainsFunc(v.Ask.Service, func(b intake.Button) bool { return b.Token == intake.ActionDanger }))
}

// section is a message that can be read, with its buttons.
type section struct {
	Text wording.Text
	File *download
	Rows [][]intake.Button
}

type download struct{ Path, Name string }

// question is the last message: what can be answered.
type question struct {
	section
	Above, Header wording.Text
	Form, Hint    string
	Boxes         []intake.Button
	Service       []intake.Button // the small row under every question
	Field         *field          // to write in
	Files         bool            // files are asked for
}

// Default is what the Enter key presses: in a field it hands in the words, among boxes it changes nothing.
func (q question) Default() string {
	if q.Field != nil {
		return ""
	}
	return intake.ActionResume
}

// Finish is the one button that ends ticking boxes; nil where there is none.
func (q question) Finish() *intake.Button {
	if len(q.Boxes) == 0 || len(q.Rows) != 1 || len(q.Rows[0]) != 1 {
		return nil
	}
	return &q.Rows[0][0]
}

// Described names what else is said about the field.
func (q question) Described() string {
	var ids []string
	if len(q.Above) > 0 {
		ids = append(ids, "above")
	}
	if q.Hint != "" {
		ids = append(ids, "hint")
	}
	return strings.Join(ids, " ")
}

// field is where words are written. It tells a browser what it may fill in, and a phone which keys to show.
type field struct {
	Type, Mode, Complete string
	Long, Unfit, Sign    bool
	Value                string
}

// blank is a page of nobody's, in a language that the browser asks for.
func (s *site) blank(r *http.Request) view { return s.view(s.locale(r)) }

func (s *site) view(lang string) view {
	return view{Lang: lang, Path: s.path, Style: s.path + "page.css?v=" + styleVersion, Nonce: s.nonce(), words: s.Words.In(lang)}
}

// render shows the page.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, seen shown, o over) {
	v := s.blank(r)
	if seen.language != "" {
		v = s.view(seen.language)
	}
	if o.nonce != "" {
		v.Nonce = o.nonce
	}
	if o.help != nil {
		v.Help = &section{Text: o.help.Text, Rows: o.help.Buttons}
	}
	for n, m := range seen.page {
		at := section{Text: safe(m.Text), File: s.file(n, m.File), Rows: usable(m.Buttons)}
		if n == len(seen.page)-1 && !seen.left {
			v.Ask = ask(at, m)
			continue
		}
		if seen.left {
			at.Rows = nil
		}
		v.Earlier = append(v.Earlier, at)
	}
	if v.Ask != nil {
		v.Ask.lay(seen, o, v)
	}
	if v.Ask == nil && len(v.Earlier) == 0 && o.help == nil {
		s.show(w, status, "busy", v)
		return
	}
	s.show(w, status, "page", v)
}

// ask takes a question's message apart.
func ask(at section, m intake.Message) *question {
	q := &question{section: at, Above: safe(m.Above), Header: safe(m.Header), Form: m.Form, Hint: m.Hint}
	if n := len(q.Rows); m.Form != "" && n > 0 {
		q.Service, q.Rows = q.Rows[n-1], q.Rows[:n-1]
	}
	var rows [][]intake.Button
	for _, row := range q.Rows {
		isBox := func(b intake.Button) bool { return b.Box != "" }
		for _, b := range row {
			if isBox(b) {
				b.Label = strings.TrimLeft(b.Label, "☐☑ ")
				q.Boxes = append(q.Boxes, b)
			}
		}
		if rest := slices.DeleteFunc(slices.Clone(row), isBox); len(rest) > 0 {
			rows = append(rows, rest)
		}
	}
	q.Rows = rows
	if m.Form != "" {
		q.Files = m.Expect == intake.ExpectFile
		if f, ok := fields[m.Expect]; ok {
			q.Field = &f
		}
	}
	return q
}

var fields = map[intake.Expect]field{
	intake.ExpectText:   {Type: "text", Complete: "off"},
	intake.ExpectLong:   {Long: true},
	intake.ExpectName:   {Type: "text", Complete: "name"},
	intake.ExpectSign:   {Type: "text", Complete: "name", Sign: true},
	intake.ExpectNumber: {Type: "text", Mode: "numeric", Complete: "off"},
	intake.ExpectEmail:  {Type: "email", Mode: "email", Complete: "email"},
	intake.ExpectPhone:  {Type: "tel", Mode: "tel", Complete: "tel"},
}

// lay puts what was written and ticked, and what is said once, into the question.
func (q *question) lay(seen shown, o over, v view) {
	if q.Field != nil {
		q.Field.Value, q.Field.Unfit = seen.typed, seen.unfit
	}
	if f := o.filled; f != nil && f.of == q.Form {
		if q.Field != nil {
			q.Field.Value = f.said
		}
		for i, b := range q.Boxes {
			q.Boxes[i].On = slices.Contains(f.chosen, b.Box)
		}
	}
	if o.busy {
		q.Above = v.Say("page.busy")
	}
	if o.above != nil {
		q.Above = o.above
	}
}

func (s *site) file(n int, a *intake.Attachment) *download {
	if a == nil {
		return nil
	}
	return &download{Path: s.path + "file/" + strconv.Itoa(n), Name: fileName(a.Name)}
}

// safe leaves of a text only links that lead where a browser may go.
func safe(t wording.Text) wording.Text {
	out := slices.Clone(t)
	for i := range out {
		if !strings.HasPrefix(out[i].Link, "https://") {
			out[i].Link = ""
		}
	}
	return out
}

// usable leaves out buttons that lead nowhere, and words the danger button in full.
func usable(rows [][]intake.Button) [][]intake.Button {
	var out [][]intake.Button
	for _, row := range rows {
		row = slices.DeleteFunc(slices.Clone(row), func(b intake.Button) bool {
			return b.Token == "" && !strings.HasPrefix(b.Link, "https://")
		})
		if len(row) > 0 {
			out = append(out, row)
		}
	}
	return out
}

// show writes a page out, whole or not at all.
func (s *site) show(w http.ResponseWriter, status int, name string, v view) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, v); err != nil {
		panic("page " + name + ": a template failed") // fixed templates, fixed data; the error may quote people's words
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

// style is the one thing that a browser may keep.
func (s *site) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(styleSheet)
}

// nonce is a random word for one showing of the page.
func (s *site) nonce() string { return base64.RawURLEncoding.EncodeToString(s.random(16)) }

func (s *site) identityOfLook() string {
	return "page:look:" + base64.RawURLEncoding.EncodeToString(s.random(16))
}

func (s *site) random(n int) []byte {
	word := make([]byte, n)
	if _, err := io.ReadFull(s.Random, word); err != nil {
		panic("no randomness: " + err.Error())
	}
	return word
}
