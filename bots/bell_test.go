package bots_test

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"claimline/bots"
	"claimline/intake"
	"claimline/intake/wording"
)

// hall is a platform with a room: it keeps what was said there, and takes no change to what was deleted.
type hall struct {
	room  intake.Room
	calls []string
	at    []time.Time
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
	h.calls, h.at = append(h.calls, strings.TrimSpace(string(l.Do)+" "+l.Body.Text.Plain())), append(h.at, time.Now())
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
			Line: func(context.Context, intake.Room) (intake.Message, int, error) {
				return intake.Message{Text: wording.Say(strconv.Itoa(waiting) + " waiting")}, 0, nil
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

// What is urgent makes the line come anew, so that phones sound; once, and not again after a restart.
func TestTheBellRings(t *testing.T) {
	t.Parallel()
	h := &hall{room: intake.Room{Account: "telegram:-100"}}
	waiting, urgent := 1, 0
	begin := func() *bots.Bell {
		return &bots.Bell{Rooms: h, Platform: h, Held: func() bool { return true }, Log: slog.New(slog.DiscardHandler), Every: time.Minute,
			Line: func(context.Context, intake.Room) (intake.Message, int, error) {
				return intake.Message{Text: wording.Say(strconv.Itoa(waiting) + " waiting " + strconv.Itoa(urgent) + " urgent")}, urgent, nil
			}}
	}
	b := begin()
	b.Look(t.Context())
	waiting, urgent = 2, 1
	b.Look(t.Context())
	waiting = 3
	b.Look(t.Context())
	b = begin()
	b.Look(t.Context())
	waiting, urgent = 2, 0
	b.Look(t.Context())
	urgent = 1
	b.Look(t.Context())
	want := []string{"say 1 waiting 0 urgent", "say 2 waiting 1 urgent", "remove", "edit 3 waiting 1 urgent", "edit 3 waiting 1 urgent", "edit 2 waiting 0 urgent",
		"say 2 waiting 1 urgent", "remove"}
	if !slices.Equal(h.calls, want) {
		t.Errorf("said %q, want %q", h.calls, want)
	}
}

// However busy an evening is, a group takes no more than twenty messages a minute, changes among
// them: the line changes once a minute, and what is urgent is one message more and one less.
func TestABusyEvening(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &hall{room: intake.Room{Account: "telegram:-100"}}
		began := time.Now()
		bell := &bots.Bell{Rooms: h, Platform: h, Held: func() bool { return true }, Log: slog.New(slog.DiscardHandler), Every: time.Minute,
			Line: func(context.Context, intake.Room) (intake.Message, int, error) {
				seconds := int(time.Since(began).Seconds()) // something changes every second, and something urgent comes up every ten minutes
				return intake.Message{Text: wording.Say(strconv.Itoa(seconds))}, seconds / 600, nil
			}}
		ctx, stop := context.WithTimeout(t.Context(), 4*time.Hour)
		defer stop()
		if err := bell.Run(ctx); err != nil {
			t.Fatal(err)
		}
		most := 0
		for i := range h.at {
			n := 0
			for _, at := range h.at[i:] {
				if at.Sub(h.at[i]) < time.Minute {
					n++
				}
			}
			most = max(most, n)
		}
		if rings := 4*60/10 - 1; len(h.calls) < 4*60 || most > 2 || strings.Count(strings.Join(h.calls, " "), "remove") < rings {
			t.Errorf("%d calls, %d of them within a minute, at least %d rings wanted: %q", len(h.calls), most, rings, h.calls)
		}
	})
}
