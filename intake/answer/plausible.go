package answer

import (
	"slices"
	"strings"
)

// keyRow is a row of keys side by side, and how many in a row no name is made of. The upper row
// writes names, such as Wert and Trew, so there it takes more of them.
type keyRow struct {
	keys string
	most int
}

// The rows of the Latin and Cyrillic keyboards, as fold writes their letters.
var keyRows = []keyRow{
	{"qwertyuiop", 5}, {"qwertzuiop", 5}, {"azertyuiop", 6}, {"qwer", 4},
	{"asdfghjkl", 4}, {"qsdfghjklm", 4}, {"zxcvbnm", 4}, {"yxcvbnm", 4}, {"wxcvbn", 4},
	{"ицукенгшщзхъ", 5}, {"фывапролджэ", 4}, {"ячсмитьбю", 5},
}

// Implausible reports whether nobody can be called this: fingers run along the keys ("asdfgh"), one
// letter over and over ("xxx"), a few letters again and again ("asdasdasd"), or words that stand
// for a name and are none ("test test"). It looks at how a name is made and knows no names, so that
// it is wrong about nobody's: short names, names in any script, and the same name twice all pass.
func Implausible(name string) bool {
	words := strings.Fields(fold(name))
	letters := []rune(strings.Join(words, ""))
	if len(letters) == 0 {
		return false
	}
	if len(letters) >= 3 && repeats(letters, 1) || !slices.ContainsFunc(words, func(w string) bool { return !nameless(w) }) {
		return true
	}
	return slices.ContainsFunc(words, func(w string) bool { return alongKeys(w) || overAndOver([]rune(w)) })
}

// overAndOver reports one letter four times (III is a king's number), two letters four times, or
// three letters three times: Lulu, Bambam and Kaykay are names.
func overAndOver(word []rune) bool {
	return len(word) >= 4 && repeats(word, 1) || len(word) >= 8 && repeats(word, 2) || len(word) >= 9 && repeats(word, 3)
}

// repeats reports whether a word is its first n letters again and again, the last time perhaps cut short.
func repeats(word []rune, n int) bool {
	for i := n; i < len(word); i++ {
		if word[i] != word[i-n] {
			return false
		}
	}
	return true
}

// alongKeys reports whether a whole word is keys side by side, in either direction.
func alongKeys(word string) bool {
	back := []rune(word)
	slices.Reverse(back)
	return slices.ContainsFunc(keyRows, func(row keyRow) bool {
		return len(back) >= row.most && (strings.Contains(row.keys, word) || strings.Contains(row.keys, string(back)))
	})
}

// nameless reports whether a word stands for a name in one of the languages.
func nameless(word string) bool {
	for _, s := range speeches() {
		if slices.Contains(s.Nameless, word) {
			return true
		}
	}
	return false
}
