package bots_test

import (
	"context"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// hall is a platform with a room: it keeps what was said there, and takes no change to what was deleted.
type hall struct {
	room  intake.Room
	calls []string
	gone  bool
	moved string
}

func (h *hall) Name() string { return "telegram" }

func (h *hall) Deliver(_ context.Context, l bots.Letter) (intake.MessageID, error) {
	switch {
	case l.Do == intake.Edit && h.gone:
		return "", &bots.Failure{Class: bots.Stale}
	case h.moved != "" && l.Account.ID() != h.moved:
		return "", &bots.Failure{Class: bots.Moved, To: h.moved}
	}
	h.calls = append(h.calls, string(l.Do)+" "+l.Body.Text.Plain())
	return intake.MessageID(strconv.Itoa(len(h.calls))), nil
}

func (h *hall) Rooms(context.Context) ([]intake.Room, error) {
	return []intake.Room{h.room, {Account: "discord:channel"}}, nil
}

func (h *hall) SetBell(_ context.Context, r intake.Room) error {
	h.room = r
	return nil
}

// The room has one line. It changes when there is something else to say, comes anew where it was
// deleted, and is the same one after a restart.
func TestTheBellIsOneLine(t *testing.T) {
	t.Parallel()
	h := &hall{room: intake.Room{Account: "telegram:-100"}}
	waiting := 3
	begin := func() *bots.Bell {
		return &bots.Bell{Rooms: h, Platform: h, Held: func() bool { return true }, Log: slog.New(slog.DiscardHandler), Every: time.Minute,
			Line: func(context.Context, intake.Room) (intake.Message, error) {
				return intake.Message{Text: wording.Say(strconv.Itoa(waiting) + " waiting")}, nil
			}}
	}
	b := begin()
	b.Look(t.Context())
	b.Look(t.Context())
	waiting = 64
	b.Look(t.Context())
	b = begin()
	b.Look(t.Context())
	h.gone = true
	waiting = 0
	b.Look(t.Context())
	h.moved, h.gone = "-200", false
	waiting = 1
	h.gone = true
	b.Look(t.Context())
	want := []string{"say 3 waiting", "edit 64 waiting", "edit 64 waiting", "say 0 waiting", "say 1 waiting"}
	if len(h.calls) != len(want) {
		t.Fatalf("said %q, want %q", h.calls, want)
	}
	for i := range want {
		if h.calls[i] != want[i] {
			t.Errorf("said %q, want %q", h.calls[i], want[i])
		}
	}
	if h.room.Account != "telegram:-200" {
		t.Errorf("the room is %s", h.room.Account.ID())
	}
}
