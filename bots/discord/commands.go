package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"claimline/bots"
	"claimline/intake"
)

const (
	mostAbout = 100 // of a command's description
	// administrators is the permission that the post in a channel takes (topics/permissions.mdx).
	administrators = "8"
)

// slash is a command as Discord lists it. Where it can be used and how it must be installed is said
// of each: what is left out is decided by settings elsewhere.
type slash struct {
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations"`
	About        string            `json:"description"`
	Abouts       map[string]string `json:"description_localizations"`
	Type         int               `json:"type"`
	Installation []int             `json:"integration_types"`
	Contexts     []int             `json:"contexts"`
	Permissions  *string           `json:"default_member_permissions"`
	Options      []slashOption     `json:"options,omitempty"`
}

// slashOption is a word that may follow a command.
type slashOption struct {
	Type     int               `json:"type"`
	Name     string            `json:"name"`
	About    string            `json:"description"`
	Abouts   map[string]string `json:"description_localizations"`
	Required bool              `json:"required"`
}

const optionWords = 3 // a slashOption's type

// SetCommands puts the commands into Discord's menu, with the fallback language's names for everybody
// whose client speaks none of the others. A menu that is there already is left: only so many commands
// may be made a day. Errors are *bots.Failure.
func (b *Bot) SetCommands(ctx context.Context, commands []intake.CommandName, fallback string) error {
	app, err := b.application(ctx)
	if err != nil {
		return err
	}
	wanted := b.menu(commands, fallback)
	path := "/applications/" + app + "/commands"
	raw, err := b.rest.do(ctx, request{doing: "list commands", method: http.MethodGet, path: path + "?with_localizations=true", bucket: "list commands"})
	if err != nil {
		return err
	}
	var there []slash
	if json.Unmarshal(raw, &there) == nil && sameMenu(there, wanted) {
		return nil
	}
	_, err = b.rest.do(ctx, request{doing: "set commands", method: http.MethodPut, path: path, bucket: "set commands", body: wanted})
	return err
}

func (b *Bot) application(ctx context.Context) (string, error) {
	r := request{doing: "get application", method: http.MethodGet, path: "/applications/@me", bucket: "application"}
	raw, err := b.rest.do(ctx, r)
	if err != nil {
		return "", err
	}
	id := idIn(fields(raw)["id"])
	if id == "" {
		return "", &bots.Failure{Class: bots.Unreachable, Doing: r.doing, Note: "the answer has no id"}
	}
	return string(id), nil
}

// menu lists the commands. Every language lists the same ones in the same order.
func (b *Bot) menu(commands []intake.CommandName, fallback string) []slash {
	byLanguage := map[string][]intake.CommandName{}
	for _, c := range commands {
		byLanguage[c.Language] = append(byLanguage[c.Language], c)
	}
	var list []slash
	for i, c := range byLanguage[fallback] {
		s := command(c.Name, c.Description, []int{contextGuild, contextPrivate})
		for lang, others := range byLanguage {
			if locale := localeOf(lang); lang != fallback && locale != "" && i < len(others) {
				s.Names[locale], s.Abouts[locale] = others[i].Name, shorten(others[i].Description, mostAbout)
			}
		}
		if c.Name == "link" {
			s.Options = []slashOption{{Type: optionWords, Name: "code", About: b.about("", TextCode), Abouts: b.abouts(byLanguage, fallback, TextCode)}}
		}
		list = append(list, s)
	}
	list = append(list, teamMenu(b.Team, fallback)...)
	post := command(registerPost, b.about("", TextPosting), []int{contextGuild})
	post.Abouts = b.abouts(byLanguage, fallback, TextPosting)
	permissions := administrators
	post.Permissions = &permissions
	return append(list, post)
}

// moderators is the permission that a server's moderators have and its members have not: to remove
// messages (topics/permissions.mdx). A server may give a command to others.
const moderators = "8192"

// teamOptions are the words that may follow the team's commands.
var teamOptions = map[string]string{"case": "reference", "digest": "time", "stats": "campaign", "admin": "code", "join": "code", "moderators": "change"}

// teamMenu lists the team's commands. In a server they are for its moderators; a code is typed where
// nobody else is, and there a command cannot be kept from anybody.
func teamMenu(commands []intake.CommandName, fallback string) []slash {
	var list []slash
	for _, c := range commands {
		if c.Language != fallback {
			continue
		}
		contexts := []int{contextGuild}
		private := c.Name == "admin" || c.Name == "join"
		if private {
			contexts = append(contexts, contextPrivate)
		}
		s := command(c.Name, c.Description, contexts)
		if !private {
			permissions := moderators
			s.Permissions = &permissions
		}
		for _, other := range commands {
			if locale := localeOf(other.Language); other.Name == c.Name && other.Language != fallback && locale != "" {
				s.Abouts[locale] = shorten(other.Description, mostAbout)
			}
		}
		if name := teamOptions[c.Name]; name != "" {
			s.Options = []slashOption{{Type: optionWords, Name: name, About: s.About, Abouts: s.Abouts}}
		}
		list = append(list, s)
	}
	return list
}

// localeOf is Discord's name for a language (reference.mdx, Locales); "" for one that it does not have.
func localeOf(lang string) string {
	const same = " id da de fr hr it lt hu nl no pl ro fi vi tr cs el bg ru uk hi th ja ko "
	if strings.Contains(same, " "+lang+" ") {
		return lang
	}
	return map[string]string{"en": "en-GB", "es": "es-ES", "pt": "pt-BR", "sv": "sv-SE", "zh": "zh-CN"}[lang]
}

func (b *Bot) about(lang, key string) string { return shorten(b.Texts(lang, key), mostAbout) }

// abouts are the words under a key in all languages but the fallback's.
func (b *Bot) abouts(languages map[string][]intake.CommandName, fallback, key string) map[string]string {
	all := map[string]string{}
	for lang := range languages {
		if locale := localeOf(lang); lang != fallback && locale != "" {
			all[locale] = b.about(lang, key)
		}
	}
	return all
}

func command(name, about string, contexts []int) slash {
	if name == "start" {
		name = "register"
	}
	return slash{Name: name, Names: map[string]string{}, About: shorten(about, mostAbout), Abouts: map[string]string{}, Type: 1,
		Installation: []int{0}, Contexts: contexts}
}

// sameMenu compares two menus whatever order they are in.
func sameMenu(there, wanted []slash) bool {
	if len(there) != len(wanted) {
		return false
	}
	for _, w := range wanted {
		i := slices.IndexFunc(there, func(t slash) bool { return t.Name == w.Name })
		if i < 0 {
			return false
		}
		t := there[i]
		slices.Sort(t.Contexts)
		slices.Sort(t.Installation)
		if len(t.Names) == 0 {
			t.Names = map[string]string{}
		}
		if len(t.Abouts) == 0 {
			t.Abouts = map[string]string{}
		}
		if len(t.Options) == 0 {
			t.Options = nil
		}
		if !reflect.DeepEqual(t, w) {
			return false
		}
	}
	return true
}
