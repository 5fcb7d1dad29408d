package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"

	"claimline/bots"
	"claimline/intake"
)

// When an update is given up: nothing may stop the ones behind it for ever.
const (
	panicsAllowed = 2 // turns that panicked
	faultsAllowed = 6 // turns that failed while others of the same batch were stored
)

// hopeless counts a failure of an update, and reports whether it is to be given up: one that
// panics, and one that fails again and again while others are stored. A store that is down is no
// reason, and neither is an end of the program, however it comes: the count begins anew. One that only
// waited behind another of the same person has not failed, and neither has one whose own connection to
// the store broke.
func (p *poller) hopeless(u incoming, othersStored bool) bool {
	panicked := errors.Is(u.outcome, bots.ErrPanicked)
	if !panicked && !othersStored || errors.Is(u.outcome, context.Canceled) || errors.Is(u.outcome, bots.ErrBehind) || errors.Is(u.outcome, intake.ErrAway) {
		return false
	}
	if panicked {
		return p.counted(u.name(), panicsAllowed)
	}
	return p.counted(u.name(), faultsAllowed)
}

// counted counts one fault, and reports whether that is as many as are allowed.
func (p *poller) counted(of string, allowed int) bool {
	count, _ := p.faults.Get(of)
	p.faults.Set(of, count+1)
	return count+1 >= allowed
}

// giveUp ends the attempts at an update: its sender is told, and it is parked. Until both are done
// it comes again, and an error tells why.
func (p *poller) giveUp(ctx context.Context, u incoming) error {
	lost := u.arrival
	e := *u.event
	e.Identity, e.Did = identity("given-up", e.Identity), intake.Unread{Why: intake.Failed}
	lost.event = &e
	if _, left := u.event.Did.(intake.Blocked); !left && !e.Group {
		if err := p.tell(ctx, u, lost); err != nil {
			return err
		}
	}
	if err := p.park(ctx, u); err != nil {
		return err
	}
	p.log.Error("ALARM: update parked, it cannot be handled", "update", nameOf(u.raw), "panicked", errors.Is(u.outcome, bots.ErrPanicked))
	return nil
}

// tell brings the desk word of an update that was lost. Where even that cannot be handled, nobody
// can be told, and it is the log that says so.
func (p *poller) tell(ctx context.Context, u incoming, lost arrival) error {
	err := p.alone(ctx, lost)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bots.ErrPanicked), p.counted("telling "+u.name(), faultsAllowed):
		p.log.Error("ALARM: the sender of an update cannot be told that it was lost", "update", nameOf(u.raw))
		return nil
	}
	return err
}

// alone does one turn outside a batch, and keeps its panic from the loop.
func (p *poller) alone(ctx context.Context, a arrival) error {
	working, stop := finishing(ctx)
	defer stop()
	task := bots.Task{Person: string(a.event.Account), ID: "lost", Do: func(ctx context.Context) error {
		_, err := p.turn(ctx, a)
		return err
	}}
	return p.lanes.Run(working, []bots.Task{task})[0]
}

// setAside deals with an update that was not read, once its sender knows.
func (p *poller) setAside(ctx context.Context, u incoming) error {
	if u.event == nil {
		p.log.Error("ALARM: update passed over, and nobody can be told", "update", nameOf(u.raw), "reason", u.unread)
	}
	if errors.Is(u.unread, errTooLong) {
		p.log.Warn("update refused", "update", nameOf(u.raw), "reason", u.unread)
		return nil
	}
	if err := p.park(ctx, u); err != nil {
		return err
	}
	p.log.Error("ALARM: update parked, it cannot be read", "update", nameOf(u.raw))
	return nil
}

func (p *poller) park(ctx context.Context, u incoming) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), turnTimeout)
	defer cancel()
	var who intake.Account
	if u.event != nil && !u.event.Group {
		who = u.event.Account
	}
	if err := p.Parking.Park(ctx, Name, who, u.raw); err != nil {
		return err
	}
	p.faults.Forget(u.name())
	p.faults.Forget("telling " + u.name())
	return nil
}

var firstInHead = regexp.MustCompile(`^\{"ok":true,"result":\[(\{"update_id":([0-9]{1,18}),)`)

// garbled is called after an answer that is no JSON or was cut off. The updates are then asked for
// one by one, in case there were too many; one that cannot be read even alone is given up, if it
// tells its number. A network that breaks off is given more attempts than words that are no JSON.
func (p *poller) garbled(ctx context.Context, seen *sighting) {
	alone := p.most == 1
	p.most = 1
	at := firstInHead.FindSubmatchIndex(seen.head)
	if !alone || at == nil {
		return
	}
	number := string(seen.head[at[4]:at[5]])
	id, err := strconv.ParseInt(number, 10, 64)
	allowed := panicsAllowed
	if seen.broken {
		allowed = faultsAllowed
	}
	if err != nil || !p.counted("garbled "+number, allowed) {
		return
	}
	head := json.RawMessage(seen.head[at[2]:])
	u := incoming{raw: head, arrival: unread(head, intake.Unreadable, p.Now()), unread: errUnreadable}
	if u.event != nil && p.tell(ctx, u, u.arrival) != nil || p.setAside(ctx, u) != nil {
		return // the store is away: it comes again
	}
	p.faults.Forget("garbled " + number)
	p.offset = id + 1
}
