package answer

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/language"
)

// speech is what a file of languages/ holds: the words of one language that answers are read by
// and shown in. Adding a language is adding a file.
type speech struct {
	Months     [][]string        `yaml:"months"`  // January first
	Seasons    [][]string        `yaml:"seasons"` // spring first
	Thirds     [][]string        `yaml:"thirds"`  // early, middle and late in a year
	About      []string          `yaml:"about"`
	Ordinals   []string          `yaml:"ordinals"`
	Filler     []string          `yaml:"filler"`
	Order      map[string]string `yaml:"order"` // by country: "day", "month" or "ask"
	Formats    formats           `yaml:"formats"`
	Yes        []string          `yaml:"yes"`
	No         []string          `yaml:"no"`
	Unknown    []string          `yaml:"unknown"`
	Still      []string          `yaml:"still"`
	And        []string          `yaml:"and"`
	Numbers    map[string]int    `yaml:"numbers"`
	Units      []string          `yaml:"units"`
	Currencies []currencyWords   `yaml:"currencies"` // the likeliest first
	Countries  countryWords      `yaml:"countries"`
	Documents  []string          `yaml:"documents"`
	Nameless   []string          `yaml:"nameless"`

	tag       language.Tag
	calendar  map[string]meaning       // folded word of a date to its meaning, this language's first
	countries func() map[string]string // folded name to code, from the Unicode tables
	sentences map[string]string        // folded "weet ik niet" to Unknown, likewise
}

// formats says how values are written out.
type formats struct {
	Day        string `yaml:"day"`
	Month      string `yaml:"month"`
	Season     string `yaml:"season"`
	About      string `yaml:"about"`
	Range      string `yaml:"range"`
	DayOfMonth string `yaml:"day_of_month"`
	Money      string `yaml:"money"`
	Decimal    string `yaml:"decimal"`
	Group      string `yaml:"group"`
}

// countryWords holds what people call countries besides the names of the Unicode tables.
type countryWords struct {
	LeadIns []string            `yaml:"lead_ins"` // "I live in"
	Also    map[string][]string `yaml:"also"`     // folded name to codes
	Shown   map[string]string   `yaml:"shown"`    // code to name, where the tables are behind the times
}

// currencyWords holds what people call a currency. A word of several currencies, such as dollar,
// is the country's where that is one of them, else the first.
type currencyWords struct {
	Code  string   `yaml:"code"`  // ISO 4217
	Words []string `yaml:"words"` // the first is shown
}

//go:embed languages/*.yaml
var languageFiles embed.FS

// fallback is the language shown when there is no file for the person's.
const fallback = "en"

// speeches holds every language by its base code, read at first use and never changed.
var speeches = sync.OnceValue(func() map[string]*speech {
	all, err := loadSpeeches()
	if err != nil {
		panic(err) // the files are part of the program, and a test reads them all
	}
	return all
})

// loadSpeeches reads the embedded language files. An error names the file that is at fault.
func loadSpeeches() (map[string]*speech, error) {
	files, err := languageFiles.ReadDir("languages")
	if err != nil {
		return nil, err
	}
	all := make(map[string]*speech)
	for _, file := range files {
		data, err := languageFiles.ReadFile(path.Join("languages", file.Name()))
		if err != nil {
			return nil, err
		}
		s := &speech{}
		if err := yaml.UnmarshalWithOptions(data, s, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("reading language file %s: %w", file.Name(), err)
		}
		code := strings.TrimSuffix(file.Name(), ".yaml")
		s.tag, err = language.Parse(code)
		if err != nil {
			return nil, fmt.Errorf("language file %s: %w", file.Name(), err)
		}
		s.countries = sync.OnceValue(func() map[string]string { return foldedNames(s.tag) })
		all[code] = s
	}
	for code, s := range all {
		for _, other := range inOrder(all, code) {
			s.learn(other)
		}
	}
	return all, nil
}

// inOrder returns the languages, the one asked for first: people mix, but their own words win.
func inOrder(all map[string]*speech, first string) []*speech {
	var order []*speech
	for code, s := range all {
		if code != first {
			order = append(order, s)
		}
	}
	slices.SortFunc(order, func(a, b *speech) int { return strings.Compare(a.tag.String(), b.tag.String()) })
	return append([]*speech{all[first]}, order...)
}

// speechOf returns the words of a BCP 47 language, English when there is no file for it.
func speechOf(tag string) *speech {
	base, _ := language.Make(tag).Base()
	if s, ok := speeches()[base.String()]; ok {
		return s
	}
	return speeches()[fallback]
}

// spoken returns all languages, the person's own first.
func spoken(tag string) []*speech {
	base, _ := speechOf(tag).tag.Base()
	return inOrder(speeches(), base.String())
}

// learn adds the words of a language that are not taken yet.
func (s *speech) learn(from *speech) {
	if s.calendar == nil {
		s.calendar, s.sentences = make(map[string]meaning), make(map[string]string)
	}
	for i, words := range from.Months {
		s.learnDate(aMonth, i+1, words...)
	}
	for i, words := range from.Seasons {
		s.learnDate(aSeason, 21+i, words...)
	}
	for i, words := range from.Thirds {
		s.learnDate(aThird, i, words...)
	}
	s.learnDate(anAbout, 0, from.About...)
	s.learnDate(aFiller, 0, from.Filler...)
	s.learnDate(aFiller, 0, from.Ordinals...)
	for value, words := range map[string][]string{Yes: from.Yes, No: from.No, Unknown: from.Unknown, Still: from.Still} {
		for _, w := range words {
			if _, taken := s.sentences[fold(w)]; !taken {
				s.sentences[fold(w)] = value
			}
		}
	}
}

func (s *speech) learnDate(what wordOf, n int, words ...string) {
	for _, w := range words {
		if _, taken := s.calendar[fold(w)]; !taken {
			s.calendar[fold(w)] = meaning{what, n}
		}
	}
}
