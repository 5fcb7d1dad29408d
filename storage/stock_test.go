package storage_test

import (
	"testing"

	"gorm.io/gorm"

	"claimline/intake"
)

// stock fills the store with copies of one person's submission. The copies do not open, which only
// the register would notice; what a turn costs depends on rows and indexes.
func (s *scene) stock(tb testing.TB, n int) {
	tb.Helper()
	model := parent(0)
	err := s.hear(tb.Context(), model, func(f *intake.File) intake.Turn {
		rich(f, s.clock.Now())
		f.Conversation.Stage, f.Submission = intake.StageSent, submission(s.clock.Now(), "TT-MODEL")
		return intake.Turn{Lookups: []intake.Lookup{{Purpose: "e-mail", Value: "x"}}, Audit: []intake.Entry{{Kind: "consent"}, {Kind: "submission"}}}
	})
	if err != nil {
		tb.Fatal(err)
	}
	digit := "SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9"
	numbers := "(SELECT a.d + 10*b.d + 100*c.d + 1000*e.d + 10000*g.d AS n FROM (" + digit + ") a, (" + digit + ") b, (" + digit + ") c, (" + digit + ") e, (" + digit + ") g)"
	bytesOf := "CAST('h' || x.n AS BLOB)"
	if s.DB().Name() == "postgres" {
		bytesOf = "convert_to('h' || x.n, 'UTF8')"
	}
	from := " FROM " + numbers + " AS x WHERE x.n < ?"
	statements := []string{
		"INSERT INTO persons (id, made) SELECT 'p' || x.n, 0" + from,
		"INSERT INTO conversations (id, person, campaign, stage, language, country, screen, showing, started, touched, expires, out_seq, state) " +
			"SELECT 'c' || x.n, 'p' || x.n, m.campaign, m.stage, m.language, m.country, m.screen, 1, 0, x.n, 0, 0, m.state FROM " + numbers +
			" AS x, (SELECT * FROM conversations WHERE campaign = 'tiktok' LIMIT 1) AS m WHERE x.n < ?",
		"INSERT INTO submissions (id, conversation, person, reference, campaign, status, outcome, at, language, country, counts, test, body) " +
			"SELECT 's' || x.n, 'c' || x.n, 'p' || x.n, 'R' || x.n, m.campaign, m.status, m.outcome, x.n, m.language, m.country, 1, 0, m.body FROM " + numbers +
			" AS x, (SELECT * FROM submissions LIMIT 1) AS m WHERE x.n < ?",
		"INSERT INTO accounts (address, platform, person, conversation, sealed) SELECT " + bytesOf + ", m.platform, 'p' || x.n, 'c' || x.n, m.sealed FROM " + numbers +
			" AS x, (SELECT * FROM accounts LIMIT 1) AS m WHERE x.n < ?",
		"INSERT INTO lookups (hash, nth, person, submission, item) SELECT " + bytesOf + ", 1, 'p' || x.n, 's' || x.n, 0" + from,
		"INSERT INTO events (hash, at) SELECT " + bytesOf + ", x.n" + from,
		"INSERT INTO audit (chain, no, at, kind, refs, mac) SELECT 'c' || x.n, 1, 0, m.kind, m.refs, m.mac FROM " + numbers +
			" AS x, (SELECT * FROM audit LIMIT 1) AS m WHERE x.n < ?",
	}
	err = s.DB().WithContext(tb.Context()).Transaction(func(db *gorm.DB) error {
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
