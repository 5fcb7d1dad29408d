package endtoend

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"claimline/bots/terminal"
	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/intake/story"
)

// typist is somebody at a terminal. All they know is what stands on the screen: they choose by
// number, type answers, and wait for the sign that it is their turn.
type typist struct {
	somebody
	status   campaign.Status
	received string // folder
	sent     uint8  // files, each another one
	screen   *screen
	keys     *io.PipeWriter
	left     chan error // Run's end
	read     int        // of the screen
	choices  []offered  // that stand on it last
}

var _ story.Surface = (*typist)(nil)

// offered is a button as the screen shows it.
type offered struct{ label, types string }

// screen keeps what a terminal writes and tells whenever it is the person's turn.
type screen struct {
	mu    sync.Mutex
	all   strings.Builder
	turns chan struct{}
}

// yourTurn is how the terminal says so.
const yourTurn = "\x1b[1m▸ \x1b[0m"

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if string(p) == yourTurn {
		s.turns <- struct{}{}
		return len(p), nil
	}
	return s.all.Write(p)
}

func (s *screen) after(n int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()[n:]
}

// tellAtTerminals tells stories at a terminal. Each has a store of its own, since a terminal has one person.
func tellAtTerminals(t *testing.T, on surface, stories []story.Story, database func(testing.TB) string, list *listing) {
	for _, s := range stories {
		t.Run(on.name+"/"+s.Name, func(t *testing.T) {
			in := install(t, database, newClock(t, t.TempDir(), begin, on.speed), world{})
			in.tell(t, on, s, &heard{}, list)
		})
	}
}

func (in *installation) tellOnTerminal(t *testing.T, s story.Story, _ *heard) string {
	p := &typist{somebody: in.somebody(t, terminal.Account, s.Locale), status: campaign.Status(s.Status), received: t.TempDir()}
	p.sit()
	told := story.Tell(p, s, p)
	p.leave()
	return told
}

// beyondKeyboards is what nobody can do at a keyboard.
func beyondKeyboards(step story.Step) (why string) {
	switch {
	case step.Gives != "":
		return step.Gives + ": a terminal has only words and files"
	case step.Forwards != "":
		return "a forwarded message: a terminal has nobody else's"
	case step.Edits != "":
		return "a change of what was typed: it stands"
	case step.Away:
		return "an absence: nobody is at a terminal without the program"
	case step.Late != "":
		return "an old button, " + step.Late + ": on a terminal it is gone with its question"
	}
	return ""
}

// sit opens the chat, which says hello by itself.
func (p *typist) sit() {
	p.Helper()
	log, err := os.OpenFile(p.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		p.Fatal(err)
	}
	desk := &intake.Desk{Store: p.store, Words: p.words, Signer: intake.Signer{Key: p.store.ButtonKey()}, Now: p.clock.now,
		Campaign: func(id string) (*campaign.Campaign, campaign.Status, bool) {
			c, ok := p.campaigns[cmp.Or(id, tiktok)]
			return c, p.status, ok
		}}
	var keyboard *io.PipeReader
	keyboard, p.keys = io.Pipe()
	p.screen, p.left, p.read = &screen{turns: make(chan struct{}, 1)}, make(chan error, 1), 0
	chat := &terminal.Terminal{Desk: desk, Outbox: p.store, Vault: p.store.Vault(), In: keyboard, Out: p.screen, Live: true, Received: p.received,
		Locale: p.locale, Session: p.clock.now().String(), Now: p.clock.now, Log: slog.New(slog.NewTextHandler(log, nil))}
	go func() {
		err := chat.Run(context.Background())
		_ = log.Close()
		p.left <- err
	}()
	p.turn()
}

// leave ends the input, as Ctrl-D does.
func (p *typist) leave() {
	p.Helper()
	_ = p.keys.Close() // which never fails
	if err := <-p.left; err != nil {
		p.Error(err)
	}
}

