package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// office is a desk and an outbox in memory: it answers every event with what the test says.
type office struct {
	answer func(e intake.Event) []intake.Outgoing
	desk   func(e intake.Event) *intake.Message // what the team is shown, where it asks
	fail   error

	mu      sync.Mutex
	events  []intake.Event
	waiting []intake.Outgoing
	ids     map[string]intake.MessageID
	bell    chan struct{}
}

func (o *office) Danger(e intake.Event) (intake.Message, bool) {
	said, ok := e.Did.(intake.Said)
	return intake.Message{Text: wording.Say("Call 112.")}, ok && said.Text == "sos"
}

func (o *office) Owe(context.Context, intake.Event, intake.Message) (func(context.Context) error, error) {
	panic("a terminal takes everything at the first try")
}

func (o *office) Handle(_ context.Context, e intake.Event) (intake.Reply, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fail != nil {
		return intake.Reply{}, o.fail
	}
	o.events = append(o.events, e)
	if o.answer != nil {
		for i, out := range o.answer(e) {
			out.ID, out.Account = fmt.Sprint(len(o.events), "-", i), Account
			o.waiting = append(o.waiting, out)
		}
	}
	if o.desk != nil {
		return intake.Reply{Desk: o.desk(e)}, nil
	}
	return intake.Reply{}, nil
}

func (o *office) Due(_ context.Context, _ string, _ time.Time, _ int, _ map[string]bool) ([]bots.Letter, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waiting) == 0 {
		return nil, nil
	}
	first := o.waiting[0]
	return []bots.Letter{{Outgoing: first, Target: o.ids[first.Of]}}, nil
}

func (o *office) Delivered(_ context.Context, id string, m intake.MessageID, _ time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ids == nil {
		o.ids = map[string]intake.MessageID{}
	}
	o.ids[id] = m
	o.waiting = o.waiting[1:]
	return nil
}

func (o *office) Later(ctx context.Context, id string, _ time.Time, why string) error {
	return o.Drop(ctx, id, why)
}

func (o *office) Drop(ctx context.Context, id, _ string) error {
	return o.Delivered(ctx, id, "", time.Time{})
}

func (o *office) Kick(string) <-chan struct{} { return o.bell }

func (o *office) did() []intake.Did {
	var all []intake.Did
	for _, e := range o.events {
		all = append(all, e.Did)
	}
	return all
}

// shelf keeps files in memory.
type shelf struct{ kept map[string]string }

func (s shelf) Put(_ context.Context, _ intake.Custody, name string, r io.Reader, _ int64) (intake.StoredFile, error) {
	body, err := io.ReadAll(r)
	s.kept[name] = string(body)
	return intake.StoredFile{ID: "file-1", Name: name, Bytes: int64(len(body))}, err
}

