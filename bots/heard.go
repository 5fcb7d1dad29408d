package bots

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Present notes that a field of a platform's JSON is there, whatever is in it.
type Present bool

// UnmarshalJSON implements json.Unmarshaler.
func (p *Present) UnmarshalJSON(raw []byte) error {
	*p = Present(!bytes.Equal(raw, []byte("null")))
	return nil
}

// Words is a string in a platform's JSON that somebody chose. Damage is looked for in the bytes that
// came, because decoding silently turns a lone surrogate into U+FFFD.
type Words struct {
	Text    string
	Damaged bool // it held NUL, a lone surrogate or bytes that are not UTF-8
}

// UnmarshalJSON implements json.Unmarshaler.
func (w *Words) UnmarshalJSON(raw []byte) error {
	w.Damaged = damaged(raw)
	return json.Unmarshal(raw, &w.Text)
}

// damaged reports whether a JSON string holds what cannot be stored exactly.
func damaged(raw []byte) bool {
	if !utf8.Valid(raw) {
		return true
	}
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		i++
		unit, ok := escaped(raw, i)
		switch {
		case !ok: // a short escape such as \n, or none
			continue
		case unit == 0:
			return true
		case utf16.IsSurrogate(unit):
			next, ok := escaped(raw, i+6)
			if !ok || raw[i+5] != '\\' || utf16.DecodeRune(unit, next) == utf8.RuneError {
				return true
			}
			i += 6
		}
		i += 4
	}
	return false
}

// escaped reads the four digits of an escape whose "u" is at i.
func escaped(raw []byte, i int) (rune, bool) {
	if i+5 > len(raw) || raw[i] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(raw[i+1:i+5]), 16, 16)
	return rune(unit), err == nil
}
