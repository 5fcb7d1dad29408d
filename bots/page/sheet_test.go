package page_test

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

	"golang.org/x/net/html"
)

// sheet is a page as a browser that runs no scripts has it.
type sheet struct {
	raw   string
	lang  string
	texts []string // what can be read, in order
	forms []*formSeen
	files []fileSeen
}

type formSeen struct {
	action  string
	files   bool // it takes files
	writes  bool // it has a field to write in
	value   string
	hidden  url.Values
	boxes   []*boxSeen
	buttons []buttonSeen
	ask     bool // the question's own
}

type boxSeen struct {
	label, value string
	on           bool
}

type buttonSeen struct {
	label, name, value string
	opens, on          bool // a box that is a button
	hidden             bool
}

type fileSeen struct{ name, path string }

func readSheet(raw string) sheet {
	root, err := html.Parse(strings.NewReader(raw))
	if err != nil {
		panic(err)
	}
	s := sheet{raw: raw}
	s.walk(root, nil)
	return s
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(textOf(c))
	}
	return b.String()
}

func (s *sheet) walk(n *html.Node, in *formSeen) {
	if n.Type == html.ElementNode {
		in = s.element(n, in)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c, in)
	}
}

func (s *sheet) element(n *html.Node, in *formSeen) *formSeen {
	class, _ := attr(n, "class")
	value, _ := attr(n, "value")
	name, _ := attr(n, "name")
	if strings.Contains(class, "text") || class == "progress" || class == "hint" {
		s.texts = append(s.texts, textOf(n))
	}
	switch n.Data {
	case "html":
		s.lang, _ = attr(n, "lang")
	case "form":
		in = &formSeen{hidden: url.Values{}, ask: class == "ask"}
		in.action, _ = attr(n, "action")
		kind, _ := attr(n, "enctype")
		in.files = kind == "multipart/form-data"
		s.forms = append(s.forms, in)
	case "textarea":
		in.writes, in.value = true, textOf(n)
	case "input":
		kind, _ := attr(n, "type")
		switch kind {
		case "hidden":
			in.hidden.Add(name, value)
		case "checkbox":
			_, on := attr(n, "checked")
			in.boxes = append(in.boxes, &boxSeen{strings.TrimSpace(textOf(n.Parent)), value, on})
		case "file":
		default:
			in.writes, in.value = true, value
		}
	case "button":
		pressed, opens := attr(n, "aria-pressed")
		in.buttons = append(in.buttons, buttonSeen{textOf(n), name, value, opens, pressed == "true", class == "first"})
	case "a":
		if path, _ := attr(n, "href"); strings.Contains(path, "/file/") {
			s.files = append(s.files, fileSeen{strings.TrimPrefix(textOf(n), "📄 "), path})
			s.texts = append(s.texts, "📎 "+strings.TrimPrefix(textOf(n), "📄 "))
		}
	}
	return in
}

func (s sheet) text() string { return strings.Join(s.texts, "\n") }

// ask is the question's form; nil where nothing can be answered.
func (s sheet) ask() *formSeen {
	for _, f := range s.forms {
		if f.ask {
			return f
		}
	}
	return nil
}

func (f *formSeen) filled() url.Values {
	v := url.Values{}
	for name, values := range f.hidden {
		v[name] = append([]string{}, values...)
	}
	for _, b := range f.boxes {
		if b.on {
			v.Add("box", b.value)
		}
	}
	if f.writes {
		v.Set("said", f.value)
	}
	return v
}

// visit sits down before a browser.
func (r *rig) visit(locale string) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	r.Cleanup(transport.CloseIdleConnections)
	return &visitor{rig: r, locale: locale, client: &http.Client{Jar: jar, Transport: transport}}
}

