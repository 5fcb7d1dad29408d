package intake_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"claimline/intake"
	"claimline/intake/campaign"
)

// hall is one desk before which thousands of people sign. Their interviews are copies of one that
// somebody went through up to the signature, with answers of their own; from the signature on, the
// rules do everything.
type hall struct {
	testing.TB
	desk   *intake.Desk
	shelf  *shelf
	now    time.Time
	parent intake.File // of one child, who has only to sign
	people int
}

// signer is what somebody says who has only to sign. Answers replace those of the model, by question
// and member; an answer of no values was skipped.
type signer struct {
	name    string
	members int
	answers map[string][]string
	insists []string // what was asked once more and said again, as State.Doubted has it
	pace    int      // seconds a screen
}

func openHall(t testing.TB) *hall {
	t.Helper()
	p := sit(t, load(t, "tiktok"), campaign.Open, "en")
	p.answersAll(voorbeeld)
	parent, err := p.file()
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{TB: t, desk: p.desk, shelf: newShelf(), now: p.now, parent: parent}
	h.desk.Store, h.desk.Now = h.shelf, func() time.Time { return h.now }
	return h
}

// signs puts somebody's interview on the shelf and lets them sign it. It returns their account.
func (h *hall) signs(s signer) intake.Account {
	h.Helper()
	h.people++
	a := intake.Account("telegram:" + strconv.Itoa(1_000_000+h.people))
	f := h.parent
	f.Account, f.Person, f.Conversation.ID = a, fmt.Sprint("person-", h.people), fmt.Sprint("conversation-", h.people)
	state := &f.Conversation.State
	state.Answers, state.Members, state.Pace = maps.Clone(state.Answers), slices.Clone(state.Members), slices.Clone(state.Pace)
	state.Prompt.On, state.Prompted, state.Doubted = a, h.now, s.insists
	for i := range state.Pace {
		state.Pace[i] = s.pace
	}
	for item := 2; item <= s.members; item++ {
		state.Members, state.Last = append(state.Members, item), item
		for _, key := range slices.Collect(maps.Keys(state.Answers)) {
			if key.Item == 1 {
				copied := state.Answers[key]
				copied.Compartment = intake.Compartment(item)
				state.Answers[intake.Key{Question: key.Question, Item: item}] = copied
			}
		}
	}
	answers := map[string][]string{"tt.name": {s.name}}
	maps.Copy(answers, s.answers)
	for key, values := range answers {
		var k intake.Key
		if err := k.UnmarshalText([]byte(key)); err != nil {
			h.Fatal(err)
		}
		given := intake.Answer{How: intake.Given, Values: values, Version: 1, At: h.now, Compartment: intake.Compartment(k.Item)}
		if values == nil {
			given.How = intake.Skipped
		}
		state.Answers[k] = given
	}
	for key, given := range state.Answers { // what was agreed to reads the same but for the names
		given.TextSHA256 = ""
		state.Answers[key] = given
	}
	if err := h.shelf.Save(&f, intake.Turn{}); err != nil {
		h.Fatal(err)
	}
	h.hears(a, intake.Said{Text: s.name})
	if arrived := h.shelf.held.arrived; len(arrived) == 0 || h.shelf.held.owners[arrived[len(arrived)-1].Submission] != a {
		h.Fatalf("%+v did not sign: %s is showing", s, h.file(a).Conversation.State.At)
	}
	return a
}

// tells opens a pack after the interview and says something there in own words.
func (h *hall) tells(a intake.Account, words string) {
	h.Helper()
	f := h.file(a)
	f.Conversation.State.Pack = &intake.PackAt{ID: "happened", Item: 1}
	f.Conversation.State.Focus = &intake.Focus{Key: intake.Key{Question: "g10.text", Item: 1}}
	if err := h.shelf.Save(&f, intake.Turn{}); err != nil {
		h.Fatal(err)
	}
	h.hears(a, intake.Said{Text: words})
}

