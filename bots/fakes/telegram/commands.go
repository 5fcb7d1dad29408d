package telegram

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Command is one line of the menu.
type Command struct {
	Name        string `json:"command"`
	Description string `json:"description"`
}

const mostCommands = 100

var (
	commandForm  = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)
	languageForm = regexp.MustCompile(`^([a-z]{2})?$`)
)

// menuKey is where and in which language a menu is shown.
type menuKey struct {
	Scope    string `json:"type"`
	Chat     int64  `json:"chat_id"`
	User     int64  `json:"user_id"`
	Language string `json:"-"`
}

func (c *call) menuKey() (menuKey, error) {
	key := menuKey{}
	if _, err := c.object("scope", &key); err != nil {
		return key, badRequest("can't parse BotCommandScope: %v", err)
	}
	if key.Scope == "" {
		key.Scope = "default"
	}
	known := []string{"default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat", "chat_administrators", "chat_member"}
	if !slices.Contains(known, key.Scope) {
		return key, badRequest("can't parse BotCommandScope: unsupported type specified")
	}
	key.Language = c.params["language_code"]
	if !languageForm.MatchString(key.Language) {
		return key, badRequest("invalid language code specified")
	}
	return key, nil
}

func setMyCommands(s *Server, c *call) (any, error) {
	key, err := c.menuKey()
	if err != nil {
		return nil, err
	}
	if in := s.chats[key.Chat]; key.Chat != 0 && (in == nil || in.kind == private && !in.open) {
		return nil, badRequest("chat not found")
	}
	var list []Command
	if _, err := c.object("commands", &list); err != nil {
		return nil, badRequest("can't parse commands: expected an Array of BotCommand")
	}
	if len(list) > mostCommands {
		return nil, badRequest("BOT_COMMANDS_TOO_MUCH")
	}
	for _, one := range list {
		switch n := utf8.RuneCountInString(one.Description); {
		case !commandForm.MatchString(one.Name):
			return nil, badRequest("BOT_COMMAND_INVALID")
		case n < 1 || n > 256:
			return nil, badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
		}
	}
	s.menus[key] = list
	return true, nil
}

func getMyCommands(s *Server, c *call) (any, error) {
	key, err := c.menuKey()
	if err != nil {
		return nil, err
	}
	return append([]Command{}, s.menus[key]...), nil
}

func deleteMyCommands(s *Server, c *call) (any, error) {
	key, err := c.menuKey()
	if err != nil {
		return nil, err
	}
	delete(s.menus, key)
	return true, nil
}

// Menu is the menu of commands that a person sees in the private chat: the narrowest scope that
// has one counts, and in it the person's language before none.
func (p *Person) Menu() []Command {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	language, _, _ := strings.Cut(p.user.Language, "-")
	for _, scope := range []menuKey{{Scope: "chat", Chat: p.user.ID}, {Scope: "all_private_chats"}, {Scope: "default"}} {
		for _, l := range []string{language, ""} {
			scope.Language = l
			if list := s.menus[scope]; len(list) > 0 {
				return append([]Command(nil), list...)
			}
		}
	}
	return nil
}
