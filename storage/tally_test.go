package storage_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"claimline/intake"
	"claimline/storage/testdb"
)

// sends puts a submission of somebody new on file at the present moment.
func (s *scene) submits(t testing.TB, change func(*intake.Submission)) {
	t.Helper()
	s.must(t, parent(int(s.nth.Add(1))), func(f *intake.File) intake.Turn {
		f.Conversation.Stage, f.Submission = intake.StageSent, submission(s.clock.Now(), s.id("TT"))
		f.Submission.Status = intake.Accepted
		change(f.Submission)
		return intake.Turn{}
	})
}

// leaves puts an interview on file in which somebody stopped at a screen.
func (s *scene) leaves(t testing.TB, screen string, change func(*intake.Conversation)) {
	t.Helper()
	s.must(t, parent(int(s.nth.Add(1))), func(f *intake.File) intake.Turn {
		f.Conversation.Screen, f.Conversation.Touched = screen, s.clock.Now()
		change(&f.Conversation)
		return intake.Turn{}
	})
}

// Verified, in review, supporters and all others stand apart, and a test is in none of them.
func TestTallyTellsApart(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		since := s.clock.Now()
		s.submits(t, func(*intake.Submission) {})
		s.submits(t, func(s *intake.Submission) { s.Country = "BE" })
		s.submits(t, func(s *intake.Submission) { s.Status, s.Counts = intake.InReview, false })
		s.submits(t, func(s *intake.Submission) { s.Outcome, s.Counts = "supporter", false })
		s.submits(t, func(s *intake.Submission) { s.Status, s.Counts = intake.Withdrawn, false })
		s.submits(t, func(s *intake.Submission) { s.Outcome, s.Status, s.Counts = "supporter", intake.Rejected, false })
		s.submits(t, func(s *intake.Submission) { s.Counts = false }) // a severe flag is open
		s.submits(t, func(s *intake.Submission) { s.Counts, s.Test = false, true })
		s.submits(t, func(s *intake.Submission) { s.Campaign = "zoom" })

		got, err := s.Tally(t.Context(), "tiktok", since, since.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		all := intake.Standing{Verified: 2, InReview: 1, Supporters: 1, Other: 3}
		if got.All != all || got.Tests != 1 {
			t.Errorf("all %+v, tests %d", got.All, got.Tests)
		}
		if len(got.Days) != 1 || got.Days[0].Standing != all || got.Sent() != 7 {
			t.Errorf("days %+v", got.Days)
		}
		countries := map[string]intake.Standing{"NL": {Verified: 1, InReview: 1, Supporters: 1, Other: 3}, "BE": {Verified: 1}}
		if diff := cmp.Diff(countries, got.Countries); diff != "" {
			t.Error(diff)
		}
	})
}

// A day is one where the campaign is at home: Kathmandu is 5 hours and 45 minutes ahead of UTC, and
// in Amsterdam one day of the year has 25 hours.
func TestTallyDays(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for zone, moments := range map[string][]string{
			"Asia/Kathmandu":   {"2026-11-25T23:59:59", "2026-11-26T00:00:00", "2026-11-26T00:14:00", "2026-11-28T12:00:00", "2026-11-28T23:00:00"},
			"Europe/Amsterdam": {"2027-10-30T23:59:00", "2027-10-31T00:10:00", "2027-10-31T23:50:00", "2027-11-02T08:00:00", "2027-11-02T23:00:00"},
		} {
			home, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			at := func(moment string) time.Time {
				read, err := time.ParseInLocation("2006-01-02T15:04:05", moment, home)
				if err != nil {
					t.Fatal(err)
				}
				return read
			}
			for _, moment := range moments {
				s.clock.Pass(at(moment).Sub(s.clock.Now()))
				s.submits(t, func(s *intake.Submission) { s.Campaign = zone })
			}
			since := at(moments[1][:10] + "T00:00:00")
			got, err := s.Tally(t.Context(), zone, since, at(moments[3]).Add(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			var verified []int
			for _, day := range got.Days {
				verified = append(verified, day.Verified)
			}
			if diff := cmp.Diff([]int{2, 0, 1}, verified); diff != "" {
				t.Errorf("%s: %s", zone, diff)
			}
			if diff := cmp.Diff([]int{3, 3, 4}, got.Growth()); diff != "" {
				t.Errorf("%s grows: %s", zone, diff)
			}
			if got.Later != 1 || got.All.Verified != 5 {
				t.Errorf("%s: %d later, %d in all", zone, got.Later, got.All.Verified)
			}
		}
	})
}

