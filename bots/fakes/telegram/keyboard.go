package telegram

import (
	"encoding/json"
	"net/url"
	"unicode/utf8"
)

// Limits of inline keyboards. The published ones are those of callback_data, in bytes; the others
// are what bots report.
const (
	mostData    = 64
	mostButtons = 100
	mostInRow   = 8
)

// keyboard reads the inline keyboard of a call. Other kinds of keyboard are refused: they stay
// after the message is gone, and cannot be tied to what it asked.
func (s *Server) keyboard(c *call) ([][]Button, error) {
	var markup map[string]json.RawMessage
	given, err := c.object("reply_markup", &markup)
	if err != nil || given && markup == nil {
		return nil, badRequest("object expected as reply markup")
	}
	if !given {
		return nil, nil
	}
	inline, ok := markup["inline_keyboard"]
	if !ok {
		s.violation(c.method, "a keyboard that is not an inline one")
		return nil, badRequest("can't parse reply markup: only inline keyboards are known here")
	}
	var rows [][]Button
	if json.Unmarshal(inline, &rows) != nil {
		return nil, badRequest("can't parse inline keyboard: field \"inline_keyboard\" must be of type Array of Arrays")
	}
	var kept [][]Button
	n := 0
	for _, row := range rows {
		for _, b := range row {
			if err := checkButton(b); err != nil {
				return nil, err
			}
		}
		if n += len(row); n > mostButtons || len(row) > mostInRow {
			return nil, badRequest("reply markup is too long")
		}
		if len(row) > 0 {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

func checkButton(b Button) error {
	switch {
	case b.Text == "":
		return badRequest("can't parse inline keyboard button: field \"text\" must be a non-empty string")
	case b.Data == "" && b.URL == "":
		return badRequest("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")
	case len(b.Data) > mostData, !utf8.ValidString(b.Data):
		return badRequest("BUTTON_DATA_INVALID")
	case b.URL != "":
		if u, err := url.Parse(b.URL); err != nil || u.Host == "" {
			return badRequest("BUTTON_URL_INVALID")
		}
	}
	return nil
}
