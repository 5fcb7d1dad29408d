package intake_test

import (
	"fmt"
	"math"
	"math/rand"
	"slices"
	"testing"
	"time"

	"claimline/intake"
)

// season makes up ten thousand people who sign up within two months. Nobody has counted yet who
// really comes; the proportions are what was argued for here, and each is on the cautious side:
//
//   - One family in twenty-five has a second parent who registers as well: half of all parents could,
//     but one form is enough and the first one says so. Of the second parents 1 in 5 mistypes a name or
//     a date, and half give the user name too, which they spell as the first did.
//   - One in a hundred registers twice, after losing the phone or thinking that nothing had come of it.
//   - One family in fifty shares its address with another: grandparents, a neighbour who helps.
//   - One parent in fifty is not sure that they may decide (separated, a carer); one in two hundred says
//     that the other parent objects; of children of 16 and 17 one in thirty does not agree.
//   - One in three hundred insists, when asked once more, on dates or a postcode that cannot be.
//   - One in a hundred and fifty writes some word in place of a user name that many others write too.
//   - Three in two hundred are not serious: a name nobody has, taps faster than anybody reads, a famous user name.
//   - Supporters and those who were minors themselves are left out: they have nothing that could be alike, and
//     would only make the share smaller.
//   - There is one evening on television, with 500 within a quarter of an hour, and one raid of 61.
type season struct {
	*rand.Rand
	hall     *hall
	families []signer
	kinds    map[string]int
}

const people = 10_000

// rank draws a number below n, low ones more often, as with people's names: the most frequent of 800
// first names is that of 16 in a thousand, of 5,000 family names of 11.
func (s *season) rank(n int) int {
	const flat = 15 // the first of them are about as frequent as each other
	return int(flat * (math.Pow(float64(n+flat)/flat, s.Float64()) - 1))
}

func (s *season) first() string    { return word(s.rank(800)) }
func (s *season) family() string   { return "van " + word(1000+s.rank(5000)) }
func (s *season) once(in int) bool { return s.Intn(in) == 0 }

// birth is a child's between 7 and 17.
func (s *season) birth() string {
	return time.Date(2009, 6, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, s.Intn(10*365)).Format(time.DateOnly)
}

// parent is an ordinary one: 55 in 100 have one child to register, 33 two, 12 three.
func (s *season) parent(n int) signer {
	f := signer{members: 1, pace: 4 + s.Intn(20), answers: map[string][]string{}}
	for _, more := range []int{45, 27} {
		if s.Intn(100) < more {
			f.members++
		}
	}
	family := s.family()
	f.name = s.first() + " " + family
	f.answers["tt.email"] = []string{fmt.Sprintf("adres%d@example.org", n)}
	if s.Intn(10) < 3 {
		f.answers["tt.email"] = nil
	}
	first := s.rank(800)
	for item := 1; item <= f.members; item++ {
		of := func(q string) string { return fmt.Sprintf("%s#%d", q, item) }
		f.answers[of("c.name")] = []string{word(first+item) + " " + family} // siblings are called differently
		f.answers[of("c.dob")] = []string{s.birth()}
		f.answers[of("c.child_ok")] = []string{"yes"} // counts where the child is 16 or 17
		f.answers[of("c.handle")] = []string{fmt.Sprintf("u%d.%d", n, item)}
		if s.Intn(10) < 4 {
			f.answers[of("c.handle")] = nil
		}
	}
	return f
}

// oddities are what makes some families unusual. They come on top of each other.
func (s *season) oddities(f signer) signer {
	if s.once(50) {
		f.answers["c.authority#1"] = []string{"unsure"}
	}
	if s.once(200) {
		f.answers["c.authority#1"] = []string{"objects"}
	}
	if s.once(30) {
		f.answers["c.child_ok#1"] = []string{"no"}
	}
	if s.once(300) {
		f.answers["c.first_use#1"] = []string{"2015"}
		f.answers["c.dob#1"] = []string{"2016-03-12"}
		f.insists = append(f.insists, "c.first_use#1:before_birth")
	}
	if s.once(300) {
		f.answers["tt.country"] = []string{"BE"}
		f.insists = append(f.insists, "tt.postcode:dutch_postcode")
	}
	if s.once(150) {
		f.answers["c.handle#1"] = []string{[]string{"geen", "prive", "nvt", "tiktok", "weetniet"}[s.Intn(5)]}
	}
	if s.once(50) && len(s.families) > 0 {
		f.answers["tt.email"] = s.families[s.Intn(len(s.families))].answers["tt.email"]
	}
	return f
}