// turn waits until it is the person's turn, and looks at the choices there are now.
func (p *typist) turn() {
	p.Helper()
	select {
	case <-p.screen.turns:
	case err := <-p.left:
		p.Fatalf("the chat ended: %v", err)
	case <-time.After(patience):
		p.Fatalf("nothing came:\n%s", p.screen.after(0))
	}
	if now := choices(p.screen.after(p.read)); len(now) > 0 {
		p.choices = now
	}
}

// Say types a line, after a while: nobody reads at once.
func (p *typist) Say(text string) {
	p.Helper()
	p.clock.advance(20 * time.Second)
	if _, err := io.WriteString(p.keys, text+"\n"); err != nil {
		p.Fatal(err)
	}
	p.turn()
}

// Press implements story.Surface: by number what stands last on the screen, by its words what stands
// further up.
func (p *typist) Press(label string, _ bool) {
	p.Helper()
	for _, c := range p.choices {
		if c.label == label {
			p.Say(c.types)
			return
		}
	}
	if !strings.Contains(p.screen.after(0), label) {
		p.Errorf("there is no choice %q; there are %q", label, p.Labels())
		return
	}
	p.Say(label)
}

// Send implements story.Surface.
func (p *typist) Send(kind string) {
	p.Helper()
	p.sent++
	f := picture("canary"+kind, 2+p.sent)
	path := filepath.Join(p.received, f.Name)
	if err := os.WriteFile(path, f.Body, 0o600); err != nil {
		p.Fatal(err)
	}
	if kind == "huge" {
		if err := os.Truncate(path, intake.MaxFileBytes+1); err != nil {
			p.Fatal(err)
		}
	}
	p.Say("!file " + path)
}

// Give, Forward, Edit and Away are left out of what is told here.
func (p *typist) Give(what string)    { p.Fatalf("nobody can give %s at a terminal", what) }
func (p *typist) Forward(text string) { p.Fatalf("nobody can forward %q at a terminal", text) }
func (p *typist) Away()               { p.Fatal("nobody is at a terminal without the program") }
func (p *typist) Edit(text string)    { p.Fatalf("nobody can change %q at a terminal", text) }

// Wait implements story.Surface.
func (p *typist) Wait(d time.Duration) { p.clock.advance(d) }

// Seen implements story.Surface: what has come onto the screen, without the choices.
func (p *typist) Seen() []string {
	fresh := p.screen.after(p.read)
	p.read += len(fresh)
	var lines []string
	for line := range strings.Lines(fresh) {
		if !cell.MatchString(line) {
			lines = append(lines, strings.ReplaceAll(style.ReplaceAllString(line, ""), p.received+string(filepath.Separator), ""))
		}
	}
	if text := strings.TrimSpace(strings.Join(lines, "")); text != "" {
		return []string{text}
	}
	return nil
}

// Labels implements story.Surface.
func (p *typist) Labels() []string {
	var labels []string
	for _, c := range p.choices {
		labels = append(labels, c.label)
	}
	return labels
}

var (
	style = regexp.MustCompile(`\x1b\[\d*m`)
	cell  = regexp.MustCompile(`\x1b\[36m\[(.+?)\]\x1b\[0m(?: ([^ \x1b].*?))?(?: <\S+>)?(?:   |\n)`)
	link  = regexp.MustCompile(` <\S+>$`)
)

// choices are those that stand last on a screen: under one message, one row a line.
func choices(screen string) []offered {
	var all []offered
	for line := range strings.Lines(screen) {
		cells := cell.FindAllStringSubmatch(line, -1)
		if cells == nil && strings.TrimSpace(line) != "" || cells != nil && cells[0][1] == "1" { // another message
			all = nil
		}
		for _, c := range cells {
			label, types := c[2], c[1]
			if _, err := strconv.Atoi(types); err != nil || label == "" { // chosen by its words
				label = link.ReplaceAllString(c[1], "")
				types = label
			}
			all = append(all, offered{label, types})
		}
	}
	return all
}
