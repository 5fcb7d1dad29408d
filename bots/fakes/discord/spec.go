package discord

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// spec is the published description of the API. Its schemas are compiled when they are first asked
// for, and then checked within microseconds.
type spec struct {
	mu       sync.Mutex
	document map[string]any
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema // by pointer
}

const specName = "discord-openapi.json"

// The description that the environment names is read once a process: it is large, and tests start
// many servers.
var published = sync.OnceValues(func() (*spec, error) {
	folder := os.Getenv("PLATFORM_SPECS")
	if folder == "" {
		return nil, nil
	}
	return loadSpec(folder)
})

func (o Options) spec() (*spec, error) {
	if o.Specs != "" {
		return loadSpec(o.Specs)
	}
	return published()
}

// loadSpec reads discord-openapi.json in a folder.
func loadSpec(folder string) (*spec, error) {
	raw, err := os.ReadFile(filepath.Join(folder, specName))
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	p := &spec{compiler: jsonschema.NewCompiler(), schemas: map[string]*jsonschema.Schema{}}
	p.document, _ = doc.(map[string]any)
	p.mend()
	return p, p.compiler.AddResource(specName, doc)
}

// mend changes where the description says otherwise than the documentation, and the library follows
// the latter: permissions are a string of digits.
func (p *spec) mend() {
	fields := p.at("components", "schemas", "ApplicationCommandUpdateRequest", "properties")
	if fields != nil {
		fields["default_member_permissions"] = map[string]any{"type": []any{"string", "null"}, "pattern": "^[0-9]+$"}
	}
}

// misfit tells why a value does not fit the schema at a pointer; "" when it does.
func (p *spec) misfit(pointer string, raw json.RawMessage) string {
	schema, err := p.schema(pointer)
	if err != nil {
		return err.Error()
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return "it is not JSON"
	}
	if err := schema.Validate(v); err != nil {
		_, why, _ := strings.Cut(err.Error(), "\n") // the first line names the schema
		return strings.TrimSpace(why)
	}
	return ""
}

func (p *spec) schema(pointer string) (*jsonschema.Schema, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.schemas[pointer]; known != nil {
		return known, nil
	}
	made, err := p.compiler.Compile(specName + "#" + pointer)
	if err != nil {
		return nil, err
	}
	p.schemas[pointer] = made
	return made, nil
}

// pointer makes a JSON pointer, written for the fragment of an address.
func pointer(steps ...string) string {
	var b strings.Builder
	for _, step := range steps {
		step = strings.NewReplacer("~", "~0", "/", "~1").Replace(step)
		b.WriteString("/" + url.PathEscape(step))
	}
	return b.String()
}

// at finds what stands at some steps of the description; nil where nothing does.
func (p *spec) at(steps ...string) map[string]any {
	here := p.document
	for _, step := range steps {
		here, _ = here[step].(map[string]any)
	}
	return here
}

// check holds a call against the description and notes what does not fit.
func (s *Server) check(c *call) {
	if s.spec == nil {
		return
	}
	for _, why := range s.spec.faults(c) {
		s.violation(c.route.name, why)
	}
}

// faults are the differences between a call and the description.
func (p *spec) faults(c *call) []string {
	method, path, _ := strings.Cut(c.route.name, " ")
	steps := []string{"paths", path, strings.ToLower(method)}
	if p.at(steps...) == nil {
		return []string{"there is no such address in the description"}
	}
	body := append(steps, "requestBody", "content", "application/json", "schema")
	switch wanted := p.at(body...); {
	case wanted == nil && c.body != nil:
		return []string{"the description knows no body here"}
	case wanted != nil && c.body == nil && len(c.files) == 0 && p.at(steps...)["requestBody"].(map[string]any)["required"] == true:
		return []string{"the body is missing"}
	case wanted != nil && c.body != nil:
		if why := p.misfit(pointer(body...), c.body); why != "" {
			return []string{why}
		}
	}
	return nil
}
