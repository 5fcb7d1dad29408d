package campaign

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"claimline/intake/answer"
	"claimline/intake/wording"
)

const (
	// maxMessage is how much one message holds on every platform: Discord's 2,000 characters; less
	// than Telegram's 4,096 UTF-16 units.
	maxMessage = 2000
	// maxLabel is what a small phone shows of a button alone on its row.
	maxLabel = 36
	// maxHint is what Telegram shows in an empty input field.
	maxHint = 64
	// aroundAsk is room for what a screen shows besides its questions: how far it is, why an answer
	// was refused, how to tick boxes.
	aroundAsk = 300
)

// What stands in for names and values that are not known yet. On a button a name is a first name,
// and a long one is cut.
const (
	longSample  = "Wilhelmina Alexandra van der Voorbeeld-Achternaam"
	shortSample = "Wilhelmina"
)

// sample fills a text as it may look at its longest.
func (c *Campaign) sample(catalog *wording.Catalog, key string, long bool) wording.Text {
	words := shortSample
	if long {
		words = longSample
	}
	args := wording.Args{}
	for _, name := range catalog.Placeholders(key) {
		args[name] = words
		if value := c.Values[name].In(catalog.Language()); value != "" {
			args[name] = value
		}
	}
	for _, name := range []string{"n", "version"} {
		args[name] = "10"
	}
	return catalog.Text(key, args)
}

// label checks a text that stands on a button or in an input field.
func (c *Campaign) label(catalog *wording.Catalog, key string, most int, fault func(string, ...any)) {
	words := c.sample(catalog, key, false)
	plain := words.Plain()
	if n := uniseg.GraphemeClusterCount(plain); n > most {
		fault("the label has %d characters; a small phone shows %d", n, most)
	}
	if strings.Contains(plain, "\n") {
		fault("a label is one line")
	}
	if slices.ContainsFunc(words, func(s wording.Span) bool { return s.Bold || s.Link != "" }) {
		fault("a label is plain words, without bold or links")
	}
}

// screenLengths checks that the questions of a screen fit one message together.
func (l *loader) screenLengths(c *Campaign) {
	screens := slices.Clone(c.Screens)
	for _, p := range c.Packs {
		screens = append(screens, p.Screens...)
	}
	for _, s := range screens {
		for _, lang := range c.Languages {
			catalog := c.texts[lang]
			if catalog == nil {
				continue
			}
			characters, units := aroundAsk, aroundAsk
			for _, id := range s.Ask {
				text := c.sample(catalog, "questions."+id+".ask", true)
				characters += utf8.RuneCountInString(text.Plain())
				units += text.Len16()
			}
			if key := "questions." + first(s.Ask) + ".ask"; max(characters, units) > maxMessage && catalog.Has(key) {
				l.in(lang+".yaml", catalog.Line(key), key, "with what stands around it, the screen is longer than the 2000 characters of a message")
			}
		}
	}
}

// Labels that say that an agreement costs money, as the CJEU demands (C-400/22, 30 May 2024, of
// Article 8(2) of Directive 2011/83): word for word where the project has had them approved, else
// a phrase from the directive in that language.
var (
	payLabels = map[string]string{
		"en": "Agree, with obligation to pay",
		"nl": "Akkoord, met betalingsverplichting",
	}
	payPhrases = map[string]string{
		"de": "zahlungspflichtig", "fr": "obligation de paiement", "es": "obligación de pago", "it": "obbligo di pagare",
		"pl": "obowiązkiem zapłaty", "pt": "obrigação de pagar",
	}
)

// paying checks the button of every agreement that costs money.
func (l *loader) paying(c *Campaign) {
	for _, q := range c.Questions {
		if !q.Pays || q.Kind != answer.Agree {
			continue
		}
		for _, choice := range q.Choices {
			if choice.Means != answer.Yes {
				continue
			}
			for _, lang := range c.Languages {
				l.payLabel(c, lang, "questions."+q.ID+".choices."+choice.ID)
			}
		}
	}
}

func (l *loader) payLabel(c *Campaign, lang, key string) {
	catalog := c.texts[lang]
	if catalog == nil || !catalog.Has(key) {
		return
	}
	label := catalog.Text(key, nil).Plain()
	base, _, _ := strings.Cut(lang, "-")
	reason := ""
	if exact, ok := payLabels[base]; ok {
		if label != exact {
			reason = "the agreement costs money, so its button must read \"" + exact + "\""
		}
	} else if phrase, ok := payPhrases[base]; !ok {
		reason = "the agreement costs money, and no wording for its button is approved in this language yet"
	} else if !strings.Contains(strings.ToLower(label), phrase) {
		reason = "the agreement costs money, so its button must say \"" + phrase + "\""
	}
	if reason != "" {
		l.in(lang+".yaml", catalog.Line(key), key, reason)
	}
}
