package terminal

import (
	"context"
	"errors"
	"io"
	"os"

	"claimline/bots"
	"claimline/intake"
)

// Deliver shows a message, changes an earlier one, or takes a file into custody. Its errors are
// always a *bots.Failure.
func (t *Terminal) Deliver(ctx context.Context, l bots.Letter) (intake.MessageID, error) {
	switch l.Do {
	case intake.Fetch:
		return "", t.fetch(ctx, l)
	case intake.Edit:
		t.change(l.Target, l.Body)
		return l.Target, nil
	case intake.Remove: // a terminal cannot take back what stands on it
		return "", nil
	}
	return t.say(l.Body), nil
}

// say shows a message and keeps the file that comes with it.
func (t *Terminal) say(m intake.Message) intake.MessageID {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.write(render(m, t.styles()))
	if m.File != nil {
		t.write(t.receive(*m.File))
	}
	return t.chat.show(t.Session, m)
}

func (t *Terminal) change(id intake.MessageID, m intake.Message) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before, ok := t.chat.change(id, m)
	if ok {
		t.write(rerender(before, m, t.styles()))
	}
}

// serve shows what a message that was pressed becomes: the old one cannot be pressed any more.
func (t *Terminal) serve(did intake.Did, m intake.Message) {
	if pressed, ok := did.(intake.Pressed); ok {
		t.change(pressed.Message, intake.Message{})
	}
	t.say(m)
}

// receive saves a file that was handed out and says where.
func (t *Terminal) receive(a intake.Attachment) string {
	path, err := save(t.Received, a)
	if err != nil {
		t.Log.Error("file not saved", "error", err)
		return "  📎 the file could not be saved\n"
	}
	return "  📎 " + clean(path) + "\n"
}

func (t *Terminal) print(words string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.write(words)
}

// prompt shows whose turn it is, where somebody looks.
func (t *Terminal) prompt() {
	if t.Live {
		t.print(t.styles().in(t.styles().bold, "▸ "))
	}
}

// echo writes what was read into the transcript; a real terminal shows it anyway.
func (t *Terminal) echo(line string) {
	if !t.Live {
		t.print("▸ " + clean(line) + "\n")
	}
}

func (t *Terminal) styles() styles { return stylesFor(t.Live) }

// write needs t.mu. What cannot be shown is nowhere to be told.
func (t *Terminal) write(words string) { _, _ = io.WriteString(t.Out, words) }

// fetch seals an offered file and brings the result to the desk as an event of its own.
func (t *Terminal) fetch(ctx context.Context, l bots.Letter) error {
	did := intake.Fetched{Job: l.ID, Conversation: l.Conversation}
	stored, err := t.keep(ctx, l)
	var unfit interface{ Unfit() string }
	switch {
	case errors.As(err, &unfit):
		did.Unfit = unfit.Unfit()
	case err != nil:
		t.Log.Warn("file not taken yet", "outgoing", l.ID, "error", err)
		return &bots.Failure{Class: bots.Unreachable, Doing: "fetch"}
	default:
		did.Stored = stored
	}
	e := intake.Event{Account: l.Account, Identity: "fetched:" + l.ID, At: t.Now(), Locale: t.Locale, Did: did}
	if _, err := t.Desk.Handle(ctx, e); err != nil {
		t.Log.Error("turn failed", "error", err)
		return &bots.Failure{Class: bots.Unreachable, Doing: "fetch"}
	}
	return nil
}

func (t *Terminal) keep(ctx context.Context, l bots.Letter) (intake.StoredFile, error) {
	f, err := os.Open(l.File.Handle)
	if err != nil {
		return intake.StoredFile{}, lost{err}
	}
	defer f.Close()
	return t.Vault.Put(ctx, l.Keep, l.File.Name, f, intake.MaxFileBytes)
}

// lost is a file that was there when it was offered and is not any more.
type lost struct{ error }

// Unfit is the reason that the person is told.
func (lost) Unfit() string { return "file-gone" }
