package endtoend

import (
	"hash/fnv"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"claimline/bots/botstest"
	"claimline/bots/fakes/discord"
	fake "claimline/bots/fakes/telegram"
	"claimline/bots/terminal"
	"claimline/intake/campaign"
	"claimline/intake/story"
)

// usual are platforms with their real limits, but for time that a busy machine is given: a second of
// Telegram's long poll takes a fiftieth, and an answer may come late.
func usual() world {
	return world{
		telegram: fake.Options{PollSecond: 20 * time.Millisecond, AnswerWithin: 5 * time.Minute, Rates: fake.PublishedRates()},
		discord:  discord.Options{AnswerWithin: 10 * time.Minute, TokenLife: 2 * time.Hour, ResumeWindow: 10 * time.Minute, NonceWindow: 15 * time.Minute, Rates: discord.PublishedRates()},
	}
}

// surface is where stories are told.
type surface struct {
	name     string // also of the folder with its transcripts
	together int    // how many stories share a program
	speed    int    // of the clock: people who answer at once must seem to read
	tell     func(in *installation, t *testing.T, s story.Story, heard *heard) string
	// beyond says of a step that nobody can do there why that is so; nil where everything can be done.
	beyond func(story.Step) (why string)
	links  bool                     // into a chat, that carry where somebody comes from
	lacks  func(story.Story) string // why a story is not told there; nil where all are
}

// surfaces are all of them, with the private page behind each chat that needs one. One program sends
// at most 25 messages a second to Telegram, so that all stories in one would take minutes; people on a
// page are slowed down each for themselves.
func surfaces() []surface {
	return []surface{
		{name: "discord", together: 24, speed: 10, tell: (*installation).tellOnDiscord, beyond: beyondDiscord},
		{name: "discord-ephemeral", together: 24, speed: 10, tell: (*installation).tellBehindClosedDoors, beyond: beyondDiscord, lacks: notWhispered},
		{name: "telegram", together: 12, speed: 5, tell: (*installation).tellOnTelegram, links: true},
		{name: "terminal", together: 12, speed: 1, tell: (*installation).tellOnTerminal, beyond: beyondKeyboards},
	}
}

// fit makes a story fit for a surface: what cannot be done there is left out, and said to be.
func (on surface) fit(s story.Story) (fit story.Story, leftOut string) {
	var steps []story.Step
	for _, step := range s.Steps {
		why := ""
		if on.beyond != nil {
			why = on.beyond(step)
		}
		if why == "" {
			steps = append(steps, step)
			continue
		}
		leftOut += "(left out: " + why + ")\n"
	}
	s.Steps = steps
	if !on.links {
		withoutLinks(s)
	}
	return s, leftOut
}

// heard is what people said while stories were told.
type heard struct {
	words    words    // all of it, and who they are
	children children // what names a child
}

// programs is how many run at once on each database: more would not be quicker, and a server has
// only so many connections.
const programs = 6

// TestStories tells every story through the whole program on both databases. Dozens of people talk
// with one program at the same time; those whom time or an absence happens to, or whose campaign is
// not open, have one of their own. In the end nothing that anybody said may be found in what the
// program wrote, and nothing of a child in what it sent to Discord.
func TestStories(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database func(testing.TB) string) {
		list := &listing{}
		var all errgroup.Group
		all.SetLimit(programs)
		for _, on := range surfaces() {
			tellRound := tellTogether
			if on.name == terminal.Name {
				tellRound = tellAtTerminals
			}
			for _, round := range rounds(on.choose(t, story.All(t)), on.together) {
				all.Go(func() error { tellRound(t, on, round, database, list); return nil })
			}
		}
		_ = all.Wait()
		t.Log(list)
	})
}

// choose are the stories that a surface can tell. The others are skipped by name.
func (on surface) choose(t *testing.T, all []story.Story) (told []story.Story) {
	for _, s := range all {
		why := ""
		if on.lacks != nil {
			why = on.lacks(s)
		}
		if why == "" {
			told = append(told, s)
			continue
		}
		t.Run(on.name+"/"+s.Name, func(t *testing.T) { t.Skip(why) })
	}
	return told
}

// begin is when every story begins.
var begin = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// tellTogether tells stories side by side through one program, and looks for what was said in the end.
func tellTogether(t *testing.T, on surface, stories []story.Story, database func(testing.TB) string, list *listing) {
	in := install(t, database, newClock(t, t.TempDir(), begin, on.speed), usual())
	in.move(campaign.Status(stories[0].Status))
	in.start()
	in.connected()
	heard := &heard{}
	var all sync.WaitGroup
	for _, s := range stories {
		all.Go(func() { t.Run(on.name+"/"+s.Name, func(t *testing.T) { in.tell(t, on, s, heard, list) }) })
	}
	all.Wait()
	if !alone(stories[0]) { // a program that was started again does not know what the last one sent
		in.refused()
		in.refusedByDiscord()
	}
	in.command("audit", "verify")
	in.keepsFromDiscord(t, &heard.children)
	heard.words.add(in.passing()...)
	t.Run("nothing that was said is found/"+on.name+"/"+stories[0].Name, func(t *testing.T) { in.holdsNone(t, &heard.words) })
}

