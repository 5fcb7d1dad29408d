package answer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The most bytes that are looked at, little enough that nobody can keep the program busy with one
// message: for words more than a platform lets a person type at once, for all else more than any
// date, address or list of links has.
const (
	maxTyped = 16 << 10
	maxShort = 1 << 10
)

// Read understands what a person typed as an answer of kind k. It returns either a reading or the
// reason why there is none. A canonical value reads as itself.
//
// Choices, agreements and files are not typed: Read refuses them, for a consent must be a deed
// and not a guess. Yes-no, maybe and group understand the person's words for yes and no.
func Read(k Kind, typed string, lim Limits, s Situation) (Reading, *Unfit) {
	line, unfit := clean(k, typed)
	if unfit != nil {
		return Reading{}, unfit
	}
	if k.prose() && IDNumberIn(line) || k == Handle && accountNumberIn(line) {
		return Reading{}, refuse(ReasonIDNumber)
	}
	if k.knowable() && speechOf(s.Language).sentences[fold(line)] == Unknown {
		return Reading{}, refuse(ReasonDontKnow)
	}
	switch k {
	case YesNo, Maybe, Group:
		return readYesNo(k, line, s)
	case Text, LongText:
		return readText(k, line, lim, s)
	case Name, Signature:
		return readName(line, lim)
	case Number:
		return readNumber(line, lim, s)
	case Money:
		return readMoney(line, lim, s)
	case Date, Month, Year:
		return readDate(k, line, lim, s)
	case Country:
		return readCountry(line, s)
	case Email:
		return readEmail(line)
	case Phone:
		return readPhone(line, s)
	case Handle:
		return readHandle(line, lim, s)
	case File:
		return Reading{}, refuse(ReasonFile)
	}
	return Reading{}, refuse(ReasonButton)
}

// knowable reports whether "don't know" is no answer: it is what the skip button is for.
func (k Kind) knowable() bool {
	switch k {
	case Name, Signature, Number, Money, Date, Month, Year, Country, Email, Phone, Handle:
		return true
	}
	return false
}

// said is a reading of one value that needs no saying back.
func said(value string) Reading { return Reading{Values: []string{value}} }

// echoed is a reading of one value that is worth saying back.
func echoed(value string) Reading { return Reading{Values: []string{value}, Echo: true} }

// clean brings what was typed into one form: NFC, single spaces (lines kept for long texts), no
// space at the ends. What cannot be stored exactly is refused rather than silently mended.
func clean(k Kind, typed string) (string, *Unfit) {
	if len(typed) > maxTyped || len(typed) > maxShort && !k.prose() {
		return "", refuse(ReasonTooLong)
	}
	if !utf8.ValidString(typed) || strings.ContainsRune(typed, utf8.RuneError) {
		return "", refuse(ReasonCharacters)
	}
	line := strings.ReplaceAll(typed, "\r\n", "\n")
	if !k.prose() {
		line = strings.Map(dropInvisible, line)
	}
	line = norm.NFC.String(line)
	if k == LongText {
		line = strings.TrimSpace(line)
	} else {
		line = strings.Join(strings.Fields(line), " ")
	}
	for _, r := range line {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || bidiControl(r) {
			return "", refuse(ReasonCharacters)
		}
	}
	return line, nil
}

// prose reports whether the answer is kept as it was typed.
func (k Kind) prose() bool { return k == Text || k == LongText || k == Name || k == Signature }

// dropInvisible leaves out the marks that address books and messengers wrap around a number or an
// address when it is copied.
func dropInvisible(r rune) rune {
	if bidiControl(r) || r >= 0x200b && r <= 0x200f || r == 0x2060 || r == 0xfeff || r == 0xad {
		return -1
	}
	return r
}

// bidiControl reports the characters that turn the direction of what follows, also of the
// sentence around the answer when a moderator reads it.
func bidiControl(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// readYesNo understands yes and no, and for Maybe also "don't know".
func readYesNo(k Kind, line string, s Situation) (Reading, *Unfit) {
	value := speechOf(s.Language).sentences[fold(line)]
	switch {
	case value == Yes, value == No, value == Unknown && k == Maybe:
		return said(value), nil
	case k == Maybe:
		return Reading{}, refuse(ReasonMaybe)
	}
	return Reading{}, refuse(ReasonYesNo)
}
