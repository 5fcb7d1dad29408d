package telegram

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// A whole request may have this many bytes: 50 MB of upload and the rest of it.
const mostRequest = 51 << 20

// call is one request of the bot, in whichever of the four forms it came.
type call struct {
	method string
	params map[string]string // values of JSON types as JSON
	files  map[string]upload // by form field
}

type upload struct {
	name string
	body []byte
}

// parse reads the parameters of a call from its address and its body.
func parse(method string, r *http.Request, body io.Reader) (*call, error) {
	c := &call{method: method, params: map[string]string{}, files: map[string]upload{}}
	c.take(r.URL.Query())
	kind, options, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body = io.LimitReader(body, mostRequest+1)
	if kind == "multipart/form-data" {
		return c, c.parseForm(multipart.NewReader(body, options["boundary"]))
	}
	raw, err := io.ReadAll(body)
	switch {
	case err != nil:
		return c, badRequest("the request's body ended early")
	case len(raw) > mostRequest:
		return c, &refusal{code: http.StatusRequestEntityTooLarge, text: "Request Entity Too Large"}
	case kind == "application/json":
		return c, c.parseJSON(raw)
	}
	values, err := url.ParseQuery(string(raw))
	if err != nil {
		return c, badRequest("can't parse the request's form")
	}
	c.take(values)
	return c, nil
}

func (c *call) take(values url.Values) {
	for name, v := range values {
		c.params[name] = v[0]
	}
}

func (c *call) parseForm(form *multipart.Reader) error {
	total := 0
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return badRequest("can't parse the request's form")
		}
		raw, err := io.ReadAll(part)
		if err != nil {
			return badRequest("the request's body ended early")
		}
		if total += len(raw); total > mostRequest {
			return &refusal{code: http.StatusRequestEntityTooLarge, text: "Request Entity Too Large"}
		}
		if part.FileName() != "" {
			c.files[part.FormName()] = upload{name: part.FileName(), body: raw}
		} else {
			c.params[part.FormName()] = string(raw)
		}
	}
}

func (c *call) parseJSON(raw []byte) error {
	if len(raw) == 0 {
		return nil
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(raw, &values); err != nil {
		return badRequest("can't parse the request's JSON object")
	}
	for name, v := range values {
		var text string
		if json.Unmarshal(v, &text) == nil {
			c.params[name] = text
		} else {
			c.params[name] = string(v)
		}
	}
	return nil
}

// Upload is what the history keeps of a file that the bot sent.
type Upload struct {
	Field  string
	Name   string
	Bytes  int
	SHA256 string
}

func (c *call) uploads() []Upload {
	var list []Upload
	for field, f := range c.files {
		sum := sha256.Sum256(f.body)
		list = append(list, Upload{Field: field, Name: f.name, Bytes: len(f.body), SHA256: hex.EncodeToString(sum[:])})
	}
	return list
}

// number reads an integer parameter; what is none is 0, as tdlib reads it.
func (c *call) number(name string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(c.params[name]), 10, 64)
	return n
}

func (c *call) flag(name string) bool {
	switch strings.ToLower(c.params[name]) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// object reads a JSON parameter into v and reports whether it was there. The library sends null for
// a list it was not given.
func (c *call) object(name string, v any) (bool, error) {
	text := c.params[name]
	if absent(text) {
		return false, nil
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return true, fmt.Errorf("can't parse %s JSON object: %w", name, err)
	}
	return true, nil
}

func absent(text string) bool { return text == "" || text == "null" }
