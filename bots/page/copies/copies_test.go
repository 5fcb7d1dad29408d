package copies

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/bep/imagemeta"
	"golang.org/x/image/webp"
)

// secret stands wherever a camera or a program notes something.
const secret = "52.3702N 4.8952E Anna Voorbeeld"

func photo() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 24, 16))
	for x := range 24 {
		for y := range 16 {
			m.Set(x, y, color.RGBA{uint8(x * 10), uint8(y * 15), 90, 255})
		}
	}
	return m
}

func part(marker byte, body string) []byte {
	p := []byte{0xFF, marker}
	p = binary.BigEndian.AppendUint16(p, uint16(len(body)+2))
	return append(p, body...)
}

// exif is what a camera notes: how the picture is turned, and a description.
func exif(turned byte) string {
	return "MM\x00\x2a\x00\x00\x00\x08" + "\x00\x02" +
		"\x01\x0e\x00\x02\x00\x00\x00\x1f\x00\x00\x00\x26" + "\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string([]byte{turned}) + "\x00\x00" +
		"\x00\x00\x00\x00" + secret
}

// aJPEG is a photo as a phone writes it: notes before, a film behind.
func aJPEG(t testing.TB, turned byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, photo(), nil); err != nil {
		t.Fatal(err)
	}
	out := []byte{0xFF, startOfImage}
	out = append(out, part(app0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")...)
	out = append(out, part(app1, "Exif\x00\x00"+exif(turned))...)
	out = append(out, part(app1, "http://ns.adobe.com/xap/1.0/\x00"+secret)...)
	out = append(out, part(app2, "MPF\x00"+secret)...)
	out = append(out, part(app2, "ICC_PROFILE\x00\x01\x01a profile")...)
	out = append(out, part(0xED, "Photoshop 3.0\x00"+secret)...)
	out = append(out, part(comment, secret)...)
	out = append(out, b.Bytes()[2:]...)
	return append(out, "ftypmp42"+secret...)
}

func chunk(kind, body string) []byte {
	c := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	c = append(append(c, kind...), body...)
	return binary.BigEndian.AppendUint32(c, crc32.ChecksumIEEE(c[4:]))
}

func aPNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, photo()); err != nil {
		t.Fatal(err)
	}
	head, rest := b.Bytes()[:33], b.Bytes()[33:]
	out := bytes.Clone(head)
	for _, kind := range []string{"tEXt", "iTXt", "zTXt", "eXIf", "tIME", "prVt"} {
		out = append(out, chunk(kind, secret)...)
	}
	return append(append(out, rest...), secret...)
}

func riff(kind, body string) []byte {
	c := append([]byte(kind), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	c = append(c, body...)
	return append(c, make([]byte, len(body)%2)...)
}

// aWebP is one lossless pixel with notes around it.
func aWebP() []byte {
	body := append([]byte("WEBP"), riff("VP8X", "\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00")...)
	body = append(body, riff("VP8L", "\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")...)
	body = append(body, riff("EXIF", secret)...)
	body = append(body, riff("XMP ", secret)...)
	body = append(body, riff("note", secret)...)
	return append(append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...), append(body, secret...)...)
}

// Nothing that was noted is left in a copy, and the picture is the same, pixel by pixel.
func TestNothingNotedIsLeft(t *testing.T) {
	t.Parallel()
	decoders := map[string]func([]byte) (image.Image, error){
		"image/jpeg": func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
		"image/png":  func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
		"image/webp": func(b []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(b)) },
	}
	for kind, file := range map[string][]byte{"image/jpeg": aJPEG(t, 1), "image/png": aPNG(t), "image/webp": aWebP()} {
		t.Run(kind, func(t *testing.T) {
			copied, ok := Of(kind, file)
			if !ok {
				t.Fatal("there is no copy")
			}
			if !bytes.Contains(file, []byte(secret)) || bytes.Contains(copied, []byte(secret)) || bytes.Contains(copied, []byte("Exif")) {
				t.Errorf("left are %q", copied)
			}
			before, err := decoders[kind](file)
			if err != nil {
				t.Fatal(err)
			}
			after, err := decoders[kind](copied)
			if err != nil {
				t.Fatal(err)
			}
			for x := range before.Bounds().Dx() {
				for y := range before.Bounds().Dy() {
					if before.At(x, y) != after.At(x, y) {
						t.Fatalf("it is another picture at %d, %d", x, y)
					}
				}
			}
			if again, ok := Of(kind, copied); !ok || !bytes.Equal(again, copied) {
				t.Error("a copy of the copy is another one")
			}
		})
	}
}

// A photo taken upright stays upright; all that its Exif says is that.
func TestItStaysUpright(t *testing.T) {
	t.Parallel()
	copied, ok := Of("image/jpeg", aJPEG(t, 6))
	if !ok || !bytes.Contains(copied, []byte("ICC_PROFILE")) {
		t.Fatalf("no copy, or without its colours: %v", ok)
	}
	said := map[string]any{}
	_, err := imagemeta.Decode(imagemeta.Options{R: bytes.NewReader(copied), ImageFormat: imagemeta.JPEG, Sources: imagemeta.EXIF | imagemeta.IPTC | imagemeta.XMP,
		ShouldHandleTag: func(imagemeta.TagInfo) bool { return true },
		HandleTag:       func(tag imagemeta.TagInfo) error { said[tag.Tag] = tag.Value; return nil }})
	if err != nil || len(said) != 1 || said["Orientation"] != uint16(6) {
		t.Errorf("it says %v (%v)", said, err)
	}
}

// What is no picture, or is cut short, has no copy.
func TestNoCopy(t *testing.T) {
	t.Parallel()
	if _, ok := Of("application/pdf", []byte("%PDF-1.7")); ok {
		t.Error("a PDF has a copy")
	}
	for kind, file := range map[string][]byte{"image/jpeg": aJPEG(t, 1)[:400], "image/png": aPNG(t)[:60], "image/webp": aWebP()[:30]} {
		if _, ok := Of(kind, file); ok {
			t.Errorf("half of an %s has a copy", kind)
		}
	}
}

func FuzzOf(f *testing.F) {
	for kind, file := range map[string][]byte{"image/jpeg": aJPEG(f, 6), "image/png": aPNG(f), "image/webp": aWebP()} {
		f.Add(kind, file)
	}
	f.Fuzz(func(t *testing.T, kind string, file []byte) {
		copied, ok := Of(kind, file)
		if ok && len(copied) > len(file)+36 {
			t.Errorf("the copy has %d bytes, the file %d", len(copied), len(file))
		}
		if again, still := Of(kind, copied); ok && (!still || !bytes.Equal(again, copied)) {
			t.Error("a copy of the copy is another one")
		}
	})
}
