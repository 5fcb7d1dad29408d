package review

import (
	"errors"
	"strconv"
	"time"

	"claimline/intake"
	"claimline/intake/wording"
)

// burstCard says in one line what many submissions have in common, and offers to settle all of them.
func (s *sitting) burstCard() (intake.Message, error) {
	seen, err := s.Burst(s.tx, s.c.Burst)
	if err != nil {
		return intake.Message{}, err
	}
	n := len(seen.Members)
	args := wording.Args{"n": strconv.Itoa(n), "from": s.clock(seen.First), "to": s.clock(seen.Last)}
	lines := []wording.Text{s.say("raid.head", args)}
	for _, purpose := range []string{"text", "handle", "member", "e-mail", "phone"} {
		if same := seen.Same[purpose]; same > 1 {
			lines = append(lines, s.say("raid."+purpose, wording.Args{"n": strconv.Itoa(same)}))
		}
	}
	lines = append(lines, s.say("raid.rest", wording.Args{"contact": strconv.Itoa(seen.NoContact), "hasty": strconv.Itoa(seen.Hasty), "signed": strconv.Itoa(seen.Signed)}),
		s.standing(), s.say("raid.nothing", nil))
	hold := intake.Button{Label: s.say("raid.hold-all", args).Plain(), Action: "burst:" + intake.Hold}
	return intake.Message{Text: wording.Lines(lines...), Buttons: [][]intake.Button{
		{hold}, {s.button("raid.show", "look"), s.button("raid.not", "burst:"+intake.NotRaid)}, {s.button("skip", "skip")}}}, nil
}

// settleBurst holds all submissions of a burst, or lets all of them go, in this transaction. Of a
// very large burst the rest takes another press.
func (s *sitting) settleBurst(verdict string) error {
	if s.c.Burst == "" || verdict != intake.Hold && verdict != intake.NotRaid {
		return s.show()
	}
	seen, err := s.Burst(s.tx, s.c.Burst)
	if err != nil {
		return err
	}
	left, done := 0, 0
	for _, member := range seen.Members {
		f, err := s.burstMember(member.Submission)
		if err != nil {
			return err
		}
		if f == nil || verdict == intake.Hold && f.Submission.Status != intake.InReview {
			continue
		}
		if done == mostAtOnce {
			left++
			continue
		}
		done++
		if err := s.Bring(s.tx, f, intake.Decided{Case: s.c.ID, Decision: intake.Decision{Verdict: verdict, By: s.m.ID, At: s.now}}); err != nil {
			return err
		}
	}
	c := s.c
	if left > 0 {
		s.above = append(s.above, s.say("raid.left", wording.Args{"n": strconv.Itoa(left)}))
		return s.show()
	}
	c.Verdict, c.Decider, c.Decided, c.Holder, c.Until = verdict, s.m.ID, s.now, "", time.Time{}
	c.State = intake.Settled
	if verdict == intake.Hold {
		c.State, c.Due = intake.OnHold, s.now.AddDate(0, 0, s.holdDays())
	}
	s.m.Sitting.View = viewCard
	s.above = append(s.above, s.say("settled."+verdict+"-burst", wording.Args{"n": strconv.Itoa(done)}))
	return s.after()
}

// mostAtOnce bounds what one press does in one transaction.
const mostAtOnce = 300

// burstMember locks one submission of a burst; nil when it is gone. The first one is on the desk.
func (s *sitting) burstMember(id string) (*intake.File, error) {
	if id == s.c.Submission {
		return s.f, nil
	}
	f, err := s.tx.FileOf(id)
	if errors.Is(err, intake.ErrNoFile) {
		return nil, nil
	}
	return f, err
}

// seenOfBurst adds the answers behind the doubt of three of a burst.
func (s *sitting) seenOfBurst(g *glance) error {
	seen, err := s.Burst(s.tx, s.c.Burst)
	if err != nil {
		return err
	}
	for _, member := range seen.Members[:min(mostShown, len(seen.Members))] {
		f, err := s.tx.Submission(member.Submission)
		if errors.Is(err, intake.ErrNoFile) {
			continue
		}
		if err != nil {
			return err
		}
		s.add(g, f, intake.Flag{})
		for _, flag := range f.Submission.Flags {
			s.add(g, f, flag)
		}
	}
	return nil
}

// mostShown is how many of a burst a look shows.
const mostShown = 3
