package intake_test

import (
	"cmp"
	"slices"
	"time"

	"claimline/intake"
)

// register is the part of a shelf by which other people's files are found.
type register struct {
	owners  map[string]intake.Account // by submission
	arrived []arrival                 // in the order in which they were sent
	holders map[[2]string][]holder    // by purpose and value
	keys    map[string][][2]string    // by submission, what it holds
}

type arrival struct {
	intake.Arrival
	campaign string
}

type holder struct {
	person, submission string
	item               int
}

func (r *register) save(f *intake.File, lookups []intake.Lookup) {
	if f.Submission == nil {
		return
	}
	id := f.Submission.ID
	if r.owners == nil {
		r.owners, r.holders, r.keys = map[string]intake.Account{}, map[[2]string][]holder{}, map[string][][2]string{}
	}
	if _, known := r.owners[id]; !known {
		r.arrived = append(r.arrived, arrival{intake.Arrival{Submission: id, At: f.Submission.At}, f.Conversation.Campaign})
	}
	r.owners[id] = f.Account
	for i := range r.arrived {
		if f.Submission.Burst != "" && r.arrived[i].Submission == id {
			r.arrived[i].Burst = f.Submission.Burst
		}
	}
	if lookups == nil {
		return
	}
	r.drop(id)
	for _, l := range lookups {
		key := [2]string{l.Purpose, l.Value}
		if !slices.ContainsFunc(r.holders[key], func(h holder) bool { return h.submission == id }) {
			r.holders[key] = append(r.holders[key], holder{f.Person, id, l.Item})
			r.keys[id] = append(r.keys[id], key)
		}
	}
}

func (r *register) forget(f *intake.File) {
	if f.Submission == nil {
		return
	}
	r.drop(f.Submission.ID)
	delete(r.owners, f.Submission.ID)
	r.arrived = slices.DeleteFunc(r.arrived, func(a arrival) bool { return a.Submission == f.Submission.ID })
}

// drop lets a submission be found no more.
func (r *register) drop(id string) {
	for _, key := range r.keys[id] {
		r.holders[key] = slices.DeleteFunc(r.holders[key], func(h holder) bool { return h.submission == id })
	}
	delete(r.keys, id)
}

func (s *shelf) Matches(f *intake.File, of ...intake.Lookup) (matches []intake.Match, err error) {
	for _, l := range of {
		for _, h := range s.held.holders[[2]string{l.Purpose, l.Value}] {
			if h.person == f.Person {
				continue
			}
			other, err := s.FileOf(h.submission)
			if err != nil {
				return nil, err
			}
			if o := other.Submission; o.Campaign == f.Conversation.Campaign && o.Status != intake.Withdrawn && (f.Submission == nil || o.Test == f.Submission.Test) {
				matches = append(matches, intake.Match{Of: l, Submission: o.ID, Item: h.item, At: o.At})
			}
		}
	}
	slices.SortStableFunc(matches, func(a, b intake.Match) int { return a.At.Compare(b.At) })
	return matches, nil
}

func (s *shelf) Crowds(campaign string, since time.Time, least int) (crowds [][]intake.Arrival, err error) {
	held := map[[2]string][]intake.Arrival{}
	for _, a := range s.held.arrived {
		if a.campaign != campaign || a.At.Before(since) {
			continue
		}
		for _, key := range s.held.keys[a.Submission] {
			held[key] = append(held[key], a.Arrival)
		}
	}
	for _, crowd := range held {
		if len(crowd) >= least {
			slices.SortFunc(crowd, func(a, b intake.Arrival) int {
				return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Submission, b.Submission))
			})
			crowds = append(crowds, crowd)
		}
	}
	return crowds, nil
}

func (s *shelf) FileOf(submission string) (*intake.File, error) {
	a, ok := s.held.owners[submission]
	if !ok {
		return nil, intake.ErrNoFile
	}
	f, err := opened(a, s.files[s.of(a)])
	for _, raw := range s.asides {
		if err != nil || f.Submission == nil || f.Submission.ID != submission {
			f, err = opened(a, raw)
		}
	}
	return f, err
}

func (s *shelf) Burst(id string, most int) (members []intake.Arrival, files []intake.File, err error) {
	for _, a := range s.held.arrived {
		if a.Burst != id {
			continue
		}
		members = append(members, a.Arrival)
		if len(files) < most {
			f, err := s.FileOf(a.Submission)
			if err != nil {
				return nil, nil, err
			}
			files = append(files, *f)
		}
	}
	return members, files, nil
}
