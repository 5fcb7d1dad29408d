package review_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"claimline/intake"
	"claimline/intake/review"
	"claimline/storage/testdb"
)

// witness stands between the desks and their store and keeps what was committed, in words.
type witness struct {
	store
	mu   sync.Mutex
	seen []string
	tell []intake.Outgoing
	kept []intake.Entry
}

// watched puts a witness before a world's store.
func (w *world) watched() *witness {
	eye := &witness{store: w.store}
	w.store, w.desk.Store = eye, eye
	return eye
}

func (w *witness) InTx(ctx context.Context, fn func(tx intake.Tx) error) error {
	var eye *watch
	err := w.store.InTx(ctx, func(tx intake.Tx) error {
		eye = &watch{Tx: tx} // the turn may be run again
		return fn(eye)
	})
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.seen, w.tell, w.kept = append(w.seen, eye.seen...), append(w.tell, eye.tell...), append(w.kept, eye.kept...)
	}
	return err
}

// entries are those of a kind about a submission.
func (w *witness) entries(kind, submission string) (found []intake.Entry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.kept {
		if e.Kind == kind && e.Refs["submission"] == submission {
			found = append(found, e)
		}
	}
	return found
}

// follows reports whether something about a submission was kept after something else.
func (w *witness) follows(later, earlier, submission string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	began := false
	for _, e := range w.kept {
		if e.Refs["submission"] != submission {
			continue
		}
		if began && e.Kind == later {
			return true
		}
		began = began || e.Kind == earlier
	}
	return false
}

// watch is one transaction under a witness's eyes. Everything that lasts goes through one of these
// methods; what is on a member's own desk is theirs.
type watch struct {
	intake.Tx
	seen []string
	tell []intake.Outgoing
	kept []intake.Entry
}

func (w *watch) note(format string, args ...any) {
	w.seen = append(w.seen, fmt.Sprintf(format, args...))
}

func (w *watch) turn(what string, t intake.Turn) {
	for _, e := range t.Audit {
		w.note("%s: %s", what, e.Kind)
	}
	for _, o := range t.Outgoing {
		w.note("%s: a message to %s", what, o.Account)
	}
	if t.Cases != nil || t.Rulings != nil || t.Forget || t.Unsay != nil {
		w.note("%s: cases, or erased", what)
	}
	w.kept, w.tell = append(w.kept, t.Audit...), append(w.tell, t.Outgoing...)
}

func (w *watch) Save(f *intake.File, t intake.Turn) error {
	w.note("file %s", f.Conversation.ID)
	w.turn("file "+f.Conversation.ID, t)
	return w.Tx.Save(f, t)
}

func (w *watch) SaveCase(c *intake.Case) error {
	before, _, err := w.Case(c.ID)
	if err != nil {
		return err
	}
	now, was := *c, *before
	now.Taps, was.Taps = 0, 0
	if !reflect.DeepEqual(now, was) {
		w.note("case %s: %+v", c.ID, now)
	}
	return w.Tx.SaveCase(c)
}

func (w *watch) SaveMember(m *intake.Member, t intake.Turn) error {
	before, err := w.MemberByID(m.ID)
	if err != nil {
		return err
	}
	if !slices.Equal(m.Roles, before.Roles) || !reflect.DeepEqual(m.Sitting.Proposed, before.Sitting.Proposed) || m.Sitting.Locked != before.Sitting.Locked {
		w.note("team %s: %v", m.ID, m.Roles)
	}
	w.turn("team "+m.ID, t)
	return w.Tx.SaveMember(m, t)
}

func (w *watch) Begin(f *intake.File) error {
	w.note("a new family")
	return w.Tx.Begin(f)
}

func (w *watch) Enrol(m *intake.Member) error {
	w.note("a new member")
	return w.Tx.Enrol(m)
}

func (w *watch) Seat(m *intake.Member, a intake.Account) error {
	w.note("a new seat")
	return w.Tx.Seat(m, a)
}

func (w *watch) Dismiss(m *intake.Member) error {
	w.note("team %s: dismissed", m.ID)
	return w.Tx.Dismiss(m)
}

