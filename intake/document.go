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
	if mediaType != "text/markdown" && !strings.HasSuffix(name, ".md") {
		return &Attachment{Name: name, Type: mediaType, Body: source}
	}
	var body, page bytes.Buffer
	if err := goldmark.Convert(source, &body); err != nil {
		return &Attachment{Name: name, Type: mediaType, Body: source} // as it was written, rather than not at all
	}
	name = strings.TrimSuffix(name, ".md") + ".html"
	// The campaign's own file is trusted as the program is; goldmark leaves raw HTML out of it all the same.
	err := documentTemplate.Execute(&page, map[string]any{"Language": lang, "Title": name, "Body": template.HTML(body.String())})
	if err != nil {
		panic("document template: " + err.Error()) // fixed template, fixed data
	}
	return &Attachment{Name: name, Type: "text/html", Body: page.Bytes()}
}
