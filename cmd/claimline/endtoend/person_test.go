package endtoend

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"claimline/bots/botstest"
	fake "claimline/bots/fakes/telegram"
	"claimline/intake"
)

// person is somebody with Telegram on a phone: the surface on which stories are told here.
type person struct {
	somebody
	chat  *fake.Person
	sent  uint8 // documents, each another one
	shown map[int]bool
	forms []*fake.Message // every form in which a message of the bot was seen, oldest first
}

var _ botstest.Chat = (*person)(nil)

// meet makes a person. Their words to the program come from the story; seed only makes their id.
func (in *installation) meet(t testing.TB, seed, locale string) *person {
	t.Helper()
	profile := fake.Profile{FirstName: "Canaryfirst", LastName: "Canarylast", Username: "canary_" + strings.ReplaceAll(seed, "-", "_"), Language: locale}
	chat := in.telegram.Person(seed, profile)
	account := intake.Account("telegram:" + strconv.FormatInt(chat.ID(), 10))
	return &person{somebody: in.somebody(t, account, locale), chat: chat, shown: map[int]bool{}}
}

// settle waits until acts are on file and everything that they caused was said.
func (p *person) settle(acts ...string) {
	p.Helper()
	ctx, cancel := p.bounded()
	defer cancel()
	for _, act := range acts {
		err := p.telegram.Wait(ctx, func(history []fake.Entry) bool { return p.hearing.heard(history, act) })
		if err != nil {
			p.Fatalf("%s was not confirmed: %v", act, err)
		}
	}
	p.said(ctx)
	soon, stop := context.WithTimeout(ctx, time.Second)
	defer stop()
	_, _ = p.chat.WaitAnswer(soon) // nothing at all may be the right answer
}

// wrote takes a message that the person sent to its end.
func (p *person) wrote(m *fake.Message, err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
	p.settle(messageAct(m.ID))
}

func (p *person) Say(text string) {
	p.Helper()
	p.wrote(p.chat.Type(text))
	p.helped(intake.Said{Text: text})
}

// helped waits for help, where it was called for.
func (p *person) helped(did intake.Did) {
	p.Helper()
	beginning, asked := p.helpFor(did)
	if !asked {
		return
	}
	ctx, cancel := p.bounded()
	defer cancel()
	if _, err := p.chat.WaitFor(ctx, beginning); err != nil {
		p.Errorf("a cry for help was not answered: %v", err)
	}
}

// Forward passes on what somebody else wrote.
func (p *person) Forward(text string) { p.wrote(p.chat.Forward(text)) }

func (p *person) Edit(text string) {
	p.Helper()
	written := p.written()
	if written == nil {
		p.Fatal("there is no message to edit")
	}
	if _, err := p.chat.Edit(written.ID, text); err != nil {
		p.Fatal(err)
	}
	p.settle(editAct(written.ID))
}

// written is the last text of the person that the program has not taken away.
func (p *person) written() *fake.Message {
	for _, m := range slices.Backward(p.chat.Chat().Messages) {
		if !m.Bot && m.Kind == "text" {
			return m
		}
	}
	return nil
}

func (p *person) Give(what string) {
	things := map[string]fake.Thing{"voice": fake.Voice, "sticker": fake.Sticker, "location": fake.Location, "poll": fake.Poll,
		"contact": fake.Contact, "video-note": fake.VideoNote}
	thing, ok := things[what]
	if !ok {
		p.Fatalf("nobody knows how to give %q", what)
	}
	p.wrote(p.chat.Send(thing))
}

func (p *person) Send(kind string) {
	switch kind {
	case "photo":
		p.wrote(p.chat.SendPhoto(picture("canaryphoto", 1), ""))
	case "document":
		p.sent++
		p.wrote(p.chat.SendDocument(picture("canarydocument", 2+p.sent), ""))
	case "huge":
		f := picture("canaryhuge", 2)
		f.Size = 50 << 20
		p.wrote(p.chat.SendDocument(f, ""))
	case "album":
		p.sendAlbum()
	default:
		p.Fatalf("nobody knows how to send %q", kind)
	}
}

