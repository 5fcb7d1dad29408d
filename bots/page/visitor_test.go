package page_test

import (
	"io"
	"net/url"
	"testing"

	"claimline/bots/botstest"
)

// visitor is somebody before a browser that is made of HTTP and nothing else.
type visitor struct {
	testing.TB
	*rig
	*botstest.Browser
}

// visit sits somebody down before a browser.
func (r *rig) visit(locale string) *visitor {
	b := botstest.NewBrowser(r.TB, r.server.URL, locale)
	b.Before, b.Attach = func() { r.house.wait(wink) }, attachments()
	return &visitor{r.TB, r, b}
}

func (v *visitor) must(err error) {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
}

func (v *visitor) do(method, at, kind string, body io.Reader, headers ...string) {
	v.Helper()
	v.must(v.Do(method, at, kind, body, headers...))
}

func (v *visitor) get(at string) { v.Helper(); v.must(v.Get(at)) }

func (v *visitor) post(at string, values url.Values, headers ...string) {
	v.Helper()
	v.must(v.Post(at, values, headers...))
}