func (w *watch) Recuse(c *intake.Case, member string) error {
	w.note("case %s: recused", c.ID)
	return w.Tx.Recuse(c, member)
}

func (w *watch) Invite(code string, i intake.Invitation) error {
	w.note("an invitation")
	return w.Tx.Invite(code, i)
}

func (w *watch) SetRoom(r intake.Room) error {
	w.note("a room")
	return w.Tx.SetRoom(r)
}

func (w *watch) GiveLook(as intake.LookPass, word string, l intake.Look) error {
	w.note("a look at %s", l.Case)
	return w.Tx.GiveLook(as, word, l)
}

// another puts a second file on record that says what a file says, for an account of its own; it comes
// in with these flags, and its cases with it.
func (w *world) another(f *intake.File, a intake.Account, flags ...intake.Flag) *intake.Submission {
	w.Helper()
	twin, s := *f, *f.Submission
	s.ID = w.desk.NewID()
	s.Reference = strings.ToUpper("TT-" + s.ID[:4] + "-" + s.ID[4:8])
	s.Status, s.Flags, s.Review = intake.InReview, flags, intake.Review{}
	var cases []intake.Case
	s.Review.Cases = map[intake.CaseKind]string{}
	for _, flag := range flags {
		c := intake.Case{ID: w.desk.NewID(), Kind: intake.KindOf(flag), Submission: s.ID, Reference: s.Reference, Campaign: s.Campaign,
			Code: flag.Code, State: intake.Waiting, Opened: w.Now(), Due: w.Now()}
		s.Review.Cases[c.Kind] = c.ID
		cases = append(cases, c)
	}
	twin.Account, twin.Submission, twin.Conversation.State.Prompt = a, nil, intake.Prompt{}
	err := w.store.InTx(w.Context(), func(tx intake.Tx) error {
		f := twin
		if err := tx.Begin(&f); err != nil {
			return err
		}
		f.Submission = &s
		return tx.Save(&f, intake.Turn{At: w.Now(), Cases: cases})
	})
	if err != nil {
		w.Fatal(err)
	}
	return &s
}

// doubt is a flag that somebody of the team acts on.
func doubt(code, acts string) intake.Flag {
	return intake.Flag{Code: code, Severity: "medium", Acts: acts, State: "open", Answers: []string{"c.authority"}}
}

// tx runs something on the store, and fails with it.
func (w *world) tx(fn func(tx intake.Tx) error) {
	w.Helper()
	if err := w.store.InTx(w.Context(), fn); err != nil {
		w.Fatal(err)
	}
}

// on reads a case with its file.
func (w *world) on(id string) (c *intake.Case, f *intake.File) {
	w.Helper()
	w.tx(func(tx intake.Tx) (err error) {
		c, f, err = tx.Case(id)
		if errors.Is(err, intake.ErrNoFile) {
			c, f, err = nil, nil, nil
		}
		return err
	})
	return c, f
}

// sound fails where the audit was tampered with.
func (w *witness) sound(w2 *world) {
	w2.Helper()
	if err := w2.verify(w2.Context()); err != nil {
		w2.Errorf("the audit: %v", err)
	}
}

// full is for a day with much time: 1,000 races, every combination of who may do what, every story.
// It takes a quarter of an hour on two cores.
var full = flag.Bool("full", false, "try everything, not a sample")

// much is how much of something is tried: with -short, as always, and with -full.
func much(short, usual, all int) int {
	switch {
	case *full:
		return all
	case testing.Short():
		return short
	}
	return usual
}

// stampOf is what a button would carry that agrees to what is proposed about a case.
func stampOf(f *intake.File, id string) string {
	return review.Stamp(f.Submission.Review.Proposed[id].At)
}

// onSQLite tells a story on SQLite alone, where the database has no part in what it is about.
func onSQLite(t *testing.T, tell func(t *testing.T, w *world)) {
	t.Helper()
	tell(t, begin(t, testdb.At(t, testdb.SQLite(t))))
}