// next is the nth person, and of what kind they are.
func (s *season) next(n int) (signer, string) {
	known := len(s.families) > 0
	switch draw := s.Intn(1000); {
	case draw < 15:
		return s.troll(n), "not serious"
	case draw < 25 && known:
		return s.families[s.Intn(len(s.families))], "registers twice"
	case draw < 65 && known:
		return s.secondParent(n), "second parent"
	}
	f := s.oddities(s.parent(n))
	s.families = append(s.families, f)
	return f, "family"
}

func (s *season) secondParent(n int) signer {
	other := s.families[s.Intn(len(s.families))]
	f := s.parent(n)
	f.members = other.members
	for item := 1; item <= other.members; item++ {
		for _, q := range []string{"c.name", "c.dob", "c.handle", "c.child_ok"} {
			key := fmt.Sprintf("%s#%d", q, item)
			f.answers[key] = other.answers[key]
		}
		if key := fmt.Sprintf("c.handle#%d", item); s.once(2) {
			f.answers[key] = nil
		}
		if key := fmt.Sprintf("c.name#%d", item); s.once(5) {
			f.answers[key] = []string{"X" + other.answers[key][0]}
		}
	}
	for key := range f.answers { // of children whom the other does not have
		var item int
		if _, err := fmt.Sscanf(key[len(key)-2:], "#%d", &item); err == nil && item > f.members {
			delete(f.answers, key)
		}
	}
	return f
}

func (s *season) troll(n int) signer {
	f := s.parent(n)
	switch s.Intn(4) {
	case 0:
		f.name = "Asdfgh Qwert"
	case 1:
		f.answers["c.name#1"] = []string{"Test Test"}
	case 2:
		f.answers["c.handle#1"] = []string{"famous.dancer"}
	}
	if s.once(2) {
		f.pace = 1
	}
	return f
}

// TestOneSubmissionInTenIsACase plays the season through the rules and counts the cases.
func TestOneSubmissionInTenIsACase(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("plays ten thousand submissions")
	}
	s := &season{Rand: rand.New(rand.NewSource(4)), hall: openHall(t), kinds: map[string]int{}}
	h := s.hall
	cases, codes, bursts := map[string]int{}, map[string]int{}, map[string]int{}
	var everybody []intake.Account
	kinds := map[intake.Account]string{}
	took := time.Now()
	for n := range people {
		h.now = h.now.Add(s.pause(n))
		f, kind := s.next(n)
		if n >= 7000 && n < 7061 {
			f, kind = household(100_000+n), "raid"
			f.pace, f.answers["tt.email"], f.answers["c.handle#1"] = 1, nil, nil
		}
		a := h.signs(f)
		kinds[a] = kind
		s.kinds[kind]++
		everybody = append(everybody, a)
		if kind == "raid" && n > 7002 {
			h.tells(a, copied)
		}
		if n%20 == 0 || kind == "raid" && n%5 == 0 {
			h.gathers()
		}
	}
	h.gathers()
	for _, a := range everybody {
		sub := h.file(a).Submission
		if sub.Burst != "" {
			bursts[sub.Burst]++
		}
		if sub.Status != intake.InReview {
			continue
		}
		cases[kinds[a]]++
		for _, f := range sub.Flags {
			if f.Acts == "moderator" && f.State == "open" {
				codes[f.Code]++
			}
		}
	}
	total := 0
	for kind, n := range cases {
		total += n
		t.Logf("%-16s %5d sent, %4d cases", kind, s.kinds[kind], n)
	}
	t.Logf("%d submissions, %d cases: %.1f %%; flags %v; bursts %v; %s", people, total, 100*float64(total)/people, codes, slices.Collect(values(bursts)), time.Since(took).Round(time.Millisecond))
	t.Logf("on the desk: %d, for a burst is one case", total-cases["raid"]+len(bursts))
	if share := float64(total) / people; share > 0.10 {
		t.Errorf("%.1f %% of the submissions are cases, want at most 10 %%", 100*share)
	}
	if len(bursts) != 1 || slices.Collect(values(bursts))[0] != 61 {
		t.Errorf("the bursts are %v, want one of 61", bursts)
	}
	if cases["family"] > s.kinds["family"]*5/100 || cases["second parent"] < s.kinds["second parent"]*8/10 || cases["not serious"] < s.kinds["not serious"]*6/10 {
		t.Errorf("the rules do not tell who is who: %v of %v", cases, s.kinds)
	}
}

func values(m map[string]int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

// pause is how long after the one before somebody comes: about eight minutes; on the evening on
// television 500 come within a quarter of an hour, and the raid takes as long.
func (s *season) pause(n int) time.Duration {
	switch {
	case n >= 3000 && n < 3500:
		return 15 * time.Minute / 500
	case n > 7000 && n < 7061:
		return 15 * time.Minute / 61
	}
	return time.Duration(s.Intn(16*60)) * time.Second
}
