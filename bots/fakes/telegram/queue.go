package telegram

import (
	"strconv"
	"time"
)

// How long updates wait for the bot (tdlib, Client.cpp: add_update and its callers).
const (
	keepUpdate = 24 * time.Hour    // from the date of the message
	keepPress  = 150 * time.Second // callback queries
)

// The queue's numbers. An offset further than ahead beyond the end is not believed, and neither is
// one far in the past: the queue is then read from its head (tdlib, TQueue.cpp: get).
const (
	firstUpdate   = 100_000_001
	ahead         = 10
	farPast       = 2_000_000
	mostConfirmed = 1024 // remembered for Redeliver
)

// update waits for the bot.
type update struct {
	id      int
	kind    string // the update's field, for example "message"; "" for an injected one
	body    []byte // the field's value; the whole update for an injected one
	expires time.Time
	again   bool // handed out once more although it was confirmed
}

// wire is the update as it stands in the answer.
func (u *update) wire() []byte {
	if u.kind == "" {
		return u.body
	}
	b := make([]byte, 0, len(u.body)+len(u.kind)+40)
	b = append(b, `{"update_id":`...)
	b = append(b, u.number()...)
	b = append(b, `,"`...)
	b = append(b, u.kind...)
	b = append(b, `":`...)
	b = append(b, u.body...)
	return append(b, '}')
}

func (u *update) number() string { return strconv.Itoa(u.id) }

// queue holds the updates that were not confirmed, with ascending ids.
type queue struct {
	waiting   []*update
	tail      int // the next id
	confirmed []*update
	expired   int
	held      []*update // kept back by Hold
	holding   int
	allowed   map[string]bool // nil for what is delivered unless asked for
}

func newQueue(first int) queue { return queue{tail: first} }

// wants reports whether the bot has asked for a kind of update.
func (q *queue) wants(kind string) bool {
	if q.allowed != nil {
		return kind == "" || q.allowed[kind]
	}
	return kind != "chat_member" && kind != "message_reaction" && kind != "message_reaction_count"
}

func (q *queue) push(u *update) {
	u.id = q.tail
	q.tail++
	q.waiting = append(q.waiting, u)
}

// take confirms what lies before an offset and returns what is due from it on. Confirmed and
// expired updates never come back by themselves.
func (q *queue) take(offset int64, limit int, now time.Time) []*update {
	from := q.start(offset)
	var due, kept []*update
	i := 0
	for ; i < len(q.waiting) && len(due) < limit; i++ {
		switch u := q.waiting[i]; {
		case u.again:
			due = append(due, u)
		case u.id < from:
			q.confirm(u)
		case u.expires.Before(now):
			q.expired++
		default:
			due, kept = append(due, u), append(kept, u)
		}
	}
	copy(q.waiting[i-len(kept):i], kept)
	q.waiting = q.waiting[i-len(kept):]
	return due
}

// start is the first id an offset asks for. A negative offset counts from the end, and all before
// it is forgotten.
func (q *queue) start(offset int64) int {
	switch {
	case offset < 0:
		return max(q.tail+int(max(offset, -farPast)), 0)
	case offset > int64(q.tail+ahead), offset < int64(q.tail-farPast):
		return 0
	}
	return int(offset)
}

func (q *queue) confirm(u *update) {
	if len(q.confirmed) >= 2*mostConfirmed {
		q.confirmed = append([]*update(nil), q.confirmed[mostConfirmed:]...)
	}
	q.confirmed = append(q.confirmed, u)
}
