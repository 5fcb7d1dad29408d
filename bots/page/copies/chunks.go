package copies

import (
	"bytes"
	"encoding/binary"
	"slices"
)

const pngHead = "\x89PNG\r\n\x1a\n"

// pngNotes are the chunks of a PNG that hold words, times and what a camera noted (PNG, third
// edition, 11.3).
var pngNotes = []string{"tEXt", "zTXt", "iTXt", "eXIf", "tIME"}

// ofPNG drops notes, chunks that only some program knows, and whatever comes after the end.
func ofPNG(file []byte) ([]byte, error) {
	if !bytes.HasPrefix(file, []byte(pngHead)) {
		return nil, errShape
	}
	out := bytes.NewBuffer(make([]byte, 0, len(file)))
	out.WriteString(pngHead)
	for at := len(pngHead); ; {
		if at+12 > len(file) {
			return nil, errShape
		}
		kind, size := string(file[at+4:at+8]), int64(binary.BigEndian.Uint32(file[at:]))
		if size > int64(len(file)-at-12) {
			return nil, errShape
		}
		end := at + 12 + int(size)
		private := kind[1]&0x20 != 0 // a small second letter; 5.4
		if !private && !slices.Contains(pngNotes, kind) {
			out.Write(file[at:end])
		}
		if kind == "IEND" {
			return out.Bytes(), nil
		}
		at = end
	}
}

// What the first chunk of an extended WebP says that others hold (RFC 9649, 2.7).
const (
	webpXMP  = 0x04
	webpExif = 0x08
)

// webpDrawn are the chunks that a WebP is drawn from.
var webpDrawn = []string{"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"}

// ofWebP keeps those, and whatever comes after the end is dropped.
func ofWebP(file []byte) ([]byte, error) {
	if len(file) < 12 || string(file[:4]) != "RIFF" || string(file[8:12]) != "WEBP" {
		return nil, errShape
	}
	whole := 8 + int64(binary.LittleEndian.Uint32(file[4:]))
	if whole > int64(len(file)) || whole < 12 {
		return nil, errShape
	}
	file = file[:whole]
	out := bytes.NewBuffer(make([]byte, 0, len(file)))
	out.Write(file[:12])
	for at := 12; at < len(file); {
		if at+8 > len(file) {
			return nil, errShape
		}
		kind, size := string(file[at:at+4]), int64(binary.LittleEndian.Uint32(file[at+4:]))
		size += size % 2 // padded to an even length
		if size > int64(len(file)-at-8) {
			return nil, errShape
		}
		end := at + 8 + int(size)
		if slices.Contains(webpDrawn, kind) {
			chunk := slices.Clone(file[at:end])
			if kind == "VP8X" && len(chunk) > 8 {
				chunk[8] &^= webpXMP | webpExif
			}
			out.Write(chunk)
		}
		at = end
	}
	binary.LittleEndian.PutUint32(out.Bytes()[4:], uint32(out.Len()-8))
	return out.Bytes(), nil
}
