package answer

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// hostile is what people send who do not mean to answer, as long as a platform carries it or longer.
var hostile = map[string]string{
	"4,096 emoji":        strings.Repeat("😀", 4096),
	"one megabyte":       strings.Repeat("a1 ", 1<<20/3),
	"combining marks":    "a" + strings.Repeat("\u0301", 8000),
	"NUL":                strings.Repeat("\x00", 100),
	"lone surrogates":    strings.Repeat("\xed\xa0\x80", 100),
	"replaced surrogate": "Anna\ufffd",
	"right to left":      strings.Repeat("مثال ", 500),
	"override":           "\u202e" + strings.Repeat("a", 100),
	"joined emoji":       strings.Repeat("👩\u200d", 2000),
	"digits":             strings.Repeat("1", 16000),
	"groups":             strings.Repeat("12-34 ", 2500),
	"almost an IBAN":     strings.Repeat("NL91ABNA041716430 ", 800),
	"jamo":               strings.Repeat("ᄀ", 5000),
	"only spaces":        strings.Repeat(" \n", 500),
	"tag characters":     "🏴" + strings.Repeat("\U000e0067", 3000),
	"nested links":       strings.Repeat("https://", 1000) + "@a",
}

func TestHostileWordsAreTakenAsTheyAreOrRefused(t *testing.T) {
	t.Parallel()
	for label, words := range hostile {
		for _, k := range kinds {
			reading, unfit := Read(k, words, Limits{Max: 60}, dutch)
			switch {
			case unfit != nil && !knownReason(unfit):
				t.Errorf("%s as %s: %v", label, k, unfit)
			case unfit == nil && len(reading.Values)+len(reading.Options) == 0:
				t.Errorf("%s as %s: neither read nor refused", label, k)
			}
			for _, value := range reading.Values {
				if len(value) > 1000 || !utf8.ValidString(value) {
					t.Errorf("%s as %s: %d bytes were taken", label, k, len(value))
				}
			}
		}
	}
}

func BenchmarkHostileLongText(b *testing.B) {
	benchmarkRead(b, LongText, strings.Repeat("aa11 NL91ABNA041716430 123 456 ", 500), dutch)
}
