package storage_test

import (
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"claimline/intake"
	"claimline/storage/testdb"
)

// BenchmarkDesk measures what a moderator's press asks of a PostgreSQL that holds a thousand
// submissions, and one that holds a million: the next case, a case by its number, and who else holds
// the same. In both a tenth became cases, of which a hundred wait.
//
//	go test -run '^$' -bench Desk ./storage
func BenchmarkDesk(b *testing.B) {
	for _, stored := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("stored=%d", stored), func(b *testing.B) {
			c := newClock()
			s := &scene{Store: testdb.At(b, testdb.Postgres(b))(b, set(c)), clock: c}
			s.register(b, stored)
			member := s.joins(b)
			queue := intake.Queue{Member: member.ID, Kinds: []intake.CaseKind{intake.ClaimCase}, Now: c.Now()}
			ask := func(name string, do func(tx intake.Tx) error) {
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						if err := s.InTx(b.Context(), do); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			ask("next", func(tx intake.Tx) error {
				_, _, of, err := tx.NextCase(queue)
				if err == nil && of != 100 {
					err = fmt.Errorf("%d cases wait", of)
				}
				return err
			})
			ask("by-number", func(tx intake.Tx) error {
				_, err := tx.CaseOf("R500", intake.ClaimCase)
				return err
			})
			ask("listed", func(tx intake.Tx) error {
				cases, err := tx.Cases(queue, 10)
				if err == nil && len(cases) != 10 {
					err = fmt.Errorf("%d cases are listed", len(cases))
				}
				return err
			})
			model := &intake.File{Person: "nobody", Conversation: intake.Conversation{ID: "none", Campaign: "tiktok"}}
			ask("same-in-others", func(tx intake.Tx) error {
				_, err := tx.Matches(model, intake.Lookup{Purpose: "e-mail", Value: "x"}, intake.Lookup{Purpose: "handle", Value: "y"})
				return err
			})
		})
	}
}

func (s *scene) joins(tb testing.TB) *intake.Member {
	tb.Helper()
	m := &intake.Member{Account: "telegram:900", Roles: []intake.Role{intake.Moderator}}
	if err := s.InTx(tb.Context(), func(tx intake.Tx) error { return tx.Enrol(m) }); err != nil {
		tb.Fatal(err)
	}
	return m
}

// register fills the store with copies of one submission, the sealed part of each cut short: what a
// press costs depends on rows and indexes. Every tenth became a case; the last hundred of them wait.
func (s *scene) register(tb testing.TB, n int) {
	tb.Helper()
	s.stock(tb, 1)
	const numbers = "generate_series(1, ?) AS x(n)"
	const cut = "substr(m.%s, 1, 200)"
	now := s.clock.Now().Add(-time.Hour).UnixMicro()
	statements := []string{
		"INSERT INTO persons (id, made) SELECT 'p' || x.n, 0 FROM " + numbers,
		"INSERT INTO conversations (id, person, campaign, stage, language, country, screen, showing, started, touched, expires, out_seq, state) " +
			"SELECT 'c' || x.n, 'p' || x.n, m.campaign, m.stage, m.language, m.country, m.screen, 1, 0, x.n, 0, 0, " + fmt.Sprintf(cut, "state") +
			" FROM " + numbers + ", (SELECT * FROM conversations WHERE id = 'c0') AS m",
		"INSERT INTO submissions (id, conversation, person, reference, campaign, status, outcome, at, language, country, counts, test, body) " +
			"SELECT 's' || x.n, 'c' || x.n, 'p' || x.n, 'R' || x.n, m.campaign, m.status, m.outcome, x.n, m.language, m.country, 1, 0, " + fmt.Sprintf(cut, "body") +
			" FROM " + numbers + ", (SELECT * FROM submissions WHERE id = 's0') AS m",
		"INSERT INTO lookups (hash, nth, person, submission, item) SELECT convert_to('h' || x.n, 'UTF8'), 1, 'p' || x.n, 's' || x.n, 0 FROM " + numbers,
		fmt.Sprintf("INSERT INTO cases (id, kind, submission, campaign, code, urgent, rank, state, opened, due, verdict, decided) "+
			"SELECT 'k' || x.n, 'claim', 's' || x.n, 'tiktok', 'SAME_CHILD', 0, %d, CASE WHEN x.n > %d THEN 'waiting' ELSE 'settled' END, %d, %d, '', 0 FROM "+
			numbers+" WHERE x.n %% 10 = 0", now, n-1000, now, now),
	}
	err := s.DB().WithContext(tb.Context()).Transaction(func(db *gorm.DB) error {
		for _, statement := range statements {
			if err := db.Exec(statement, n).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	if err := s.DB().Exec("ANALYZE").Error; err != nil {
		tb.Fatal(err)
	}
}
