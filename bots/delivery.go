package bots

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"

	"claimline/intake"
)

// How much a Delivery does at once. A chat that waits for the platform's limits occupies a place
// for about a second, so there are more places than messages allowed a second.
const (
	mostChatsAtOnce   = 64
	mostFetchesAtOnce = 6
)

// lookAgain is how often the outbox is asked without a reason: for what a process that is no more
// had put off, and for what another process puts in.
const lookAgain = 15 * time.Second

// stopWithin is how long a call that has begun may take after the end was asked for.
const stopWithin = 3 * time.Second

// Delivery brings the messages of an outbox to a platform: in order within a chat, chats side by
// side, and each until the platform has it or never will.
//
// It keeps nothing that matters. What was not marked as delivered when the process ends is sent by
// the next one; only the marking of a message that was just sent can be lost, and such a message
// appears twice.
type Delivery struct {
	outbox   Outbox
	platform Platform
	log      *slog.Logger
	now      func() time.Time

	freed chan struct{} // somebody's message is through: there may be a next one

	mu      sync.Mutex
	busy    map[string][]string // of each chat and fetch in work, the letters
	chats   int
	fetches int
	putOff  map[string]time.Time // until when, by letter
	paused  time.Time            // no attempt before: the platform does not accept the token
	mute    bool                 // the pause was logged
}

// NewDelivery makes a delivery; Run or Flush works it.
func NewDelivery(outbox Outbox, platform Platform, log *slog.Logger, now func() time.Time) *Delivery {
	return &Delivery{outbox: outbox, platform: platform, log: log.With("platform", platform.Name()), now: now,
		freed: make(chan struct{}, 1), busy: map[string][]string{}, putOff: map[string]time.Time{}}
}

// Run delivers until ctx ends; then it takes up nothing new and lets what is on its way arrive.
func (d *Delivery) Run(ctx context.Context) error {
	working, stop := stoppingAfter(ctx, stopWithin)
	defer stop()
	var inWork sync.WaitGroup
	defer inWork.Wait()
	var trouble Pauses
	for {
		_, err := d.round(ctx, working, &inWork)
		wait := d.untilNext()
		if err != nil && ctx.Err() == nil {
			wait = min(trouble.Next(), lookAgain)
			d.log.Warn("the outbox does not answer", "error", err)
		} else {
			trouble.Reset()
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-d.outbox.Kick(d.platform.Name()):
		case <-d.freed:
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return nil
		}
	}
}

