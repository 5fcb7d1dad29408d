package storage_test

import (
	"fmt"
	"testing"

	"claimline/intake"
	"claimline/storage"
)

// What the program promises that something costs at most, in statements without BEGIN and COMMIT,
// and in commits of both stores.
var promised = map[string]struct{ statements, commits int64 }{
	"answer":            {6, 1},
	"delivery":          {2, 1},
	"a further child":   {6, 2}, // from the third on: its key is committed first, in its own store
	"first contact":     {14, 2},
	"file":              {14, 2},
	"submission":        {14, 1},
	"next case":         {10, 1},
	"decision":          {14, 6}, // to let a child go, or everything: the keys are destroyed after it
	"decision and next": {18, 1}, // of the team: what it means for the family, and the next case in its place
}

// The promises hold with few and with many submissions stored.
func TestStatements(t *testing.T) {
	for _, stored := range []int{10, 2000} {
		t.Run(fmt.Sprint(stored), func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *scene) {
				s.stock(t, stored)
				s.wholeStory(t)
			})
		})
	}
}

// BenchmarkStatements holds the same promises with a hundred thousand submissions stored, and says
// what things cost.
func BenchmarkStatements(b *testing.B) {
	eachDatabase(b, func(b *testing.B, s *scene) {
		for b.Loop() {
			costs := s.wholeStory(b)
			for what, statements := range map[string]string{"answer": "/answer", "delivery": "/delivery", "first contact": "/contact", "file": "/file", "submission": "/submission", "decision": "/decision"} {
				b.ReportMetric(float64(costs[what]), "statements"+statements)
			}
		}
	})
}

// meter reads what each step of a story cost.
type meter struct {
	tap  *storage.Tap
	most map[string]int64 // statements, by what they were for
}

// cost reads what was done since the last reading.
func (m *meter) cost(t testing.TB, what string) {
	t.Helper()
	statements, commits := m.tap.Take()
	m.most[what] = max(m.most[what], statements)
	if p, ok := promised[what]; !ok || statements > p.statements || commits > p.commits {
		t.Errorf("%s took %d statements and %d commits, want at most %d and %d", what, statements, commits, p.statements, p.commits)
	}
}

// wholeStory is everything that somebody can do, from first contact to erasure. It returns what the
// dearest of each kind cost.
func (s *scene) wholeStory(t testing.TB) map[string]int64 {
	t.Helper()
	m := &meter{tap: s.Tap(), most: map[string]int64{}}
	who := parent(1 + int(s.nth.Add(1)))
	s.must(t, who, func(f *intake.File) intake.Turn {
		return intake.Turn{Outgoing: []intake.Outgoing{s.say(who, "welcome"), s.say(who, "first question")}}
	})
	m.cost(t, "first contact")
	s.sixtyAnswers(t, who, m)
	s.threeChildren(t, who, m)
	s.everythingDelivered(t, m)
	s.sendFile(t, who, m)
	s.submit(t, who, s.id("TT"))
	m.cost(t, "submission")
	s.answered(t, who, m, "c.proof", 1)
	s.must(t, who, func(f *intake.File) intake.Turn {
		f.Conversation.State.Members = []int{2, 3}
		return intake.Turn{Destroy: []string{"member-1"}, Outgoing: []intake.Outgoing{s.say(who, "gone")}, Audit: []intake.Entry{{Kind: "member-erased"}}}
	})
	m.cost(t, "decision")
	s.answered(t, who, m, "country", 0)
	s.must(t, who, func(f *intake.File) intake.Turn {
		parting := s.say(who, "goodbye from elsewhere").Body
		return intake.Turn{Forget: true, Parting: &parting, Outgoing: []intake.Outgoing{s.say(who, "goodbye")}, Audit: []intake.Entry{{Kind: "erasure"}}}
	})
	m.cost(t, "decision")
	return m.most
}

// answered is an answer that must also be accounted for, the dearest there is.
func (s *scene) answered(t testing.TB, a intake.Account, m *meter, question string, item int) {
	t.Helper()
	s.must(t, a, func(f *intake.File) intake.Turn {
		answer(f, question, item, "yes")
		return intake.Turn{Outgoing: []intake.Outgoing{s.say(a, "next")}, Audit: []intake.Entry{{Kind: "consent", Refs: map[string]string{"purpose": "privacy"}}}}
	})
	m.cost(t, "answer")
}

