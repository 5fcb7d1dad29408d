package intake

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"claimline/intake/campaign"
	"claimline/intake/wording"
)

//go:embed texts/*.yaml
var textFiles embed.FS

// Words are the sentences that belong to no campaign: reasons, menus, commands, help. One file a
// language; what a campaign says is in the campaign's own files.
type Words struct {
	catalogs map[string]*wording.Catalog
	lines    map[string]helpLines
}

// ReadWords reads the embedded language files. It returns an error naming every fault in them.
func ReadWords() (*Words, error) {
	names, err := fs.Glob(textFiles, "texts/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list language files: %w", err)
	}
	w := &Words{catalogs: map[string]*wording.Catalog{}}
	for _, name := range names {
		src, err := textFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		lang := strings.TrimSuffix(strings.TrimPrefix(name, "texts/"), ".yaml")
		c, faults := wording.Read(name, src, lang)
		if len(faults) > 0 {
			return nil, fmt.Errorf("language files: %v", faults)
		}
		w.catalogs[lang] = c
	}
	w.lines, err = readHelpLines()
	return w, err
}

// In returns the sentences in a language, English where there are none.
func (w *Words) In(lang string) *wording.Catalog {
	if c, ok := w.catalogs[lang]; ok {
		return c
	}
	return w.catalogs["en"]
}

// To says one sentence to somebody whose device says locale.
func (w *Words) To(locale, key string) string {
	return w.In(w.Match(w.Languages(), locale)).Text(key, nil).Plain()
}

// Languages lists the languages that these files speak.
func (w *Words) Languages() []string { return slices.Sorted(maps.Keys(w.catalogs)) }

// Match finds which of a campaign's languages to use for somebody whose device says locale. Only a
// confident match counts: a Ukrainian speaker is not handed Russian by accident.
func (w *Words) Match(offered []string, locale string) string {
	tags := make([]language.Tag, len(offered))
	for i, lang := range offered {
		tags[i] = language.Make(lang)
	}
	_, i, confidence := language.NewMatcher(tags).Match(language.Make(locale))
	if confidence < language.High {
		return offered[0]
	}
	return offered[i]
}

func (t *talk) words() *wording.Catalog { return t.Words.In(t.Conversation.Language) }

// say words one of the program's own sentences.
func (t *talk) say(key string, args wording.Args) wording.Text { return t.words().Text(key, args) }

func (t *talk) label(key string) string { return t.say(key, nil).Plain() }

// campaignText words one of the campaign's sentences; a text that does not exist is empty.
func (t *talk) campaignText(key string, args wording.Args) wording.Text {
	return t.Campaign.Text(t.Conversation.Language, key, t.voice(), args)
}

func (t *talk) textOf(key string, item int) wording.Text {
	return t.campaignText(key, t.argsAbout(item))
}

func (t *talk) voice() string {
	if t.Campaign.Voice == "" {
		return ""
	}
	return t.Campaign.Evaluate(t.Campaign.Voice, t.env(0))
}

// argsAbout fills the names in a text. After submission nothing that a family entered is repeated
// in chat: a member is "child 1" then.
func (t *talk) argsAbout(items ...int) wording.Args {
	args := wording.Args{"platform": t.label("platforms." + t.Account.Platform()), "personal": t.personal()}
	if t.Submission != nil {
		args["reference"] = t.Submission.Reference
	}
	if len(items) == 0 || items[0] == 0 {
		return args
	}
	args["child"] = t.numbered(items[0])
	args["first_name"], args["name"] = t.first(items[0]), t.fullName(items[0])
	var names []string
	for _, item := range items {
		names = append(names, t.fullName(item))
	}
	args["children"] = t.list(names)
	return args
}

// personal says where very personal questions are asked.
func (t *talk) personal() string {
	where := t.where(campaign.Special)
	if where == campaign.OnPage && t.Pages == "" {
		where = campaign.Never
	}
	return t.label("personal." + where)
}

func (t *talk) fullName(item int) string {
	if name := t.nameOf(item); name != "" {
		return name
	}
	return t.numbered(item)
}

// nameOf is a member's name as entered, as long as the chat may still repeat it.
func (t *talk) nameOf(item int) string {
	if t.Campaign.Group == nil || t.Conversation.Stage == StageSent {
		return ""
	}
	return t.value(t.Campaign.Group.Name, item)
}

func (t *talk) first(item int) string {
	first, _, _ := strings.Cut(t.nameOf(item), " ")
	if first == "" {
		return t.numbered(item)
	}
	return first
}

func (t *talk) firstNames(items []int) string {
	var names []string
	for _, item := range items {
		names = append(names, t.first(item))
	}
	return t.list(names)
}

// numbered is "child 2": the member's place, without a name.
func (t *talk) numbered(item int) string {
	n := slices.Index(t.state().Members, item) + 1
	return t.campaignText("group.member", wording.Args{"n": strconv.Itoa(n)}).Plain()
}

// list joins names as the language does: "Anna, Bram and Chris".
func (t *talk) list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + t.label("and") + " " + names[last]
}