// talk pipes lines into a terminal and returns what it wrote.
func talk(t *testing.T, o *office, lines ...string) string {
	t.Helper()
	var out strings.Builder
	term := &Terminal{Desk: o, Outbox: o, Vault: shelf{map[string]string{}}, In: strings.NewReader(strings.Join(lines, "\n")), Out: &out,
		Received: filepath.Join(t.TempDir(), "received"), Session: "s", Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	if err := term.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var question = intake.Message{
	Text: wording.Text{{Text: "May you decide?", Bold: true}},
	Buttons: [][]intake.Button{
		{{Label: "Yes, I alone", Token: "a"}, {Label: "Not sure", Token: "b"}},
		{{Label: "‹ Back", Token: "back"}, {Label: "? Help", Token: "help"}, {Label: "🆘", Token: "sos"}},
	},
}

func asking(m intake.Message) func(intake.Event) []intake.Outgoing {
	return func(intake.Event) []intake.Outgoing { return []intake.Outgoing{{Do: intake.Say, Body: m}} }
}

func TestAChoiceIsMadeByNumberLabelOrSign(t *testing.T) {
	t.Parallel()
	for typed, token := range map[string]string{
		"1": "a", "2": "b", "3": "back", "Yes, I alone": "a", "not sure": "b", "back": "back", "‹ Back": "back", "?": "help", "🆘": "sos",
	} {
		o := &office{answer: asking(question)}
		talk(t, o, typed)
		pressed, ok := o.events[len(o.events)-1].Did.(intake.Pressed)
		if !ok || pressed.Button != token {
			t.Errorf("%q did %#v, want a press of %q", typed, o.events[len(o.events)-1].Did, token)
		}
	}
}

// The desk's next card takes the place of the one that was pressed, which cannot be pressed again.
func TestTheTeamsDesk(t *testing.T) {
	t.Parallel()
	nth := 0
	o := &office{desk: func(intake.Event) *intake.Message {
		nth++
		return &intake.Message{Text: wording.Say(fmt.Sprint("card ", nth)), Buttons: [][]intake.Button{{{Label: fmt.Sprint("Accept ", nth), Token: fmt.Sprint(nth)}}}}
	}}
	screen := talk(t, o, "1", "Accept 1", "Accept 2")
	want := []intake.Did{intake.Said{Text: "/start"}, intake.Pressed{Button: "1", Message: "s-1"}, intake.Said{Text: "Accept 1"}}
	if diff := cmp.Diff(want, o.did()[:3]); diff != "" {
		t.Errorf("what was done (-want +got):\n%s", diff)
	}
	if strings.Count(screen, "card ") != 4 {
		t.Errorf("not every card is on the screen:\n%s", screen)
	}
}

func TestWordsThatAreNoButtonAreAnAnswer(t *testing.T) {
	t.Parallel()
	o := &office{answer: asking(question)}
	talk(t, o, "12 maart 2012", "", "6", "Yes, I alone, always", "bad \xff byte\x00")
	want := []intake.Did{
		intake.Said{Text: "/start"}, intake.Said{Text: "12 maart 2012"}, intake.Said{Text: "6"},
		intake.Said{Text: "Yes, I alone, always"}, intake.Said{Text: "bad \uFFFD byte\uFFFD", Damaged: true},
	}
	if diff := cmp.Diff(want, o.did()); diff != "" {
		t.Errorf("what was done (-want +got):\n%s", diff)
	}
}

// Where a number is the answer, a number presses nothing.
func TestANumberIsAnAnswerWhereOneIsHopedFor(t *testing.T) {
	t.Parallel()
	m := question
	m.Expect = intake.ExpectNumber
	o := &office{answer: asking(m)}
	screen := talk(t, o, "2")
	if got := o.events[1].Did; got != (intake.Said{Text: "2"}) {
		t.Errorf("2 did %#v", got)
	}
	if strings.Contains(screen, "[2]") || !strings.Contains(screen, "[Not sure]") {
		t.Errorf("buttons are numbered:\n%s", screen)
	}
}

func TestEveryEventIsDifferent(t *testing.T) {
	t.Parallel()
	o := &office{answer: asking(question)}
	talk(t, o, "1", "1", "hello", "hello")
	seen := map[string]bool{}
	for _, e := range o.events {
		if seen[e.Identity] || e.Account != Account {
			t.Errorf("event %q came twice, or of %s", e.Identity, e.Account)
		}
		seen[e.Identity] = true
	}
}

func TestAPipedConversationIsPlainAndShowsBothSides(t *testing.T) {
	t.Parallel()
	screen := talk(t, &office{answer: asking(question)}, "1")
	want := hello + `
May you decide?
  [1] Yes, I alone   [2] Not sure
  [3] ‹ Back   [4] ? Help   [5] 🆘
▸ 1

May you decide?
  [1] Yes, I alone   [2] Not sure
  [3] ‹ Back   [4] ? Help   [5] 🆘
` + goodbye
	if diff := cmp.Diff(want, screen); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
}

// A ticked box shows the buttons anew, an answered prompt disappears from what can be pressed, and
// a file handed out is saved.
func TestEditsAndFiles(t *testing.T) {
	t.Parallel()
	ticked := question
	ticked.Buttons = [][]intake.Button{{{Label: "☑ Yes", Token: "off"}}}
	o := &office{}
	o.answer = func(e intake.Event) []intake.Outgoing {
		switch e.Did {
		case intake.Said{Text: "/start"}:
			return []intake.Outgoing{{Do: intake.Say, Body: question}}
		case intake.Pressed{Button: "a", Message: "s-1"}:
			return []intake.Outgoing{{Do: intake.Edit, Of: "1-0", Body: ticked}}
		}
		return []intake.Outgoing{
			{Do: intake.Say, Body: intake.Message{Text: wording.Say("Sent."), File: &intake.Attachment{Name: "../../receipt.txt", Body: []byte("kept")}}},
			{Do: intake.Edit, Of: "1-0", Body: intake.Message{Text: wording.Say("✔ stored")}},
			{Do: intake.Remove, Message: "s-2"},
		}
	}
	screen := talk(t, o, "1", "1", "1")
	if diff := cmp.Diff([]intake.Did{intake.Said{Text: "/start"}, intake.Pressed{Button: "a", Message: "s-1"},
		intake.Pressed{Button: "off", Message: "s-1"}, intake.Said{Text: "1"}}, o.did()); diff != "" {
		t.Errorf("what was done (-want +got):\n%s", diff)
	}
	_, path, _ := strings.Cut(screen, "📎 ")
	path, _, _ = strings.Cut(path, "\n")
	body, err := os.ReadFile(path)
	if err != nil || string(body) != "kept" || filepath.Base(filepath.Dir(path)) != "received" {
		t.Errorf("received file %q holds %q: %v", path, body, err)
	}
	if strings.Contains(screen, "✔ stored") {
		t.Errorf("an answered prompt was shown again:\n%s", screen)
	}
}

// A number means what stands last on the screen: also where an earlier question shows its buttons anew
// below a message that came after it.
func TestANumberMeansTheButtonsThatWereShownLast(t *testing.T) {
	t.Parallel()
	boxes, beside := question, question
	boxes.Buttons = [][]intake.Button{{{Label: "☐ First", Token: "first"}, {Label: "☑ Second", Token: "second"}}}
	beside.Buttons = [][]intake.Button{{{Label: "‹ Back to my question", Token: "resume"}}}
	o := &office{answer: func(e intake.Event) []intake.Outgoing {
		if _, pressed := e.Did.(intake.Pressed); pressed {
			return []intake.Outgoing{{Do: intake.Say, Body: beside}, {Do: intake.Edit, Of: "1-0", Body: boxes}}
		}
		return []intake.Outgoing{{Do: intake.Say, Body: boxes}}
	}}
	talk(t, o, "2", "1", "back to my question")
	want := []intake.Did{intake.Said{Text: "/start"}, intake.Pressed{Button: "second", Message: "s-1"},
		intake.Pressed{Button: "first", Message: "s-1"}, intake.Pressed{Button: "resume", Message: "s-3"}}
	if diff := cmp.Diff(want, o.did()); diff != "" {
		t.Errorf("what was done (-want +got):\n%s", diff)
	}
}

func TestAFileIsOfferedThenSealed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shot 1.png")
	if err := os.WriteFile(path, []byte("pixels"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := &office{answer: func(e intake.Event) []intake.Outgoing {
		if sent, ok := e.Did.(intake.Sent); ok {
			return []intake.Outgoing{{Do: intake.Fetch, File: sent}}
		}
		return nil
	}}
	talk(t, o, "!file "+path, "!file "+path+".missing", "!file")
	want := []intake.Did{intake.Said{Text: "/start"}, intake.Sent{Handle: path, Name: "shot 1.png", Bytes: 6},
		intake.Fetched{Job: "2-0", Stored: intake.StoredFile{ID: "file-1", Name: "shot 1.png", Bytes: 6}}}
	if diff := cmp.Diff(want, o.did()); diff != "" {
		t.Errorf("what was done (-want +got):\n%s", diff)
	}
}

func TestHelpNeedsNoStore(t *testing.T) {
	t.Parallel()
	screen := talk(t, &office{fail: errors.New("the store is down")}, "sos", "Anna")
	if !strings.Contains(screen, "Call 112.") || strings.Count(screen, strings.TrimSpace(notStored)) != 2 {
		t.Errorf("screen:\n%s", screen)
	}
}

func TestALineWithoutEndIsRefused(t *testing.T) {
	t.Parallel()
	o := &office{}
	screen := talk(t, o, strings.Repeat("x", 3*mostLine), "Anna")
	if !strings.Contains(screen, tooLong) || o.events[len(o.events)-1].Did != (intake.Said{Text: "Anna"}) {
		t.Errorf("screen:\n%.200s", screen)
	}
}

// FuzzScreen: nothing that a person or a campaign says reaches the terminal as an order.
func FuzzScreen(f *testing.F) {
	for _, seed := range []string{"Anna", "\x1b[2J", "a\u202Eb", "1\r\n2", "\x9b31m", "🆘\x00", strings.Repeat("é", 200)} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, said, label string) {
		m := intake.Message{Text: wording.Text{{Text: said, Bold: true, Link: label}}, Buttons: [][]intake.Button{{{Label: label, Token: "t"}}}}
		screen := render(m, styles{})
		if !utf8.ValidString(screen) {
			t.Fatalf("bytes that are no text reached the screen from %q and %q", said, label)
		}
		for _, r := range screen {
			if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || bidi(r)) {
				t.Fatalf("%q reached the screen from %q and %q", r, said, label)
			}
		}
		var c chat
		c.show("s", m)
		c.read(said)
		if name := safeName(label); strings.ContainsAny(name, `/\`) || name == ".." {
			t.Fatalf("%q became the file name %q", label, name)
		}
	})
}
