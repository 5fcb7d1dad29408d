package discord

import (
	"fmt"
	"strconv"
)

// flaws lists what Discord refuses in a body (message.mdx, components/reference.mdx,
// receiving-and-responding.mdx).
func (b *body) flaws(k kindOfBody) flaws {
	var f flaws
	if k.name == asking.name {
		f.modal(b)
		return f
	}
	if b.Content != nil {
		f.most("content", *b.Content, 2000)
	}
	f.embeds(b.Embeds)
	f.rows(b.Components)
	if n := nonceText(b.Nonce); length(n) > 25 {
		f.most("nonce", n, 25)
	}
	return f
}

// flaws collects what is wrong.
type flaws []flaw

func (f *flaws) add(path, code, format string, args ...any) {
	*f = append(*f, flaw{path: path, code: code, text: fmt.Sprintf(format, args...)})
}

// most notes a text that is too long.
func (f *flaws) most(path, text string, limit int) {
	if length(text) > limit {
		f.add(path, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", limit)
	}
}

// between notes a text that is too short or too long.
func (f *flaws) between(path, text string, least, limit int) {
	if n := length(text); n < least || n > limit {
		f.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, limit)
	}
}

func at(path string, i int) string { return path + "." + strconv.Itoa(i) }

func (f *flaws) embeds(list []Embed) {
	if len(list) > 10 {
		f.add("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
	}
	total := 0
	for i, e := range list {
		path := at("embeds", i)
		f.most(path+".title", e.Title, 256)
		f.most(path+".description", e.Description, 4096)
		total += length(e.Title) + length(e.Description)
		if len(e.Fields) > 25 {
			f.add(path+".fields", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
		}
		for j, field := range e.Fields {
			f.between(at(path+".fields", j)+".name", field.Name, 1, 256)
			f.between(at(path+".fields", j)+".value", field.Value, 1, 1024)
			total += length(field.Name) + length(field.Value)
		}
		if e.Footer != nil {
			f.most(path+".footer.text", e.Footer.Text, 2048)
			total += length(e.Footer.Text)
		}
		if e.Author != nil {
			f.most(path+".author.name", e.Author.Name, 256)
			total += length(e.Author.Name)
		}
	}
	if total > 6000 {
		f.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
	}
}

// rows checks the components of a message.
func (f *flaws) rows(list []Component) {
	if len(list) > 5 {
		f.add("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
	}
	seen := map[string]bool{}
	for i, row := range list {
		path := at("components", i)
		if row.Type != typeRow {
			f.add(path+".type", "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).")
			continue
		}
		if n := len(row.Components); n < 1 || n > 5 {
			f.add(path+".components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
		}
		for j, c := range row.Components {
			path := at(path+".components", j)
			switch c.Type {
			case typeButton:
				f.button(path, c, seen)
			case typeSelect:
				if len(row.Components) > 1 {
					f.add(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
				}
				f.menu(path, c, seen)
			default:
				f.add(path+".type", "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (2, 3).")
			}
		}
	}
}

// named checks a custom_id, which must be there and unique.
func (f *flaws) named(path string, c Component, seen map[string]bool) {
	f.between(path+".custom_id", c.CustomID, 1, 100)
	if seen[c.CustomID] {
		f.add(path+".custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	seen[c.CustomID] = true
}

func (f *flaws) button(path string, c Component, seen map[string]bool) {
	f.most(path+".label", c.Label, 80)
	if c.Label == "" && absent(c.Emoji) {
		f.add(path, "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji")
	}
	switch {
	case c.Style < 1 || c.Style >= stylePremium: // what is bought has no place here
		f.add(path+".style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5).")
	case c.Style == styleLink && (c.URL == "" || c.CustomID != ""):
		f.add(path, "BUTTON_COMPONENT_INVALID_URL", "A link button must have a url and no custom id")
	case c.Style == styleLink:
		f.most(path+".url", c.URL, 512)
	case c.URL != "":
		f.add(path, "BUTTON_COMPONENT_INVALID_URL", "Only a link button has a url")
	default:
		f.named(path, c, seen)
	}
}

func (f *flaws) menu(path string, c Component, seen map[string]bool) {
	f.named(path, c, seen)
	f.most(path+".placeholder", c.Placeholder, 150)
	if n := len(c.Options); n < 1 || n > 25 {
		f.add(path+".options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
	}
	switch least, most := c.least(), c.most(); {
	case least < 0 || least > 25 || most < 1 || most > 25:
		f.add(path, "NUMBER_TYPE_MAX", "min_values must be between 0 and 25, max_values between 1 and 25.")
	case least > most:
		f.add(path+".min_values", "SELECT_COMPONENT_MIN_VALUES", "min_values is larger than max_values")
	case most > len(c.Options):
		f.add(path+".max_values", "SELECT_COMPONENT_MAX_VALUES", "There are fewer options than max_values")
	}
	values := map[string]bool{}
	for i, o := range c.Options {
		path := at(path+".options", i)
		f.between(path+".label", o.Label, 1, 100)
		f.between(path+".value", o.Value, 1, 100)
		f.most(path+".description", o.Description, 100)
		if values[o.Value] {
			f.add(path+".value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		values[o.Value] = true
	}
}

// modal checks a window with fields.
func (f *flaws) modal(b *body) {
	f.between("custom_id", b.CustomID, 1, 100)
	f.between("title", b.Title, 1, 45)
	if n := len(b.Components); n < 1 || n > 5 {
		f.add("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
	}
	seen := map[string]bool{}
	for i, row := range b.Components {
		path := at("components", i)
		switch {
		case row.Type == typeLabel && row.Component != nil:
			f.between(path+".label", row.Label, 1, 45)
			f.most(path+".description", row.Description, 100)
			f.field(path+".component", *row.Component, seen)
		case row.Type == typeRow && len(row.Components) == 1 && row.Components[0].Type == typeTextInput:
			f.between(at(path+".components", 0)+".label", row.Components[0].Label, 1, 45)
			f.field(at(path+".components", 0), row.Components[0], seen)
		default:
			f.add(path, "UNION_TYPE_CHOICES", "A modal has labels with one field, or rows with one text input.")
		}
	}
}

func (f *flaws) field(path string, c Component, seen map[string]bool) {
	switch c.Type {
	case typeSelect:
		f.menu(path, c, seen)
		return
	case typeTextInput:
	default:
		f.add(path+".type", "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (3, 4).")
		return
	}
	f.named(path, c, seen)
	f.most(path+".value", c.Value, 4000)
	f.most(path+".placeholder", c.Placeholder, 100)
	if c.Style != 1 && c.Style != 2 {
		f.add(path+".style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2).")
	}
	if c.MinLength < 0 || c.MinLength > 4000 || c.MaxLength < 0 || c.MaxLength > 4000 || c.MaxLength > 0 && c.MinLength > c.MaxLength {
		f.add(path+".min_length", "TEXT_INPUT_LENGTH", "Lengths lie between 0 and 4000, and min_length is not above max_length.")
	}
}
