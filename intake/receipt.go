package intake

import (
	"bytes"
	_ "embed"
	"html/template"
	"strings"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

//go:embed texts/receipt.html
var receiptSource string

var receiptTemplate = template.Must(template.New("receipt").Parse(receiptSource))

type receiptPage struct {
	Language, Title, Reference, When, Note, Signed string
	Sections                                       []receiptSection
	Results                                        []string
	Agreements                                     []receiptAgreement
	Words                                          map[string]string
}

type receiptSection struct {
	Title string
	Lines []receiptLine
}

type receiptLine struct{ Label, Value string }

type receiptAgreement struct {
	Mark, Title, For, When, Button, SHA256 string
	Paragraphs                             []string
	Document                               template.HTML
}

// receipt is the person's own copy, a page that opens on any phone: what was said, what came of it,
// and everything that was agreed to or not, in its exact words. It is made while the chat may still
// say the names.
func (t *talk) receipt() Attachment {
	page := receiptPage{
		Language: t.Conversation.Language, Title: t.textOf("title", 0).Plain(), Reference: t.Submission.Reference,
		When: t.moment(t.Now), Note: t.testMark().Plain(), Signed: t.signature(), Words: map[string]string{},
	}
	for _, word := range []string{"number", "keep", "agreed", "exact", "result", "signed", "for", "button"} {
		page.Words[word] = t.label("receipt." + word)
	}
	for _, s := range t.sections() {
		section := receiptSection{Title: t.sectionTitle(s)}
		for _, l := range s.lines {
			section.Lines = append(section.Lines, receiptLine{l.label, l.value})
		}
		page.Sections = append(page.Sections, section)
	}
	for _, m := range t.Submission.Members {
		page.Results = append(page.Results, strings.TrimSpace(t.outcomeText(m).Plain()))
	}
	for _, q := range t.Campaign.Questions {
		if q.Kind == answer.Agree {
			page.Agreements = append(page.Agreements, t.receiptAgreements(q)...)
		}
	}
	var body bytes.Buffer
	if err := receiptTemplate.Execute(&body, page); err != nil {
		// The template is fixed and its data are strings: only a fault in this file can get here.
		panic("receipt template: " + err.Error())
	}
	return Attachment{Name: t.Submission.Reference + ".html", Type: "text/html", Body: body.Bytes()}
}

// signature is the name that was typed to sign; "" where nothing was signed.
func (t *talk) signature() string {
	for _, q := range t.Campaign.Questions {
		if q.Kind == answer.Signature && !q.Member {
			return t.value(q.ID, 0)
		}
	}
	return ""
}

// receiptAgreements tells of one agreement: to whom it was given, and for whom it was not.
func (t *talk) receiptAgreements(q *campaign.Question) []receiptAgreement {
	var out []receiptAgreement
	for _, given := range []bool{true, false} {
		var items []int
		for _, item := range t.about(q) {
			if _, decided := t.state().Answers[Key{q.ID, item}]; decided && t.affirmed(q, item) == given {
				items = append(items, item)
			}
		}
		if len(items) > 0 {
			out = append(out, t.receiptAgreement(q, items, given))
		}
	}
	return out
}

func (t *talk) receiptAgreement(q *campaign.Question, items []int, given bool) receiptAgreement {
	a := t.state().Answers[Key{q.ID, items[0]}]
	args := t.argsAbout(items...)
	if len(items) > 1 {
		args["first_name"] = args["children"]
	}
	r := receiptAgreement{Mark: "✘", Title: t.campaignText("questions."+q.ID+".short", args).Plain(), When: t.moment(a.At), SHA256: a.TextSHA256}
	r.Paragraphs = strings.Split(t.Campaign.Text(a.Language, "questions."+q.ID+".ask", t.voice(), args).Plain(), "\n\n")
	if items[0] != 0 {
		r.For = args["children"]
	}
	if given {
		r.Mark, r.Document = "✔", t.documentHTML(q, a.Language)
		if button := t.Campaign.Text(a.Language, "questions."+q.ID+".choices."+a.Values[0], "", args).Plain(); button != t.label("answers.yes") {
			r.Button = button // a box has none of its own
		}
	}
	return r
}
