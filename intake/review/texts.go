package review

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"claimline/intake"
	"claimline/intake/wording"
)

//go:embed texts/*.yaml
var textFiles embed.FS

// texts are the sentences of the desk, by language.
type texts map[string]*wording.Catalog

func readTexts() (texts, error) {
	entries, err := textFiles.ReadDir("texts")
	if err != nil {
		return nil, fmt.Errorf("list the desk's language files: %w", err)
	}
	all := texts{}
	for _, entry := range entries {
		name := "texts/" + entry.Name()
		src, err := textFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		lang := strings.TrimSuffix(entry.Name(), ".yaml")
		catalog, faults := wording.Read(name, src, lang)
		if len(faults) > 0 {
			return nil, fmt.Errorf("the desk's language files: %v", faults)
		}
		all[lang] = catalog
	}
	return all, nil
}

// in returns the sentences in a language, English where there are none.
func (t texts) in(lang string) *wording.Catalog {
	if c, ok := t[lang]; ok {
		return c
	}
	return t["en"]
}

// match finds the language for somebody whose device says locale.
func (t texts) match(locale string) string {
	langs := slices.Sorted(maps.Keys(t))
	var tags []language.Tag
	for _, lang := range langs {
		tags = append(tags, language.Make(lang))
	}
	_, i, _ := language.NewMatcher(tags).Match(language.Make(locale))
	return langs[i]
}

func (s *sitting) say(key string, args wording.Args) wording.Text {
	return s.texts.in(s.m.Sitting.Language).Text(key, args)
}

func (s *sitting) count(key string, n int, args wording.Args) wording.Text {
	return s.texts.in(s.m.Sitting.Language).Count(key, n, args)
}

// Commands lists the team's commands in every language, for the menus of the platforms.
func (d *Desk) Commands() []intake.CommandName {
	var out []intake.CommandName
	for _, lang := range slices.Sorted(maps.Keys(d.texts)) {
		for _, name := range intake.TeamCommands() {
			out = append(out, intake.CommandName{Language: lang, Name: name, Description: d.texts[lang].Text("commands."+name, nil).Plain()})
		}
	}
	return out
}
