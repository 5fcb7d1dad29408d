package botstest

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
)

// Browser is a browser that runs no scripts: it keeps cookies, follows redirects and posts forms as
// they are filled in. What was answered last stands in Sheet.
type Browser struct {
	testing.TB // nil outside a test
	Sheet      Sheet
	Status     int
	Header     http.Header
	// Before is called before anything that a person does on a page; nil for nothing.
	Before func()
	// Attach makes the file that a story sends: its name, and its bytes.
	Attach func(kind string) (name string, body []byte)

	Client *http.Client // with the cookies

	base   string // scheme and host
	locale string
}

var _ Page = (*Browser)(nil)

// NewBrowser starts a browser with no cookies for pages at base, a scheme and a host. locale is the
// language that it asks for.
func NewBrowser(t testing.TB, base, locale string) *Browser {
	t.Helper()
	b := Unattended(base, locale)
	b.TB = t
	t.Cleanup(b.Client.CloseIdleConnections)
	return b
}

// Unattended is a browser outside a test: it can Get and Post, and whoever uses it looks at the errors.
func Unattended(base, locale string) *Browser {
	jar, _ := cookiejar.New(nil) // never fails without options
	transport := http.DefaultTransport.(*http.Transport).Clone()
	return &Browser{base: base, locale: locale, Client: &http.Client{Jar: jar, Transport: transport}}
}

// Do makes a request and takes in what is answered. The error is the network's.
func (b *Browser) Do(method, at, kind string, body io.Reader, headers ...string) error {
	if !strings.HasPrefix(at, "http") {
		at = b.base + at
	}
	req, err := http.NewRequest(method, at, body)
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Language", b.locale)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.Client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	b.Status, b.Header, b.Sheet = res.StatusCode, res.Header, ReadSheet(string(raw))
	return nil
}

// Get opens an address.
func (b *Browser) Get(at string) error { return b.Do(http.MethodGet, at, "", nil) }

// Post hands in a form.
func (b *Browser) Post(at string, values url.Values, headers ...string) error {
	return b.Do(http.MethodPost, at, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()), headers...)
}

func (b *Browser) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// hand hands in a form, as a person does.
func (b *Browser) hand(f *Form, values url.Values) {
	b.Helper()
	b.pause()
	b.must(b.Post(f.Action, values))
}

func (b *Browser) pause() {
	if b.Before != nil {
		b.Before()
	}
}

// Now implements Page.
func (b *Browser) Now() Sheet { return b.Sheet }

// Follow implements Page: it opens a link and presses the button on the landing page.
func (b *Browser) Follow(link string) {
	b.Helper()
	b.must(b.Get(link))
	if len(b.Sheet.Forms) == 0 || b.Sheet.Forms[0].Action != "" {
		b.Fatalf("the link is no landing page: %s", b.Sheet.Raw)
	}
	b.must(b.Post(link, nil))
}

// Say implements Page.
func (b *Browser) Say(words string) {
	b.Helper()
	f := b.Sheet.Ask()
	if f == nil || !f.Writes {
		b.Fatalf("there is nothing to write in:\n%s", b.Sheet.Raw)
	}
	b.hand(f, f.Said(words))
}

// SayAnyway says something where there is no field to write in, as words would come from one.
func (b *Browser) SayAnyway(words string) {
	b.Helper()
	f := b.Sheet.Ask()
	b.hand(f, f.SaidAnyway(words))
}

// Press implements Page.
func (b *Browser) Press(label string) {
	b.Helper()
	f, button, ok := b.Sheet.Find(label)
	if !ok {
		b.Fatalf("there is no button %q:\n%s", label, b.Sheet.Raw)
	}
	b.hand(f, f.Pressed(button))
}

// PressOn presses a button of a page as it was before, which another window may still show.
func (b *Browser) PressOn(was Sheet, label string) {
	b.Helper()
	b.Sheet = was
	b.Press(label)
}

// Tick implements Page.
func (b *Browser) Tick(label string) {
	b.Helper()
	if !b.Sheet.Ask().Tick(label) {
		b.Fatalf("there is no box %q:\n%s", label, b.Sheet.Raw)
	}
}

// Send implements Page.
func (b *Browser) Send(kind string) {
	b.Helper()
	name, body := b.Attach(kind)
	b.Upload([]string{name}, body)
}

// Upload hands in files under the question, all with the same bytes.
func (b *Browser) Upload(names []string, body []byte) {
	b.Helper()
	b.pause()
	f := b.Sheet.Ask()
	content, kind := FilesForm(f.Hidden.Get("form"), f.Hidden.Get("nonce"), names, body)
	b.must(b.Do(http.MethodPost, f.Action, kind, content))
}

// FilesForm is a form with files that all have the same bytes, which are not copied.
func FilesForm(form, nonce string, names []string, body []byte) (content io.Reader, kind string) {
	var head bytes.Buffer
	w := multipart.NewWriter(&head) // which never fails into a buffer
	_ = w.WriteField("form", form)
	_ = w.WriteField("nonce", nonce)
	var parts []io.Reader
	for _, name := range names {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="file"; filename="%s"`, name))
		h.Set("Content-Type", "image/jpeg")
		_, _ = w.CreatePart(h)
		parts = append(parts, strings.NewReader(head.String()), bytes.NewReader(body))
		head.Reset()
	}
	_ = w.Close()
	return io.MultiReader(append(parts, &head)...), w.FormDataContentType()
}
