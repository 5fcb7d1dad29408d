// Package terminal is the chat without a platform: one person at a keyboard, or a file of answers
// piped in. It is how a campaign is tried before anybody else sees it.
//
// It is a platform like any other: what is typed becomes an Event (inbound.go), what is to be said
// waits in the outbox and is rendered (outbound.go) by Deliver. After each turn the outbox is
// emptied before the next line is read, so that a conversation piped in is answered line by line.
// On a real terminal there are colours; into a pipe goes plain text, with the lines that were read
// in between.
package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"claimline/bots"
	"claimline/intake"
)

// Account is the one person that a terminal has.
const Account = intake.Account("terminal:practice")

// Name is the platform's name in accounts and in the outbox.
const Name = "terminal"

// Terminal is a conversation with whoever writes to In.
type Terminal struct {
	Desk     bots.Desk
	Outbox   bots.Outbox
	Vault    bots.Vault
	In       io.Reader
	Out      io.Writer
	Live     bool   // a real terminal: colours, and a sign that it is the person's turn
	Received string // folder for the files that are handed out
	Locale   string // BCP 47; "" when unknown
	Session  string // random: makes this session's events different from every other's
	Now      func() time.Time
	Log      *slog.Logger

	mu     sync.Mutex
	chat   chat
	events int
}

var _ bots.Platform = (*Terminal)(nil)

// Name names the platform.
func (t *Terminal) Name() string { return Name }

// errTooLong says that a line cannot be an answer; what a person types ends long before.
var errTooLong = errors.New("line too long")

const mostLine = 64 << 10 // bytes

// Run talks until the input or ctx ends; both are a polite end and no error. The goroutine that
// waits for a line cannot be called back and ends with the program.
func (t *Terminal) Run(ctx context.Context) error {
	delivery := bots.NewDelivery(t.Outbox, t, t.Log, t.Now)
	t.print(hello)
	if err := t.turn(ctx, delivery, intake.Said{Text: "/start"}); err != nil {
		return err
	}
	lines := make(chan line)
	go readLines(ctx, t.In, lines)
	for {
		t.prompt()
		select {
		case <-ctx.Done():
			t.print(goodbye)
			return nil
		case l, ok := <-lines:
			if !ok || errors.Is(l.err, io.EOF) {
				t.print(goodbye)
				return nil
			}
			if err := t.take(ctx, delivery, l); err != nil {
				return err
			}
		}
	}
}

// take handles one line.
func (t *Terminal) take(ctx context.Context, delivery *bots.Delivery, l line) error {
	t.echo(l.text)
	switch {
	case errors.Is(l.err, errTooLong):
		t.print(tooLong)
		return nil
	case l.err != nil:
		return fmt.Errorf("read the next line: %w", l.err)
	}
	t.mu.Lock()
	did, note := t.chat.read(l.text)
	t.mu.Unlock()
	if note != "" {
		t.print(note)
	}
	if did == nil {
		return nil
	}
	return t.turn(ctx, delivery, did)
}

// turn brings an event to the desk and says what follows from it. An event that could not be stored
// is said not to be; it ends the conversation only together with ctx.
func (t *Terminal) turn(ctx context.Context, delivery *bots.Delivery, did intake.Did) error {
	e := t.event(did)
	if help, ok := t.Desk.Danger(e); ok {
		t.say(help)
		return nil
	}
	reply, err := t.Desk.Handle(ctx, e)
	if err != nil {
		t.Log.Error("turn failed", "error", err)
		t.print(notStored)
		return nil
	}
	if reply.Toast != "" {
		t.print(toast + clean(reply.Toast) + "\n")
	}
	if reply.Say != nil {
		t.say(*reply.Say)
	}
	if reply.Desk != nil {
		t.serve(did, *reply.Desk)
	}
	if err := delivery.Flush(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("show the answer: %w", err)
	}
	return nil
}

func (t *Terminal) event(did intake.Did) intake.Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events++
	return intake.Event{Account: Account, Identity: Name + ":" + t.Session + ":" + strconv.Itoa(t.events),
		At: t.Now(), Locale: t.Locale, Did: did}
}

// line is one line of input, or the reason why there is none.
type line struct {
	text string
	err  error
}

func readLines(ctx context.Context, in io.Reader, lines chan<- line) {
	defer close(lines)
	r := bufio.NewReaderSize(in, mostLine)
	for {
		l := readLine(r)
		select {
		case lines <- l:
		case <-ctx.Done():
			return
		}
		if l.err != nil && !errors.Is(l.err, errTooLong) {
			return
		}
	}
}

// readLine reads a line without its end. The last one may have none.
func readLine(r *bufio.Reader) line {
	text, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = r.ReadSlice('\n')
		}
		return line{err: errTooLong}
	}
	if errors.Is(err, io.EOF) && len(text) > 0 {
		err = nil
	}
	return line{text: string(trimEnd(text)), err: err}
}

func trimEnd(text []byte) []byte {
	for len(text) > 0 && (text[len(text)-1] == '\n' || text[len(text)-1] == '\r') {
		text = text[:len(text)-1]
	}
	return text
}
