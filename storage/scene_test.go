package storage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"claimline/intake"
	"claimline/storage"
	"claimline/storage/testdb"
)

// scene is a store with a clock, and people who write to it as the desk would.
type scene struct {
	*storage.Store
	clock *clock
	nth   atomic.Int64
}

// clock stands still until it is told otherwise.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func set(c *clock) func(*storage.Options) { return func(o *storage.Options) { o.Now = c.Now } }

// onBoth tells one story on both databases.
func onBoth(t *testing.T, story func(t *testing.T, s *scene)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		c := newClock()
		story(t, &scene{Store: open(t, set(c)), clock: c})
	})
}

// id is unique within the scene.
func (s *scene) id(what string) string { return fmt.Sprintf("%s-%d", what, s.nth.Add(1)) }

// hear is one turn: who did something, what follows from it.
func (s *scene) hear(ctx context.Context, a intake.Account, then func(f *intake.File) intake.Turn) error {
	return s.hearEvent(ctx, s.id("event"), a, then)
}

func (s *scene) hearEvent(ctx context.Context, identity string, a intake.Account, then func(f *intake.File) intake.Turn) error {
	return s.InTx(ctx, func(tx intake.Tx) error {
		fresh, err := tx.Once(identity, s.clock.Now())
		if err != nil || !fresh {
			return err
		}
		f, err := tx.Find(a)
		if errors.Is(err, intake.ErrNoFile) {
			f = &intake.File{Account: a, Conversation: intake.Conversation{Campaign: "tiktok", Stage: intake.StageOpen,
				Language: "nl", Started: s.clock.Now(), Touched: s.clock.Now(), Expires: s.clock.Now().AddDate(0, 0, 14)}}
			err = tx.Begin(f)
		}
		if err != nil {
			return err
		}
		turn := then(f)
		if turn.At.IsZero() {
			turn.At = s.clock.Now()
		}
		return tx.Save(f, turn)
	})
}

// must is hear where nothing may go wrong.
func (s *scene) must(t testing.TB, a intake.Account, then func(f *intake.File) intake.Turn) {
	t.Helper()
	if err := s.hear(t.Context(), a, then); err != nil {
		t.Fatalf("turn of %s: %v", a, err)
	}
}

// file reads what is on file; nil when there is nothing.
func (s *scene) file(t testing.TB, a intake.Account) *intake.File {
	t.Helper()
	var f *intake.File
	err := s.InTx(t.Context(), func(tx intake.Tx) error {
		var err error
		f, err = tx.Find(a)
		return err
	})
	if errors.Is(err, intake.ErrNoFile) {
		return nil
	}
	if err != nil {
		t.Fatalf("finding %s: %v", a, err)
	}
	return f
}

// answer puts an answer into a file.
func answer(f *intake.File, question string, item int, values ...string) {
	if f.Conversation.State.Answers == nil {
		f.Conversation.State.Answers = map[intake.Key]intake.Answer{}
	}
	f.Conversation.State.Answers[intake.Key{Question: question, Item: item}] = intake.Answer{
		How: intake.Given, Values: values, Version: 1, At: f.Conversation.Touched, Compartment: intake.Compartment(item)}
}

// say is a message to an account.
func (s *scene) say(a intake.Account, words string) intake.Outgoing {
	return intake.Outgoing{ID: s.id("out"), Account: a, Do: intake.Say, Body: intake.Message{Text: text(words)}}
}

// due is what is to be delivered now, at most ten.
func (s *scene) due(t testing.TB) []intake.Letter {
	t.Helper()
	letters, err := s.Due(t.Context(), "telegram", s.clock.Now(), 10, nil)
	if err != nil {
		t.Fatalf("looking for what is due: %v", err)
	}
	return letters
}

// deliver hands everything over and returns the words in the order in which they went out.
func (s *scene) deliver(t testing.TB) []string {
	t.Helper()
	var said []string
	for {
		letters := s.due(t)
		if len(letters) == 0 {
			return said
		}
		for _, l := range letters {
			said = append(said, l.Body.Text.Plain())
			if err := s.Delivered(t.Context(), l.ID, intake.MessageID(s.id("message")), s.clock.Now()); err != nil {
				t.Fatalf("delivering: %v", err)
			}
		}
	}
}

// count is how many rows a table has that fulfil a condition.
func (s *scene) count(t testing.TB, table, condition string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := s.DB().WithContext(t.Context()).Table(table).Where(condition, args...).Count(&n).Error; err != nil {
		t.Fatalf("counting %s: %v", table, err)
	}
	return n
}

// keysOfAll is how many keys a person has from the first contact: self, special, safety, and two for
// children.
const keysOfAll = 5

func (s *scene) keys(t testing.TB, person string) int64 {
	t.Helper()
	var n int64
	if err := s.KeyDB().WithContext(t.Context()).Table(s.KeyTable()).Where("person = ?", person).Count(&n).Error; err != nil {
		t.Fatalf("counting keys: %v", err)
	}
	return n
}
