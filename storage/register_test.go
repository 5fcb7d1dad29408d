package storage_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
	"claimline/storage"
	"claimline/storage/testdb"
)

// The register is read whole, in order, over the borders of its batches, opened and with its
// conversations; another campaign's submissions are not in it.
func TestSubmissions(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		const sent = 250 // more than a batch, several at the same instant
		for n := range sent {
			if n%7 == 0 {
				s.clock.Pass(time.Second)
			}
			s.must(t, parent(n), func(f *intake.File) intake.Turn {
				answer(f, "c.name", 1, fmt.Sprint("Bo ", n))
				f.Submission = submission(s.clock.Now(), fmt.Sprintf("TT-%04d", n))
				if n%50 == 0 {
					f.Submission.Campaign = "insta"
				}
				return intake.Turn{}
			})
		}
		s.keepFile(t, parent(1), "proof")
		seen := map[string]bool{}
		var before time.Time
		err := s.Submissions(t.Context(), "tiktok", func(f intake.File) error {
			if f.Submission.At.Before(before) {
				t.Error("not in the order in which they came")
			}
			before = f.Submission.At
			seen[f.Submission.Reference] = true
			var n int
			if _, err := fmt.Sscanf(f.Submission.Reference, "TT-%d", &n); err != nil {
				return err
			}
			if got := f.Conversation.State.Answers[intake.Key{Question: "c.name", Item: 1}].Values; !slices.Equal(got, []string{fmt.Sprint("Bo ", n)}) {
				t.Errorf("%s says %v", f.Submission.Reference, got)
			}
			if files := len(f.Conversation.State.Files); files != map[bool]int{true: 1}[n == 1] {
				t.Errorf("%s has %d files", f.Submission.Reference, files)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(seen) != sent-5 {
			t.Errorf("%d submissions were read, want %d", len(seen), sent-5)
		}
		enough, read := errors.New("enough"), 0
		err = s.Submissions(t.Context(), "tiktok", func(intake.File) error {
			if read++; read == 3 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) || read != 3 {
			t.Errorf("after %d: %v", read, err)
		}
	})
}

// Conversations whose time is over are found, the oldest first; sent ones never are.
func TestOverdue(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for n := range 4 {
			s.must(t, parent(n), func(f *intake.File) intake.Turn {
				f.Conversation.Expires = s.clock.Now().Add(time.Duration(4-n) * time.Hour)
				if n == 2 {
					f.Conversation.Stage = intake.StageSent
				}
				return intake.Turn{}
			})
		}
		for _, c := range []struct {
			after time.Duration
			most  int
			want  []intake.Overdue
		}{{59 * time.Minute, 9, nil}, {time.Hour, 9, late(3)}, {4 * time.Hour, 2, late(3, 1)}} {
			got, err := s.Overdue(t.Context(), s.clock.Now().Add(c.after), c.most)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("after %v: %v, %v, want %v", c.after, got, err, c.want)
			}
		}
	})
}

func late(parents ...int) []intake.Overdue {
	var out []intake.Overdue
	for _, n := range parents {
		out = append(out, intake.Overdue{Account: parent(n), Campaign: "tiktok"})
	}
	return out
}

// After an outage those are found who were in the middle of something, the latest first.
func TestOpenAccounts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		people := []intake.Account{"telegram:1", "telegram:2", "telegram:3", "terminal:4", "telegram:5"}
		since := s.clock.Now().Add(2 * time.Minute)
		for n, a := range people {
			s.clock.Pass(time.Minute)
			s.must(t, a, func(f *intake.File) intake.Turn {
				f.Conversation.Touched = s.clock.Now()
				if n == 2 {
					f.Conversation.Stage = intake.StageStopped
				}
				return intake.Turn{}
			})
		}
		got, err := s.OpenAccounts(t.Context(), "telegram", since, 9)
		if want := []intake.Account{"telegram:5", "telegram:2"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v, want %v", got, err, want)
		}
	})
}

