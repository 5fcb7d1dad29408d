package telegram

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits on text in UTF-16 code units, after white space at both ends is gone.
const (
	mostText    = 4096
	mostCaption = 1024
	mostToast   = 200
)

// units is a text's length as Telegram counts it.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// text reads a text and its entities, and trims it as the server does, which moves the entities.
func (s *Server) text(c *call, text, entities string) (string, []Entity, error) {
	if mode := c.params["parse_mode"]; mode != "" {
		s.violation(c.method, "parse_mode "+mode+": markup strings are never used, entities are")
		return "", nil, badRequest("unsupported parse_mode")
	}
	raw := c.params[text]
	if !utf8.ValidString(raw) {
		return "", nil, badRequest("strings must be encoded in UTF-8")
	}
	var list []Entity
	if _, err := c.object(entities, &list); err != nil {
		return "", nil, badRequest("can't parse entities: %v", err)
	}
	if why := unfit(raw, list); why != "" {
		s.violation(c.method, why)
		return "", nil, badRequest("ENTITY_BOUNDS_INVALID")
	}
	trimmed, moved := trim(raw, list)
	return trimmed, moved, nil
}

// trim takes white space from both ends of a text.
func trim(raw string, list []Entity) (string, []Entity) {
	clean := strings.Map(printable, raw)
	trimmed := strings.TrimLeftFunc(clean, unicode.IsSpace)
	cut := units(clean) - units(trimmed)
	trimmed = strings.TrimRightFunc(trimmed, unicode.IsSpace)
	return trimmed, shift(list, cut, units(trimmed))
}

// printable turns control characters to spaces, as the server does (tdlib, misc.cpp:
// clean_input_string). All it touches are one code unit before and after.
func printable(r rune) rune {
	if r < ' ' && r != '\n' {
		return ' '
	}
	return r
}

// shift moves entities forward by so many units and cuts off what then lies outside the text.
func shift(list []Entity, by, length int) []Entity {
	var out []Entity
	for _, e := range list {
		begin, end := max(e.Offset-by, 0), min(e.Offset+e.Length-by, length)
		if begin < end {
			e.Offset, e.Length = begin, end-begin
			out = append(out, e)
		}
	}
	return out
}

// unfit tells what is wrong with entities, "" when nothing is. Telegram silently drops or splits
// some of these; a bot that sends them has counted wrongly.
func unfit(text string, list []Entity) string {
	code := utf16.Encode([]rune(text))
	inside := func(at int) bool { // within a character of two units
		return at > 0 && at < len(code) && utf16.DecodeRune(rune(code[at-1]), rune(code[at])) != unicode.ReplacementChar
	}
	for i, e := range list {
		switch {
		case !slices.Contains(entityTypes(), e.Type):
			return "an entity of the unknown type " + e.Type
		case e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > len(code):
			return "an entity outside its text"
		case inside(e.Offset) || inside(e.Offset+e.Length):
			return "an entity that begins or ends within a character"
		case (e.Type == "text_link") != (e.URL != ""):
			return "an address without a text_link, or the other way round"
		}
		for _, other := range list[:i] {
			if crosses(e, other) {
				return "entities that overlap and do not nest"
			}
		}
	}
	return ""
}

// crosses reports whether two entities overlap without one lying in the other.
func crosses(a, b Entity) bool {
	if b.Offset < a.Offset {
		a, b = b, a
	}
	aEnd, bEnd := a.Offset+a.Length, b.Offset+b.Length
	return a.Offset < b.Offset && b.Offset < aEnd && aEnd < bEnd
}

func entityTypes() []string {
	return []string{"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic",
		"underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link",
		"text_mention", "custom_emoji", "date_time"}
}