// Where people stopped: not who is answering at this moment, and no test.
func TestTallyOfScreens(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.leaves(t, "c.dob", func(*intake.Conversation) {})
		s.leaves(t, "c.dob", func(*intake.Conversation) {})
		s.leaves(t, "tt.email", func(*intake.Conversation) {})
		s.leaves(t, "tt.email", func(c *intake.Conversation) { c.State.Test = true })
		s.leaves(t, "tt.email", func(c *intake.Conversation) { c.Campaign = "zoom" })
		s.leaves(t, "stopped", func(c *intake.Conversation) { c.Stage = intake.StageStopped })
		s.submits(t, func(*intake.Submission) {})
		s.clock.Pass(intake.Silent + time.Minute)
		s.leaves(t, "tt.email", func(*intake.Conversation) {})
		got, err := s.Tally(t.Context(), "tiktok", s.clock.Now().Add(-time.Hour), s.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]int{"c.dob": 2, "tt.email": 1}, got.Screens); diff != "" {
			t.Error(diff)
		}
	})
}

// The figures take as many statements with many submissions as with none.
func TestTallyStatements(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		tap := s.Tap()
		count := func() int64 {
			tap.Take()
			if _, err := s.Tally(t.Context(), "tiktok", s.clock.Now().AddDate(0, 0, -28), s.clock.Now()); err != nil {
				t.Fatal(err)
			}
			statements, _ := tap.Take()
			return statements
		}
		if n := count(); n != 3 {
			t.Errorf("%d statements in an empty store", n)
		}
		s.stock(t, 2000)
		if n := count(); n != 3 {
			t.Errorf("%d statements with 2000 submissions", n)
		}
	})
}

// The figures of a month, with a million submissions stored and a tenth as many interviews open.
func BenchmarkTally(b *testing.B) {
	for name, address := range map[string]func(testing.TB) string{"SQLite": testdb.SQLite, "PostgreSQL": testdb.Postgres} {
		for _, stored := range []int{1000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", name, stored), func(b *testing.B) {
				c := newClock()
				s := &scene{Store: testdb.At(b, address(b))(b, set(c)), clock: c}
				s.manySubmissions(b, stored)
				for b.Loop() {
					got, err := s.Tally(b.Context(), "tiktok", c.Now().AddDate(0, 0, -28), c.Now())
					if err != nil || got.All.Verified < stored/2 || got.Sent() < stored/8 || len(got.Screens) < 20 {
						b.Fatal(got.All, got.Sent(), len(got.Screens), err)
					}
				}
			})
		}
	}
}

// manySubmissions are spread over the last 200 days, five statuses and five countries.
func (s *scene) manySubmissions(b *testing.B, n int) {
	b.Helper()
	s.submits(b, func(*intake.Submission) {})
	digit := "(SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9)"
	numbers := fmt.Sprintf("(SELECT a.d + 10*b.d + 100*c.d + 1000*e.d + 10000*f.d + 100000*g.d AS n FROM %[1]s a, %[1]s b, %[1]s c, %[1]s e, %[1]s f, %[1]s g)", digit)
	span := (200 * 24 * time.Hour).Microseconds() / int64(n)
	for _, statement := range []string{
		"INSERT INTO persons (id, made) SELECT 'p' || x.n, 0 FROM " + numbers + " AS x WHERE x.n < ?",
		"INSERT INTO conversations (id, person, campaign, stage, language, country, screen, showing, started, touched, expires, out_seq, state) " +
			"SELECT 'c' || x.n, 'p' || x.n, 'tiktok', CASE WHEN x.n % 10 = 0 THEN 'open' ELSE 'sent' END, 'nl', 'NL', 'screen-' || (x.n / 10 % 30), 1, 0, x.n, 0, 0, m.state FROM " + numbers +
			" AS x, (SELECT * FROM conversations LIMIT 1) AS m WHERE x.n < ?",
		"INSERT INTO submissions (id, conversation, person, reference, campaign, status, outcome, at, language, country, counts, test, body) " +
			"SELECT 's' || x.n, 'c' || x.n, 'p' || x.n, 'R' || x.n, 'tiktok', CASE WHEN x.n % 7 = 0 THEN 'in_review' WHEN x.n % 11 = 0 THEN 'withdrawn' ELSE 'accepted' END, " +
			"CASE WHEN x.n % 5 = 0 THEN 'supporter' ELSE 'claimant' END, " + fmt.Sprint(s.clock.Now().UnixMicro()) + " - CAST(" + fmt.Sprint(span) + " AS bigint) * x.n, 'nl', " +
			"CASE x.n % 5 WHEN 0 THEN 'NL' WHEN 1 THEN 'BE' WHEN 2 THEN 'DE' WHEN 3 THEN 'FR' ELSE 'ES' END, " +
			"CASE WHEN x.n % 7 = 0 OR x.n % 11 = 0 OR x.n % 5 = 0 THEN 0 ELSE 1 END, 0, m.body FROM " + numbers + " AS x, (SELECT * FROM submissions LIMIT 1) AS m WHERE x.n < ?",
	} {
		if err := s.DB().WithContext(b.Context()).Exec(statement, n).Error; err != nil {
			b.Fatal(err)
		}
	}
	tidy := "ANALYZE"
	if s.DB().Name() == "postgres" {
		tidy = "VACUUM ANALYZE" // as the server does by itself before long
	}
	if err := s.DB().Exec(tidy).Error; err != nil {
		b.Fatal(err)
	}
}
