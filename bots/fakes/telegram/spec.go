package telegram

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
)

// spec is what the published description says about methods and the types of their parameters.
type spec struct {
	Methods map[string]specObject `json:"methods"`
	Types   map[string]specObject `json:"types"`
}

type specObject struct {
	Fields   []specField `json:"fields"`
	Subtypes []string    `json:"subtypes"`
}

type specField struct {
	Name     string   `json:"name"`
	Types    []string `json:"types"`
	Required bool     `json:"required"`
}

// field finds a field by its name; nil when there is none.
func (o specObject) field(name string) *specField {
	for i := range o.Fields {
		if o.Fields[i].Name == name {
			return &o.Fields[i]
		}
	}
	return nil
}

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

// loadSpec reads telegram-api.json in a folder.
func loadSpec(folder string) (*spec, error) {
	raw, err := os.ReadFile(filepath.Join(folder, "telegram-api.json"))
	if err != nil {
		return nil, err
	}
	var s spec
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, err
	}
	return &s, nil
}

// outdated are what the library (v5.5.1) still sends under a name that was published once, and the
// server still takes.
func outdated(method, field string) bool {
	switch field {
	case "":
		return method == "getChatMembersCount"
	case "reply_to_message_id", "allow_sending_without_reply", "disable_web_page_preview", "thumb":
		return true
	}
	return false
}