func (v *visitor) do(method, at, kind string, body io.Reader, headers ...string) {
	v.Helper()
	if !strings.HasPrefix(at, "http") {
		at = v.server.URL + at
	}
	req, err := http.NewRequest(method, at, body)
	if err != nil {
		v.Fatal(err)
	}
	req.Header.Set("Accept-Language", v.locale)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := v.client.Do(req)
	if err != nil {
		v.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		v.Fatal(err)
	}
	v.status, v.header = res.StatusCode, res.Header
	v.sheet = readSheet(string(raw))
}

func (v *visitor) get(at string) { v.Helper(); v.do(http.MethodGet, at, "", nil) }

func (v *visitor) post(at string, values url.Values, headers ...string) {
	v.Helper()
	v.do(http.MethodPost, at, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()), headers...)
}

// follow opens a link and presses the button on the landing page.
func (v *visitor) follow(link string) {
	v.Helper()
	v.get(link)
	if len(v.sheet.forms) == 0 || v.sheet.forms[0].action != "" {
		v.Fatalf("%s is no landing page: %s", link, v.sheet.raw)
	}
	v.post(link, nil)
}

// say writes into the question's field and presses Enter.
func (v *visitor) say(words string) {
	v.Helper()
	v.house.wait(wink)
	f := v.sheet.ask()
	if f == nil || !f.writes {
		v.Fatalf("there is nothing to write in:\n%s", v.sheet.raw)
	}
	values := f.filled()
	values.Set("said", words)
	for _, b := range f.buttons {
		if b.name == "press" { // a form's first button is what Enter presses
			values.Set("press", b.value)
			break
		}
	}
	v.post(f.action, values)
}

// sayAnyway says something where there is no field to write in, as words would come from one.
func (v *visitor) sayAnyway(words string) {
	v.Helper()
	v.house.wait(wink)
	f := v.sheet.ask()
	values := f.filled()
	values.Del("boxes")
	values.Set("said", words)
	v.post(f.action, values)
}

// now is what the browser shows.
func (v *visitor) now() sheet { return v.sheet }

// find is the button with a label, and the form that it belongs to: the last one on the page.
func (s sheet) find(label string) (*formSeen, buttonSeen, bool) {
	for i := len(s.forms) - 1; i >= 0; i-- {
		for _, b := range s.forms[i].buttons {
			if b.label == label && !b.hidden {
				return s.forms[i], b, true
			}
		}
	}
	return nil, buttonSeen{}, false
}

func (v *visitor) press(label string) {
	v.Helper()
	v.house.wait(wink)
	f, b, ok := v.sheet.find(label)
	if !ok {
		v.Fatalf("there is no button %q:\n%s", label, v.sheet.raw)
	}
	values := f.filled()
	values.Set(b.name, b.value)
	v.post(f.action, values)
}

// tick turns a box on or off, which nobody but the browser hears of.
func (v *visitor) tick(label string) {
	v.Helper()
	for _, b := range v.sheet.ask().boxes {
		if b.label == label {
			b.on = !b.on
			return
		}
	}
	v.Fatalf("there is no box %q:\n%s", label, v.sheet.raw)
}

// send hands in files under the question.
func (v *visitor) send(names []string, body []byte) {
	v.Helper()
	v.house.wait(wink)
	f := v.sheet.ask()
	content, kind := filesForm(f.hidden.Get("form"), f.hidden.Get("nonce"), names, body)
	v.do(http.MethodPost, f.action, kind, content)
}

func filesForm(form, nonce string, names []string, body []byte) (io.Reader, string) {
	var content bytes.Buffer
	w := multipart.NewWriter(&content)
	_ = w.WriteField("form", form)
	_ = w.WriteField("nonce", nonce)
	for _, name := range names {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="file"; filename="%s"`, name))
		h.Set("Content-Type", "image/jpeg")
		part, err := w.CreatePart(h)
		if err != nil {
			panic(err)
		}
		_, _ = part.Write(body)
	}
	_ = w.Close()
	return &content, w.FormDataContentType()
}
