package intake

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"claimline/intake/wording"
)

// helpLines are the numbers to call, by country. They are a draft that a person has to confirm
// before a public launch; each carries its source and the day it was last checked.
type helpLines struct {
	Lines []helpLine `yaml:"lines"`
	Child []helpLine `yaml:"child"` // for a child who is writing
}

type helpLine struct {
	Text    map[string]string `yaml:"text"` // by language
	Source  string            `yaml:"source"`
	Checked string            `yaml:"checked"` // 2026-11-23
}

//go:embed helplines.yaml
var helpLinesSource []byte

func readHelpLines() (map[string]helpLines, error) {
	lines := map[string]helpLines{}
	if err := yaml.UnmarshalWithOptions(helpLinesSource, &lines, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read help lines: %w", err)
	}
	for country, l := range lines {
		for _, line := range append(l.Lines, l.Child...) {
			if _, err := time.Parse(time.DateOnly, line.Checked); err != nil || line.Source == "" {
				return nil, fmt.Errorf("help lines of %s: every line needs a source and the day it was checked", country)
			}
		}
	}
	return lines, nil
}

// OldestCheck is the day on which the longest unchecked help line was last confirmed.
func (w *Words) OldestCheck() string {
	oldest := ""
	for _, l := range w.lines {
		for _, line := range append(l.Lines, l.Child...) {
			if oldest == "" || line.Checked < oldest {
				oldest = line.Checked
			}
		}
	}
	return oldest
}

// Danger is the text behind the danger button, from memory alone: the emergency number first, then
// the lines of the country where they are known. A country without checked numbers shows fewer
// lines, never another country's.
func (w *Words) Danger(lang, country string) Message {
	c := w.In(lang)
	text := wording.Lines(w.numbers(lang, country), c.Text("danger.not-kept", nil))
	return Message{Text: text, Buttons: [][]Button{
		{{Label: c.Text("back-to-question", nil).Plain(), Token: ActionResume}},
		{{Label: c.Text("stop-and-erase", nil).Plain(), Token: ActionErase}},
	}}
}

// numbers says whom to call, and what to keep.
func (w *Words) numbers(lang, country string) wording.Text {
	c := w.In(lang)
	return wording.Lines(c.Text("danger.call", nil), w.linesFor(lang, country, false), c.Text("danger.keep", nil))
}

func (w *Words) linesFor(lang, country string, child bool) wording.Text {
	known, ok := w.lines[country]
	if !ok {
		known = w.lines[""]
	}
	list := known.Lines
	if child {
		list = known.Child
	}
	var rows []string
	for _, l := range list {
		words := l.Text[lang]
		if words == "" {
			words = l.Text["en"]
		}
		rows = append(rows, "• "+words)
	}
	return wording.Say(strings.Join(rows, "\n"))
}

// tellTeam lets those on call know that a child is not safe: with the number of the file, and nothing
// else. Who has sent nothing has no number, and is shown where they were.
func (t *talk) tellTeam() {
	if t.Submission == nil {
		t.resume()
		return
	}
	t.note("SAFEGUARDING_URGENT")
	t.judge()
	t.tell(Message{Text: t.say("danger.told", wording.Args{"reference": t.Submission.Reference}), Buttons: t.backToQuestion()})
}
