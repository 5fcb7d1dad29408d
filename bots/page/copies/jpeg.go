package copies

import (
	"bytes"
	"encoding/binary"

	"github.com/bep/imagemeta"
)

// Markers of a JPEG, ITU-T T.81, table B.1.
const (
	startOfImage = 0xD8
	endOfImage   = 0xD9
	startOfScan  = 0xDA
	app0, app1   = 0xE0, 0xE1
	app2, app14  = 0xE2, 0xEE
	app15        = 0xEF
	comment      = 0xFE
)

// ofJPEG keeps what a picture is drawn from: tables, frames and scans, the colour profile, and how the
// samples are to be read (JFIF and Adobe). It drops comments, what applications noted, and whatever
// comes after the end, where phones put second pictures and films.
func ofJPEG(file []byte) ([]byte, error) {
	if len(file) < 4 || file[0] != 0xFF || file[1] != startOfImage {
		return nil, errShape
	}
	out := bytes.NewBuffer(make([]byte, 0, len(file)))
	out.Write(file[:2])
	turned := orientation(file)
	for at := 2; ; {
		if at+2 > len(file) || file[at] != 0xFF {
			return nil, errShape
		}
		marker := file[at+1]
		switch {
		case marker == endOfImage:
			out.Write(file[at : at+2])
			return out.Bytes(), nil
		case marker == 0xFF: // a fill byte
			at++
			continue
		case at+4 > len(file):
			return nil, errShape
		}
		end := at + 2 + int(binary.BigEndian.Uint16(file[at+2:]))
		if end > len(file) || end < at+4 {
			return nil, errShape
		}
		if turned != nil && marker != app0 { // right behind JFIF, which comes first
			out.Write(turned)
			turned = nil
		}
		if drawn(marker, file[at+4:end]) {
			out.Write(file[at:end])
		}
		if marker == startOfScan {
			begun := end
			if end = scanEnd(file, begun); end < 0 {
				return nil, errShape
			}
			out.Write(file[begun:end])
		}
		at = end
	}
}

// drawn reports whether a picture looks different without a part.
func drawn(marker byte, body []byte) bool {
	switch {
	case marker == app0:
		return bytes.HasPrefix(body, []byte("JFIF\x00"))
	case marker == app2:
		return bytes.HasPrefix(body, []byte("ICC_PROFILE\x00"))
	case marker == app14:
		return bytes.HasPrefix(body, []byte("Adobe"))
	}
	return marker != comment && (marker < app0 || marker > app15)
}

// scanEnd is where the samples of a scan stop: at the next marker that is not one of theirs. -1 where
// the file stops first.
func scanEnd(file []byte, at int) int {
	for ; at+1 < len(file); at++ {
		next := file[at+1]
		if file[at] == 0xFF && next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7) {
			return at
		}
	}
	return -1
}

// orientation is a part that says how the picture is turned, and nothing else; nil where it stands
// upright. Exif 2.32, 4.6.4: tag 0x0112.
func orientation(file []byte) []byte {
	turned := uint16(0)
	_, err := imagemeta.Decode(imagemeta.Options{R: bytes.NewReader(file), ImageFormat: imagemeta.JPEG, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Tag == "Orientation" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			turned, _ = tag.Value.(uint16)
			return imagemeta.ErrStopWalking
		}})
	if err != nil || turned < 2 || turned > 8 {
		return nil
	}
	part := []byte{0xFF, app1, 0, 34}
	part = append(part, "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08"+ // big endian; one entry follows at 8
		"\x00\x01"+"\x01\x12\x00\x03\x00\x00\x00\x01"...) // a short, once
	part = binary.BigEndian.AppendUint16(part, turned)
	return append(part, 0, 0, 0, 0, 0, 0) // padding; there is no other directory
}
