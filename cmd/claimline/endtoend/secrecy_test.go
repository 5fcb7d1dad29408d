package endtoend

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"claimline/cmd/rehearse/leaks"
	"claimline/intake/story"
)

// words are what people said, and who they are: all that may be found nowhere.
type words struct {
	mu  sync.Mutex
	all map[string]bool
}

// of adds the words of a story and of the person who tells it.
func (w *words) of(s story.Story, p *person) {
	w.add(strconv.FormatInt(p.chat.ID(), 10), "Canaryfirst", "Canarylast", "canary_"+strings.ReplaceAll(s.Name, "-", "_"),
		"canaryphoto", "canarydocument", "canaryhuge")
	w.ofStory(s)
}

// ofUser is the same for somebody on Discord.
func (w *words) ofUser(s story.Story, u *user) {
	w.add(u.chat.ID(), u.chat.ChannelID(), u.room.ChannelID(), "Canaryfirst", "Canarylast", "canary_"+strings.ReplaceAll(s.Name, "-", "_"),
		"canaryphoto", "canarydocument", "canaryhuge")
	w.ofStory(s)
}

func (w *words) ofStory(s story.Story) {
	for _, step := range s.Steps {
		typed := append(slices.Clone(step.Answers), step.Says, step.Forwards, step.Edits)
		for _, text := range typed {
			w.add(distinctive(text)...)
		}
	}
}

func (w *words) add(all ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = map[string]bool{}
	}
	for _, one := range all {
		w.all[one] = true
	}
}

func (w *words) list() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.all))
}

// What of a typed text is nobody else's: a name with the story's surname, an address, a date, a
// postcode, a number of some length. A word such as "Nederland" stands in the program's own texts.
var distinct = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\S*voorbeeld[a-z]{4}\S*`),
	regexp.MustCompile(`(?i)\p{L}+ \S*voorbeeld[a-z]{4}`),
	regexp.MustCompile(`\S+@\S+`),
	regexp.MustCompile(`@\S+`),
	regexp.MustCompile(`\d{1,2} \p{L}+ \d{4}`),
	regexp.MustCompile(`\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}`),
	regexp.MustCompile(`(?i)\b\d{4} ?[a-z]{2}\b`),
	regexp.MustCompile(`\+?\d[\d -]{6,}\d`),
}

func distinctive(text string) []string {
	var found []string
	for _, form := range distinct {
		found = append(found, form.FindAllString(text, -1)...)
	}
	return found
}

// holdsNone looks for what people said, and for the bot's token, in everything that the program
// wrote: database, keys, files, log. Then it plants a word and expects the same search to find it.
func (in *installation) holdsNone(t *testing.T, spoken *words) {
	secrets := append(spoken.list(), token, strings.Split(token, ":")[1], discordToken, strings.Split(discordToken, ".")[2])
	t.Logf("looking for %d words, for example %q", len(secrets), secrets[len(secrets)/2])
	places := in.places(t)
	size := 0
	for _, p := range places {
		size += len(p.Body)
	}
	t.Logf("in %d places, %d bytes", len(places), size)
	for _, found := range leaks.Search(places, secrets) {
		t.Errorf("found %s", found)
	}
	in.plant(t)
	canaries := []string{planted, strconv.Itoa(plantedID)}
	found := leaks.Search(in.places(t), canaries)
	for _, want := range canaries {
		if !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, strconv.Quote(want)) }) {
			t.Errorf("the planted %q was not found, so the search proves nothing", want)
		}
	}
}

// The canary is what must be found.
const (
	planted   = "Kanarie van Voorbeeld"
	plantedID = 5_123_456_789
)

// plant writes a canary where the program could have left a word: a row, and a line of the log.
func (in *installation) plant(t *testing.T) {
	t.Helper()
	if _, err := in.db.Exec("INSERT INTO settings (name, value) VALUES ('canary', '" + hex.EncodeToString([]byte(planted)) + "')"); err != nil {
		t.Fatalf("planting a row: %v", err)
	}
	in.note(binary.LittleEndian.AppendUint64(nil, plantedID))
}

// places gathers everything that the program wrote.
func (in *installation) places(t *testing.T) []leaks.Place {
	t.Helper()
	all, err := leaks.Folder(in.dir)
	if err != nil {
		t.Fatal(err)
	}
	rows, notes, err := leaks.Database(context.Background(), in.address)
	if err != nil {
		t.Fatal(err)
	}
	for _, note := range notes {
		t.Log(note)
	}
	if len(rows) < 4 {
		t.Errorf("expected a database, its keys and their logs, found %d files", len(rows))
	}
	return append(all, rows...)
}