// A campaign is moved by somebody, and that is on record.
func TestCampaignStatuses(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, status := range []campaign.Status{campaign.Open, campaign.Paused} {
			if err := s.SetCampaignStatus(t.Context(), "tiktok", status, "Anna Voorbeeld"); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.CampaignStatuses(t.Context())
		if want := map[string]campaign.Status{"tiktok": campaign.Paused}; err != nil || !maps.Equal(got, want) {
			t.Errorf("%v, %v, want %v", got, err, want)
		}
		if report, err := s.VerifyAudit(t.Context()); err != nil || report.Entries != 2 || report.Faults != nil {
			t.Errorf("%+v, %v", report, err)
		}
		if err := s.SetCampaignStatus(t.Context(), "tiktok", "fancy", "Anna Voorbeeld"); err == nil {
			t.Error("a status that is none was taken")
		}
	})
}

func TestSettings(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, value := range []string{"", "421", "422"} {
			if value != "" {
				if err := s.SetSetting(t.Context(), "telegram.offset", value); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := s.Setting(t.Context(), "telegram.offset"); err != nil || got != value {
				t.Errorf("%q, %v, want %q", got, err, value)
			}
		}
	})
}

// taken asks for a lease until it is given, as a process does that waits for another one's end.
func taken(t *testing.T, l *storage.Leases, ttl time.Duration) (fence int64, after time.Duration) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 20*ttl; time.Sleep(ttl / 20) {
		fence, ok, err := l.Take(t.Context(), "telegram", ttl)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			return fence, time.Since(began)
		}
	}
	t.Fatal("never taken")
	return 0, 0
}

// One process at a time: who is away for longer than the lease has lost it and cannot take it back.
func TestLeases(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		const ttl = 500 * time.Millisecond
		first, second := open(t).Leases("first"), open(t).Leases("second")
		ctx := t.Context()
		fence, ok, err := first.Take(ctx, "telegram", ttl)
		if err != nil || !ok {
			t.Fatal(fence, ok, err)
		}
		if _, ok, err := second.Take(ctx, "telegram", ttl); ok || err != nil {
			t.Error("two hold it", err)
		}
		if _, ok, err := second.Take(ctx, "discord", ttl); !ok || err != nil {
			t.Error("another lease is not free", err)
		}
		time.Sleep(ttl)
		if ok, err := first.Renew(ctx, "telegram", fence, ttl); !ok || err != nil {
			t.Error("nobody took it, and it is not renewed", err)
		}
		renewed := time.Now()
		later, _ := taken(t, second, ttl) // the first one sleeps
		if after := time.Since(renewed); later <= fence || after < ttl {
			t.Fatalf("fence %d after %d, taken %s after it was renewed", later, fence, after)
		}
		if ok, err := first.Renew(ctx, "telegram", fence, ttl); ok || err != nil {
			t.Error("renewed what somebody else has", err)
		}
		if err := first.Release(ctx, "telegram", fence); err != nil {
			t.Error(err)
		}
		if _, ok, _ := first.Take(ctx, "telegram", ttl); ok {
			t.Error("released what somebody else has")
		}
		if err := second.Release(ctx, "telegram", later); err != nil {
			t.Error(err)
		}
		if _, ok, err := first.Take(ctx, "telegram", ttl); !ok || err != nil {
			t.Error("not free after it was released", err)
		}
		after, ok, err := first.Take(ctx, "telegram", ttl) // it crashed, and is back
		if err != nil || !ok {
			t.Error("its own lease is not given back", err)
		}
		if ok, _ := first.Renew(ctx, "telegram", after-1, ttl); ok {
			t.Error("the one that crashed can still renew")
		}
	})
}

// A machine's clock may be wrong: set an hour ahead it neither takes what somebody holds, nor keeps
// others waiting once it is gone.
func TestALeaseBelievesNoClock(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		const ttl = 500 * time.Millisecond
		c := newClock()
		ahead, right := open(t, set(c)).Leases("ahead"), open(t, set(newClock())).Leases("right")
		c.Pass(time.Hour)
		fence, _ := taken(t, right, ttl)
		if _, ok, err := ahead.Take(t.Context(), "telegram", ttl); ok || err != nil {
			t.Error("taken from somebody who has just taken it", err)
		}
		if err := right.Release(t.Context(), "telegram", fence); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := ahead.Take(t.Context(), "telegram", ttl); !ok || err != nil {
			t.Fatal("not free after it was released", err)
		}
		if _, after := taken(t, right, ttl); after < ttl {
			t.Errorf("taken after %s from somebody who may live", after)
		}
	})
}