// Flush delivers everything that is due and returns when nothing is due any more. It is for the
// terminal and for tests, in place of Run.
func (d *Delivery) Flush(ctx context.Context) error {
	for {
		var inWork sync.WaitGroup
		begun, err := d.round(ctx, ctx, &inWork)
		inWork.Wait()
		if err != nil || begun == 0 {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// round asks the outbox once and begins every chat that has something due and is not in work yet. What
// was in work before the outbox was asked is left alone even when it has ended since: the answer may be
// older than that end, and the letter in it be one that was just sent.
func (d *Delivery) round(ctx, working context.Context, inWork *sync.WaitGroup) (begun int, err error) {
	now := d.now()
	before, ok := d.inWork(now)
	if !ok {
		return 0, nil
	}
	ids := make(map[string]bool, len(before))
	for _, letters := range before {
		for _, id := range letters {
			ids[id] = true
		}
	}
	letters, err := d.outbox.Due(ctx, d.platform.Name(), now, mostChatsAtOnce+mostFetchesAtOnce+len(ids)+len(before), ids)
	if err != nil {
		return 0, err
	}
	for _, queue := range queues(letters) {
		if before[queueOf(queue[0])] != nil || !d.begin(queue) {
			continue
		}
		begun++
		inWork.Go(func() {
			defer d.end(queue[0])
			d.queue(ctx, working, queue)
		})
	}
	return begun, nil
}

// queues are the letters of each chat, and each fetch by itself, in the order of the first of each.
func queues(letters []Letter) (all [][]Letter) {
	at := map[string]int{}
	for _, l := range letters {
		n, ok := at[queueOf(l)]
		if !ok {
			n = len(all)
			at[queueOf(l)] = n
			all = append(all, nil)
		}
		all[n] = append(all[n], l)
	}
	return all
}

// inWork is what is in work now: the outbox still has it and will return it too. It is false while
// nothing may be begun: the outbox of a busy service rings after every turn, and asking it for what
// has no place to go would cost more than the turns.
func (d *Delivery) inWork(now time.Time) (letters map[string][]string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now.Before(d.paused) || d.chats >= mostChatsAtOnce {
		return nil, false
	}
	maps.DeleteFunc(d.putOff, func(_ string, until time.Time) bool { return !now.Before(until) })
	return maps.Clone(d.busy), true
}

func (d *Delivery) begin(queue []Letter) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := queue[0]
	inUse, most := &d.chats, mostChatsAtOnce
	if l.Do == intake.Fetch {
		inUse, most = &d.fetches, mostFetchesAtOnce
	}
	if *inUse >= most || d.busy[queueOf(l)] != nil {
		return false
	}
	*inUse++
	for _, one := range queue { // nobody may drop one of them meanwhile
		d.busy[queueOf(l)] = append(d.busy[queueOf(l)], one.ID)
	}
	return true
}

func (d *Delivery) end(l Letter) {
	d.mu.Lock()
	if l.Do == intake.Fetch {
		d.fetches--
	} else {
		d.chats--
	}
	delete(d.busy, queueOf(l))
	d.mu.Unlock()
	select {
	case d.freed <- struct{}{}:
	default:
	}
}

// queueOf names what a letter waits in: its chat, or for a fetch nothing but itself.
func queueOf(l Letter) string {
	if l.Do == intake.Fetch {
		return "fetch " + l.ID
	}
	return string(l.Account)
}

// untilNext is how long nothing is due, as far as this process knows.
func (d *Delivery) untilNext() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	if now.Before(d.paused) {
		return d.paused.Sub(now)
	}
	wait := lookAgain
	for _, until := range d.putOff {
		wait = min(wait, until.Sub(now))
	}
	return max(wait, 0)
}

// queue delivers the letters of a chat until one stays. What changes a message that was sent just now
// is told which that is. It takes up nothing new when ctx has ended.
func (d *Delivery) queue(ctx, working context.Context, letters []Letter) {
	sent := map[string]intake.MessageID{}
	for _, l := range letters {
		if ctx.Err() != nil {
			return
		}
		if id := sent[l.Of]; l.Target == "" {
			l.Target = id
		}
		id, ok := d.letter(working, l)
		if !ok {
			return
		}
		sent[l.ID] = id
	}
}

// letter makes one attempt and writes down what became of it. It returns which message the platform
// made of it, and whether what follows in the chat may go out.
func (d *Delivery) letter(ctx context.Context, l Letter) (id intake.MessageID, ok bool) {
	if l.Target == "" {
		l.Target = l.Message
	}
	if (l.Do == intake.Edit || l.Do == intake.Remove) && l.Target == "" {
		return "", d.delivered(ctx, l, "")
	}
	id, err := d.attempt(ctx, l)
	if err != nil && ctx.Err() != nil {
		return "", false // stopped: the next process sends it
	}
	return d.settle(ctx, l, id, err)
}

// attempt keeps a platform's mistake with one message from everybody else's.
func (d *Delivery) attempt(ctx context.Context, l Letter) (id intake.MessageID, err error) {
	defer func() {
		if recover() == nil {
			return
		}
		d.log.Error("delivering panicked", "outgoing", l.ID, "at", panickedAt())
		err = errPanickedHere(l)
	}()
	return d.platform.Deliver(ctx, l)
}

// errPanickedHere gives a message three chances: what panics every time would hold up its chat for ever.
func errPanickedHere(l Letter) error {
	if l.Attempts < 2 {
		return &Failure{Class: Unreachable, Doing: "deliver"}
	}
	return &Failure{Class: Rejected, Doing: "deliver"}
}

// stoppingAfter returns a context that ends a while after ctx does.
func stoppingAfter(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	later, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(d, cancel) })
	return later, func() { stop(); cancel() }
}

// asFailure finds the class of an error; what no platform has classified is tried again.
func asFailure(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return &Failure{Class: Unreachable, Doing: "deliver"}
}
