package telegram

import (
	"encoding/json"
	"os"
	"path/filepath"
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
