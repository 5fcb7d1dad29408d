// Package copies makes working copies of evidence: the same picture, without what the camera noted
// about place, time, device and author. The original stays as it was sent, sealed; whoever looks at
// it for the team gets the copy.
//
// Nothing is decoded and compressed anew: whole parts of the file are left out, so that what is seen
// is what was sent, pixel by pixel. How a picture is turned stays with it.
package copies

import "errors"

// errShape means that bytes are not what their type says, or stop in the middle.
var errShape = errors.New("the file does not have the shape of its type")

// Of returns the working copy of a file of a media type. ok is false where none can be made: for a
// type that is no JPEG, PNG or WebP, and for a file that does not have the shape of its type.
func Of(kind string, file []byte) (picture []byte, ok bool) {
	copied := map[string]func([]byte) ([]byte, error){"image/jpeg": ofJPEG, "image/png": ofPNG, "image/webp": ofWebP}[kind]
	if copied == nil {
		return nil, false
	}
	picture, err := copied(file)
	return picture, err == nil
}