func (s *scene) sixtyAnswers(t testing.TB, a intake.Account, m *meter) {
	t.Helper()
	for n := range 60 {
		s.must(t, a, func(f *intake.File) intake.Turn {
			answer60(f, n)
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(a, "next")}, Audit: []intake.Entry{{Kind: "consent", Refs: map[string]string{"purpose": "privacy"}}}}
		})
		m.cost(t, "answer")
	}
}

// threeChildren are added one after the other, and something is said about each, also about health.
func (s *scene) threeChildren(t testing.TB, a intake.Account, m *meter) {
	t.Helper()
	for child := 1; child <= 3; child++ {
		s.must(t, a, func(f *intake.File) intake.Turn {
			f.Conversation.State.Members = append(f.Conversation.State.Members, child)
			return intake.Turn{Outgoing: []intake.Outgoing{s.say(a, "what is the name?")}}
		})
		if child <= 2 {
			m.cost(t, "answer")
		} else {
			m.cost(t, "a further child")
		}
		s.answered(t, a, m, "c.name", child)
	}
	s.must(t, a, func(f *intake.File) intake.Turn {
		f.Conversation.State.Answers[intake.Key{Question: "health"}] = intake.Answer{How: intake.Given, Values: []string{"yes"}, Compartment: intake.Special}
		return intake.Turn{Outgoing: []intake.Outgoing{s.say(a, "next")}, Audit: []intake.Entry{{Kind: "consent"}}}
	})
	m.cost(t, "answer")
}

func (s *scene) everythingDelivered(t testing.TB, m *meter) {
	t.Helper()
	for len(s.due(t)) > 0 {
		m.tap.Take()
		l := s.due(t)[0]
		if err := s.Delivered(t.Context(), l.ID, "77", s.clock.Now()); err != nil {
			t.Fatal(err)
		}
		m.cost(t, "delivery")
	}
	m.tap.Take()
}

// sendFile is a file from its offer to the turn that names it.
func (s *scene) sendFile(t testing.TB, a intake.Account, m *meter) {
	t.Helper()
	var owner intake.Custody
	s.must(t, a, func(f *intake.File) intake.Turn {
		owner = intake.Custody{Person: f.Person, Compartment: intake.Compartment(1)}
		job := intake.Outgoing{ID: s.id("job"), Account: a, Do: intake.Fetch, Keep: owner}
		return intake.Turn{Outgoing: []intake.Outgoing{job, s.say(a, "thank you")}}
	})
	m.cost(t, "answer")
	s.keepFor(t, a, owner, "proof")
	m.cost(t, "file")
}

func answer60(f *intake.File, n int) {
	answer(f, fmt.Sprintf("q.%d", n), 0, "an answer of a usual length, some forty characters")
	f.Conversation.Showing++
}

// submit is the turn in which somebody with four children sends everything in.
func (s *scene) submit(t testing.TB, a intake.Account, reference string) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx intake.Tx) error {
		if _, err := tx.Once(s.id("event"), s.clock.Now()); err != nil {
			return err
		}
		f, err := tx.Find(a)
		if err != nil {
			return err
		}
		lookups := []intake.Lookup{{Purpose: "e-mail", Value: string(a)}, {Purpose: "phone", Value: string(a)}}
		for item := range 4 {
			lookups = append(lookups, intake.Lookup{Purpose: "handle", Value: fmt.Sprint(a, item), Item: item})
		}
		if _, err := tx.Matches(f, lookups...); err != nil {
			return err
		}
		f.Conversation.Stage, f.Submission = intake.StageSent, submission(s.clock.Now(), reference)
		return tx.Save(f, intake.Turn{At: s.clock.Now(), Lookups: lookups, Outgoing: []intake.Outgoing{s.say(a, "receipt"), s.say(a, "what now")},
			Audit: []intake.Entry{{Kind: "consent"}, {Kind: "submission"}}})
	})
	if err != nil {
		t.Fatalf("submitting: %v", err)
	}
}
