package discord

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Command is a slash command as the bot has registered it.
type Command struct {
	ID                       string            `json:"id,omitempty"`
	Type                     int               `json:"type,omitempty"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations"`
	Options                  []CommandOption   `json:"options"`
	DefaultMemberPermissions json.RawMessage   `json:"default_member_permissions"`
	DMPermission             *bool             `json:"dm_permission,omitempty"`
	IntegrationTypes         []int             `json:"integration_types"`
	Contexts                 []int             `json:"contexts"`
	NSFW                     bool              `json:"nsfw,omitempty"`

	ApplicationID string `json:"application_id,omitempty"`
	Version       string `json:"version,omitempty"`
}

// CommandOption is a value that a command takes.
type CommandOption struct {
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Required                 bool              `json:"required"`
	ChannelTypes             json.RawMessage   `json:"channel_types,omitempty"`
	Options                  json.RawMessage   `json:"options,omitempty"`
	Choices                  json.RawMessage   `json:"choices,omitempty"`
	Autocomplete             bool              `json:"autocomplete"`
	MinLength                *int              `json:"min_length,omitempty"`
	MaxLength                int               `json:"max_length,omitempty"`
}

// commandName is the form that a name of a command has (application-commands.mdx).
var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// locales are the languages that Discord has (reference.mdx).
const locales = "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko"

// setCommands puts a list in the place of all global commands.
func (s *Server) setCommands(c *call) (any, error) {
	if c.path["application_id"] != ApplicationID {
		return nil, forbidden(20012, "You are not authorized to perform this action on this application")
	}
	var list []Command
	if err := s.decode(c, &list); err != nil {
		return nil, err
	}
	var f flaws
	if len(list) > 100 {
		f.add("", "APPLICATION_COMMANDS_MAX", "Maximum number of application commands reached (100).")
	}
	seen := map[string]bool{}
	for i, one := range list {
		f.command(strconv.Itoa(i), one)
		if seen[one.Name] {
			f.add(strconv.Itoa(i)+".name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[one.Name] = true
		if one.Contexts == nil || one.IntegrationTypes == nil {
			s.violation(c.route.name, fmt.Sprintf("the command %s does not say its contexts and integration types", one.Name))
		}
	}
	for _, one := range f {
		s.violation(c.route.name, one.path+" "+one.text)
	}
	if len(f) > 0 {
		return nil, &refusal{status: http.StatusBadRequest, code: codeInvalidForm, text: "Invalid Form Body", flaws: f}
	}
	for i := range list {
		list[i].ID, list[i].Version, list[i].ApplicationID, list[i].Type = s.id(), s.id(), ApplicationID, max(list[i].Type, 1)
		if was := slices.IndexFunc(s.commands, func(o Command) bool { return o.Name == list[i].Name }); was >= 0 {
			list[i].ID = s.commands[was].ID
		}
	}
	s.commands = list
	return s.getCommands(c)
}

func (s *Server) getCommands(*call) (any, error) { return append([]Command{}, s.commands...), nil }

// command checks one command.
func (f *flaws) command(path string, c Command) {
	f.name(path+".name", c.Name)
	f.between(path+".description", c.Description, 1, 100)
	total := length(c.Name) + length(c.Description)
	for locale, name := range c.NameLocalizations {
		f.locale(path+".name_localizations", locale)
		f.name(path+".name_localizations."+locale, name)
	}
	for locale, text := range c.DescriptionLocalizations {
		f.locale(path+".description_localizations", locale)
		f.between(path+".description_localizations."+locale, text, 1, 100)
	}
	if len(c.Options) > 25 {
		f.add(path+".options", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
	}
	for i, o := range c.Options {
		f.name(at(path+".options", i)+".name", o.Name)
		f.between(at(path+".options", i)+".description", o.Description, 1, 100)
		total += length(o.Name) + length(o.Description)
	}
	if total > 8000 {
		f.add(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
	}
}

func (f *flaws) name(path, name string) {
	if !commandName.MatchString(name) || name != strings.ToLower(name) {
		f.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
}

func (f *flaws) locale(path, locale string) {
	if !slices.Contains(strings.Fields(locales), locale) {
		f.add(path, "BASE_TYPE_CHOICES", "%s is no locale of Discord", locale)
	}
}
