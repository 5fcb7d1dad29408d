package intake

import (
	"bytes"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"

	"claimline/intake/campaign"
)

var documentTemplate = template.Must(template.New("document").Parse(`<!doctype html>
<html lang="{{.Language}}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{.Title}}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 1.5rem auto; padding: 0 1rem; }</style>
{{.Body}}
</html>
`))

// document is the whole agreement, handed out before its button: a page that opens on any phone.
func (t *talk) document(q *campaign.Question) *Attachment {
	if q.Document == "" {
		return nil
	}
	lang := t.Conversation.Language
	source, name, mediaType := t.Campaign.Document(q.Document, lang)
	body := t.documentHTML(q, lang)
	if body == "" {
		return &Attachment{Name: name, Type: mediaType, Body: source}
	}
	var page bytes.Buffer
	name = strings.TrimSuffix(name, ".md") + ".html"
	err := documentTemplate.Execute(&page, map[string]any{"Language": lang, "Title": name, "Body": body})
	if err != nil {
		panic("document template: " + err.Error()) // fixed template, fixed data
	}
	return &Attachment{Name: name, Type: "text/html", Body: page.Bytes()}
}

// documentHTML renders a document that is written as Markdown; "" for one that is not, and is
// handed out as it is. Goldmark leaves raw HTML out, so that only text and structure get through.
func (t *talk) documentHTML(q *campaign.Question, lang string) template.HTML {
	if q.Document == "" {
		return ""
	}
	source, name, _ := t.Campaign.Document(q.Document, lang)
	var body bytes.Buffer
	if !strings.HasSuffix(name, ".md") || goldmark.Convert(source, &body) != nil {
		return ""
	}
	return template.HTML(body.String())
}
