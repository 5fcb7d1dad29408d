package telegram

import "strconv"

// Thing is a kind of message, by the name of its field.
type Thing string

// What people send. Photo, Document, Video and Animation are files with a caption.
const (
	Photo     Thing = "photo"
	Document  Thing = "document"
	Video     Thing = "video"
	Animation Thing = "animation"
	Audio     Thing = "audio"
	Voice     Thing = "voice"
	VideoNote Thing = "video_note"
	Sticker   Thing = "sticker"
	Location  Thing = "location"
	Venue     Thing = "venue"
	Poll      Thing = "poll"
	Contact   Thing = "contact"
	Dice      Thing = "dice"
)

// Send sends a thing as clients make it, with made-up content.
func (m *Member) Send(what Thing) (*Message, error) {
	return m.sendMade("send", func(s *Server) *Message {
		if what.isFile() {
			return s.fileMessage(what, File{Name: string(what) + ".bin", Type: what.mime(), Body: []byte("example " + what)}, "")
		}
		return &Message{Kind: string(what), content: what.content(m.person.user)}
	})
}

// SendFile sends a file of a kind, with or without a caption.
func (m *Member) SendFile(kind Thing, f File, caption string) (*Message, error) {
	return m.sendMade("send", func(s *Server) *Message { return s.fileMessage(kind, f, caption) })
}

// SendPhoto sends a picture the usual way. Its name and type are lost.
func (m *Member) SendPhoto(f File, caption string) (*Message, error) {
	return m.SendFile(Photo, f, caption)
}

// SendDocument sends a file as a file.
func (m *Member) SendDocument(f File, caption string) (*Message, error) {
	return m.SendFile(Document, f, caption)
}

// SendAlbum sends several files at once: a message for each, the caption with the first.
func (m *Member) SendAlbum(kind Thing, caption string, files ...File) ([]*Message, error) {
	s := m.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := m.enter(); err != nil {
		return nil, err
	}
	s.counters.album++
	var list []*Message
	for _, f := range files {
		msg := s.fileMessage(kind, f, caption)
		msg.album = strconv.Itoa(13_000_000_000_000_000 + s.counters.album)
		m.say("send", msg)
		list, caption = append(list, msg), ""
	}
	return list, nil
}

// fileMessage makes a message around a file.
func (s *Server) fileMessage(kind Thing, f File, caption string) *Message {
	if kind == Photo {
		f.Name, f.Type = "", ""
	}
	kept := s.keep(f, string(kind)+"s")
	return &Message{Kind: string(kind), Text: caption, Entities: commandIn(caption), File: &kept.File, content: s.content(kind, kept)}
}

// content is what the field of a file's kind holds.
func (s *Server) content(kind Thing, f *file) any {
	if kind == Photo {
		return s.photoSizes(f)
	}
	w := f.wire()
	switch kind {
	case Video, Animation:
		w["width"], w["height"], w["duration"] = 640, 480, 5
	case Audio, Voice:
		w["duration"] = 5
	case VideoNote:
		w["length"], w["duration"] = 240, 5
	case Sticker:
		w["type"], w["width"], w["height"], w["is_animated"], w["is_video"], w["emoji"] = "regular", 512, 512, false, false, "🙂"
	}
	switch kind {
	case VideoNote, Sticker:
		delete(w, "mime_type")
		delete(w, "file_name")
	case Voice:
		delete(w, "file_name")
	}
	return w
}

func (t Thing) isFile() bool {
	switch t {
	case Location, Venue, Poll, Contact, Dice:
		return false
	}
	return true
}

func (t Thing) mime() string {
	switch t {
	case Video, Animation, VideoNote:
		return "video/mp4"
	case Audio:
		return "audio/mpeg"
	case Voice:
		return "audio/ogg"
	case Sticker:
		return "image/webp"
	}
	return "application/octet-stream"
}

// content is what the field holds of a thing that is no file.
func (t Thing) content(from user) map[string]any {
	place := map[string]any{"latitude": 52.37, "longitude": 4.89}
	switch t {
	case Location:
		return place
	case Venue:
		return map[string]any{"location": place, "title": "Example Square", "address": "Example Square 1"}
	case Poll:
		option := func(id, text string) map[string]any {
			return map[string]any{"persistent_id": id, "text": text, "voter_count": 0}
		}
		return map[string]any{"id": "1", "question": "Example?", "options": []any{option("0", "Yes"), option("1", "No")},
			"total_voter_count": 0, "is_closed": false, "is_anonymous": true, "type": "regular",
			"allows_multiple_answers": false, "allows_revoting": true, "members_only": false}
	case Contact:
		return map[string]any{"phone_number": "+31600000000", "first_name": from.FirstName, "user_id": from.ID}
	}
	return map[string]any{"emoji": "🎲", "value": 4}
}
