package page

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"claimline/intake"
)

// The names of a form's fields.
const (
	fieldForm  = "form"  // the question that it belongs to
	fieldNonce = "nonce" // one for each time that the page is shown
	fieldBoxes = "boxes" // there are boxes, whether ticked or not
	fieldBox   = "box"
	fieldPress = "press"
	fieldSaid  = "said"
	fieldFile  = "file"
)

// noForm stands for the form of no question: a menu's, or one that is not ours.
const noForm = "none"

const (
	maxForm  = 64 << 10
	maxDrain = 1 << 20 // read and thrown away, so that a browser listens to the answer
)

var (
	errTooLong  = errors.New("the form is too long")
	errNotAForm = errors.New("the body is no form")
)

// form is a form as it was handed in.
type form struct {
	of      string
	nonce   string
	press   string
	said    string
	asked   bool // there was a field to write in, even if nothing was written
	damaged bool // the words held what cannot be stored exactly
	boxes   bool
	chosen  []string
	hash    [sha256.Size]byte // of all of it
}

// readBody reads what a form has sent.
func readBody(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxForm+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxForm {
		_, _ = io.Copy(io.Discard, io.LimitReader(r, maxDrain))
		return nil, errTooLong
	}
	return body, nil
}

// readForm reads a form. Whatever stands in it, there is a question it belongs to, even if none of
// ours: only in a chat do words go without one.
func readForm(body []byte) (form, error) {
	fields, err := url.ParseQuery(string(body))
	if err != nil {
		return form{}, errNotAForm
	}
	f := form{
		of: cmp.Or(fields.Get(fieldForm), noForm), nonce: fields.Get(fieldNonce), press: fields.Get(fieldPress),
		asked: fields.Has(fieldSaid), boxes: fields.Has(fieldBoxes), chosen: fields[fieldBox], hash: sha256.Sum256(body),
	}
	f.said, f.damaged = words(fields.Get(fieldSaid))
	return f, nil
}

// words are what somebody wrote, with line breaks as everywhere else.
func words(raw string) (text string, damaged bool) {
	text = strings.TrimSpace(strings.ReplaceAll(raw, "\r\n", "\n"))
	if utf8.ValidString(text) && !strings.ContainsRune(text, 0) {
		return text, false
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD"), true
}

// did is what the person did with a form: one thing, or with boxes beside a field to write in, two.
// Where nothing was asked and nothing pressed, it is a look.
func (f form) did() []intake.Did {
	said := intake.Said{Text: f.said, Damaged: f.damaged, Form: f.of}
	filled := intake.Filled{Form: f.of, Chosen: f.chosen, Button: cmp.Or(f.press, intake.ActionResume)}
	switch {
	case f.boxes && f.press == "" && f.asked:
		return []intake.Did{filled, said}
	case f.boxes:
		return []intake.Did{filled}
	case f.press != "":
		return []intake.Did{intake.Pressed{Button: f.press}}
	case f.asked:
		return []intake.Did{said}
	}
	return []intake.Did{intake.Pressed{Button: intake.ActionResume}}
}

// identity makes an act the same act when it is posted again: the same page, shown the same time,
// with the same things in it.
func identity(session string, nth int, parts ...[]byte) string {
	h := sha256.New()
	for _, part := range append([][]byte{[]byte(session), []byte(strconv.Itoa(nth))}, parts...) {
		h.Write([]byte(strconv.Itoa(len(part)) + ":"))
		h.Write(part)
	}
	return "page:" + base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// formOf reads the form of a request.
func formOf(w http.ResponseWriter, r *http.Request) (form, error) {
	within(w, formWithin)
	body, err := readBody(r.Body)
	if err != nil {
		return form{}, err
	}
	return readForm(body)
}
