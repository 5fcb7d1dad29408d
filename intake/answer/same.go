package answer

import (
	"strings"
	"unicode"
)

// ownText is how many letters a text must have to be somebody's own: "I don't know" is everybody's.
const ownText = 40

// NameKey is what two typings of one person's name have in common: its first and its last word, folded
// as SameName folds. Middle names are left out as often as not. A slip of the finger makes another key.
func NameKey(name string) string {
	words := strings.Fields(fold(name))
	if len(words) > 2 {
		words = []string{words[0], words[len(words)-1]}
	}
	return strings.Join(words, " ")
}

// TextKey is what two copies of one text have in common, whatever was done to its case, spaces,
// accents and punctuation; "" for one with fewer than forty letters.
func TextKey(text string) string {
	key := fold(text)
	letters := 0
	for _, r := range key {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	if letters < ownText {
		return ""
	}
	return key
}
