package terminal

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"claimline/intake"
)

// chat is what the terminal remembers of the screen: which buttons can be pressed.
type chat struct {
	shown []shown // oldest first; only messages that still have buttons
	count int     // messages so far
}

// shown is a message with its buttons.
type shown struct {
	id      intake.MessageID
	message intake.Message
}

const fileCommand = "!file"

// read makes of a typed line what the person did. A note is something to tell at once: a link that
// was chosen, a file that is not there. Nothing was done then when did is nil.
func (c *chat) read(text string) (did intake.Did, note string) {
	if command, path, _ := strings.Cut(strings.TrimSpace(text), " "); command == fileCommand {
		return c.file(strings.TrimSpace(path))
	}
	if b, under, ok := c.pressed(strings.TrimSpace(text)); ok {
		if b.Link != "" {
			return nil, "  " + clean(b.Link) + "\n"
		}
		return intake.Pressed{Button: b.Token, Message: under}, ""
	}
	if strings.TrimSpace(text) == "" {
		return nil, ""
	}
	c.count++
	said := intake.Said{Text: text}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		said.Damaged = true
		said.Text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
	}
	return said, ""
}

// pressed finds the button that a line means: its number under the latest message with buttons, or
// its label under any message that still has it, the latest first.
func (c *chat) pressed(typed string) (intake.Button, intake.MessageID, bool) {
	if len(c.shown) == 0 || typed == "" {
		return intake.Button{}, "", false
	}
	latest := c.shown[len(c.shown)-1]
	if n, err := strconv.Atoi(typed); err == nil && numbered(latest.message) {
		if b, ok := nth(latest.message, n); ok {
			return b, latest.id, true
		}
	}
	for i := len(c.shown) - 1; i >= 0; i-- {
		for _, row := range c.shown[i].message.Buttons {
			for _, b := range row {
				if labelled(b.Label, typed) {
					return b, c.shown[i].id, true
				}
			}
		}
	}
	return intake.Button{}, "", false
}

func nth(m intake.Message, n int) (intake.Button, bool) {
	for _, row := range m.Buttons {
		if n >= 1 && n <= len(row) {
			return row[n-1], true
		}
		n -= len(row)
	}
	return intake.Button{}, false
}

// labelled reports whether a typed line names a button: its whole label, its words without the sign
// before them, or the sign alone ("?" for "? Help").
func labelled(label, typed string) bool {
	if strings.EqualFold(label, typed) || strings.EqualFold(words(label), typed) {
		return true
	}
	sign, _, _ := strings.Cut(label, " ")
	return sign == typed && words(sign) == ""
}

// words is a label without the signs before it.
func words(label string) string {
	return strings.TrimLeftFunc(label, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// file offers a file of this machine. It is read later, when the desk asks for it.
func (c *chat) file(path string) (intake.Did, string) {
	if path == "" {
		return nil, fileHow
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fileMissing
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, fileMissing
	}
	c.count++
	return intake.Sent{Handle: path, Name: filepath.Base(path), Bytes: info.Size()}, ""
}

// show remembers a message and gives it an id.
func (c *chat) show(session string, m intake.Message) intake.MessageID {
	c.count++
	id := intake.MessageID(session + "-" + strconv.Itoa(c.count))
	if len(m.Buttons) > 0 {
		c.shown = append(c.shown, shown{id, m})
	}
	return id
}

// change replaces what a message of this session shows and returns what it showed before; false
// when the message is not on the screen any more. One that still has buttons is shown again by it,
// and so its numbers are the latest.
func (c *chat) change(id intake.MessageID, m intake.Message) (intake.Message, bool) {
	i := slices.IndexFunc(c.shown, func(s shown) bool { return s.id == id })
	if i < 0 {
		return intake.Message{}, false
	}
	before := c.shown[i].message
	c.shown = slices.Delete(c.shown, i, i+1)
	if len(m.Buttons) > 0 {
		c.shown = append(c.shown, shown{id, m})
	}
	return before, true
}