// rounds puts together the stories that may share a program, at most so many in one, and about as many
// in each. What takes longest comes first.
func rounds(all []story.Story, together int) [][]story.Story {
	var single [][]story.Story
	var shared []story.Story
	for _, s := range all {
		if alone(s) {
			single = append(single, []story.Story{s})
		} else {
			shared = append(shared, s)
		}
	}
	programs := max(1, (len(shared)+together-1)/together)
	return append(slices.Collect(slices.Chunk(shared, max(1, (len(shared)+programs-1)/programs))), single...)
}

func alone(s story.Story) bool {
	return s.Status != string(campaign.Open) ||
		slices.ContainsFunc(s.Steps, func(step story.Step) bool { return step.Away || step.Waits != 0 })
}

// refused fails the test where Telegram refused a call: for what stood in it, or for being too fast.
func (in *installation) refused() {
	in.Helper()
	told := map[string]bool{}
	for _, e := range in.telegram.History() {
		what := e.Method + ": " + string(e.Reply)
		if e.Method == "editMessageText" && strings.Contains(what, "no text in the message to edit") {
			continue // the words of a file are its caption: the program learns it so, and edits that
		}
		if e.Status == http.StatusTooManyRequests || e.Method == "editMessageText" {
			what += " for " + e.Params["text"]
		}
		if e.Status >= http.StatusBadRequest && !told[what] {
			told[what] = true
			in.Errorf("refused %s", what)
		}
	}
}

// tell tells one story and compares the transcript with the one kept.
func (in *installation) tell(t *testing.T, on surface, s story.Story, heard *heard, list *listing) {
	s, leftOut := on.fit(s)
	list.note(t, s.Name, on.name, leftOut != "")
	s, own := personal(s)
	told := on.tell(in, t, s, heard)
	golden(t, filepath.Join("testdata", "transcripts", on.name, s.Name+".txt"), leftOut+masked(own(told)))
}

func (in *installation) tellOnTelegram(t *testing.T, s story.Story, heard *heard) string {
	p := in.meet(t, s.Name, s.Locale)
	heard.words.of(s, p)
	b := botstest.NewBrowser(t, in.public, s.Locale)
	b.Attach, b.Before = p.attach, func() { time.Sleep(glance) }
	return story.Tell(t, s, botstest.Read(p, b))
}

// personal gives the people of a story a surname that no other story has, so that people of
// different stories are not taken for the same. own turns it back for the transcript.
func personal(s story.Story) (story.Story, func(string) string) {
	h := fnv.New64a()
	h.Write([]byte(s.Name))
	var letters []byte
	for n := h.Sum64() % (26 * 26 * 26 * 26); len(letters) < 4; n /= 26 {
		letters = append(letters, byte('a'+n%26))
	}
	mark := string(letters)
	surname := strings.NewReplacer("Voorbeeld", "Voorbeeld"+mark, "voorbeeld", "voorbeeld"+mark, "example.org", mark+".example.org")
	rename := func(text string) string {
		return handle.ReplaceAllString(postcodes("xq", surname.Replace(text)), "${1}"+mark)
	}
	steps := make([]story.Step, len(s.Steps))
	for i, step := range s.Steps {
		for _, text := range []*string{&step.Says, &step.Presses, &step.Late, &step.Forwards, &step.Edits} {
			*text = rename(*text)
		}
		step.Answers, step.Sees, step.SeesNot = each(step.Answers, rename), each(step.Sees, rename), each(step.SeesNot, rename)
		steps[i] = step
	}
	s.Steps = steps
	answers := map[string]string{}
	for id, value := range s.Ends.Answers {
		answers[id] = rename(value)
	}
	s.Ends.Answers = answers
	back := strings.NewReplacer("oorbeeld"+mark, "oorbeeld", mark+".example.org", "example.org", ".v"+mark, ".v", "_2"+mark, "_2")
	return s, func(text string) string { return postcodes("ab", back.Replace(text)) }
}

// A short user name on TikTok, as stories give it.
var handle = regexp.MustCompile(`\b([a-z]+(?:\.v|_2))\b`)

// The letters of a Dutch postcode, whose digits are no year. "1234ab" could be part of any hash.
var postcode = regexp.MustCompile(`\b((?:1[0-8]|[3-9]\d)\d\d ?)(?:[a-z]{2}|([A-Z]{2}))\b`)

func postcodes(letters, text string) string {
	return postcode.ReplaceAllStringFunc(text, func(found string) string {
		digits := postcode.FindStringSubmatch(found)
		if digits[2] != "" {
			letters = strings.ToUpper(letters)
		}
		return digits[1] + letters
	})
}

func each(list []string, change func(string) string) []string {
	var out []string
	for _, s := range list {
		out = append(out, change(s))
	}
	return out
}

// What differs from run to run is not part of a transcript.
var reference = regexp.MustCompile(`\b(TT|ZM|TEST)-[0-9A-Z]{4}-[0-9A-Z]{4}\b`)

var timeOfDay = regexp.MustCompile(`\b\d\d:\d\d (CES?T)\b`)

func masked(told string) string {
	told = timeOfDay.ReplaceAllString(told, "HH:MM $1") // the clock goes on while a story is told
	return reference.ReplaceAllString(told, "$1-XXXX-XXXX")
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if t.Failed() {
		return
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run with -update to write it)", err)
	}
	// Whether a question is still seen as the arrow that is left of it is a matter of moments.
	lines := func(told string) []string { return strings.Split(strings.ReplaceAll(told, "\n↓\n", "\n"), "\n") }
	if diff := cmp.Diff(lines(string(want)), lines(got)); diff != "" {
		t.Errorf("the transcript changed (-want +got):\n%s", diff)
	}
}
