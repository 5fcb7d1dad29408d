package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"claimline/intake/answer"
	"claimline/intake/campaign"
)

// raid is the flag of whatever came in with a burst.
const raid = "RAID"

const (
	// lookBack is how long after it was sent a submission can still turn out to belong to a burst: what
	// gives it away, such as a text that many have, may be told afterwards.
	lookBack = 2 * time.Hour
	// mostOpened bounds what is read of a burst to say what its submissions share.
	mostOpened = 500
)

// Arrival is a submission as a burst sees it.
type Arrival struct {
	Submission string
	At         time.Time
	Burst      string // the burst that it belongs to; "" for none
}

// Gather looks for bursts in a campaign: many submissions within a short time that share a long text,
// a user name, an address, a child, or that were all filled in faster than anybody reads and leave no
// way to reach their people. A crowd alone is none: on an evening on television hundreds of families
// come within minutes, and share nothing. Each member of a burst gets its id and the flag RAID, also
// those sent before it was noticed, each in a transaction of its own.
//
// It costs a turn nothing and is a job of its own, to be called once a minute by one process for every
// open campaign. It returns how many submissions were marked. One that cannot be marked keeps no other
// from it: the errors are returned together, what was marked stays, and the next call tries again.
func (d *Desk) Gather(ctx context.Context, id string) (int, error) {
	c, _, ok := d.Campaign(id)
	if !ok {
		return 0, fmt.Errorf("gathering bursts: campaign %q is not loaded", id)
	}
	many, within := c.Raid.Burst()
	var crowds [][]Arrival
	err := d.Store.InTx(ctx, func(tx Tx) error {
		var err error
		crowds, err = tx.Crowds(id, d.Now().Add(-lookBack), many)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("gathering bursts of %s: %w", id, err)
	}
	marked := 0
	for _, burst := range bursts(crowds, many, within) {
		n, failed := d.mark(ctx, c, burst)
		marked, err = marked+n, errors.Join(err, failed)
	}
	if err != nil {
		return marked, fmt.Errorf("gathering bursts of %s: %w", id, err)
	}
	return marked, nil
}

// mark gives the burst's id to those of its members who have none.
func (d *Desk) mark(ctx context.Context, c *campaign.Campaign, members []Arrival) (int, error) {
	id := ""
	for _, m := range members {
		id = cmp.Or(id, m.Burst)
	}
	id = cmp.Or(id, d.NewID())
	marked, failed := 0, []error(nil)
	for _, m := range members {
		if m.Burst != "" {
			continue
		}
		joined := false
		err := d.Store.InTx(ctx, func(tx Tx) error {
			var err error
			joined, err = d.enlist(tx, c, m.Submission, id, members)
			return err
		})
		switch {
		case err != nil:
			failed = append(failed, fmt.Errorf("submission %s: %w", m.Submission, err))
		case joined:
			marked++
		}
	}
	return marked, errors.Join(failed...)
}

// enlist makes one submission a member of a burst. Nothing is done about one that was settled for
// good, or erased, meanwhile.
func (d *Desk) enlist(tx Tx, c *campaign.Campaign, submission, burst string, members []Arrival) (bool, error) {
	f, err := tx.FileOf(submission)
	if errors.Is(err, ErrNoFile) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s := f.Submission
	if s.Burst != "" || !slices.Contains([]string{InReview, Accepted, Held}, s.Status) {
		return false, nil
	}
	t := begin(Place{Campaign: c, Words: d.Words, Now: d.Now()}, *f)
	s = t.Submission
	flag := flagOf(c, raid, 0)
	matches, err := tx.Matches(f, t.lookups()...)
	if err != nil {
		return false, err
	}
	for _, m := range matches {
		if slices.ContainsFunc(members, func(a Arrival) bool { return a.Submission == m.Submission }) {
			flag = share([]Flag{flag}, flag, m)[0]
		}
	}
	s.Burst, s.Flags = burst, append(s.Flags, flag)
	t.weigh()
	s.keepCases(&t.turn, d.NewID)
	t.audit("flag", map[string]string{"submission": s.ID, "code": raid, "burst": burst})
	return true, tx.Save(&t.File, t.turn)
}

// bursts finds the bursts among crowds, each in the order in which its members came. What two crowds
// have a member in common is one burst: some of a raid share a text, others a name.
func bursts(crowds [][]Arrival, many int, within time.Duration) [][]Arrival {
	var found []map[string]Arrival
	for _, crowd := range crowds {
		members := map[string]Arrival{}
		for _, a := range dense(crowd, many, within) {
			members[a.Submission] = a
		}
		found = slices.DeleteFunc(found, func(other map[string]Arrival) bool {
			if !overlap(members, other) {
				return false
			}
			maps.Copy(members, other)
			return true
		})
		if len(members) > 0 {
			found = append(found, members)
		}
	}
	var out [][]Arrival
	for _, members := range found {
		out = append(out, slices.SortedFunc(maps.Values(members), func(a, b Arrival) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Submission, b.Submission))
		}))
	}
	return out
}

