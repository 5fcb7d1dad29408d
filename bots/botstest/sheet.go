package botstest

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Sheet is the private page as a browser that runs no scripts has it.
type Sheet struct {
	Raw   string
	Lang  string
	Texts []string // what can be read, in order
	Forms []*Form
	Files []FileLink
}

// Form is a form of a sheet.
type Form struct {
	Action  string
	Files   bool // it takes files
	Writes  bool // it has a field to write in
	Value   string
	Hidden  url.Values
	Boxes   []*Box
	Buttons []FormButton
	Ask     bool // the question's own
}

// Box is a box to tick.
type Box struct {
	Label, Value string
	On           bool
}

// FormButton is a button of a form.
type FormButton struct {
	Label, Name, Value string
	Opens, On          bool // a box that is a button
	Hidden             bool
}

// FileLink is a file that the page hands out.
type FileLink struct{ Name, Path string }

// ReadSheet reads a page.
func ReadSheet(raw string) Sheet {
	root, err := html.Parse(strings.NewReader(raw))
	if err != nil {
		panic(err) // a reader of a string does not fail, and any text can be parsed
	}
	s := Sheet{Raw: raw}
	s.walk(root, nil)
	return s
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(textOf(c))
	}
	return b.String()
}

func (s *Sheet) walk(n *html.Node, in *Form) {
	if n.Type == html.ElementNode {
		in = s.element(n, in)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c, in)
	}
}

func (s *Sheet) element(n *html.Node, in *Form) *Form {
	class, _ := attr(n, "class")
	value, _ := attr(n, "value")
	name, _ := attr(n, "name")
	if strings.Contains(class, "text") || class == "progress" || class == "hint" {
		s.Texts = append(s.Texts, textOf(n))
	}
	switch n.Data {
	case "html":
		s.Lang, _ = attr(n, "lang")
	case "form":
		in = &Form{Hidden: url.Values{}, Ask: class == "ask"}
		in.Action, _ = attr(n, "action")
		kind, _ := attr(n, "enctype")
		in.Files = kind == "multipart/form-data"
		s.Forms = append(s.Forms, in)
	case "textarea":
		in.Writes, in.Value = true, textOf(n)
	case "input":
		kind, _ := attr(n, "type")
		switch kind {
		case "hidden":
			in.Hidden.Add(name, value)
		case "checkbox":
			_, on := attr(n, "checked")
			in.Boxes = append(in.Boxes, &Box{strings.TrimSpace(textOf(n.Parent)), value, on})
		case "file":
		default:
			in.Writes, in.Value = true, value
		}
	case "button":
		pressed, opens := attr(n, "aria-pressed")
		in.Buttons = append(in.Buttons, FormButton{textOf(n), name, value, opens, pressed == "true", class == "first"})
	case "a":
		if path, _ := attr(n, "href"); strings.Contains(path, "/file/") {
			s.Files = append(s.Files, FileLink{strings.TrimPrefix(textOf(n), "📄 "), path})
			s.Texts = append(s.Texts, "📎 "+strings.TrimPrefix(textOf(n), "📄 "))
		}
	}
	return in
}

// Text is everything that can be read.
func (s Sheet) Text() string { return strings.Join(s.Texts, "\n") }

// Ask is the question's form; nil where nothing can be answered.
func (s Sheet) Ask() *Form {
	for _, f := range s.Forms {
		if f.Ask {
			return f
		}
	}
	return nil
}

// Find is the button with a label, and the form that it belongs to: the last one on the page.
func (s Sheet) Find(label string) (*Form, FormButton, bool) {
	for i := len(s.Forms) - 1; i >= 0; i-- {
		for _, b := range s.Forms[i].Buttons {
			if b.Label == label && !b.Hidden {
				return s.Forms[i], b, true
			}
		}
	}
	return nil, FormButton{}, false
}

// Labels are what can be pressed or ticked, with its box where it is one.
func (s Sheet) Labels() []string {
	var labels []string
	for _, f := range s.Forms {
		for _, b := range f.Boxes {
			labels = append(labels, boxed(b.On)+b.Label)
		}
		for _, b := range f.Buttons {
			switch {
			case b.Opens:
				labels = append(labels, boxed(b.On)+b.Label)
			case !b.Hidden:
				labels = append(labels, b.Label)
			}
		}
	}
	return labels
}

func boxed(on bool) string { return map[bool]string{true: "☑ ", false: "☐ "}[on] }

// Tick ticks a box, or takes its tick away; false where there is no such box.
func (f *Form) Tick(label string) bool {
	for _, box := range f.Boxes {
		if box.Label == label {
			box.On = !box.On
			return true
		}
	}
	return false
}

// Filled is what the form holds as it stands.
func (f *Form) Filled() url.Values {
	v := url.Values{}
	for name, values := range f.Hidden {
		v[name] = append([]string{}, values...)
	}
	for _, b := range f.Boxes {
		if b.On {
			v.Add("box", b.Value)
		}
	}
	if f.Writes {
		v.Set("said", f.Value)
	}
	return v
}

// Pressed is the form as one of its buttons hands it in.
func (f *Form) Pressed(b FormButton) url.Values {
	v := f.Filled()
	v.Set(b.Name, b.Value)
	return v
}

// Said is the form with words in its field, as Enter hands it in: by the first button.
func (f *Form) Said(words string) url.Values {
	v := f.Filled()
	v.Set("said", words)
	for _, b := range f.Buttons {
		if b.Name == "press" {
			v.Set("press", b.Value)
			break
		}
	}
	return v
}

// SaidAnyway is the form with words that there is no field for, as they would come from one.
func (f *Form) SaidAnyway(words string) url.Values {
	v := f.Filled()
	v.Del("boxes")
	v.Set("said", words)
	return v
}