// attach makes a file for the page.
func (p *person) attach(kind string) (name string, body []byte) {
	p.sent++
	f := picture("canary"+kind, 2+p.sent)
	return f.Name, f.Body
}

func (p *person) sendAlbum() {
	p.Helper()
	album, err := p.chat.SendAlbum(fake.Photo, "", picture("a", 101), picture("b", 102), picture("c", 103))
	if err != nil {
		p.Fatal(err)
	}
	var acts []string
	for _, m := range album {
		acts = append(acts, messageAct(m.ID))
	}
	p.settle(acts...)
}

// picture is a small photo, another one for each shade.
func picture(name string, shade uint8) fake.File {
	img := image.NewGray(image.Rect(0, 0, 16, 16))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: shade * uint8(i)}.Y
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err) // a picture of 16 by 16 can always be written
	}
	return fake.File{Name: name + ".jpg", Type: "image/jpeg", Body: b.Bytes()}
}

func (p *person) Press(label string, late bool) {
	p.Helper()
	m, b := p.find(label, late)
	if m == nil {
		p.Errorf("there is no button %q; there are %q", label, p.Labels())
		return
	}
	if b.URL != "" {
		return // it opens a page
	}
	press, err := p.chat.PressOld(m, label)
	if err != nil {
		p.Fatal(err)
	}
	p.settle(pressAct(press.ID))
	p.helped(intake.Pressed{Button: b.Data})
}

// find looks for the newest button with a label; a late one is on a form of a message that is to be
// seen no more, or on another message than the last with buttons.
func (p *person) find(label string, late bool) (*fake.Message, fake.Button) {
	p.look()
	visible := p.chat.Chat().Messages
	if late {
		last := p.asking()
		visible = slices.DeleteFunc(slices.Clone(p.forms), func(m *fake.Message) bool { return m == last })
	}
	for _, m := range slices.Backward(visible) {
		for _, b := range slices.Concat(m.Rows...) {
			if b.Text == label && m.Bot {
				return m, b
			}
		}
	}
	return nil, fake.Button{}
}

// Away lets the program be away for longer than Telegram keeps presses.
func (p *person) Away() {
	p.Helper()
	p.away(200 * time.Second)
	p.backAgain(context.Background())
	p.caughtUp()
}

// caughtUp waits until the person was told everything.
func (p *person) caughtUp() {
	p.Helper()
	ctx, cancel := p.bounded()
	defer cancel()
	p.said(ctx)
}

// look takes in what is to be seen, and returns the texts that are new.
func (p *person) look() []string {
	var texts []string
	for _, m := range p.chat.Chat().Messages {
		if !m.Bot {
			continue
		}
		if !slices.Contains(p.forms, m) {
			p.forms = append(p.forms, m)
		}
		if !p.shown[m.ID] {
			p.shown[m.ID] = true
			texts = append(texts, shownAs(m))
		}
	}
	return texts
}

func shownAs(m *fake.Message) string {
	if m.File == nil {
		return m.Text
	}
	return strings.TrimSpace(m.Text + "\n📎 " + m.File.Name)
}

// Seen is what is new when everything was said, also what was done on the page has caused.
func (p *person) Seen() []string {
	p.Helper()
	p.caughtUp()
	return p.look()
}

// asking is the last message with buttons.
func (p *person) asking() *fake.Message {
	for _, m := range slices.Backward(p.chat.Chat().Messages) {
		if m.Bot && len(m.Rows) > 0 {
			return m
		}
	}
	return nil
}

func (p *person) Labels() []string {
	if m := p.asking(); m != nil {
		return m.Labels()
	}
	return nil
}

// Link leads to the private page, where it stands in place of a question.
func (p *person) Link() string {
	if m := p.asking(); m != nil && strings.HasPrefix(m.Rows[0][0].URL, p.public) {
		return m.Rows[0][0].URL
	}
	return ""
}
