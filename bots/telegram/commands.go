package telegram

import (
	"context"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"claimline/bots"
	"claimline/intake"
)

// SetCommands puts the commands into the menu of private chats: one list for each language, and the
// one of the fallback language for everybody else. Errors are *bots.Failure.
func (b *Bot) SetCommands(ctx context.Context, commands []intake.CommandName, fallback string) error {
	for lang, list := range menus(commands) {
		if err := b.setMenu(ctx, list, lang); err != nil {
			return err
		}
		if lang != fallback {
			continue
		}
		if err := b.setMenu(ctx, list, ""); err != nil {
			return err
		}
	}
	return nil
}

type menuEntry struct {
	Command     string `json:"command"`     // 1 to 32 of a-z, 0-9 and _
	Description string `json:"description"` // 1 to 256 characters
}

func menus(commands []intake.CommandName) map[string][]menuEntry {
	byLanguage := map[string][]menuEntry{}
	for _, c := range commands {
		byLanguage[c.Language] = append(byLanguage[c.Language], menuEntry{c.Name, c.Description})
	}
	return byLanguage
}

func (b *Bot) setMenu(ctx context.Context, list []menuEntry, lang string) error {
	p := tgbotapi.Params{"commands": encode(list), "scope": `{"type":"all_private_chats"}`}
	p.AddNonEmpty("language_code", lang)
	if err := b.client.gate.Open(ctx, ""); err != nil {
		return &bots.Failure{Class: bots.Unreachable, Doing: "setMyCommands"}
	}
	_, err := b.client.call(ctx, request{method: "setMyCommands", params: p})
	return err
}