func (h *hall) hears(a intake.Account, did intake.Did) {
	h.Helper()
	h.people++ // every event has an identity of its own
	e := intake.Event{Account: a, Identity: strconv.Itoa(h.people), At: h.now, Locale: "en", Did: did}
	if _, err := h.desk.Handle(context.Background(), e); err != nil {
		h.Fatal(err)
	}
	h.shelf.out = h.shelf.out[:0]
}

func (h *hall) gathers() int {
	h.Helper()
	n, err := h.desk.Gather(context.Background(), "tiktok")
	if err != nil {
		h.Fatal(err)
	}
	return n
}

func (h *hall) file(a intake.Account) intake.File {
	h.Helper()
	f, err := h.shelf.Find(a)
	if err != nil {
		h.Fatal(err)
	}
	return *f
}

// household is somebody with one child, unlike anybody else.
func household(n int) signer {
	birth := time.Date(2011, 3, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n*7%2000)
	return signer{name: "Ouder " + word(n), members: 1, pace: 6, answers: map[string][]string{
		"tt.email": {fmt.Sprintf("ouder%d@example.org", n)}, "c.name#1": {"Kind " + word(n)},
		"c.dob#1": {birth.Format(time.DateOnly)}, "c.handle#1": {fmt.Sprintf("kind.%d", n)},
	}}
}

// word is a name made of a number.
func word(n int) string {
	const sounds = "bedofugakilomaneporisutavewizo"
	out := []byte{'A' + byte(n%26)}
	for n++; n > 0; n /= 15 {
		out = append(out, sounds[n%15*2:n%15*2+2]...)
	}
	return string(out) + "sen"
}

const copied = "Everybody on the server was told to write this here, so now this is what everybody writes."