func overlap(a, b map[string]Arrival) bool {
	for id := range a {
		if _, ok := b[id]; ok {
			return true
		}
	}
	return false
}

// dense is those of a crowd who came with so many others within the time, in any stretch of it.
func dense(crowd []Arrival, many int, within time.Duration) (in []Arrival) {
	taken := 0 // how many of the crowd have been looked at for good
	for i := range crowd {
		last := i + many - 1
		if last >= len(crowd) || crowd[last].At.Sub(crowd[i].At) > within {
			continue
		}
		from := max(i, taken)
		in = append(in, crowd[from:last+1]...)
		taken = last + 1
	}
	return in
}

// BurstSeen is what can be told of a burst without a word of what its people said.
type BurstSeen struct {
	ID          string
	First, Last time.Time
	Members     []Arrival
	Opened      int            // of so many of them the rest is known, at most 500
	Same        map[string]int // by look-up purpose ("text", "handle", "e-mail", …) how many share the value that most have; 2 at least
	NoContact   int            // no e-mail and no telephone number
	Hasty       int            // a median under two seconds a screen
	Signed      int
}

// Burst says what the submissions of a burst have in common, for the card. It reads up to 500 files.
func (d *Desk) Burst(tx Tx, id string) (BurstSeen, error) {
	members, files, err := tx.Burst(id, mostOpened)
	if err != nil {
		return BurstSeen{}, fmt.Errorf("burst %s: %w", id, err)
	}
	seen := BurstSeen{ID: id, Members: members, Opened: len(files), Same: map[string]int{}}
	if len(members) > 0 {
		seen.First, seen.Last = members[0].At, members[len(members)-1].At
	}
	holders := map[[2]string]int{} // of a value, by purpose and value
	for _, f := range files {
		c, _, ok := d.Campaign(f.Conversation.Campaign)
		if !ok {
			return BurstSeen{}, fmt.Errorf("burst %s: campaign %q is not loaded", id, f.Conversation.Campaign)
		}
		begin(Place{Campaign: c, Words: d.Words, Now: d.Now()}, f).countIn(&seen, holders)
	}
	for value, n := range holders {
		if n > 1 {
			seen.Same[value[0]] = max(seen.Same[value[0]], n)
		}
	}
	return seen, nil
}

func (t *talk) countIn(seen *BurstSeen, holders map[[2]string]int) {
	held := map[[2]string]bool{}
	contact := false
	for _, l := range t.lookups() {
		contact = contact || l.Item == 0 && (l.Purpose == byEmail || l.Purpose == byPhone)
		if l.Purpose != byHaste {
			held[[2]string{l.Purpose, l.Value}] = true
		}
	}
	for value := range held {
		holders[value]++
	}
	if !contact {
		seen.NoContact++
	}
	if fast(t.state().Pace) {
		seen.Hasty++
	}
	for _, q := range t.Campaign.Questions {
		if q.Kind == answer.Signature && t.state().Answers[Key{q.ID, 0}].How == Given {
			seen.Signed++
			return
		}
	}
}
