package intake

import (
	"bytes"
	_ "embed"
	"html/template"
	"strings"

	"claimline/intake/answer"
)

//go:embed texts/receipt.html
var receiptSource string

var receiptTemplate = template.Must(template.New("receipt").Parse(receiptSource))

type receiptPage struct {
	Language, Title, Reference, When, Note string
	Sections                               []receiptSection
	AgreedTitle                            string
	Agreements                             []receiptAgreement
	Words                                  map[string]string
}

type receiptSection struct {
	Title string
	Lines []receiptLine
}

type receiptLine struct{ Label, Value string }

type receiptAgreement struct {
	Title, Choice, When, SHA256 string
	Paragraphs                  []string
	Document                    template.HTML
}

// receiptSections reads the file back for the receipt, while the names may still be said.
func (t *talk) receiptSections() []receiptSection {
	var out []receiptSection
	for _, s := range t.sections() {
		section := receiptSection{Title: t.sectionTitle(s)}
		for _, l := range s.lines {
			section.Lines = append(section.Lines, receiptLine{l.label, l.value})
		}
		out = append(out, section)
	}
	return out
}

// receipt is the person's own copy, a page that opens on any phone: what was said and everything
// that was agreed to, in its exact words.
func (t *talk) receipt(sections []receiptSection) Attachment {
	page := receiptPage{
		Language: t.Conversation.Language, Title: t.textOf("title", 0).Plain(), Reference: t.Submission.Reference,
		When: t.moment(t.Now), Note: t.testMark().Plain(), Sections: sections, AgreedTitle: t.label("receipt.agreed"),
		Words: map[string]string{"number": t.label("receipt.number"), "keep": t.label("receipt.keep"), "exact": t.label("receipt.exact")},
	}
	for _, q := range t.Campaign.Questions {
		if q.Kind != answer.Agree {
			continue
		}
		for _, item := range t.about(q) {
			a, ok := t.state().Answers[Key{q.ID, item}]
			if !ok {
				continue
			}
			page.Agreements = append(page.Agreements, receiptAgreement{
				Title:  t.textOf("questions."+q.ID+".short", item).Plain() + who(t.nameOf(item)),
				Choice: t.inWords(q, item), When: t.moment(a.At), SHA256: a.TextSHA256,
				Paragraphs: strings.Split(strings.Join(t.agreementWords(q, a.Language), "\n\n"), "\n\n"),
				Document:   t.documentHTML(q, a.Language),
			})
		}
	}
	var body bytes.Buffer
	if err := receiptTemplate.Execute(&body, page); err != nil {
		// The template is fixed and its data are strings: only a fault in this file can get here.
		panic("receipt template: " + err.Error())
	}
	return Attachment{Name: t.Submission.Reference + ".html", Type: "text/html", Body: body.Bytes()}
}

func who(name string) string {
	if name == "" {
		return ""
	}
	return " · " + name
}
