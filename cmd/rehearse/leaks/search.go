package leaks

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf16"
)

// pattern is a secret in one of its forms.
type pattern struct {
	secret, form string
	bytes        []byte
}

// start is what a pattern is first recognised by: secrets of fewer bytes are none.
type start [4]byte

// index finds patterns: first by their start, then whole, by each length that patterns of the start have.
// The secrets of thousands of people begin alike, so that to try one after the other would take hours.
type index map[start]*family

type family struct {
	lengths []int
	whole   map[string][]pattern
}

func (x index) add(p pattern) {
	if len(p.bytes) < len(start{}) {
		return
	}
	f := x[start(p.bytes)]
	if f == nil {
		f = &family{whole: map[string][]pattern{}}
		x[start(p.bytes)] = f
	}
	if !slices.Contains(f.lengths, len(p.bytes)) {
		f.lengths = append(f.lengths, len(p.bytes))
	}
	f.whole[string(p.bytes)] = append(f.whole[string(p.bytes)], p)
}

// Search returns where which secret was found, and in which form. Every place is gone through twice,
// for all patterns at once: as it is, and without regard to capitals.
func Search(places []Place, secrets []string) []string {
	exact, folded := index{}, index{}
	for _, secret := range secrets {
		for form, b := range forms(secret) {
			into := exact
			if form == "plain" || form == "hex" {
				into, b = folded, bytes.ToLower(b)
			}
			into.add(pattern{secret, form, b})
		}
	}
	found := map[string]bool{}
	for _, p := range places {
		for _, one := range append(within(p.Body, exact), within(bytes.ToLower(p.Body), folded)...) {
			found[fmt.Sprintf("%q as %s in %s", one.secret, one.form, p.Name)] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func within(body []byte, patterns index) []pattern {
	var possible [1 << 16]bool
	for s := range patterns {
		possible[int(s[0])<<8|int(s[1])] = true
	}
	var found []pattern
	for i := 0; i+len(start{}) <= len(body); i++ {
		if !possible[int(body[i])<<8|int(body[i+1])] {
			continue
		}
		f := patterns[start(body[i:])]
		if f == nil {
			continue
		}
		for _, n := range f.lengths {
			if i+n > len(body) {
				continue
			}
			for _, p := range f.whole[string(body[i:i+n])] {
				if p.form != "plain" || !amid(body, i, n) {
					found = append(found, p)
				}
			}
		}
	}
	return found
}

// longDump is from how many hexadecimal digits in a row on they are bytes that were written out, and
// digitsOfTime how many digits a time in microseconds has.
const (
	longDump     = 64
	digitsOfTime = 16
)

// amid reports whether what was found is a number's digits within a time in microseconds, or amid bytes
// that were written out in hexadecimal, as PostgreSQL writes what is sealed: of thousands of numbers some
// turn up there by chance. At either end of a row of hexadecimal digits they are what stands beside it.
func amid(body []byte, i, n int) bool {
	if bytes.ContainsFunc(body[i:i+n], func(r rune) bool { return !decimal(byte(r)) }) {
		return false
	}
	if before, after := around(body, i, n, decimal); before+n+after == digitsOfTime {
		return true
	}
	before, after := around(body, i, n, hexadecimal)
	return before > 0 && after > 0 && before+after >= longDump
}

// around is how many bytes of a kind stand right before and right after a part of a body.
func around(body []byte, i, n int, kind func(byte) bool) (before, after int) {
	for before < i && kind(body[i-before-1]) {
		before++
	}
	for i+n+after < len(body) && kind(body[i+n+after]) {
		after++
	}
	return before, after
}

func decimal(b byte) bool { return '0' <= b && b <= '9' }

func hexadecimal(b byte) bool {
	return decimal(b) || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

// forms are the ways in which a text could be written down. None of them is of so few bytes that sealed
// data, of which there are megabytes, has them by chance: a number in four bytes is no evidence. Where a
// database keeps one so, its rows tell it as text.
func forms(secret string) map[string][]byte {
	all := map[string][]byte{
		"plain":    []byte(secret),
		"hex":      []byte(hex.EncodeToString([]byte(secret))),
		"UTF-16LE": wide(secret, binary.LittleEndian),
		"UTF-16BE": wide(secret, binary.BigEndian),
	}
	for shift := range 3 {
		for name, alphabet := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			all[fmt.Sprint(name, " shifted by ", shift)] = middle(secret, shift, alphabet)
		}
	}
	if id, err := strconv.ParseInt(secret, 10, 64); err == nil && id > math.MaxUint16 {
		all["int64, little end first"] = binary.LittleEndian.AppendUint64(nil, uint64(id))
		all["int64, big end first"] = binary.BigEndian.AppendUint64(nil, uint64(id))
	}
	return all
}

func wide(s string, order binary.AppendByteOrder) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}

// middle is the part of a text's base64 that does not depend on what stands before and after it.
func middle(s string, shift int, alphabet *base64.Encoding) []byte {
	padded := append(make([]byte, shift), s...)
	padded = padded[:len(padded)/3*3]
	encoded := alphabet.EncodeToString(padded)
	return []byte(encoded[(shift*8+5)/6:])
}
