package discord

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
)

// Limits on what a bot may send, in bytes (reference.mdx, Uploading Files).
const (
	mostRequest = 25 << 20
	mostFile    = 10 << 20
)

// call is one request of the bot.
type call struct {
	route  *route
	path   map[string]string
	query  url.Values
	body   json.RawMessage // nil without one; of an upload its payload_json
	files  []upload
	entry  *Entry
	header http.Header // of the answer
}

type upload struct {
	field string // files[n]
	name  string
	kind  string // MIME type
	body  []byte
}

var fileField = regexp.MustCompile(`^files\[[0-9]{1,2}\]$`)

// parse reads a call's body into c.
func (c *call) parse(r *http.Request, body io.Reader) error {
	kind, options, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body = io.LimitReader(body, mostRequest+1)
	if kind == "multipart/form-data" {
		return c.parseForm(multipart.NewReader(body, options["boundary"]))
	}
	raw, err := io.ReadAll(body)
	switch {
	case err != nil:
		return invalidJSON()
	case len(raw) > mostRequest:
		return tooLarge()
	case len(raw) == 0:
		return nil
	case kind != "application/json":
		return &refusal{status: http.StatusBadRequest, code: codeInvalidBody, text: "Expected \"Content-Type\" header to be one of {'application/json'}."}
	}
	return c.takeJSON(raw)
}

// takeJSON keeps a body that is JSON.
func (c *call) takeJSON(raw []byte) error {
	if !json.Valid(raw) {
		return invalidJSON()
	}
	c.body = raw
	return nil
}

func (c *call) parseForm(form *multipart.Reader) error {
	total := 0
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return invalidJSON()
		}
		raw, err := io.ReadAll(part)
		if err != nil {
			return invalidJSON()
		}
		if total += len(raw); total > mostRequest || part.FileName() != "" && len(raw) > mostFile {
			return tooLarge()
		}
		switch name := part.FormName(); {
		case name == "payload_json":
			if err := c.takeJSON(raw); err != nil {
				return err
			}
		case part.FileName() != "" && fileField.MatchString(name):
			c.files = append(c.files, upload{field: name, name: part.FileName(), kind: part.Header.Get("Content-Type"), body: raw})
		default:
			return invalidForm(flaw{path: name, code: "UNKNOWN_PART", text: "The form has a part that is neither payload_json nor files[n]."})
		}
	}
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
	for _, f := range c.files {
		sum := sha256.Sum256(f.body)
		list = append(list, Upload{Field: f.field, Name: f.name, Bytes: len(f.body), SHA256: hex.EncodeToString(sum[:])})
	}
	return list
}

// decode reads the body into v; what v has no field for is a violation.
func (s *Server) decode(c *call, v any) error {
	if c.body == nil {
		return nil
	}
	if err := strictly(c.body, v); err != nil {
		s.violation(c.route.name, err.Error())
	}
	if err := json.Unmarshal(c.body, v); err != nil {
		return s.unfit(c, err)
	}
	return nil
}

// unfit refuses a body of another form.
func (s *Server) unfit(c *call, err error) error {
	s.violation(c.route.name, fmt.Sprintf("the body does not fit: %v", err))
	return invalidForm(flaw{code: "MODEL_TYPE_CONVERT", text: "The body does not fit."})
}

// limit reads a number in the query between 1 and most.
func (c *call) limit(usual, most int) (int, error) {
	text := c.query.Get("limit")
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, invalidForm(flaw{path: "limit", code: "NUMBER_TYPE_MAX", text: fmt.Sprintf("int value should be between 1 and %d.", most)})
	}
	return n, nil
}
