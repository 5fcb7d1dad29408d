package discord

import (
	"encoding/json"
	"strings"
)

// Description reads a description, which then tells why an answer to a call of a route is not as it
// says; "" when it is.
func Description(folder string) (misfit func(route string, answer json.RawMessage) string, err error) {
	p, err := loadSpec(folder)
	return func(route string, answer json.RawMessage) string {
		method, path, _ := strings.Cut(route, " ")
		return p.misfit(pointer("paths", path, strings.ToLower(method), "responses", "200", "content", "application/json", "schema"), answer)
	}, err
}