// An evening on television: five hundred families in a quarter of an hour, and among them a raid of
// 61 who leave no address, tap as fast as they can, and 58 of whom paste the same text. All 61 are one
// burst, also those who came before anybody could notice; not one family is in it.
func TestARaidOnAnEveningOnTelevision(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	began := h.now
	var families, raiders []intake.Account
	for n := range 500 {
		h.now = began.Add(time.Duration(n) * 15 * time.Minute / 500)
		f := household(n)
		if n%3 == 0 {
			f.answers["tt.email"] = nil
		}
		families = append(families, h.signs(f))
		if n%10 == 0 {
			h.tells(families[n], fmt.Sprintf("What we saw with our own eyes in week %d of that year we told the school the very next day.", n))
		}
		if n%8 == 0 && len(raiders) < 61 {
			r := household(10_000 + n)
			r.pace, r.answers["tt.email"], r.answers["c.handle#1"] = 1, nil, nil
			raiders = append(raiders, h.signs(r))
			if len(raiders) > 3 {
				h.tells(raiders[len(raiders)-1], copied)
			}
		}
		if n == 250 {
			if early := h.gathers(); early != len(raiders) {
				t.Errorf("halfway %d of %d are marked", early, len(raiders))
			}
		}
	}
	h.gathers()
	if again := h.gathers(); again != 0 {
		t.Errorf("another %d are marked when nobody has come", again)
	}
	burst := h.file(raiders[0]).Submission.Burst
	for i, a := range raiders {
		s := h.file(a).Submission
		flag := slices.IndexFunc(s.Flags, func(f intake.Flag) bool { return f.Code == "RAID" })
		if s.Burst != burst || burst == "" || flag < 0 || s.Status != intake.InReview || s.Counts {
			t.Fatalf("raider %d is in burst %q, %s, with %v; want burst %q", i, s.Burst, s.Status, s.Flags, burst)
		}
		if i > 3 && !slices.Contains(s.Flags[flag].Answers, "g10.text") {
			t.Errorf("the flag of raider %d names %v", i, s.Flags[flag].Answers)
		}
	}
	for i, a := range families {
		if s := h.file(a).Submission; s.Burst != "" || s.Status != intake.Accepted || !s.Counts {
			t.Fatalf("family %d is in burst %q, %s, with %v", i, s.Burst, s.Status, s.Flags)
		}
	}
	var seen intake.BurstSeen
	err := h.shelf.InTx(context.Background(), func(tx intake.Tx) (err error) {
		seen, err = h.desk.Burst(tx, burst)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen.Members) != 61 || seen.Opened != 61 || seen.Same["text"] != 58 || seen.NoContact != 61 || seen.Hasty != 61 || seen.Signed != 61 {
		t.Errorf("the card would say: %d submissions, same text %d, no address %d, hasty %d, signed %d", len(seen.Members), seen.Same["text"], seen.NoContact, seen.Hasty, seen.Signed)
	}
	if d := seen.Last.Sub(seen.First); d <= 0 || d > 15*time.Minute {
		t.Errorf("the burst took %s", d)
	}
	h.tells(raiders[5], "Something else, in words of my own that nobody else has ever written in this place.")
	if s := h.file(raiders[5]).Submission; s.Burst != burst || s.Status != intake.InReview {
		t.Errorf("who writes something else afterwards is out of the burst: %q, %s", s.Burst, s.Status)
	}
}

// stuck is a shelf on which one file cannot be opened.
type stuck struct {
	*shelf
	submission string
}

func (s stuck) InTx(ctx context.Context, fn func(intake.Tx) error) error {
	return s.shelf.InTx(ctx, func(intake.Tx) error { return fn(s) })
}

func (s stuck) FileOf(submission string) (*intake.File, error) {
	if submission == s.submission {
		return nil, errors.New("it does not open")
	}
	return s.shelf.FileOf(submission)
}

// One file of a burst cannot be opened: it is told, the others are marked, and it joins them later.
func TestABurstWithAFileThatDoesNotOpen(t *testing.T) {
	t.Parallel()
	h := openHall(t)
	var all []intake.Account
	for n := range 20 {
		all = append(all, h.signs(household(n)))
		h.tells(all[n], copied)
	}
	third := h.file(all[3]).Submission.ID
	h.desk.Store = stuck{h.shelf, third}
	if n, err := h.desk.Gather(context.Background(), "tiktok"); n != 19 || err == nil || !strings.Contains(err.Error(), third) {
		t.Errorf("%d are marked, and what is told is %v", n, err)
	}
	h.desk.Store = h.shelf
	if n := h.gathers(); n != 1 || h.file(all[3]).Submission.Burst != h.file(all[0]).Submission.Burst {
		t.Errorf("%d joined later, in burst %q", n, h.file(all[3]).Submission.Burst)
	}
}

// What makes a burst: how many, how soon, and that something is shared.
func TestWhatIsNoBurst(t *testing.T) {
	t.Parallel()
	for label, c := range map[string]struct {
		many  int
		every time.Duration
		says  func(n int) string
		mark  int
	}{
		"a text that twenty share":                {20, 40 * time.Second, func(int) string { return copied }, 20},
		"a text that nineteen share":              {19, 40 * time.Second, func(int) string { return copied }, 0},
		"twenty in two hours":                     {20, 5 * time.Minute, func(int) string { return copied }, 0},
		"twenty who say that they do not know":    {20, 40 * time.Second, func(int) string { return "I don't know" }, 0},
		"twenty who each say something":           {20, 40 * time.Second, func(n int) string { return copied + word(n) }, 0},
		"a raid, and the last who came before it": {30, 0, func(int) string { return copied }, 26},
		"capitals and full stops make no other":   {20, 40 * time.Second, func(n int) string { return copied + []string{"", "!!", " ..."}[n%3] }, 20},
	} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			h := openHall(t)
			for n := range c.many {
				if every := c.every; every > 0 {
					h.now = h.now.Add(every)
				} else if n < 5 {
					h.now = h.now.Add(20 * time.Minute)
				} else {
					h.now = h.now.Add(10 * time.Second)
				}
				h.tells(h.signs(household(n)), c.says(n))
			}
			if n := h.gathers(); n != c.mark {
				t.Errorf("%d are marked, want %d", n, c.mark)
			}
		})
	}
}
