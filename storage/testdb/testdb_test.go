package testdb_test

import (
	"testing"

	"claimline/storage/testdb"
)

// Each test has a database of its own, and finds it again when it opens it again.
func TestEach(t *testing.T) {
	t.Parallel()
	testdb.Each(t, func(t *testing.T, open testdb.Opener) {
		for round := range 2 {
			s := open(t)
			there, err := s.Setting(t.Context(), "been-here")
			if err != nil {
				t.Fatal(err)
			}
			if want := map[int]string{1: "yes"}[round]; there != want {
				t.Errorf("round %d: the database says %q, not %q", round, there, want)
			}
			if err := s.SetSetting(t.Context(), "been-here", "yes"); err != nil {
				t.Fatal(err)
			}
		}
	})
}
