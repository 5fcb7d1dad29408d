package discord_test

import (
	"strings"
	"testing"

	"claimline/bots/discord"
	"claimline/intake"
)

func TestThisPlatformsOwnWordsExistInEveryLanguage(t *testing.T) {
	t.Parallel()
	words, err := intake.ReadWords()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range words.Languages() {
		for key, most := range map[string]int{discord.TextLook: 300, discord.TextOpen: 80, discord.TextHere: 300, discord.TextAnswer: 78,
			discord.TextForm: 45, discord.TextChoose: 150, discord.TextPost: 1000, discord.TextRegister: 80, discord.TextPosting: 100, discord.TextCode: 100} {
			text := words.To(lang, "discord."+key)
			if strings.Contains(text, "⟦") || len(text) > most {
				t.Errorf("%s: %s has %d bytes of at most %d: %s", lang, key, len(text), most, text)
			}
		}
	}
}
